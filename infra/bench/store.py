"""The served store, and the newsroom at work against it, each in a process of its own."""

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
    """The address of a store that holds a generated paper. shape: see tests/served_memory.py."""
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
    """What a worker tells of one task (infra.bench.worker), done in a fresh process."""
    command = [sys.executable, "-m", "infra.bench.worker", task, address, "--count", str(count)]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    return json.loads(done.stdout)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(FUNCTIONS)}
