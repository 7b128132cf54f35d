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
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any, Self

import boto3
from botocore.config import Config

from infra import JsonObject
from infra.local import CannotRun
from infra.polling import poll_until

ROOT = Path(__file__).resolve().parents[2]
MINISTACK = ROOT / ".cloud" / "bin" / "ministack"
PYTHON = MINISTACK.with_name("python")
SUPERVISOR = Path(__file__).with_name("supervisor.py")
GATE = Path(__file__).with_name("gate.py")
REGION = "us-east-1"

OTHERS_TIMEOUT = 15.0  # seconds for the cloud of a killed runner to save its state
START_TIMEOUT = 60.0  # seconds


def client(service: str, endpoint: str, credentials: Mapping[str, str]) -> Any:
    """Return a boto3 client of the local cloud, independent of this machine's own AWS settings."""
    settings = Config(
        proxies={}, s3={"addressing_style": "path"}, retries={"mode": "standard"}, max_pool_connections=32
    )
    return boto3.client(service, endpoint_url=endpoint, region_name=REGION, config=settings, **credentials)  # type: ignore[call-overload]


class LocalCloud:
    """A running local cloud; leaving the context stops it and keeps its data.

    state: the folder for all its data, created if missing.
    Raises CannotRun if the folder cannot be used or the cloud does not start.

    After the start, `lost` is True if the last run was killed before it could save the tables: later writes
    to them are gone, and only the buckets are complete.
    """

    def __init__(self, state: Path) -> None:
        self.state = state.absolute()
        self.port = 0
        self.credentials = {
            "aws_access_key_id": f"OWNER{secrets.token_hex(8).upper()}",
            "aws_secret_access_key": secrets.token_urlsafe(30),
        }
        """The credentials of this run's account owner, whom no role limits. Functions get those of their own role."""
        self.lost = False
        self._lock: IO[str] | None = None
        self._supervisor: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """The URL on which it listens, on this machine only."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str) -> Any:
        """Return a boto3 client of this cloud, with the owner's rights."""
        return client(service, self.endpoint, self.credentials)

    @property
    def key(self) -> str:
        """The key that the gate before the cloud requires."""
        return self.credentials["aws_secret_access_key"]

    @property
    def mail(self) -> str:
        """The address at which the mail of this run can be read."""
        return f"{self.endpoint}/_ministack/ses/messages?key={self.key}"

    def running(self) -> bool:
        """Return True while it runs; it ends by itself only after an error."""
        return self._supervisor is not None and self._supervisor.poll() is None

    def __enter__(self) -> Self:
        if not MINISTACK.exists():
            raise CannotRun("the local cloud is not installed: run 'make .cloud/installed'")
        self._lock = _hold(self.state)
        try:
            _end_remains(self.state)
            self._repair_state()
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop it and its workers; return when all have ended and its state is saved."""
        if self._supervisor is not None and self._supervisor.stdin is not None:
            self._supervisor.stdin.close()
            self._supervisor.wait()
            self._supervisor = None
            _end_remains(self.state)  # none, unless the supervisor was killed
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        shutil.rmtree(self.state / "tmp", ignore_errors=True)

    def _repair_state(self) -> None:
        """Prepare the saved state of the last run for a start."""
        for saved in sorted((self.state / "services").glob("*.json")):
            try:
                content = json.loads(saved.read_text())
                if saved.name in _REPAIRS:
                    _REPAIRS[saved.name](content["payload"])
                    saved.write_text(json.dumps(content))
            except (ValueError, KeyError, TypeError, AttributeError) as problem:
                raise CannotRun(
                    f"STATE is damaged: {saved} cannot be read. Move {self.state} away; the next run starts afresh"
                ) from problem
        shutil.rmtree(self.state / "tmp", ignore_errors=True)  # files of earlier workers
        (self.state / "tmp").mkdir()
        unsaved = self.state / "unsaved"
        self.lost = unsaved.exists()
        unsaved.touch()

    def _start(self) -> None:
        self.port = _port(self.state / "port")
        with (self.state / "cloud.log").open("ab") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, SUPERVISOR, self.state / "unsaved", PYTHON, GATE],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=self.state, env=self._environment(),
                start_new_session=True,  # a Ctrl-C at the terminal must reach only the runner
                pass_fds=[self._lock.fileno()] if self._lock else [],  # locked until the last process has ended
            )  # fmt: skip
        has_result = poll_until(lambda: self._answers() or not self.running(), START_TIMEOUT, every=0.05)
        if not has_result or not self.running():
            raise CannotRun(f"the local cloud did not start: see the end of {self.state / 'cloud.log'}")

    def _environment(self) -> dict[str, str]:
        """Return the environment of ministack and of every function: as little of this machine as possible."""
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
            "DOCKER_HOST": "unix:///nonexistent",  # otherwise it would remove containers of others
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


def _forget_readers(functions: JsonObject) -> None:
    """Remove the saved stream positions. ministack saves them, but not the stream's records, whose numbers
    start at 0 again: otherwise readers would silently skip that many changes."""
    functions.pop("dynamodb_stream_positions", None)


def _hand_back(queues: JsonObject) -> None:
    """Make the messages that were in flight at the stop visible: their consumers have ended, so there is no need
    to wait for the visibility timeout."""
    for queue in queues["queues"]["data"].values():
        for message in queue["messages"]:
            message["visible_at"] = 0


_REPAIRS = {"lambda.json": _forget_readers, "sqs.json": _hand_back}
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _hold(state: Path) -> IO[str]:
    """Lock the state folder for this run; the lock ends with the last process that holds it."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        if any(state.iterdir()) and not (state / "lock").exists():
            raise CannotRun(f"STATE={state} holds other files: name an empty or a new folder")
        lock = (state / "lock").open("a")
    except OSError as problem:
        raise CannotRun(f"STATE={state} cannot be used: {problem.strerror}") from problem
    if not poll_until(partial(_try_lock, lock), OTHERS_TIMEOUT, every=0.1):
        lock.close()
        raise CannotRun(f"a newsroom is running with STATE={state}: stop it, or name another STATE")
    return lock


def _try_lock(lock: IO[str]) -> bool:
    """Try to lock the file; return False if another process has locked it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end_remains(state: Path) -> None:
    """End the processes of an earlier run that are left because its supervisor was killed.

    Their environment names this state folder, so no other process can be ended by mistake. On a system
    without /proc, none are found.
    """
    for sign in (signal.SIGTERM, signal.SIGKILL):
        poll_until(partial(_signal_remains, state, sign), OTHERS_TIMEOUT, every=0.2)


def _signal_remains(state: Path, sign: signal.Signals) -> bool:
    """Send a signal to the processes that are left; return True if none was."""
    remains = list(_remains(state))
    for process in remains:
        with suppress(ProcessLookupError):
            os.kill(process, sign)
    return not remains


def _remains(state: Path) -> Iterator[int]:
    mark = f"STATE_DIR={state / 'services'}".encode()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark in environment.read_bytes().split(b"\0"):
                yield int(environment.parent.name)


def _port(remembered: Path) -> int:
    """Return the port of the last run if it is free, so that addresses stay the same; else a new one."""
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
