"""A headless Chromium, told what to do over a pair of pipes: its DevTools protocol, with no library between."""

import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

FOUND = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-extensions", "--mute-audio", "--remote-debugging-pipe", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip
PATIENCE = 60.0  # seconds for one answer


class Gone(Exception):
    """The page a command was for has gone elsewhere of its own accord."""


class Chromium:
    """One browser with one page. `events` holds everything it told of since they were last taken."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self.events: list[dict[str, Any]] = []
        self._number, self._buffer, self._session = 0, b"", ""

    def __enter__(self) -> Self:
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for pair in (os.pipe(), os.pipe()) for end in pair]
        its_in, self._out, self._in, its_out = ends

        def hand_over() -> None:
            os.dup2(its_in, 3)  # where Chromium reads what to do, and
            os.dup2(its_out, 4)  # where it answers

        self._process = subprocess.Popen(
            [str(FOUND), *ARGUMENTS, f"--user-data-dir={self._profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=hand_over, pass_fds=(3, 4),
        )  # fmt: skip
        os.close(its_in)
        os.close(its_out)
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Audits"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, AssertionError):
            self._session = ""
            self.ask("Browser.close")
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """One command, and its answer."""
        self._number += 1
        command: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._out, json.dumps(command).encode() + b"\0")
        give_up = time.monotonic() + PATIENCE
        while True:
            message = self._next(give_up)
            if message.get("id") == command["id"]:
                if "navigated or closed" in message.get("error", {}).get("message", ""):
                    raise Gone(method)
                assert "error" not in message, (method, message["error"])
                return dict(message["result"])

    def until(self, method: str) -> dict[str, Any]:
        """The next event of a kind."""
        give_up = time.monotonic() + PATIENCE
        while True:
            message = self._next(give_up)
            if message.get("method") == method:
                return message

    def _next(self, give_up: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert time.monotonic() < give_up, "Chromium does not answer"
            part = os.read(self._in, 1 << 20)
            assert part, "Chromium has ended"
            self._buffer += part
        first, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(first)
        if "method" in message:
            self.events.append(message)
            if message["method"] == "Page.javascriptDialogOpening":
                self._send_only("Page.handleJavaScriptDialog", accept=True)
        return message

    def _send_only(self, method: str, **parameters: object) -> None:
        self._number += 1
        command: Mapping[str, Any] = {
            "id": self._number,
            "method": method,
            "params": parameters,
            "sessionId": self._session,
        }
        os.write(self._out, json.dumps(command).encode() + b"\0")

    def run(self, script: str) -> Any:
        """The value of an expression on the page, awaited."""
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    def take_events(self) -> list[dict[str, Any]]:
        """What it told of since they were last taken."""
        taken, self.events = self.events, []
        return taken
