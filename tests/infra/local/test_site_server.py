"""The front on this machine answers readers as CloudFront would."""

import gzip
import http.client
import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra import template
from infra.local import CannotRun
from infra.local.addresses import page_headers
from infra.local.site_server import SiteServer

KOREA = b"<h1>Korea</h1>" + b"<p>News.</p>" * 200


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch) -> Iterator[SiteServer]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws(), SiteServer(0) as opened:
        s3 = boto3.client("s3", "us-east-1")
        s3.create_bucket(Bucket="site")
        html: Any = {"Bucket": "site", "ContentType": "text/html; charset=utf-8", "CacheControl": "max-age=5"}
        s3.put_object(Key="2026/11/korea/index.html", Body=KOREA, **html)
        s3.put_object(Key="2026/11/corea/index.html", Body=b"Moved", Metadata={"location": "/2026/11/korea/"}, **html)
        s3.put_object(Key="2026/11/gone/index.html", Body=b"Gone", Metadata={"tombstone": "1"}, **html)
        s3.put_object(Key="404.html", Body=b"No such page", **html)
        opened.serve(s3, "site")
        yield opened


def ask(front: SiteServer, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(front.url.removeprefix("http://"), timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    with connection.getresponse() as answer:
        body = answer.read()
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, body
    connection.close()
    return found


def test_a_page_is_served_with_its_type_its_lifetime_and_its_etag(front: SiteServer) -> None:
    status, headers, body = ask(front, "/2026/11/korea/")
    assert (status, body) == (200, KOREA)
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "max-age=5"
    assert headers["etag"]


def test_every_answer_carries_the_templates_security_headers(front: SiteServer) -> None:
    expected = template.security_headers(template.load())
    assert "strict-transport-security" in expected  # which browsers heed under https alone
    for path in ("/2026/11/korea/", "/2026/11/korea", "/2026/11/gone/", "/nowhere/"):
        assert expected.items() <= ask(front, path)[1].items()
    of_the_api = template.security_headers(template.load(), template.API_HEADERS)
    assert of_the_api.items() <= ask(front, "/api/articles/x/comments")[1].items()


def test_pages_are_for_themselves_alone_and_pictures_for_every_feed_reader(front: SiteServer) -> None:
    assert ask(front, "/2026/11/korea/")[1]["cross-origin-resource-policy"] == "same-origin"
    assert page_headers("text/html; charset=utf-8") == {"cross-origin-resource-policy": "same-origin"}
    for shown in ("image/avif", "image/svg+xml", "text/css", "application/rss+xml"):
        assert page_headers(shown) == {}


def test_an_address_without_its_slash_redirects_with_its_query(front: SiteServer) -> None:
    status, headers, _ = ask(front, "/2026/11/korea?utm_source=mail")
    assert (status, headers["location"]) == (301, "/2026/11/korea/?utm_source=mail")


def test_an_address_that_was_left_redirects_to_the_present_one(front: SiteServer) -> None:
    status, headers, _ = ask(front, "/2026/11/corea/")
    assert (status, headers["location"]) == (301, "/2026/11/korea/")


def test_a_tombstone_answers_410_with_its_text(front: SiteServer) -> None:
    status, _, body = ask(front, "/2026/11/gone/")
    assert (status, body) == (410, b"Gone")


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/nowhere.html", "/%00/", "/../../etc/passwd.txt", "/" + "a" * 1100 + "/"]
)
def test_a_missing_page_answers_404_with_the_papers_own_page(front: SiteServer, path: str) -> None:
    status, _, body = ask(front, path)
    assert (status, body) == (404, b"No such page")


def test_a_reader_who_has_the_page_is_told_so(front: SiteServer) -> None:
    etag = ask(front, "/2026/11/korea/")[1]["etag"]
    status, headers, body = ask(front, "/2026/11/korea/", If_None_Match=f'"other", {etag}')
    assert (status, headers["etag"], body) == (304, etag, b"")


def test_a_tombstone_stays_one_for_a_reader_who_has_it(front: SiteServer) -> None:
    assert ask(front, "/2026/11/gone/", If_None_Match="*")[0] == 410


def test_head_tells_all_but_the_body(front: SiteServer) -> None:
    status, headers, body = ask(front, "/2026/11/korea/", method="HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(KOREA)), b"")


def test_text_is_packed_for_readers_who_can_unpack_it(front: SiteServer) -> None:
    _, headers, body = ask(front, "/2026/11/korea/", Accept_Encoding="gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == KOREA
    assert ask(front, "/2026/11/korea/", If_None_Match=headers["etag"])[0] == 304


def test_pages_cannot_be_written_to(front: SiteServer) -> None:
    status, headers, _ = ask(front, "/2026/11/korea/", method="POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_a_port_in_use_is_one_clear_line(front: SiteServer) -> None:
    port = int(front.url.rpartition(":")[2])
    with pytest.raises(CannotRun, match=f"port {port} is in use"):
        SiteServer(port)


# ── /api/ ──


class Api(BaseHTTPRequestHandler):
    """Tells what it was asked, and answers as the path says."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        asked = {"path": self.path, "headers": {n.lower(): v for n, v in self.headers.items()}}
        body = json.dumps({**asked, "body": self.rfile.read(length).decode()}).encode()
        self.send_response(int(self.path.rpartition("/")[2].partition("?")[0]))
        self.send_header("content-type", "application/json")
        self.send_header("referrer-policy", "no-referrer")
        self.send_header("x-frame-options", "SAMEORIGIN")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - http.server calls it by that name

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def before_the_api() -> Iterator[SiteServer]:
    """A front before an API that listens on this machine."""
    with HTTPServer(("127.0.0.1", 0), Api) as api, SiteServer(0) as opened:
        Thread(target=api.serve_forever, args=[0.05], daemon=True).start()
        opened.serve(None, "site", f"http://127.0.0.1:{api.server_port}/here")
        yield opened
        api.shutdown()


def post(front: SiteServer, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(front.url.removeprefix("http://"), timeout=10)
    connection.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    with connection.getresponse() as answer:
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


def test_a_request_of_the_api_is_passed_on_with_its_body_and_query(before_the_api: SiteServer) -> None:
    status, _, body = post(before_the_api, "/api/202?t=a%2Bb", b"author=Mia")
    asked = json.loads(body)
    assert (status, asked["path"], asked["body"]) == (202, "/here/api/202?t=a%2Bb", "author=Mia")


def test_the_api_is_told_the_readers_address_and_only_what_cloudfront_would_tell_it(before_the_api: SiteServer) -> None:
    _, _, body = post(
        before_the_api, "/api/200", content_type="text/x", cookie="a=b", cloudfront_viewer_address="6.6.6.6:1"
    )
    told = json.loads(body)["headers"]
    assert told["content-type"] == "text/x"
    assert told["cloudfront-viewer-address"].startswith("127.0.0.1:")
    assert "cookie" not in told


@pytest.mark.parametrize("status", [403, 404, 409, 429])
def test_an_answer_of_the_api_keeps_its_status_and_its_text(before_the_api: SiteServer, status: int) -> None:
    answered, _, body = post(before_the_api, f"/api/{status}")
    assert (answered, json.loads(body)["body"]) == (status, "")


def test_the_api_may_be_stricter_about_referrers_and_about_nothing_else(before_the_api: SiteServer) -> None:
    _, headers, _ = ask(before_the_api, "/api/200")
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


def test_why_a_function_failed_is_not_told_to_readers(before_the_api: SiteServer) -> None:
    status, _, body = post(before_the_api, "/api/502", b"secret")
    assert (status, json.loads(body)) == (500, {"message": "Internal Server Error"})


def test_an_api_that_does_not_answer_is_a_503() -> None:
    with SiteServer(0) as alone:
        alone.serve(None, "site", "http://127.0.0.1:9")
        assert post(alone, "/api/200")[0] == 503


def raw(front: SiteServer, request: bytes) -> bytes:
    """The answer to a request as it is written."""
    with socket.create_connection(("127.0.0.1", int(front.url.rpartition(":")[2])), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:PORT", "127.0.0.1.evil.example:PORT", "127.0.0.1", "127.0.0.1:1", "127.0.0.2:PORT",
     "[::1]:PORT", "127.0.0.1:PORT@evil.example", ""],
)  # fmt: skip
@pytest.mark.parametrize("asked", ["GET /", "POST /api/articles/korea/comments", "HEAD /2026/11/korea/", "PUT /"])
def test_a_page_that_gives_this_machine_a_name_of_its_own_is_shown_nothing(
    front: SiteServer, host: str, asked: str
) -> None:
    name = host.replace("PORT", front.url.rpartition(":")[2])
    answer = raw(front, f"{asked} HTTP/1.1\r\nHost: {name}\r\nContent-Length: 0\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_the_front_is_called_localhost_too(front: SiteServer) -> None:
    port = front.url.rpartition(":")[2]
    answer = raw(front, f"GET /2026/11/korea/ HTTP/1.1\r\nHost: LOCALHOST:{port}\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("length", "status"),
    [("9" * 5_000, 413), ("1" + "0" * 5_000, 413), ("99999999", 413), ("-1", 400), ("0x10", 400), ("1_000", 400),
     ("\u0663", 400), ("+5", 400), ("0" * 5_000, 404)],  # 404 because no API is there to take it
)  # fmt: skip
def test_a_length_that_is_none_is_refused_in_words(front: SiteServer, length: str, status: int) -> None:
    host = front.url.removeprefix("http://")
    head = f"POST /api/articles/korea/comments HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n"
    answer = raw(front, f"{head}Connection: close\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


def test_a_request_in_pieces_is_refused(front: SiteServer) -> None:
    host = front.url.removeprefix("http://")
    answer = raw(front, f"POST /api/x HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400 ")
