"""The local cloud: ministack with its data in one folder and role enforcement on.

with LocalCloud(Path(".local")) as cloud:
    cloud.client("s3").list_buckets()
"""

import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self

import boto3
from botocore.config import Config

from infra.local import CannotRun

ROOT = Path(__file__).resolve().parents[2]
MINISTACK = ROOT / ".cloud" / "bin" / "ministack"
PYTHON = MINISTACK.with_name("python")
KEEPER = Path(__file__).with_name("supervisor.py")
GATE = Path(__file__).with_name("gate.py")
REGION = "us-east-1"

OTHERS_PATIENCE = 15.0  # seconds for a runner that was killed to have its cloud saved
START_PATIENCE = 60.0


def client(service: str, endpoint: str, credentials: Mapping[str, str]) -> Any:
    """A boto3 client of the local cloud, whatever this machine's own AWS settings say."""
    settings = Config(
        proxies={}, s3={"addressing_style": "path"}, retries={"mode": "standard"}, max_pool_connections=32
    )
    return boto3.client(service, endpoint_url=endpoint, region_name=REGION, config=settings, **credentials)  # type: ignore[call-overload]


class LocalCloud:
    """A running local cloud; leaving the context stops it and keeps its data.

    state: the folder for everything it keeps, made if absent.
    Raises CannotRun when the folder cannot be used or the cloud does not come up.

    `lost` says, once started, that the last run was killed before it could save the tables: what was
    written since is gone, and only the buckets have all they had.
    """

    def __init__(self, state: Path) -> None:
        self.state = state.absolute()
        self.port = 0
        self.credentials = {
            "aws_access_key_id": f"OWNER{secrets.token_hex(8).upper()}",
            "aws_secret_access_key": secrets.token_urlsafe(30),
        }
        """Of this run: the account's owner, whom no role limits. Functions get their own role's credentials."""
        self.lost = False
        self._lock: IO[str] | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Where it listens: this machine only."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str) -> Any:
        """A boto3 client of this cloud, with the owner's rights."""
        return client(service, self.endpoint, self.credentials)

    @property
    def key(self) -> str:
        """What the gate before the cloud asks for."""
        return self.credentials["aws_secret_access_key"]

    @property
    def mail(self) -> str:
        """Where the mail can be read that the newsroom sent in this run."""
        return f"{self.endpoint}/_ministack/ses/messages?key={self.key}"

    def running(self) -> bool:
        """Whether it still runs; it never ends on its own unless something is wrong."""
        return self._keeper is not None and self._keeper.poll() is None

    def __enter__(self) -> Self:
        if not MINISTACK.exists():
            raise CannotRun("the local cloud is not installed: run 'make .cloud/installed'")
        self._lock = _hold(self.state)
        try:
            _end_remains(self.state)
            self._mend()
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop it, its workers included; returns when all have ended and its state is saved."""
        if self._keeper is not None and self._keeper.stdin is not None:
            self._keeper.stdin.close()
            self._keeper.wait()
            self._keeper = None
            _end_remains(self.state)  # none, unless somebody killed the keeper
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        shutil.rmtree(self.state / "tmp", ignore_errors=True)

    def _mend(self) -> None:
        """Prepare what the last run saved for a start."""
        for saved in sorted((self.state / "services").glob("*.json")):
            try:
                content = json.loads(saved.read_text())
                if saved.name in _MENDS:
                    _MENDS[saved.name](content["payload"])
                    saved.write_text(json.dumps(content))
            except (ValueError, KeyError, TypeError, AttributeError) as problem:
                raise CannotRun(
                    f"STATE is damaged: {saved} cannot be read. Move {self.state} away; the next run starts afresh"
                ) from problem
        shutil.rmtree(self.state / "tmp", ignore_errors=True)  # what earlier workers left
        (self.state / "tmp").mkdir()
        unsaved = self.state / "unsaved"
        self.lost = unsaved.exists()
        unsaved.touch()

    def _start(self) -> None:
        self.port = _port(self.state / "port")
        with (self.state / "cloud.log").open("ab") as log:
            self._keeper = subprocess.Popen(
                [sys.executable, KEEPER, self.state / "unsaved", PYTHON, GATE],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=self.state, env=self._environment(),
                start_new_session=True,  # a Ctrl-C at the terminal is for the runner alone
                pass_fds=[self._lock.fileno()] if self._lock else [],  # held until the last process has ended
            )  # fmt: skip
        give_up = time.monotonic() + START_PATIENCE
        while not self._answers():
            if not self.running() or time.monotonic() > give_up:
                raise CannotRun(f"the local cloud did not start: see the end of {self.state / 'cloud.log'}")
            time.sleep(0.05)

    def _environment(self) -> dict[str, str]:
        """What ministack, and with it every function, sees of this machine: as little as will do."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ}
        return kept | {
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": self.credentials["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.credentials["aws_secret_access_key"],
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent",  # it would tidy up containers that are none of its own
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.state / "services"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.state / "objects"),
            "TMPDIR": str(self.state / "tmp"),
            "NO_PROXY": "127.0.0.1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def _answers(self) -> bool:
        try:
            with _direct.open(f"{self.endpoint}/_ministack/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def _forget_readers(functions: dict[str, Any]) -> None:
    """ministack keeps how far the readers of a table's stream were, but not the stream's records,
    whose count begins at 0 again: left alone, readers would skip that many changes in silence."""
    functions.pop("dynamodb_stream_positions", None)


def _hand_back(queues: dict[str, Any]) -> None:
    """Messages that were being worked on at the stop are nobody's now: there is no need to wait until
    their readers would have run out of time."""
    for queue in queues["queues"]["data"].values():
        for message in queue["messages"]:
            message["visible_at"] = 0


_MENDS = {"lambda.json": _forget_readers, "sqs.json": _hand_back}
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _hold(state: Path) -> IO[str]:
    """Take the state folder for this run alone; the hold ends with the last process that has it."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        if any(state.iterdir()) and not (state / "lock").exists():
            raise CannotRun(f"STATE={state} holds other files: name an empty or a new folder")
        lock = (state / "lock").open("a")
    except OSError as problem:
        raise CannotRun(f"STATE={state} cannot be used: {problem.strerror}") from problem
    give_up = time.monotonic() + OTHERS_PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                lock.close()
                raise CannotRun(f"a newsroom is running with STATE={state}: stop it, or name another STATE") from None
            time.sleep(0.1)
        else:
            return lock


def _end_remains(state: Path) -> None:
    """End the processes of an earlier run that nobody could end: the keeper itself had been killed.

    They are known by their environment, which names this state folder, so no other process can be
    meant. Where there is no /proc to read that from, none are found.
    """
    for sign in (signal.SIGTERM, signal.SIGKILL):
        give_up = time.monotonic() + OTHERS_PATIENCE
        while (remains := list(_remains(state))) and time.monotonic() < give_up:
            for process in remains:
                with suppress(ProcessLookupError):
                    os.kill(process, sign)
            time.sleep(0.2)


def _remains(state: Path) -> Iterator[int]:
    mark = f"STATE_DIR={state / 'services'}".encode()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark in environment.read_bytes().split(b"\0"):
                yield int(environment.parent.name)


def _port(remembered: Path) -> int:
    """The port of the last run if it is free, so that addresses stay as they were; else a new one."""
    with suppress(OSError, ValueError):
        port = int(remembered.read_text())
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(("127.0.0.1", port))
        return port
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    remembered.write_text(f"{port}\n")
    return port
