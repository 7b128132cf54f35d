"""Who asks the API around the site, where no firewall stands and everybody may say they are any reader."""

from typing import Any

import pytest

from moderate_comment import handler as moderate_comment
from receive_comment import handler as receive_comment
from tests.paper import Paper, api_event

KEY = "11d1e0c0-0000-11f0-8000-0a0b0c0d0e0f"
ROUTES = [
    (receive_comment, "POST /api/articles/{id}/comments"),
    *((moderate_comment, f"{method} /api/{rest}") for method in ("GET", "POST")
      for rest in ("moderate", "comments/{receipt}", "unsubscribe")),
]  # fmt: skip


def asked(verb: Any, route: str, **headers: str) -> int:
    event = api_event(route, route.partition(" ")[2], id="harbour", receipt="none")
    event["headers"] |= headers
    return int(verb.handle(event, None)["statusCode"])


@pytest.mark.parametrize(("verb", "route"), ROUTES, ids=str)
def test_nobody_is_answered_who_comes_around_the_site(
    verb: Any, route: str, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORIGIN_KEY", KEY)
    paper.settle()
    calls = len(paper.calls)

    assert asked(verb, route) == asked(verb, route, **{"x-origin-key": KEY[:-1]}) == 403
    assert len(paper.calls) == calls, "and it costs nothing"
    assert asked(verb, route, **{"x-origin-key": KEY}) != 403
