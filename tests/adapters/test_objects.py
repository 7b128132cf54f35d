"""The buckets' adapter: what is read, and who may replace it."""

import pytest
from botocore.exceptions import ClientError

from adapters import clients
from adapters.objects import Bucket
from tests.paper import Paper


@pytest.fixture(scope="module")
def site(shared_paper: Paper) -> Bucket:
    return Bucket("site")


def write(bucket: Bucket, key: str, body: bytes, token: str | None) -> bool:
    return bucket.put_if_match(
        key, body, etag=token, content_type="text/plain", cache_control="max-age=9", metadata={"location": "/x/"}
    )


def etag(bucket: Bucket, key: str) -> str | None:
    stands = bucket.head(key)
    return stands.etag if stands else None


def read(bucket: Bucket, key: str) -> bytes | None:
    found = bucket.get(key, at_most=1_000)
    return found.body if found else None


def test_an_object_that_is_not_there_is_none_and_has_no_token(site: Bucket) -> None:
    assert site.get("never", at_most=10) is None
    assert site.head("never") is None


def test_no_more_of_an_object_is_read_than_asked_for(site: Bucket) -> None:
    clients.s3().put_object(Bucket="site", Key="long", Body=b"0123456789")

    assert [(found.body if (found := site.get("long", at_most=most)) else None) for most in (4, 10, 99)] == [
        b"0123", b"0123456789", b"0123456789",
    ]  # fmt: skip


def test_an_upload_tells_which_version_was_read_and_a_page_has_none(site: Bucket) -> None:
    version = clients.s3().put_object(Bucket="upload", Key="articles/x.md", Body=b"x")["VersionId"]
    clients.s3().put_object(Bucket="site", Key="x", Body=b"x")

    upload, page = Bucket("upload").get("articles/x.md", at_most=10), site.get("x", at_most=10)

    assert upload is not None
    assert page is not None
    assert (upload.version, page.version) == (version, None)
    assert upload.modified.utcoffset() is not None


def test_a_deleted_upload_is_not_there_whatever_versions_it_has(site: Bucket) -> None:
    clients.s3().put_object(Bucket="upload", Key="articles/gone.md", Body=b"x")
    clients.s3().delete_object(Bucket="upload", Key="articles/gone.md")

    assert Bucket("upload").get("articles/gone.md", at_most=10) is None
    assert Bucket("upload").head("articles/gone.md") is None


def test_a_new_page_is_written_once(site: Bucket) -> None:
    assert write(site, "new", b"first", token=None)
    assert not write(site, "new", b"second", token=None)
    assert read(site, "new") == b"first"


def test_a_page_is_replaced_by_who_saw_it_last(site: Bucket) -> None:
    write(site, "page", b"one", token=None)
    token = etag(site, "page")

    assert write(site, "page", b"two", token=token)
    assert not write(site, "page", b"late", token=token)
    assert read(site, "page") == b"two"


def test_a_page_that_has_gone_is_not_brought_back_by_who_saw_it(site: Bucket) -> None:
    write(site, "went", b"one", token=None)
    token = etag(site, "went")
    clients.s3().delete_object(Bucket="site", Key="went")

    assert not write(site, "went", b"two", token=token)
    assert read(site, "went") is None


def test_a_page_is_stored_with_all_that_is_said_of_it(site: Bucket) -> None:
    write(site, "dressed", b"one", token=None)
    write(site, "dressed", b"two", token=etag(site, "dressed"))

    head = clients.s3().head_object(Bucket="site", Key="dressed")
    assert (head["ContentType"], head["CacheControl"], head["Metadata"]) == (
        "text/plain", "max-age=9", {"location": "/x/"},
    )  # fmt: skip


@pytest.mark.parametrize("token", [None, '"seen"'])
@pytest.mark.parametrize(("code", "status"), [("ConditionalRequestConflict", 409), ("PreconditionFailed", 412)])
def test_another_writer_at_the_same_moment_is_a_lost_race(
    site: Bucket, shared_paper: Paper, code: str, status: int, token: str | None
) -> None:
    with shared_paper.aws.fail("PutObject", error=code, status=status):
        assert not write(site, "busy", b"x", token=token)


def test_what_is_no_lost_race_raises(site: Bucket, shared_paper: Paper) -> None:
    nowhere = Bucket("nowhere")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        nowhere.get("x", at_most=1)
    with pytest.raises(ClientError, match="NoSuchBucket"):
        write(nowhere, "x", b"x", token=None)

    with shared_paper.aws.fail("PutObject GetObject HeadObject", error="SlowDown", status=503):
        with pytest.raises(ClientError, match="SlowDown"):
            write(site, "x", b"x", token=None)
        with pytest.raises(ClientError, match="SlowDown"):
            site.get("x", at_most=1)
        with pytest.raises(ClientError, match="SlowDown"):
            site.head("x")
