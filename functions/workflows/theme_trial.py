"""The trial of a theme: a separate process parses it and renders with it, with limits on time and memory.

A template is a program that somebody else wrote. A template that kills its process or keeps it busy must not harm the
other uploads of the same batch, so it does not run in our process. The new process is started and not forked, because
ours may hold threads. It has no credentials, and it sets its own limits before it receives the theme.
"""

import json
import os
import resource
import subprocess
import sys
from contextlib import suppress
from typing import Any, TypedDict

from newsroom.errors import Problem, Rejected, TransientError
from newsroom.site import Site
from newsroom.uploads import parser
from newsroom.uploads.diagnostics import Diagnostics
from newsroom.uploads.parsed import ParsedTheme, ParsedUpload

SECONDS = 3  # of processor time; a good theme needs one at most, more than half of it to start
MEMORY = 400 << 20  # bytes of address space; a good theme needs a third
TIMEOUT = 12.0  # seconds, because a busy machine may give it little processor time
PROGRAM = ("-m", "workflows.theme_trial")
_READY = "ready\n"
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT")


class TrialRequest(TypedDict):
    """The file to try. `text` holds its bytes as Latin-1; `site` is the settings with the rest of the theme."""

    key: str
    text: str
    site: Site


class TrialResult(TypedDict):
    """The fields of the parsed theme; None if it was rejected, for the problems."""

    theme: dict[str, Any] | None
    problems: list[Problem]


def is_needed(key: str) -> bool:
    """Return True if the file of a key needs a trial."""
    return parser.kind_of(key) == "theme"


def read(key: str, raw: bytes, site: Site) -> ParsedUpload:
    """Parse an uploaded file as `parser.parse` does, but try a theme in a separate process.

    Raises Rejected also if that process ends without a result, and TransientError if no result comes in time.
    """
    if not is_needed(key):
        return parser.parse(key, raw, site)
    result = _run_trial({"key": key, "text": raw.decode("latin-1"), "site": site})
    if result is None:
        Diagnostics(key).fail(
            "the paper cannot be drawn with it: that takes more time or memory than there is; make it simpler"
        )
    if result["theme"] is None:
        raise Rejected(*result["problems"])
    return ParsedTheme(**result["theme"])


def _run_trial(request: TrialRequest) -> TrialResult | None:
    """Return the result of the trial. None if the theme made the process end."""
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        process = subprocess.run(  # noqa: S603 - it is this very module
            [sys.executable, *PROGRAM],
            input=json.dumps(request),
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise TransientError(f"{request['key']}: it could not be tried out in {TIMEOUT:.0f} seconds") from problem
    before, ready, output = process.stdout.partition(_READY)
    if before or not ready:
        raise RuntimeError(f"no theme can be tried out here: {process.stderr.strip()[-500:]}")
    if process.returncode != 0:
        return None
    result: TrialResult = json.loads(output)
    return result


def answer() -> None:
    """Write the result for the request on standard input, or end."""
    from newsroom.rendering import theme_safety  # noqa: F401 - what it needs is loaded
    from newsroom.uploads.theme import files  # noqa: F401 - before it says that it is ready

    for bound, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # some systems lack some limits
            resource.setrlimit(bound, (most, most))
    print(_READY, end="", flush=True)  # noqa: T201 - its answer
    request: TrialRequest = json.load(sys.stdin)
    result: TrialResult
    try:
        theme = parser.parse(request["key"], request["text"].encode("latin-1"), request["site"])
        result = {"theme": vars(theme), "problems": []}
    except Rejected as rejected:
        result = {"theme": None, "problems": list(rejected.problems)}
    print(json.dumps(result))  # noqa: T201 - its answer


if __name__ == "__main__":
    answer()
