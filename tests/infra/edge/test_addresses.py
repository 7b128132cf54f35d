"""One table of cases for the address rules, as CloudFront runs them and as the laptop's front does."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra import template
from infra.local.addresses import Read, Redirect, map_status, page_headers, rewrite_url

CASES = json.loads(Path(__file__).with_name("addresses.json").read_text())
NODE = Path(sys.executable).with_name("node")  # CloudFront's functions are JavaScript
LONGEST_CODE = 10 * 1024  # bytes that CloudFront takes for a function
RUN_EACH = "; const given = JSON.parse(require('fs').readFileSync(0)); console.log(JSON.stringify(given.map(handler)))"


def by_cloudfront(function: str, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    code = template.load()["Resources"][function]["Properties"]["FunctionCode"]
    done = subprocess.run(
        [NODE, "-e", code + RUN_EACH], input=json.dumps(events), capture_output=True, check=True, text=True
    )
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results


def test_every_edge_function_is_a_file_that_the_template_deploys_and_cloudfront_takes() -> None:
    files = [path.read_text() for path in sorted((template.PATH.parent / "edge").iterdir())]
    functions = template.resources(template.load(), "AWS::CloudFront::Function")
    assert sorted(files) == sorted(function["FunctionCode"] for function in functions.values())
    assert max(len(code.encode()) for code in files) <= LONGEST_CODE


def querystring(query: str) -> dict[str, dict[str, Any]]:
    """A query as CloudFront hands it to a function: still encoded, repeated names together."""
    pairs: dict[str, list[str]] = {}
    for pair in query.split("&") if query else []:
        name, _, value = pair.partition("=")
        pairs.setdefault(name, []).append(value)
    return {
        name: {"value": values[0]} | ({"multiValue": [{"value": value} for value in values]} if values[1:] else {})
        for name, values in pairs.items()
    }


@pytest.mark.parametrize("case", CASES["addresses"], ids=lambda case: case["ask"])
def test_the_front_reads_or_redirects_as_the_table_says(case: dict[str, str]) -> None:
    found = rewrite_url(case["ask"], case.get("query", ""))
    assert found == (Read(case["reads"]) if "reads" in case else Redirect(case["redirects"]))


@pytest.mark.parametrize("case", CASES["statuses"], ids=str)
def test_the_front_answers_with_the_status_the_table_says(case: dict[str, Any]) -> None:
    assert map_status(case["metadata"]) == (case["status"], case.get("location"))


def test_cloudfront_reads_or_redirects_as_the_table_says() -> None:
    events = [
        {"request": {"uri": case["ask"], "querystring": querystring(case.get("query", ""))}}
        for case in CASES["addresses"]
    ]
    for case, result in zip(CASES["addresses"], by_cloudfront("RewriteUrl", events), strict=True):
        if "reads" in case:
            assert result["uri"] == case["reads"]
        else:
            assert (result["statusCode"], result["headers"]["location"]["value"]) == (301, case["redirects"])


def test_cloudfront_answers_with_the_status_the_table_says() -> None:
    events = [
        {
            "response": {
                "statusCode": 200,
                "headers": {f"x-amz-meta-{name}": {"value": value} for name, value in case["metadata"].items()},
            }
        }
        for case in CASES["statuses"]
    ]
    for case, result in zip(CASES["statuses"], by_cloudfront("MapStatus", events), strict=True):
        assert result["statusCode"] == case["status"]
        assert result["headers"].get("location", {}).get("value") == case.get("location")
        assert not {"x-amz-meta-tombstone", "x-amz-meta-location"} & result["headers"].keys()


@pytest.mark.parametrize("status", [206, 304, 404, 412, 416, 503])
@pytest.mark.parametrize("metadata", [{"tombstone": "1"}, {"location": "/there/"}], ids=str)
def test_only_a_whole_page_becomes_another_status(status: int, metadata: dict[str, str]) -> None:
    headers = {f"x-amz-meta-{name}": {"value": value} for name, value in metadata.items()}
    (answer,) = by_cloudfront("MapStatus", [{"response": {"statusCode": status, "headers": headers}}])
    assert answer == {"statusCode": status, "headers": {}}


def test_cloudfront_keeps_pages_to_themselves_and_lets_pictures_be_shown() -> None:
    kinds = ["text/html; charset=utf-8", "image/avif", "application/rss+xml", "text/css; charset=utf-8"]
    events = [{"response": {"statusCode": 200, "headers": {"content-type": {"value": kind}}}} for kind in kinds]
    for kind, result in zip(kinds, by_cloudfront("MapStatus", events), strict=True):
        given = {name: header["value"] for name, header in result["headers"].items() if name != "content-type"}
        assert given == page_headers(kind)


def test_cloudfront_gives_an_answer_of_the_api_its_own_status_again() -> None:
    answers = [{"content-type": {"value": "text/html"}}, {"x-status": {"value": "404"}}]
    events = [{"response": {"statusCode": 200, "headers": headers}} for headers in answers]
    taken, unknown = by_cloudfront("RestoreStatus", events)
    assert (taken["statusCode"], unknown["statusCode"]) == (200, 404)
    assert unknown["headers"] == {}


def test_no_redirect_leads_to_another_site() -> None:
    for case in CASES["addresses"]:
        location = case.get("redirects", "/")
        assert location[:1] == "/"
        assert location[1:2] not in {"/", "\\"}
