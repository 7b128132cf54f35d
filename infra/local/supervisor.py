"""Run the local cloud as long as the process that started this program lives.

    supervisor.py UNSAVED PROGRAM [ARGUMENT ...]

Its standard input is a pipe without data. When the other end closes it, on purpose or because it was
killed, the cloud gets a signal to end, and then saves its state. All processes of the cloud are in the same process
group, and end with it. The file UNSAVED is removed if the cloud ended as requested and saved its state.
"""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

TIMEOUT = 60.0  # seconds for the cloud to save its state


def main() -> None:
    """Start the program, wait until it or standard input ends, and leave no process."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    unsaved, *program = sys.argv[1:]
    cloud = subprocess.Popen(program, stdin=subprocess.DEVNULL, preexec_fn=_reset_signals)  # noqa: PLW1509
    end_requested = threading.Event()
    threading.Thread(target=_end_with_input, args=[cloud, end_requested], daemon=True).start()
    if cloud.wait() != -signal.SIGKILL and end_requested.is_set():
        Path(unsaved).unlink(missing_ok=True)
    os.killpg(0, signal.SIGKILL)  # the cloud's workers, which outlive it, and this program


def _reset_signals() -> None:
    """Reset the signal handlers: a child process inherits ignored signals."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _end_with_input(cloud: "subprocess.Popen[bytes]", end_requested: threading.Event) -> None:
    sys.stdin.buffer.read()
    end_requested.set()
    cloud.terminate()
    try:
        cloud.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        cloud.kill()


if __name__ == "__main__":
    main()
