"""`python -m infra.bench`: run the chosen measurements; write one table and build/bench.json."""

import argparse
import json
import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from infra.bench import bursts, rebuilds, starts, writing
from infra.bench.table import Table
from infra.pack import BUILD

MEASUREMENTS: dict[str, Callable[[Table, int, bool], None]] = {
    "rebuild": rebuilds.measure,
    "article": writing.article,
    "comment": writing.comment,
    "starts": starts.measure,
    "bursts": bursts.measure,
}


def main() -> None:
    """Measure, print each line when it is known, and write all of them."""
    options = argparse.ArgumentParser(prog="python -m infra.bench")
    options.add_argument("what", nargs="*", choices=[[], *MEASUREMENTS], help="the measurements; by default all")
    options.add_argument("--runs", type=int, default=5, help="runs of each measurement; the table has their median")
    options.add_argument("--quick", action="store_true", help="measure a tenth of everything, as a trial")
    chosen = options.parse_args()
    began = datetime.now(UTC)
    machine = f"{os.cpu_count()} x {_processor()}, Python {platform.python_version()}"
    table = Table()
    print(f"{began:%Y-%m-%d %H:%M} UTC, {machine}, load {os.getloadavg()[0]:.1f}")
    for name in chosen.what or MEASUREMENTS:
        MEASUREMENTS[name](table, chosen.runs, chosen.quick)
    BUILD.mkdir(exist_ok=True)
    results = {
        "began": began.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "load": os.getloadavg(),
        "runs": chosen.runs,
        "lines": [line._asdict() for line in table.lines],
    }
    (BUILD / "bench.json").write_text(json.dumps(results, indent=2) + "\n")
    print(f"load {os.getloadavg()[0]:.1f}; written to {BUILD / 'bench.json'}")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


if __name__ == "__main__":
    main()
