"""A rebuild from tables to objects, compared with Hugo and Pelican; its rate and memory for larger sites."""

import statistics
import tempfile
from pathlib import Path
from typing import Any

from infra.bench import peers, store
from infra.bench.table import Table

ARTICLES = 10_000
GOAL = 3_400  # pages per CPU-second: twice the measured rate of Hugo on such a machine
FLAT = 1.15  # largest ratio between the figures of a small and a large site


def measure(table: Table, runs: int, quick: bool) -> None:
    """Measure our rebuild and the peers' in turns, then ours at other sizes."""
    articles = ARTICLES // 10 if quick else ARTICLES
    table.head(f"Rebuild of {articles:,} articles (pages: every one drawn and written)")
    with tempfile.TemporaryDirectory() as folder:
        sites = {name: Path(folder) / name for name in ("hugo", "pelican")}
        builds = {name: getattr(peers, name)(site, articles) for name, site in sites.items()}
        rates: dict[str, list[float]] = {name: [] for name in ("ours", *builds)}
        for _ in range(runs):
            told = _rebuilt(articles)
            rates["ours"].append(_rate(told["drawn"]))
            for name, command in builds.items():
                cpu, files = peers.build(command, sites[name])
                rates[name].append(files / cpu)
    median = {name: statistics.median(found) for name, found in rates.items()}
    table.add("Broadsheet, tables to objects", median["ours"], "pages/CPU s", least=GOAL)
    table.add("Hugo", median["hugo"], "files/CPU s")
    table.add("Pelican", median["pelican"], "files/CPU s")
    table.add("Broadsheet / Hugo", statistics.median(map(_ratio, rates["ours"], rates["hugo"])), "x", least=2)
    table.add("calls to AWS, every page drawn", _calls(told["drawn"]), "per 1,000 pages")
    unchanged = told["unchanged"]
    table.add("calls to AWS, nothing has changed", _calls(unchanged, told["drawn"]["objects"]), "per 1,000 pages")
    table.add("nothing has changed", told["drawn"]["objects"] / unchanged["cpu"], "pages/CPU s")
    sizes = {size: _rebuilt(size) for size in ((articles // 10, articles) if quick else (1_000, articles, 100_000))}
    for size, found in sizes.items():
        table.add(f"{size:,} articles, {found['drawn']['objects']:,} pages", _rate(found["drawn"]), "pages/CPU s")
        table.add(f"{size:,} articles, peak memory", found["unchanged"]["peak"], "MB")
    small, large = sizes[min(sizes)], sizes[max(sizes)]
    table.add("rate, smallest / largest", _rate(small["drawn"]) / _rate(large["drawn"]), "x", at_most=FLAT)
    table.add("memory, largest / smallest", large["unchanged"]["peak"] / small["unchanged"]["peak"], "x", at_most=FLAT)


def _rebuilt(articles: int) -> Any:
    with store.served(articles) as address:
        return store.worked("rebuild", address)


def _rate(told: Any) -> float:
    return float(told["objects"] / told["cpu"])


def _calls(told: Any, pages: int = 0) -> float:
    return float(1000 * sum(told["calls"].values()) / (pages or told["objects"]))


def _ratio(ours: float, theirs: float) -> float:
    return ours / theirs
