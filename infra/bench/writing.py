"""One article added to archives of any size, and one comment received."""

import statistics
import tempfile
from pathlib import Path

from infra.bench import peers, store
from infra.bench.table import Table

ARCHIVES = (100, 10_000, 1_000_000)
HUGOS = (1_000, 10_000)
COMMENTS = 300


def article(table: Table, runs: int, quick: bool) -> None:
    """Measure one more article in a warm newsroom, and Hugo's complete rebuild for the same."""
    table.head("One article added")
    costs = {}
    for archive in ARCHIVES[:2] if quick else ARCHIVES:
        with store.served(archive, "listed") as address:
            added = store.worked("article", address, runs)
        last = added[-1]
        costs[archive] = (sum(last["calls"].values()), last["objects"])
        name = f"to {archive:,} articles"
        table.add(f"{name}: calls to AWS", costs[archive][0], "calls")
        table.add(f"{name}: objects written", costs[archive][1], "objects")
        table.add(f"{name}: bytes written", last["bytes"] / 1000, "kB")
        cpu = statistics.median(article["cpu"] for article in added)
        table.add(f"{name}: CPU of all handlers", 1000 * cpu, "ms", at_most=40)
    table.add("archives that cost other counts than the smallest", len(set(costs.values())) - 1, "", at_most=0)
    for articles in (HUGOS[0] // 10,) if quick else HUGOS:
        with tempfile.TemporaryDirectory() as folder:
            command = peers.hugo(Path(folder), articles)
            peers.build(command, Path(folder))
            reruns = []
            for run in range(runs):
                peers.add_to_hugo(Path(folder), articles + run)
                reruns.append(peers.spent(command)[0])
        table.add(f"Hugo's rerun, {articles:,} articles", 1000 * statistics.median(reruns), "ms")


def comment(table: Table, runs: int, quick: bool) -> None:
    """Measure the CPU of receive_comment, warm, through its handler; elsewhere Isso took 2.9 ms, WordPress 15 ms."""
    table.head("One comment received")
    spent = []
    for _ in range(runs):
        with store.served(10) as address:
            spent.append(statistics.median(store.worked("comment", address, COMMENTS)))
    table.add("receive_comment, warm", 1000 * statistics.median(spent), "ms of CPU", at_most=2)
