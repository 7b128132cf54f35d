"""The gate before the local cloud: it refuses the requests of web pages that are open on this machine.

    gate.py

Runs ministack behind a check of each request, because ministack answers pages of every site and treats any client
with the credentials `test` as the owner. The gate refuses requests from browsers, and requests to a host name that is
not this machine's: a page uses such a name to make the cloud look like its own origin. AWS clients send neither.
Ministack's own addresses, above all the sent mail, need the key of this run; its reset is always refused.

Requests with the key are accepted from a browser too, by `?key=…` or the header `x-key`: from the editor who reads
the mail, and from the site server, which forwards readers' requests to the API.
"""

import hmac
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

KEY_HEADER = "x-key"
_OF_BROWSERS = ("origin", "referer", "access-control-request-method")
_RESETS = frozenset({"/_ministack/reset", "/_localstack/reset", "/_localstack/state/reset"})
_OPEN = ("/_ministack/health", "/_ministack/ready", "/_ministack/lambda-code/", "/_ministack/lambda-layers/",
         "/_ministack/cfn-response/", "/_ministack/cfn-signal/", "/_localstack/health")  # fmt: skip
"""Ministack's own addresses that the cloud itself requests."""


def refusal(path: str, headers: Mapping[str, str], hosts: frozenset[str], *, has_key: bool) -> str:
    """Return the reason for refusing a request; empty if it is accepted.

    headers: by lower-case name. hosts: the names of this cloud, with the port.
    """
    if headers.get("host", "").lower() not in hosts:
        return "This is the local cloud of Broadsheet, and you have called it by another name."
    plain = "/" + path.strip("/").lower()
    if plain in _RESETS:
        return "The local cloud is not emptied from outside: stop the newsroom and remove its state."
    if has_key:
        return ""
    if is_browsers(headers):
        return "No web page may use the local cloud."
    if plain.startswith(("/_ministack", "/_localstack")) and not path.startswith(_OPEN):
        return "The key of this run is needed: it stands in cloud.json, in the folder of the newsroom's state."
    return ""


def is_browsers(headers: Mapping[str, str]) -> bool:
    """Return True if a browser sent a request, by headers that no AWS client sends."""
    return (
        any(name in headers for name in _OF_BROWSERS)
        or any(name.startswith("sec-fetch-") for name in headers)
        or headers.get("user-agent", "").startswith("Mozilla/")
    )


class Gate:
    """An ASGI middleware. key: the key of this run."""

    def __init__(self, app: App, port: int, key: str) -> None:
        self._app, self._key = app, key.encode()
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        has_key = self._take_key(scope, headers)
        reason = refusal(scope["path"], headers, self._hosts, has_key=has_key)
        if not reason:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            body = f"{reason}\n".encode()
            response_headers = [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
                (b"cross-origin-resource-policy", b"same-origin"),
                (b"connection", b"close"),
            ]
            await send({"type": "http.response.start", "status": 403, "headers": response_headers})
            await send({"type": "http.response.body", "body": body})

    def _take_key(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        """Return True if a request has the key. Remove it, so that the cloud sees the request as without a gate."""
        given = [headers.get(KEY_HEADER, "")]
        scope["headers"] = [header for header in scope["headers"] if header[0].lower() != KEY_HEADER.encode()]
        if b"key=" in scope["query_string"] and scope["path"].startswith("/_ministack/"):
            query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            given += [value for name, value in query if name == "key"]
            scope["query_string"] = urlencode([pair for pair in query if pair[0] != "key"]).encode()
        return any(hmac.compare_digest(key.encode("latin-1", "replace"), self._key) for key in given)


def main() -> None:
    """Run ministack behind the gate. The environment sets the port and the key."""
    sys.path.pop(0)  # this folder, whose modules must not be imported
    from ministack import app as ministack  # type: ignore[import-not-found]  # of the environment .cloud

    ministack.app = Gate(ministack.app, int(os.environ["GATEWAY_PORT"]), os.environ["AWS_SECRET_ACCESS_KEY"])
    ministack.main()


if __name__ == "__main__":
    main()
