"""Build one zip per function (its own folder, the shared packages, its own extra of pyproject.toml), and the template.

    python -m infra.pack [--for-aws] [--architecture x86_64|arm64] [--into build]

The same input gives the same bytes: entries are sorted and have one fixed date, so a zip's hash changes only with
its function. Third-party packages come from uv.lock with their hashes, and are installed once per distinct list.
Bytecode is packed beside the sources, because Lambda cannot store its own: without it, every cold start compiles
every module that it imports.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from infra import botocore_models, template

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ROOT / "functions"
BUILD = ROOT / "build"
NOUNS = ("adapters", "newsroom", "workflows")

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold
BUILT_IN = frozenset({"boto3", "botocore", "s3transfer"})
"""Packages of the Lambda runtime; including them in a zip would only slow its start."""
NOT_SHIPPED = frozenset({"bin", ".lock"})
NOT_SHIPPED_FACTS = frozenset({"RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "uv_cache.json"})
"""Files of a dist-info about the installation, which differ from machine to machine."""


@dataclass(frozen=True, slots=True)
class Platform:
    """The platform that a zip will run on. An empty machine means this machine and this interpreter."""

    machine: str = ""
    python: str = ""

    def options(self) -> list[str]:
        """Return the options with which uv chooses wheels for it."""
        if not self.machine:
            return ["--python", sys.executable]
        return ["--python-platform", f"{self.machine}-manylinux_2_28", "--python-version", self.python]

    def __str__(self) -> str:
        """Return a name that two platforms share only if they can share wheels."""
        return f"{self.machine or sysconfig.get_platform()}-{self.python or sysconfig.get_python_version()}"


HERE = Platform()


def for_aws(architecture: str) -> Platform:
    """Return the Lambda runtime that infra/template.yaml names."""
    return Platform({"x86_64": "x86_64", "arm64": "aarch64"}[architecture], "3.13")


@cache
def compiler(platform: Platform) -> str | None:
    """Return a Python on this machine that compiles for a platform; None if none has its version."""
    if not platform.machine:
        return sys.executable
    try:
        return _uv("python", "find", "--no-python-downloads", "--no-project", platform.python).strip()
    except SystemExit:
        return None


def verbs() -> list[str]:
    """List the functions: every folder with a handler."""
    return sorted(handler.parent.name for handler in FUNCTIONS.glob("*/handler.py"))


def pack(only: Sequence[str] = (), into: Path = BUILD, platform: Platform = HERE) -> dict[str, Path]:
    """Build the zips of these functions, by default of all; return the path of each."""
    into.mkdir(parents=True, exist_ok=True)
    wanted = only or verbs()
    with tempfile.TemporaryDirectory() as compiled:
        for room in (*wanted, *NOUNS):
            shutil.copytree(FUNCTIONS / room, Path(compiled) / room, ignore=shutil.ignore_patterns("__pycache__"))
        _compile(Path(compiled), platform)
        return {verb: _pack(verb, Path(compiled), into / f"{verb}.zip", platform) for verb in wanted}


def pack_template(zips: Mapping[str, Path], into: Path = BUILD) -> Path:
    """Write the template as CloudFormation reads it, beside the zips; return its path."""
    path = into / "template.json"
    whole = template.with_code(template.load(), {each.name: each.name for each in zips.values()})
    path.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    return path


def archive(entries: Mapping[str, bytes], path: Path) -> None:
    """Write a zip whose bytes depend only on its entries."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, body in sorted(entries.items()):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, body)
    unfinished.replace(path)


def _pack(verb: str, rooms: Path, path: Path, platform: Platform) -> Path:
    entries = {name: body for room in (verb, *NOUNS) for name, body in _files(rooms / room, room)}
    entries |= {f"adapters/models/{name}": body for name, body in botocore_models.models()}
    archive(entries | dict(_files(_packages(_requirements(verb), platform))), path)
    return path


def _compile(folder: Path, platform: Platform) -> None:
    """Write unchecked bytecode beside every module in a folder: the files of a zip have no usable dates."""
    if python := compiler(platform):
        options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder), str(folder)]
        same_bytes_always = {**os.environ, "PYTHONHASHSEED": "0"}
        subprocess.run([python, "-m", "compileall", *options], check=True, env=same_bytes_always)


def _requirements(verb: str) -> str:
    """Return the packages of a function's extra, each with its version and hashes from uv.lock."""
    return _uv("export", "--frozen", "--extra", verb, "--no-default-groups", "--no-emit-project", "--no-header",
               "--no-annotate")  # fmt: skip


def _packages(requirements: str, platform: Platform) -> Path:
    """Return the folder where these packages are installed."""
    is_compiled = compiler(platform) is not None
    name = hashlib.sha256(f"{platform}\n{is_compiled}\n{requirements}".encode()).hexdigest()[:16]
    folder = BUILD / "packages" / name
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as fresh:
            listed, target = Path(fresh) / "requirements.txt", Path(fresh) / "packages"
            listed.write_text(requirements)
            target.mkdir()
            _uv("pip", "install", "--require-hashes", "--only-binary", ":all:", "--no-deps", *platform.options(),
                "--target", str(target), "--requirement", str(listed))  # fmt: skip
            _compile(target, platform)
            if stray := sorted(BUILT_IN & {path.name for path in target.iterdir()}):
                raise SystemExit(f"{', '.join(stray)} would be packed, but the Lambda runtime has it: change the extra")
            try:
                target.rename(folder)
            except OSError:  # `make run` and `make test` can pack at the same time, and the other finished first
                if not folder.exists():
                    raise
    return folder


def _files(folder: Path, under: str = "") -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        part = path.relative_to(folder)
        installed = part.parts[0].endswith(".dist-info") and part.name in NOT_SHIPPED_FACTS
        if path.is_file() and not installed and NOT_SHIPPED.isdisjoint(part.parts):
            yield (Path(under) / part).as_posix(), path.read_bytes()


def _uv(*arguments: str) -> str:
    uv = Path(sysconfig.get_path("scripts")) / "uv"
    quiet = {**os.environ, "UV_NO_PROGRESS": "1", "VIRTUAL_ENV": sys.prefix}
    done = subprocess.run([uv, *arguments], cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"uv {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def main() -> None:
    """Build every zip and the template, and print the size and the hash of each."""
    options = argparse.ArgumentParser(
        prog="python -m infra.pack", description="Build one zip per function, and the template that deploys them."
    )
    options.add_argument("--for-aws", action="store_true", help="pack for Lambda, not for this machine")
    options.add_argument(
        "--architecture", choices=["x86_64", "arm64"], default="x86_64", help="the processor, with --for-aws"
    )
    options.add_argument("--into", type=Path, default=BUILD, help="the folder for the zips")
    chosen = options.parse_args()
    platform = for_aws(chosen.architecture) if chosen.for_aws else HERE
    zips = pack(into=chosen.into, platform=platform)
    for path in (*zips.values(), pack_template(zips, chosen.into)):
        content = path.read_bytes()
        print(f"{len(content):>10,} bytes  {hashlib.sha256(content).hexdigest()[:12]}  {path}")
    if compiler(platform) is None:
        print(f"No Python {platform.python} was found here to compile for it: functions will start slower.")


if __name__ == "__main__":
    main()
