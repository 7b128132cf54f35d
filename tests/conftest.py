"""What tests of the whole newsroom share."""

from collections.abc import Iterator

import pytest

from tests.paper import Paper, a_paper


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    """A paper with nothing published yet, under moto."""
    with a_paper(monkeypatch) as fresh:
        yield fresh


@pytest.fixture
def quick_paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    """The same, in memory: for thousands of rows, and for tests that publish much."""
    with a_paper(monkeypatch, "memory") as fresh:
        yield fresh
