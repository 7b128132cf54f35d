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

_REPLY_PAGE = "the page where a comment is answered came back: a late older drawing met a place left empty"
_LATE_VERDICT = "a verdict was called failed and landed late, and the check knew only acknowledged ones"
FOUND = {
    1008534: _REPLY_PAGE,
    1010956: _LATE_VERDICT,
    1038780: _REPLY_PAGE,
    1040380: f"{_REPLY_PAGE}, and with it a comment that was erased",
    1051282: f"{_REPLY_PAGE}, and with it a comment that was erased",
    1075593: f"{_REPLY_PAGE}, and with it a comment that was erased",
    1119930: "a verdict landed and its repetition by botocore was refused, so that it was called overtaken by itself",
    1181569: _REPLY_PAGE,
    1188133: _REPLY_PAGE,
    1192167: f"{_REPLY_PAGE}, and with it a comment that was erased",
    2112000: "the same words sent two days later are another comment, and the check took it for the first",
}
"""Seeds of long runs that once broke a promise, and what each found."""


@pytest.mark.parametrize("first", range(0, SCHEDULES, STRETCH))
def test_every_promise_is_kept(first: int) -> None:
    assert_kept(range(first, first + STRETCH), "memory")


@pytest.mark.parametrize("first", range(0, UNDER_MOTO, MOTO_STRETCH))
def test_every_promise_is_kept_under_moto(first: int) -> None:
    assert_kept(range(first, first + MOTO_STRETCH), "moto")


@pytest.mark.parametrize("seed", FOUND)
def test_what_a_long_run_once_found_stays_mended(seed: int) -> None:
    assert_kept(range(seed, seed + 1), "memory")


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
    assert tally.faults or len(seeds) == 1


def test_a_seed_is_the_same_run_in_every_process() -> None:
    seeds = (4, 8, 12)  # two of the mixed days, and one to and fro
    stories = {told(seed, hashing) for hashing in ("1", "2") for seed in seeds}

    assert len(stories) == len(seeds)


def test_a_seed_is_the_same_run_whatever_was_played_before_it() -> None:
    with wired():
        alone = play_all([4])
    with wired():
        after_others = [play_all([seed]) for seed in (5, 4, 6, 4)][1::2]

    assert all(tally.counts == alone.counts for tally in after_others)


def told(seed: int, hashing: str) -> str:
    """The story of a seed, as a process tells it that hashes strings in its own way."""
    command = [sys.executable, "-m", "tests.simulation", "--seed", str(seed)]
    environment = {**os.environ, "PYTHONHASHSEED": hashing}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
