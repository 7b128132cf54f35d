"""Play schedules: one by its seed, or many."""

from collections import Counter
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from time import process_time
from typing import Literal

from tests.memory import Memory
from tests.paper import forget_clients
from tests.simulation import workload
from tests.simulation.schedule import Broken, Schedule
from tests.simulation.stores import InMemory, furnished, opened

StoreName = Literal["memory", "moto"]


@cache
def founded() -> Memory:
    """A newly founded paper: nothing published, and every page that exists all the same is there."""
    memory = furnished()
    work = workload.Workload()
    work.actor("founder").acts.append(workload.send("rebuild", '{"of": "everything", "rebuild": "founding"}'))
    founding = Schedule(0, InMemory(memory), work)
    founding.has_faults = False
    with redirect_stdout(StringIO()):  # to which everything is logged
        founding.run()
    return memory


def play(
    seed: int, store: StoreName = "memory", work: workload.Workload | None = None, *, tells: bool = False
) -> Schedule:
    """Play the schedule of a seed, on the wires laid out. Raises Broken, with the schedule as `schedule`."""
    founding = founded()
    forget_clients()  # or what an earlier schedule left in the handlers' caches would make this one another
    with opened(store, founding) as opened_store, redirect_stdout(StringIO()):  # logs, metrics
        schedule = Schedule(seed, opened_store, work or workload.of(seed), tells=tells)
        try:
            return schedule.run()
        except Broken as problem:
            problem.schedule = schedule
            raise
        except Exception as problem:
            broken = Broken(f"the simulation itself failed: {problem!r}")
            broken.schedule, broken.is_our_own = schedule, True
            raise broken from problem


@dataclass
class Tally:
    """What a stretch of schedules came to. broken: what each seed that failed says."""

    schedules: int = 0
    seconds: float = 0  # of a processor
    counts: Counter[str] = field(default_factory=Counter)
    broken: dict[int, list[str]] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        self.schedules += other.schedules
        self.seconds += other.seconds
        self.counts += other.counts
        self.broken |= other.broken

    @property
    def faults(self) -> dict[str, int]:
        """Faults by kind, the commonest first."""
        return {name.removeprefix("fault: "): n for name, n in self.counts.most_common() if name.startswith("fault: ")}


def play_all(seeds: Iterable[int], store: StoreName = "memory") -> Tally:
    """Play many, whatever becomes of each."""
    founded()
    tally, began = Tally(), process_time()
    for seed in seeds:
        tally.schedules += 1
        try:
            tally.counts += play(seed, store).counts
        except Broken as problem:
            tally.broken[seed] = str(problem).splitlines()
            tally.counts += problem.schedule.counts
    tally.seconds = process_time() - began
    return tally
