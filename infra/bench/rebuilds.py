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
    _compare(table, articles, runs)
    _resize(table, (articles // 10, articles) if quick else (1_000, articles, 100_000))


def _compare(table: Table, articles: int, runs: int) -> None:
    """Add our rate, those of the peers in the same turns, and our calls to AWS."""
    table.head(f"Rebuild of {articles:,} articles (pages: every one drawn and written)")
    with tempfile.TemporaryDirectory() as folder:
        sites = {name: Path(folder) / name for name in ("hugo", "pelican")}
        builds = {name: getattr(peers, name)(site, articles) for name, site in sites.items()}
        rates: dict[str, list[float]] = {name: [] for name in ("ours", *builds)}
        for _ in range(runs):
            ours = _rebuilt(articles)
            rates["ours"].append(_rate(ours["drawn"]))
            for name, command in builds.items():
                cpu, files = peers.build(command, sites[name])
                rates[name].append(files / cpu)
    median = {name: statistics.median(values) for name, values in rates.items()}
    table.add("Broadsheet, tables to objects", median["ours"], "pages/CPU s", least=GOAL)
    table.add("Hugo", median["hugo"], "files/CPU s")
    table.add("Pelican", median["pelican"], "files/CPU s")
    table.add("Broadsheet / Hugo", statistics.median(map(_ratio, rates["ours"], rates["hugo"])), "x", least=2)
    drawn, unchanged = ours["drawn"], ours["unchanged"]
    table.add("calls to AWS, every page drawn", _calls(drawn), "per 1,000 pages")
    table.add("calls to AWS, nothing has changed", _calls(unchanged, drawn["objects"]), "per 1,000 pages")
    table.add("nothing has changed", drawn["objects"] / unchanged["cpu"], "pages/CPU s")


def _resize(table: Table, sizes: tuple[int, ...]) -> None:
    """Add our rate and memory for sites of these sizes: both must stay the same."""
    results = {size: _rebuilt(size) for size in sizes}
    for size, result in results.items():
        table.add(f"{size:,} articles, {result['drawn']['objects']:,} pages", _rate(result["drawn"]), "pages/CPU s")
        table.add(f"{size:,} articles, peak memory", result["unchanged"]["peak"], "MB")
    small, large = results[min(results)], results[max(results)]
    table.add("rate, smallest / largest", _rate(small["drawn"]) / _rate(large["drawn"]), "x", at_most=FLAT)
    table.add("memory, largest / smallest", large["unchanged"]["peak"] / small["unchanged"]["peak"], "x", at_most=FLAT)


def _rebuilt(articles: int) -> Any:
    with store.served(articles) as address:
        return store.worked("rebuild", address)


def _rate(result: Any) -> float:
    return float(result["objects"] / result["cpu"])


def _calls(result: Any, pages: int = 0) -> float:
    return float(1000 * sum(result["calls"].values()) / (pages or result["objects"]))


def _ratio(ours: float, theirs: float) -> float:
    return ours / theirs
