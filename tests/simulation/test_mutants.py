"""The simulation notices when the newsroom is broken: each fault made on purpose is caught within so many schedules."""

from random import Random

import pytest

from tests.simulation.mutants import MUTANTS
from tests.simulation.play import founded, play
from tests.simulation.schedule import Broken
from tests.simulation.wire import wired


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_newsroom_is_noticed(name: str) -> None:
    assert first_caught(name) is not None, (
        f"no schedule of {MUTANTS[name].within} noticed: {MUTANTS[name].breaks.__doc__}"
    )


def first_caught(name: str) -> int | None:
    """The first seed whose schedule notices a fault; None if none does."""
    mutant = MUTANTS[name]
    with wired() as patch:
        mutant.breaks(patch)
        founded.cache_clear()  # a paper is as it was founded, with the fault in it or without
        founded()  # a fault that bars even that would be none that anybody could overlook
        try:
            for seed in range(mutant.within):
                try:
                    play(seed, work=mutant.at(Random(seed)) if mutant.at else None)
                except Broken as broken:
                    if broken.is_our_own:  # what only trips the simulation is not noticed by it
                        raise
                    return seed
        finally:
            founded.cache_clear()
    return None
