"""The hostile paper in a real browser, with the headers readers get: nothing of it runs, nothing asks elsewhere.

The raw vectors, unescaped and without those headers, are opened as well: they do run, so the ear that
hears nothing is not deaf.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from infra import template
from newsroom.rendering.site_context import SiteContext
from tests.chromium import FOUND, Chromium, Gone
from tests.hostile import vectors
from tests.hostile.printing import Printed, of_type, print_all
from tests.newsroom import sample_paper

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(FOUND is None, reason="there is no Chromium here: apt-get install chromium"),
]

HEADERS = template.security_headers(template.load())
EAR = """
  for (const name of ["alert", "confirm", "prompt", "print", "open", "msgbox"]) window[name] = () => told("ran " + name)
  addEventListener("securitypolicyviolation", (it) => told("violation of " + it.violatedDirective + " by " + it.blockedURI))
  addEventListener("submit", (it) => it.preventDefault(), true)
  addEventListener("click", (it) => {
    const link = it.target.closest?.("a[href]")
    if (!link || !/^javascript:/i.test(link.protocol || link.href)) it.preventDefault()
  }, true)
"""
SOME = 60
RAW = [*vectors.SCRIPTS, *vectors.HANDLERS, *vectors.ADDRESSES]
TOUCH = """(async () => {
  for (const element of [...document.querySelectorAll("body *")].slice(0, 4000)) {
    for (const kind of ["mouseover", "pointerdown", "focusin", "animationstart", "toggle"]) element.dispatchEvent(new Event(kind))
    if (element.matches("a, button, summary, p, b")) element.click?.()
  }
  await new Promise((done) => setTimeout(done, 0))
  return document.querySelectorAll("script:not([src^='/assets/']):not([type='application/ld+json'])").length
})()"""
"""Touches everything on a page as a reader might, and counts the scripts on it that are not ours."""


class Site:
    """Serves pages by number, with our headers or without any, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.pages: list[bytes] = []
        self.asked: list[str] = []
        self.headers: dict[str, str] = {}
        self.images: set[str] = set()  # elsewhere on the web, which articles may show
        self.assets = dict(SiteContext(sample_paper.a_site()).assets)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Answer, self))
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Answer(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *given: Any) -> None:
        self._site = site
        super().__init__(*given)

    def do_GET(self) -> None:
        self._site.asked.append(self.path)
        number, asset = self.path.removeprefix("/page/"), self._site.assets.get(self.path)
        found = number.isdecimal() and self.path.startswith("/page/")
        body = self._site.pages[int(number)] if found else asset.body if asset else b""
        self.send_response(200 if found or asset else 404)
        self.send_header("content-type", asset.content_type if asset else "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        for name, value in self._site.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    served = Site()
    yield served
    served.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as chromium:
        chromium.ask("Runtime.addBinding", name="told")
        chromium.ask("Page.addScriptToEvaluateOnNewDocument", source=EAR)
        yield chromium


@pytest.fixture(scope="module")
def printed() -> Printed:
    return print_all(vectors.ALL)


def opened(browser: Chromium, site: Site, documents: Sequence[bytes]) -> Counter[str]:
    """What happened while these were opened and touched all over, by what it was."""
    site.pages, heard = list(documents), Counter[str]()
    for number in range(len(documents)):
        browser.take_events()
        browser.ask("Page.navigate", url=f"{site.address}/page/{number}")
        if not any(event["method"] == "Page.loadEventFired" for event in browser.events):
            browser.until("Page.loadEventFired")
        try:
            if browser.run(TOUCH):
                heard["a script that is not ours"] += 1
        except Gone:
            heard["a page that led elsewhere"] += 1
        for event in browser.take_events():
            if said := _heard(event, site):
                heard[said] += 1
    return heard


def _heard(event: dict[str, Any], site: Site) -> str | None:
    told = event["params"]
    match event["method"]:
        case "Runtime.bindingCalled":
            return str(told["payload"])
        case "Page.javascriptDialogOpening":
            return "a dialog"
        case "Runtime.exceptionThrown":
            return f"an exception: {told['exceptionDetails'].get('exception', {}).get('description', '')[:80]}"
        case "Runtime.consoleAPICalled":
            return "a word on the console"
        case "Audits.issueAdded" if told["issue"]["code"] == "ContentSecurityPolicyIssue":
            return f"an issue of the policy: {json.dumps(told['issue']['details'])[:200]}"
        case "Network.requestWillBeSent":
            url, kind = told["request"]["url"], told.get("type")
            if url.startswith(f"{site.address}/page/") or url.removeprefix(site.address) in site.assets:
                return None
            if kind == "Image" and url in site.images:
                return "an image the article names"
            return f"a request of kind {kind} for {url[:100]}"
    return None


def as_asked(browser: Chromium, urls: Sequence[str]) -> set[str]:
    """Addresses as the browser itself spells them when it asks: hosts in Punycode, a path for each, quotes escaped."""
    return set(browser.run(f"{json.dumps(urls)}.map(url => URL.canParse(url) ? new URL(url).href : url)"))


def test_no_page_of_a_hostile_paper_runs_anything_or_asks_anywhere_in_a_browser(
    browser: Chromium, site: Site, printed: Printed
) -> None:
    site.headers = HEADERS
    site.assets |= printed.assets  # a browser that has time asks for the icon of each paper
    by_name = dict(of_type(printed, "text/html"))
    # Every vector in an article, in comments and in lists; of the other pages, which a program has read already, some.
    first = [body for name, body in by_name.items() if name.startswith(("article", "discussion", "list 0 /"))]
    others = [
        body for name, body in by_name.items() if "404" not in name and not name.startswith(("article", "redirect"))
    ]
    documents = list(dict.fromkeys([*first, *others[::SOME]]))

    named = [
        unescape(found)
        for page in documents
        for found in re.findall(r'<img [^>]*src="(https?://[^"]*)"', page.decode())
    ]
    site.images = as_asked(browser, named)
    heard = opened(browser, site, documents)

    shown = heard.pop("an image the article names", 0)
    print(
        f"{len(documents)} pages of {len(vectors.ALL)} vectors opened: 0 executed, 0 requested, {shown} images that articles name"
    )
    assert heard == {}
    assert shown > 100


def test_the_same_vectors_run_where_nothing_stops_them(browser: Chromium, site: Site) -> None:
    site.headers = {}
    documents = [f"<!doctype html><title>x</title><body>{said}".encode(errors="replace") for said in RAW]
    documents += [
        f'<!doctype html><title>x</title><body><a href="{said}">x</a>'.encode(errors="replace")
        for said in vectors.ADDRESSES[:14]
    ]

    heard = opened(browser, site, documents)

    ran = sum(count for what, count in heard.items() if what.startswith(("ran ", "a dialog")))
    asked = sum(count for what, count in heard.items() if what.startswith("a request"))
    print(f"control: {len(documents)} raw vectors opened: {ran} executed, {asked} requested")
    assert ran > 50
    assert asked > 20


def test_the_policy_alone_stops_what_would_run(browser: Chromium, site: Site) -> None:
    """The second line: should a vector ever reach a page unescaped, the headers still let nothing run."""
    site.headers = HEADERS
    documents = [f"<!doctype html><title>x</title><body>{said}".encode(errors="replace") for said in RAW]

    heard = opened(browser, site, documents)

    assert not [what for what in heard if what.startswith(("ran ", "a dialog"))]
    assert sum(count for what, count in heard.items() if what.startswith("violation")) > 50
