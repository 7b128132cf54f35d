"""Serve the site bucket on this machine as CloudFront serves it to the world.

Addresses and responses are mapped as in CloudFront, a missing page gets 404.html, and /api/ is forwarded to
the HTTP API. The headers for readers and for the API come from the template, so that they cannot differ. There is
no cache as in CloudFront: every response is the current object in the bucket.
"""

import gzip
import http.client
import re
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from infra import template
from infra.local import CannotRun
from infra.local.addresses import Redirect, map_status, page_headers, rewrite_url
from infra.local.gate import KEY_HEADER

COMPRESSED = ("text/", "application/json", "application/xml", "application/rss+xml", "image/svg+xml")
"""The content types of the site that CloudFront compresses."""
PLAIN = {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"}
FOR_ONE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})
LARGEST_REQUEST = 10 << 20  # bytes of a body, the limit of API Gateway
VIEWER = "cloudfront-viewer-address"  # the header in which CloudFront gives the API the reader's address:port


class SiteServer:
    """The site at http://127.0.0.1:PORT, served while the context is open.

    port: 0 takes any free one. api: the URL of the HTTP API in the local cloud, or "" if there is none.
    Raises CannotRun if the port is taken.
    """

    def __init__(self, port: int) -> None:
        try:
            self._server = _Server(("127.0.0.1", port), _Reader)
        except (OSError, OverflowError) as problem:
            raise CannotRun(f"port {port} is in use: stop what uses it, or choose another with PORT=") from problem
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self, s3: Any, bucket: str, api: str = "", key: str = "") -> None:
        """Start to serve this bucket; earlier requests are not answered. key: the key for the API's gate."""
        self._server.s3, self._server.bucket, self._server.api, self._server.key = s3, bucket, api, key
        Thread(target=self._server.serve_forever, args=[0.1], daemon=True).start()
        self._server.serving = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._server.serving:
            self._server.shutdown()
        self._server.server_close()


def _length(given: str) -> int | None:
    """Return the length that a request gives, limited to just above the maximum; None if it is not a length."""
    digits = given.strip().lstrip("0") or "0"
    if not re.fullmatch(r"[0-9]+", digits):
        return None
    return int(digits) if len(digits) <= len(str(LARGEST_REQUEST)) else LARGEST_REQUEST + 1


class _Server(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    serving = False
    s3: Any = None
    bucket = ""
    api = ""
    key = ""

    def __init__(self, *arguments: Any) -> None:
        whole = template.load()
        self.policies = {
            of: (template.security_headers(whole, of), template.yielding_headers(whole, of))
            for of in (template.SITE_HEADERS, template.API_HEADERS)
        }
        self.passed_on = template.api_request_headers(whole)
        super().__init__(*arguments)
        self.hosts = {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost")}
        if self.server_port == 80:
            self.hosts |= {"127.0.0.1", "localhost"}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore readers who disconnect early: that is not an error."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Reader(BaseHTTPRequestHandler):
    """One reader's connection."""

    protocol_version = "HTTP/1.1"
    server_version = "Broadsheet"
    sys_version = ""
    server: _Server
    timeout = 60  # seconds a connection may be silent

    def parse_request(self) -> bool:
        """Read a request's head; return False if it is already answered. Refuse another host name: a page uses its own
        site's name for this machine in a DNS rebinding attack."""
        if not super().parse_request():
            return False
        if self.headers.get("Host", "").lower() in self.server.hosts:
            return True
        self.close_connection = True
        self._answer(403, PLAIN, b"This newsroom is at 127.0.0.1, and you have called it by another name.\n")
        return False

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith("/api/"):
            self._pass_on()
            return
        answer = rewrite_url(path, query)
        if isinstance(answer, Redirect):
            self._answer(301, {"location": answer.location})
            return
        try:
            if not self._show(unquote(answer.path)) and not self._show("/404.html", status=404):
                self._answer(404, PLAIN, b"There is nothing at this address.\n")
        except (ClientError, BotoCoreError):
            self._answer(503, PLAIN, b"The newsroom cannot be reached just now.\n")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        if self.path.startswith("/api/"):
            self._pass_on()
        else:
            self.close_connection = True
            self._answer(405, {**PLAIN, "allow": "GET, HEAD"}, b"Pages are read with GET.\n")

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_POST

    def _show(self, path: str, status: int = 0) -> bool:
        """Answer with the object at a path; return False if there is none."""
        try:
            page = self.server.s3.get_object(Bucket=self.server.bucket, Key=path.removeprefix("/"))
        except ClientError as problem:
            if problem.response["ResponseMetadata"]["HTTPStatusCode"] < 500:  # 404, or 400 for an invalid object name
                return False
            raise
        with page["Body"] as stream:
            body = stream.read()
        mapped, location = map_status(page["Metadata"])
        headers = {"content-type": page["ContentType"], "etag": page["ETag"]}
        headers |= page_headers(page["ContentType"])
        if page.get("CacheControl"):
            headers["cache-control"] = page["CacheControl"]
        if location:
            headers["location"] = location
        if (status or mapped) == 200 and self._has(page["ETag"]):
            self._answer(304, headers)
        else:
            self._answer(status or mapped, headers, body)
        return True

    def _has(self, etag: str) -> bool:
        known = [tag.strip().removeprefix("W/") for tag in self.headers.get("If-None-Match", "").split(",")]
        return etag in known or "*" in known

    def _pass_on(self) -> None:
        """Forward a request to the HTTP API, and return its response."""
        length = _length(self.headers.get("Content-Length", "0"))
        if length is None or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._answer(400, PLAIN, b"The request has to say how long it is.\n")
        elif length > LARGEST_REQUEST:
            self.close_connection = True
            self._answer(413, PLAIN, b"This is too large.\n")
        elif not self.server.api:
            self.close_connection = True
            self._answer(404, PLAIN, b"This newsroom has no API.\n")
        else:
            status, headers, body = self._api_answer(self.rfile.read(length))
            if status == 502:  # a function raised, and the local cloud gives the reason; API Gateway does not
                status, headers, body = (
                    500,
                    {"content-type": "application/json"},
                    b'{"message":"Internal Server Error"}',
                )
            self._answer(status, headers, body)

    def _api_answer(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        api = urlsplit(self.server.api)
        headers = {
            name: value for name, value in self.headers.items() if name.lower() in self.server.passed_on - {VIEWER}
        }
        headers[KEY_HEADER] = self.server.key
        headers[VIEWER] = "{}:{}".format(*self.client_address[:2])
        connection = http.client.HTTPConnection(api.netloc, timeout=30)
        try:
            connection.request(self.command, api.path + self.path, body, headers)
            with connection.getresponse() as answer:
                received = {name.lower(): value for name, value in answer.getheaders()}
                forwarded = {name: value for name, value in received.items() if name not in FOR_ONE_CONNECTION}
                return answer.status, forwarded, answer.read()
        except (OSError, http.client.HTTPException):
            return 503, PLAIN, b"The newsroom cannot be reached just now.\n"
        finally:
            connection.close()

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
        sent, body = self._compressed(headers, body)
        self.send_response(status)
        for name, value in self._with_policy(sent).items():
            if value and name != "content-length":
                self.send_header(name, value)
        if status != 304:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body)

    def _compressed(self, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        """Return a response as CloudFront compresses it: text for a reader who accepts gzip, unless it is short."""
        sent = dict(headers)
        if not sent.get("content-type", "").startswith(COMPRESSED):
            return sent, body
        sent["vary"] = "accept-encoding"
        if "gzip" not in self.headers.get("Accept-Encoding", "") or len(body) <= 1000:
            return sent, body
        sent["content-encoding"] = "gzip"
        if "etag" in sent:
            sent["etag"] = f"W/{sent['etag']}"
        return sent, gzip.compress(body, compresslevel=5, mtime=0)

    def _with_policy(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers with those that CloudFront adds. It replaces the response's own, with few exceptions."""
        policy = template.API_HEADERS if self.path.startswith("/api/") else template.SITE_HEADERS
        added, not_replaced = self.server.policies[policy]
        own = {name: headers[name] for name in not_replaced & headers.keys()}
        return {**headers, **added, **own}

    def log_message(self, *_: object) -> None:
        """Log nothing: readers are not logged."""
