"""The messages that have an upload looked at again."""

import json
from urllib.parse import quote_plus

import pytest

from newsroom.article import is_outdated
from newsroom.messages import parse_upload_message, upload_message


@pytest.mark.parametrize(
    "key", ["articles/a b.md", "articles/a+b.md", "articles/50%25.md", "articles/霧笛.md", "site.yaml"]
)
def test_a_message_names_the_key_it_was_made_of(key: str) -> None:
    assert parse_upload_message(json.dumps(upload_message(key))) == [key]


@pytest.mark.parametrize(
    "folder", ["articles/", "articles/sub/", "authors/", "pages/", "theme/", "articles/a b/", "/", "articles//"]
)
def test_the_mark_of_a_folder_is_no_upload(folder: str) -> None:
    records = [{"s3": {"object": {"key": quote_plus(key, safe="/")}}} for key in (folder, "articles/a.md", folder)]
    assert parse_upload_message(json.dumps({"Records": records})) == ["articles/a.md"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True), ({"read_with": "now"}, False), ({"verdict": "withdrawn"}, False), ({"verdict": "rejected"}, True),
        ({"kind": "page"}, True), ({"kind": "author"}, True), ({"kind": "site"}, False), ({"kind": "theme"}, False),
        ({"kind": "unknown"}, False),
    ],
)  # fmt: skip
def test_what_was_read_with_other_settings_is_read_again_if_it_is_there(
    changed: dict[str, str], expected: bool
) -> None:
    upload = {"kind": "article", "verdict": "accepted", "read_with": "then", **changed}
    assert is_outdated(upload, "now") is expected
