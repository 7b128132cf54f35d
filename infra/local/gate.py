"""The gate before the local cloud: no web page that is open on this machine gets in.

    gate.py

Runs ministack, which answers every page of every site and takes anybody who says `test` for the owner, behind a check
of each request. What a browser sent is refused, and so is what was sent to another name than this machine's, which
is how a page makes a browser think the cloud its own. Clients of AWS send neither. What ministack tells of itself,
the mail that was sent first of all, is for those who have the key of this run; its reset is for nobody.

Whoever has the key is let through from a browser too, by `?key=…` or the header `x-key`: the editor who reads the
mail, and the front, which hands on what readers' browsers sent to the API.
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
"""Its own addresses that the cloud itself asks for."""


def refusal(path: str, headers: Mapping[str, str], hosts: frozenset[str], *, has_key: bool) -> str:
    """Why a request is refused; empty if it is not.

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
    """Whether a browser has sent a request, by what no client of AWS sends."""
    return (
        any(name in headers for name in _OF_BROWSERS)
        or any(name.startswith("sec-fetch-") for name in headers)
        or headers.get("user-agent", "").startswith("Mozilla/")
    )


class Gate:
    """An ASGI application before another. key: of this run."""

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
            told = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()),
                    (b"cross-origin-resource-policy", b"same-origin"), (b"connection", b"close")]  # fmt: skip
            await send({"type": "http.response.start", "status": 403, "headers": told})
            await send({"type": "http.response.body", "body": body})

    def _take_key(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        """Whether a request brings the key. It is taken out: the cloud is to see what it would without a gate."""
        given = [headers.get(KEY_HEADER, "")]
        scope["headers"] = [each for each in scope["headers"] if each[0].lower() != KEY_HEADER.encode()]
        if b"key=" in scope["query_string"] and scope["path"].startswith("/_ministack/"):
            query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            given += [value for name, value in query if name == "key"]
            scope["query_string"] = urlencode([each for each in query if each[0] != "key"]).encode()
        return any(hmac.compare_digest(each.encode("latin-1", "replace"), self._key) for each in given)


def main() -> None:
    """Run ministack behind the gate. Where, and with which key, the environment says."""
    sys.path.pop(0)  # this folder, whose modules are not meant
    from ministack import app as ministack  # type: ignore[import-not-found]  # of the environment .cloud

    ministack.app = Gate(ministack.app, int(os.environ["GATEWAY_PORT"]), os.environ["AWS_SECRET_ACCESS_KEY"])
    ministack.main()


if __name__ == "__main__":
    main()
