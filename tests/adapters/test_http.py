"""Requests of the API, and whether they came through the site."""

from typing import Any

import pytest

from adapters import http


def event(**headers: str) -> dict[str, Any]:
    return {"requestContext": {"http": {"method": "GET", "sourceIp": "192.0.2.1"}}, "routeKey": "GET /api/moderate",
            "headers": headers}  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "key", "is_through"),
    [
        ({"x-origin-key": "k" * 36}, "k" * 36, True),
        ({"X-Origin-Key": "k" * 36}, "k" * 36, True),
        ({"x-origin-key": "k" * 35}, "k" * 36, False),
        ({"x-origin-key": "ключ"}, "k" * 36, False),
        ({"x-origin-key": ""}, "k" * 36, False),
        ({}, "k" * 36, False),
        ({}, "", True),
        ({"x-origin-key": "anything"}, "", True),
    ],
)
def test_a_request_came_through_the_site_if_it_brings_the_sites_key(
    headers: dict[str, str], key: str, is_through: bool
) -> None:
    assert http.is_through_site(http.parse_request(event(**headers)), key) is is_through
