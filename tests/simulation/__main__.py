"""Play schedules from the command line: one, told as a story, or very many.

    python -m tests.simulation --seed 7 [--store moto]            one schedule, call by call
    python -m tests.simulation --seed 0 --count 200000            a soak, on every core
    python -m tests.simulation --seed 0 --seconds 60              the same, for a time

A soak ends with one line: seeds A-B commit C schedules S calls C faults F violations V.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import count
from multiprocessing import Pool

from tests.simulation.play import StoreName, Tally, play, play_all
from tests.simulation.schedule import Broken
from tests.simulation.wire import wired

STRETCH = {"memory": 100, "moto": 5}  # schedules a process plays before it reports


def main() -> int:
    """Exit status 1 if a promise was broken."""
    asked = argparse.ArgumentParser(prog="python -m tests.simulation", description="Play schedules of the newsroom.")
    asked.add_argument("--seed", type=int, default=0, help="the first, or the only one")
    asked.add_argument("--count", type=int, help="how many; without it one is told as a story")
    asked.add_argument("--seconds", type=float, help="go on for so long")
    asked.add_argument("--store", choices=STRETCH, default="memory")
    options = asked.parse_args()
    if options.count is None and options.seconds is None:
        return tell(options.seed, options.store)
    return soak(options.seed, options.count, options.seconds, options.store)


def tell(seed: int, store: StoreName) -> int:
    """One schedule, as a story."""
    with wired():
        try:
            schedule, problem = play(seed, store, tells=True), None
        except Broken as broken:
            schedule, problem = broken.schedule, broken
    print("\n".join(schedule.story))
    print(f"\n{problem or 'Every promise was kept.'}")
    return problem is not None


def soak(first: int, number: int | None, seconds: float | None, store: StoreName) -> int:
    """Very many, on every core; what was broken is told as it is found."""
    began, whole, last = time.monotonic(), Tally(), first

    def stretches() -> Iterator[tuple[range, StoreName]]:
        step = STRETCH[store]
        for start in count(first, step):
            if number is not None and start >= first + number:
                return
            if seconds is not None and time.monotonic() > began + seconds:
                return
            yield range(start, min(start + step, first + number) if number is not None else start + step), store

    with Pool(os.cpu_count()) as pool:
        for seeds, tally in in_turn(pool, stretches()):
            whole.add(tally)
            last = max(last, seeds[-1])
            for seed, broken in tally.broken.items():
                told = f"seed {seed} (python -m tests.simulation --seed {seed} --store {store}):"
                print(told, *broken, sep="\n  ", flush=True)  # a file is read while it grows
            if sys.stderr.isatty():
                print(f"\r{whole.schedules} schedules, {len(whole.broken)} broken ", end="", file=sys.stderr)
    took = time.monotonic() - began
    print(f"{took:.0f} s; {whole.seconds * 1000 / max(whole.schedules, 1):.1f} ms of a processor a schedule")
    print("faults by kind: " + ", ".join(f"{kind} {number}" for kind, number in whole.faults.items()))
    print(
        f"seeds {first}-{last} commit {commit()} schedules {whole.schedules} calls {whole.counts['calls']} "
        f"faults {sum(whole.faults.values())} violations {sum(map(len, whole.broken.values()))}"
    )
    return bool(whole.broken)


def in_turn(pool: "Pool", stretches: Iterable[tuple[range, StoreName]]) -> Iterator[tuple[range, Tally]]:
    """What each stretch comes to; no more are asked for than the cores can play."""
    under_way = []
    for stretch in stretches:
        under_way.append((stretch[0], pool.apply_async(_stretch, stretch)))
        if len(under_way) > (os.cpu_count() or 1):
            seeds, tally = under_way.pop(0)
            yield seeds, tally.get()
    yield from ((seeds, tally.get()) for seeds, tally in under_way)


def _stretch(seeds: range, store: StoreName) -> Tally:
    with wired():
        return play_all(seeds, store)


def commit() -> str:
    """The commit that is checked out, with a + if files differ from it."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main())
