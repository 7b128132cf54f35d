"""The store server, and the worker that uses it, each in a separate process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.pack import FUNCTIONS, ROOT


@contextmanager
def served(articles: int, shape: str = "written") -> Iterator[str]:
    """Start a store with a generated site; yield its address. shape: see tests/served_memory.py."""
    command = [sys.executable, "-m", "tests.served_memory", "--articles", str(articles), "--as", shape]
    with subprocess.Popen(
        command, cwd=ROOT, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as store:
        assert store.stdin
        assert store.stdout
        try:
            yield store.stdout.readline().strip()
        finally:
            store.stdin.close()


def worked(task: str, address: str, count: int = 1) -> Any:
    """Run one task of infra.bench.worker in a new process; return its result."""
    command = [sys.executable, "-m", "infra.bench.worker", task, address, "--count", str(count)]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    return json.loads(done.stdout)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(FUNCTIONS)}
