"""Cold starts: import each handler and create its clients, in a new process, from its own zip."""

import statistics
import sys
import tempfile
import zipfile
from pathlib import Path

from infra import pack
from infra.bench.peers import spent
from infra.bench.table import Table

BARE = "import boto3; boto3.client('dynamodb')"
START = """
import importlib, sys, {verb}.handler
clients = importlib.import_module('adapters.clients')
for name in {clients!r}: getattr(clients, name)()
if 'adapters.obstore_objects' in sys.modules: sys.modules['adapters.obstore_objects']._store('site')
"""
CLIENTS = {
    "publish_article": ["dynamodb", "s3"],
    "plan_pages": ["dynamodb", "sqs"],
    "render_page": ["dynamodb"],
    "rebuild_site": ["dynamodb", "sqs"],
    "release_articles": ["dynamodb"],
    "receive_comment": ["dynamodb", "sqs"],
    "ingest_comment": ["dynamodb"],
    "moderate_comment": ["dynamodb", "sesv2"],
}
MOST = 1.2  # as a ratio to a bare client
QUICK = {"receive_comment": 1.0, "render_page": 1.0}  # users wait for these
LARGEST = 50  # MB, unzipped


def measure(table: Table, runs: int, quick: bool) -> None:
    """Measure the CPU of each start, as a ratio to that of a bare DynamoDB client in the same turn."""
    table.head("Cold start (CPU, a bare boto3.client('dynamodb') in the same turn being 1) and unzipped size")
    zips = pack.pack()
    with tempfile.TemporaryDirectory() as folder:
        programs = {"bare boto3.client('dynamodb')": (BARE, "")}
        sizes = {}
        for verb, packed in zips.items():
            with zipfile.ZipFile(packed) as archive:
                archive.extractall(Path(folder) / verb)
                sizes[verb] = sum(entry.file_size for entry in archive.infolist()) / 1e6
            programs[verb] = (START.format(verb=verb, clients=CLIENTS[verb]), str(Path(folder) / verb))
        spent([sys.executable, "-c", BARE], PYTHONDONTWRITEBYTECODE="", AWS_DEFAULT_REGION="eu-west-1")
        for program, path in programs.values():
            _start(program, path)
        turns = [{name: _start(*program) for name, program in programs.items()} for _ in range(runs)]
    bare = next(iter(programs))
    table.add(bare, 1000 * statistics.median(turn[bare] for turn in turns), "ms of CPU")
    for verb in zips:
        ratio = statistics.median(turn[verb] / turn[bare] for turn in turns)
        table.add(verb, ratio, "x bare", at_most=QUICK.get(verb, MOST))
        table.add(f"{verb}, unzipped", sizes[verb], "MB", at_most=LARGEST)


def _start(program: str, path: str) -> float:
    """Return the CPU seconds of a Python process that writes no bytecode, as in Lambda: it has only that of the zip.
    The runtime's own boto3 is compiled, and so is the one that replaces it here."""
    command = [sys.executable, "-c", program]
    return spent(command, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1", AWS_DEFAULT_REGION="eu-west-1")[0]
