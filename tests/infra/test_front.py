"""The front on this machine answers readers as CloudFront would."""

import gzip
import http.client
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra import template
from infra.local import CannotRun
from infra.local.front import Front

KOREA = b"<h1>Korea</h1>" + b"<p>News.</p>" * 200


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws(), Front(0) as opened:
        s3 = boto3.client("s3", "us-east-1")
        s3.create_bucket(Bucket="site")
        html: Any = {"Bucket": "site", "ContentType": "text/html; charset=utf-8", "CacheControl": "max-age=5"}
        s3.put_object(Key="2026/11/korea/index.html", Body=KOREA, **html)
        s3.put_object(Key="2026/11/corea/index.html", Body=b"Moved", Metadata={"location": "/2026/11/korea/"}, **html)
        s3.put_object(Key="2026/11/gone/index.html", Body=b"Gone", Metadata={"tombstone": "1"}, **html)
        s3.put_object(Key="404.html", Body=b"No such page", **html)
        opened.serve(s3, "site")
        yield opened


def ask(front: Front, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(front.url.removeprefix("http://"), timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    with connection.getresponse() as answer:
        body = answer.read()
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, body
    connection.close()
    return found


def test_a_page_is_served_with_its_type_its_lifetime_and_its_etag(front: Front) -> None:
    status, headers, body = ask(front, "/2026/11/korea/")
    assert (status, body) == (200, KOREA)
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "max-age=5"
    assert headers["etag"]


def test_every_answer_carries_the_templates_security_headers_except_the_one_for_tls(front: Front) -> None:
    expected = template.security_headers(template.load())
    del expected["strict-transport-security"]
    for path in ("/2026/11/korea/", "/2026/11/korea", "/2026/11/gone/", "/nowhere/", "/api/articles/x/comments"):
        assert expected.items() <= ask(front, path)[1].items()
        assert "strict-transport-security" not in ask(front, path)[1]


def test_an_address_without_its_slash_redirects_with_its_query(front: Front) -> None:
    status, headers, _ = ask(front, "/2026/11/korea?utm_source=mail")
    assert (status, headers["location"]) == (301, "/2026/11/korea/?utm_source=mail")


def test_an_address_that_was_left_redirects_to_the_present_one(front: Front) -> None:
    status, headers, _ = ask(front, "/2026/11/corea/")
    assert (status, headers["location"]) == (301, "/2026/11/korea/")


def test_a_tombstone_answers_410_with_its_text(front: Front) -> None:
    status, _, body = ask(front, "/2026/11/gone/")
    assert (status, body) == (410, b"Gone")


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/nowhere.html", "/%00/", "/../../etc/passwd.txt", "/" + "a" * 1100 + "/"]
)
def test_a_missing_page_answers_404_with_the_papers_own_page(front: Front, path: str) -> None:
    status, _, body = ask(front, path)
    assert (status, body) == (404, b"No such page")


def test_a_reader_who_has_the_page_is_told_so(front: Front) -> None:
    etag = ask(front, "/2026/11/korea/")[1]["etag"]
    status, headers, body = ask(front, "/2026/11/korea/", If_None_Match=f'"other", {etag}')
    assert (status, headers["etag"], body) == (304, etag, b"")


def test_a_tombstone_stays_one_for_a_reader_who_has_it(front: Front) -> None:
    assert ask(front, "/2026/11/gone/", If_None_Match="*")[0] == 410


def test_head_tells_all_but_the_body(front: Front) -> None:
    status, headers, body = ask(front, "/2026/11/korea/", method="HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(KOREA)), b"")


def test_text_is_packed_for_readers_who_can_unpack_it(front: Front) -> None:
    _, headers, body = ask(front, "/2026/11/korea/", Accept_Encoding="gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == KOREA
    assert ask(front, "/2026/11/korea/", If_None_Match=headers["etag"])[0] == 304


def test_pages_cannot_be_written_to(front: Front) -> None:
    status, headers, _ = ask(front, "/2026/11/korea/", method="POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_a_port_in_use_is_one_clear_line(front: Front) -> None:
    port = int(front.url.rpartition(":")[2])
    with pytest.raises(CannotRun, match=f"port {port} is in use"):
        Front(port)
