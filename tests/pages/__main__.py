"""The audit: every gate on every kind of page of a newsroom that runs, Lighthouse among them, as one table.

A few articles of its own are published for it, in a section of their own, and stay there.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chromium import FOUND, Chromium
from tests.pages import checking
from tests.pages.browsing import AXE, CHECKERS, JAVA, NU, ROOT, Reader
from tests.pages.visits import Visit, furnish
from tests.running import Running

LIGHTHOUSE = CHECKERS / "lighthouse/cli/index.js"
NODE = ROOT / ".venv/bin/node"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-background-networking"
MOST_FAILURES = 3  # of looks at one page: on a busy machine the browser's record lacks its beginning now and then
OF_INVITING = "is-crawlable"  # what pages that ask not to be listed cannot pass,
OF_ANSWERING = "http-status-code,errors-in-console"  # nor those whose status is an error, which the browser remarks on


def scores(site: str, visit: Visit, form: str, runs: int) -> list[int]:
    """Lighthouse's medians of four categories, in hundredths. A look that fails is taken again; a low score is not."""
    found: dict[str, list[float]] = {name: [] for name in CATEGORIES}
    left_out = f",{OF_ANSWERING}" if visit.status >= 400 else ""
    command = [
        str(NODE), str(LIGHTHOUSE), site + visit.path, "--quiet", "--output=json", f"--chrome-flags={FLAGS}",
        f"--only-categories={','.join(CATEGORIES)}", *(["--preset=desktop"] if form == "desktop" else []),
        *([] if visit.is_listed else [f"--skip-audits={OF_INVITING}{left_out}"]),
        *(["--ignore-status-code"] if visit.status >= 400 else []),
    ]  # fmt: skip
    failures = 0
    while len(found["performance"]) < runs:
        done = subprocess.run(
            command, env={**os.environ, "CHROME_PATH": str(FOUND)}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            failures += 1
            if failures <= MOST_FAILURES:
                continue
            raise SystemExit(f"Lighthouse could not look at {visit.path}: {done.stderr[-500:]}")
        for name, category in json.loads(done.stdout)["categories"].items():
            found[name].append(category["score"] or 0)
    return [round(100 * statistics.median(each)) for each in found.values()]


def told(wrong: list[str]) -> str:
    return "[green]0[/]" if not wrong else f"[red]{len(wrong)}[/]"


def audit(newsroom: Running, runs: int) -> Iterator[str]:
    """Print the table; gives everything that is wrong, in words."""
    visits, site = furnish(newsroom), f"http://127.0.0.1:{newsroom.port}"
    by_bytes, weights = checking.by_bytes(newsroom, visits), checking.weights(newsroom, visits)
    with tempfile.TemporaryDirectory() as folder:
        by_checker = checking.by_checker(newsroom, visits, Path(folder))
    with tempfile.TemporaryDirectory() as folder, Chromium(Path(folder)) as chromium:
        by_browser = checking.by_browser(Reader(chromium, site), visits)
    table = Table("page", "HTML", "whole", "requests", "axe", "Nu", "reflow", "keys", "quiet", "headers", "form, data",
                  "Lighthouse mobile", "Lighthouse desktop")  # fmt: skip
    with ThreadPoolExecutor(1) as turns:
        lit = {
            (visit.kind, form): turns.submit(scores, site, visit, form, runs)
            for visit in visits for form in ("mobile", "desktop")
            if runs and visit.form is None and visit.kept is None and visit.status != 301
        }  # fmt: skip
        for visit in visits:
            kind, weight = visit.kind, weights[visit.kind]
            seen, bare = by_browser.get(kind, {}), by_bytes[kind]
            lights = [lit[kind, form].result() if (kind, form) in lit else None for form in ("mobile", "desktop")]
            table.add_row(
                kind, f"{weight.html:,}", f"{weight.whole:,}", str(weight.requests),
                *(told(seen[gate]) if seen else "–" for gate in ("axe",)), told(by_checker[kind]),
                *(told(seen[gate]) if seen else "–" for gate in ("reflow", "keyboard", "quiet")),
                told(bare["headers"]), told(bare["form"] + bare["data"] + bare["status"]),
                *("–" if each is None else " ".join(map(str, each)) for each in lights),
            )  # fmt: skip
            problems = {**bare, **seen, "Nu": by_checker[kind], "weight": checking.too_heavy(kind, weight)}
            yield from (f"{kind}: {gate}: {each}" for gate, wrong in problems.items() for each in wrong)
            yield from (f"{kind}: Lighthouse: {each}" for each in lights if each and min(each) < 100)
    Console(width=170).print(table)
    pages, broken = checking.crawl(newsroom)
    style, too_much = checking.style(newsroom)
    print(f"Lighthouse: medians of {runs}; unlisted pages without {OF_INVITING}, errors without {OF_ANSWERING} too")
    print(f"links: {pages} addresses on the site, {len(broken)} broken")
    print(f"style: {style:,} bytes, Nu {len(by_checker['style'])}; sizes are as gzip packs, and Brotli packs smaller")
    yield from (*broken, *too_much, *(f"style: Nu: {each}" for each in by_checker["style"]))
    for name, found in (("feed", checking.feeds(newsroom)), ("sitemap", checking.sitemaps(newsroom, {}))):
        print(f"{name}s: {len(found)}, {sum(map(bool, found.values()))} with something wrong")
        yield from (f"{path}: {each}" for path, wrong in found.items() for each in wrong)


def main() -> None:
    options = argparse.ArgumentParser(prog="make audit", description=__doc__)
    options.add_argument("--state", type=Path, default=Path(".local"))
    options.add_argument("--port", type=int, default=8080)
    options.add_argument("--runs", type=int, default=5, help="how often Lighthouse looks at each page; 0 for never")
    given = options.parse_args()
    if not (given.state / "cloud.json").exists():
        sys.exit(f"No newsroom runs with the state in {given.state}: start one with `make run`, or name it with STATE=")
    for what, there in (("Chromium", FOUND), ("Java", JAVA), ("axe", AXE.exists()), ("the Nu checker", NU.exists())):
        if not there:
            sys.exit(f"{what} is missing: on Debian, apt-get install chromium default-jre-headless; then `make audit`")
    wrong = list(audit(Running.found(given.state, given.port), given.runs))
    print("\n".join(wrong) or "Every gate is passed.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
