"""The zips: the same bytes from the same input, complete, and no larger than they need be."""

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import boto3
import pytest

from infra import pack, template

pytestmark = pytest.mark.xdist_group("zips")


@pytest.fixture(scope="session")
def zips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return pack.pack(into=tmp_path_factory.mktemp("zips"))


def test_the_same_input_gives_the_same_bytes(zips: dict[str, Path], tmp_path: Path) -> None:
    again = pack.pack(into=tmp_path)
    assert {verb: path.read_bytes() for verb, path in again.items()} == {
        verb: path.read_bytes() for verb, path in zips.items()
    }


def test_the_order_files_are_found_in_does_not_matter(tmp_path: Path) -> None:
    pack.archive({"a.py": b"1", "b.py": b"2"}, tmp_path / "one.zip")
    pack.archive({"b.py": b"2", "a.py": b"1"}, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_change_in_one_room_leaves_the_other_zips_as_they_were(
    zips: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "functions"
    changed.mkdir()
    for room in pack.FUNCTIONS.iterdir():
        (changed / room.name).symlink_to(room)
    (changed / "plan_pages").unlink()
    (changed / "plan_pages").mkdir()
    (changed / "plan_pages" / "handler.py").write_text("handle = None\n")
    monkeypatch.setattr(pack, "FUNCTIONS", changed)
    again = pack.pack(into=tmp_path / "build")
    assert [verb for verb in zips if zips[verb].read_bytes() != again[verb].read_bytes()] == ["plan_pages"]


def test_a_zip_holds_its_own_room_and_the_nouns_and_no_neighbour(zips: dict[str, Path]) -> None:
    for verb, path in zips.items():
        rooms = {name.partition("/")[0] for name in zipfile.ZipFile(path).namelist()}
        assert {verb, *pack.NOUNS} <= rooms
        assert not rooms & (zips.keys() - {verb})


def test_no_zip_carries_what_the_runtime_brings_or_what_differs_from_machine_to_machine(zips: dict[str, Path]) -> None:
    for path in zips.values():
        for name in zipfile.ZipFile(path).namelist():
            assert name.partition("/")[0] not in {"boto3", "botocore", "s3transfer"}
            assert not name.endswith(("/RECORD", "/INSTALLER", "/direct_url.json", ".lock"))


def test_every_module_of_a_zip_is_compiled_and_needs_no_date_to_be_believed(zips: dict[str, Path]) -> None:
    tag = sys.implementation.cache_tag
    for path in zips.values():
        with zipfile.ZipFile(path) as zipped:
            names = set(zipped.namelist())
            modules = [PurePosixPath(name) for name in names if name.endswith(".py")]
            compiled = [str(module.parent / "__pycache__" / f"{module.stem}.{tag}.pyc") for module in modules]
            assert set(compiled) == {name for name in names if name.endswith(".pyc")}
            assert {zipped.read(name)[4] for name in compiled} == {0b01}, "PEP 552: a hash, which nobody checks"


@pytest.mark.parametrize("verb", pack.verbs())
def test_a_handler_starts_from_its_zip_and_boto3_alone(zips: dict[str, Path], verb: str, tmp_path: Path) -> None:
    zipfile.ZipFile(zips[verb]).extractall(tmp_path / "task")
    runtime = tmp_path / "runtime"  # what Lambda's own Python has beside the standard library
    runtime.mkdir()
    site = Path(boto3.__file__).parents[1]
    for package in ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py"):
        (runtime / package).symlink_to(site / package)
    paths = [str(tmp_path / "task"), str(runtime)]
    start = f"import sys; sys.path[:0] = {paths!r}; from {verb}.handler import handle; assert callable(handle)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", start], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_packed_template_is_plain_and_finds_the_zips_beside_it(zips: dict[str, Path]) -> None:
    (folder,) = {path.parent for path in zips.values()}
    packed = json.loads(pack.pack_template(zips, folder).read_text())

    functions = template.resources(packed, "AWS::Serverless::Function").values()
    assert {folder / function["CodeUri"] for function in functions} == set(zips.values())
    for function in template.resources(packed, "AWS::CloudFront::Function").values():
        assert function["FunctionCode"].count("function handler(event)") == 1


def test_every_verb_has_an_extra_of_its_own_name() -> None:
    extras = tomllib.loads((pack.ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(pack.verbs()) <= extras.keys()


def test_uv_is_the_version_the_lock_file_says() -> None:
    locked = {each["name"]: each["version"] for each in tomllib.loads((pack.ROOT / "uv.lock").read_text())["package"]}
    assert (pack.ROOT / "requirements-uv.txt").read_text().startswith(f"uv=={locked['uv']} ")


RUNS_ON_LAMBDA = re.compile(
    r"(py3|py2\.py3)-none-any|"
    r"cp(3[0-9]|31[0-3])-abi3-[^/]*manylinux[^/]*_(aarch64|x86_64)|cp313-cp313-[^/]*manylinux[^/]*_(aarch64|x86_64)"
)
NEWEST_GLIBC = 34  # of Lambda's Python 3.13: 2.34


def wheels_for(machine: str, package: dict[str, Any]) -> list[str]:
    """The wheels of a locked package that run in Lambda on a machine."""
    names = [PurePosixPath(wheel["url"]).name for wheel in package["wheels"]]
    fits = [name for name in names if RUNS_ON_LAMBDA.search(name) and (name.endswith(("any.whl", f"{machine}.whl")))]
    return [
        name for name in fits if all(int(minor) <= NEWEST_GLIBC for minor in re.findall(r"manylinux_2_(\d+)", name))
    ]


@pytest.mark.parametrize("verb", pack.verbs())
@pytest.mark.parametrize("machine", ["aarch64", "x86_64"])
def test_every_package_of_a_zip_has_a_wheel_for_each_machine_of_lambda(verb: str, machine: str) -> None:
    locked = {each["name"]: each for each in tomllib.loads((pack.ROOT / "uv.lock").read_text())["package"]}
    carried = re.findall(r"^([a-z0-9-]+)==", pack._requirements(verb), re.MULTILINE)

    assert "aws-lambda-powertools" in carried
    assert [name for name in carried if not wheels_for(machine, locked[name])] == []
