"""No input that a newsroom takes costs it more than two honest megabytes of prose and 256 MB of memory.

An honest megabyte is read in half a second here, so that is a second; said as a ratio of two things
measured in one run, it holds on a slow machine and on a busy one.

Images are not among them: no function of ours opens one. An article names its image by address, and
readers' browsers fetch it.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hostile import bombs

pytestmark = pytest.mark.xdist_group("bombs")

ROOT = Path(__file__).parents[2]
MEGABYTES = 256


@pytest.fixture(scope="module")
def let_off() -> dict[str, dict[str, Any]]:
    """What each bomb cost, by its name."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.bombs"],
        cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=True, timeout=600,
    )  # fmt: skip
    costs: dict[str, dict[str, Any]] = json.loads(done.stdout)
    for name, cost in sorted(costs.items(), key=lambda item: -item[1]["seconds"])[:15]:
        taken = f"{cost['seconds']:5.2f} s, {cost['honest_megabytes']:4.2f} of an honest megabyte"
        print(f"{taken}, {cost['megabytes']:4.0f} MB  {name}: {cost['ended'][:60]}")
    return costs


def test_no_bomb_costs_more_than_two_honest_megabytes_or_256_of_memory(let_off: dict[str, dict[str, Any]]) -> None:
    assert len(let_off) > 300
    dear = {
        name: cost
        for name, cost in let_off.items()
        if cost["honest_megabytes"] > bombs.MOST or cost["megabytes"] > MEGABYTES
    }
    assert dear == {}


def test_every_bomb_is_taken_or_refused_in_words_and_none_raises(let_off: dict[str, dict[str, Any]]) -> None:
    assert {
        name: cost["ended"] for name, cost in let_off.items() if not cost["ended"].startswith(("taken", "refused: "))
    } == {}


def test_what_is_refused_for_its_size_says_what_to_do(let_off: dict[str, dict[str, Any]]) -> None:
    for name in (
        "Markdown: one word, at the limit of size",
        "HTML: bold, at the limit of size",
        "HTML: ampersands, at the limit of size",
        "Plain copy: lines",
    ):
        assert let_off[name]["ended"] == "taken" or "so split it" in let_off[name]["ended"], let_off[name]
