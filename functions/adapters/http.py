"""Requests and responses of the HTTP API, in payload format 2.0, as values."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hmac import compare_digest
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from adapters.wire import JsonObject
from newsroom.comment import FormProblem

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
_PRIVATE = {
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}


@dataclass(frozen=True)
class Request:
    """A request. `route` is the matched template, such as /api/articles/{id}/comments. Header names are lower-case."""

    method: str
    route: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    address: str  # the client's network address
    kind: str = field(init=False)  # the body's media type, without its parameters

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", self.headers.get("content-type", "").partition(";")[0].strip().lower())

    @cached_property
    def wants_page(self) -> bool:
        """True if the client reads HTML. A browser does; a program that sends or accepts JSON does not."""
        accepts = self.headers.get("accept", "")
        if self.kind == JSON:
            return False
        return "text/html" in accepts or "json" not in accepts

    def is_foreign(self, *own: str, unless_unnamed: bool = False) -> bool:
        """Return True if a page of another site sent this. Browsers state the origin; programs do not.

        own: addresses of this site. unless_unnamed: also accept a request from a page that hides its address. All
        pages that hold a link's or a receipt's token do so, and old browsers send only the origin "null" for them.
        """
        fetched, origin = self.headers.get("sec-fetch-site", ""), self.headers.get("origin", "")
        if fetched in ("same-origin", "none", "cross-site"):
            return fetched == "cross-site"
        if not origin or (origin == "null" and unless_unnamed):
            return False
        return origin.lower() not in {_origin(address) for address in own}


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def parse_request(event: JsonObject) -> Request:
    """Return the request in an event."""
    http = event["requestContext"]["http"]
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    body = event.get("body") or ""
    try:
        raw = b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass")
    except NotBase64:
        raw = b""
    # This header has the reader's address. The API's direct client is CloudFront itself.
    viewer = headers.get("cloudfront-viewer-address", "").rpartition(":")[0]
    return Request(
        method=http["method"],
        route=event["routeKey"].partition(" ")[2],
        parameters=event.get("pathParameters") or {},
        query=dict(parse_qsl(event.get("rawQueryString") or "", errors="replace")),
        headers=headers,
        body=raw,
        address=viewer or http["sourceIp"],
    )


def is_through_site(request: Request, key: str) -> bool:
    """Return True if a request came through the site, which adds the key. Without a key, accept every request."""
    return not key or compare_digest(request.headers.get("x-origin-key", "").encode(), key.encode())


def html_response(status: int, body: bytes, **headers: str) -> JsonObject:
    """Return a response with an HTML page, for one reader and no cache."""
    return _answer(status, body.decode(), "text/html; charset=utf-8", headers)


def json_response(status: int, body: Mapping[str, object], **headers: str) -> JsonObject:
    """Return a response with a JSON value."""
    return _answer(status, json.dumps(body), JSON, headers)


def problem_response(
    status: int, detail: str, problems: Sequence[FormProblem] = (), *, receipt: str = "", **headers: str
) -> JsonObject:
    """Return a problem response as in RFC 9457. receipt: the receipt of the comment that already exists."""
    content: JsonObject = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail,
    }  # fmt: skip
    if problems:
        content["errors"] = [{"field": problem["field"], "detail": problem["message"]} for problem in problems]
    if receipt:
        content["receipt"] = receipt
    return _answer(status, json.dumps(content), "application/problem+json", headers)


def around_site() -> JsonObject:
    """Return the refusal of a direct request to the API. There, a client could claim the address of any reader."""
    return problem_response(403, "Ask the paper's own address: this one is for it alone.")


def see_other(location: str) -> JsonObject:
    """Return a redirect from a form to its result."""
    return {"statusCode": 303, "headers": {**_PRIVATE, "location": location}, "body": ""}


def _answer(status: int, body: str, content_type: str, headers: Mapping[str, str]) -> JsonObject:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return {"statusCode": status, "headers": {**_PRIVATE, "content-type": content_type, **named}, "body": body}
