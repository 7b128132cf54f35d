"""One empty paper for all tests of a module: they keep out of each other's way by their keys."""

from collections.abc import Iterator

import pytest

from tests.paper import Paper, a_paper


@pytest.fixture(scope="module")
def shared_paper() -> Iterator[Paper]:
    """A paper with nothing published; for tests that use rows, objects and queues of their own."""
    with pytest.MonkeyPatch.context() as monkeypatch, a_paper(monkeypatch) as fresh:
        yield fresh
