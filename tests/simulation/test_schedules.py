"""The newsroom keeps its promises whatever is duplicated, reordered, delayed, crashed or landed late."""

import os
import subprocess
import sys

import pytest

from tests.paper import ROOT
from tests.simulation.play import StoreName, play_all
from tests.simulation.wire import wired

SCHEDULES, STRETCH = 5000, 250
UNDER_MOTO, MOTO_STRETCH = 50, 5


@pytest.mark.parametrize("first", range(0, SCHEDULES, STRETCH))
def test_every_promise_is_kept(first: int) -> None:
    assert_kept(range(first, first + STRETCH), "memory")


@pytest.mark.parametrize("first", range(0, UNDER_MOTO, MOTO_STRETCH))
def test_every_promise_is_kept_under_moto(first: int) -> None:
    assert_kept(range(first, first + MOTO_STRETCH), "moto")


def assert_kept(seeds: range, store: StoreName) -> None:
    with wired():
        tally = play_all(seeds, store)
    told = [
        f"seed {seed}; replay it with: .venv/bin/python -m tests.simulation --seed {seed} --store {store}\n  "
        + "\n  ".join(broken)
        for seed, broken in tally.broken.items()
    ]
    assert not told, "\n" + "\n".join(told)
    assert tally.schedules == len(seeds)
    assert tally.faults


def test_a_seed_is_the_same_run_in_every_process() -> None:
    seeds = (4, 8, 12)  # two of the mixed days, and one to and fro
    stories = {told(seed, hashing) for hashing in ("1", "2") for seed in seeds}

    assert len(stories) == len(seeds)


def told(seed: int, hashing: str) -> str:
    """The story of a seed, as a process tells it that hashes strings in its own way."""
    command = [sys.executable, "-m", "tests.simulation", "--seed", str(seed)]
    environment = {**os.environ, "PYTHONHASHSEED": hashing}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
