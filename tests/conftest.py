"""What tests of the whole newsroom share."""

from collections.abc import Iterator

import pytest

from tests.paper import Paper, a_paper


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    """A paper with nothing published yet."""
    with a_paper(monkeypatch) as fresh:
        yield fresh
