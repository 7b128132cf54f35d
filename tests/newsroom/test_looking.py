"""The messages that have an upload looked at again."""

import json

import pytest

from newsroom.looking import keys_of, look_again


@pytest.mark.parametrize(
    "key", ["articles/a b.md", "articles/a+b.md", "articles/50%25.md", "articles/霧笛.md", "site.yaml"]
)
def test_a_message_names_the_key_it_was_made_of(key: str) -> None:
    assert keys_of(json.dumps(look_again(key))) == [key]
