"""`make deploy`: one command, the first time and every time after."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIGURED = (
    "version = 0.1\n[default.deploy.parameters]\nstack_name = 'paper'\n[staging.global.parameters]\nregion = 'x'\n"
)


def dry_run(folder: Path, *arguments: str) -> str:
    """What `make deploy` would run in a folder."""
    command = ["make", "--dry-run", "--file", ROOT / "Makefile", "--directory", folder, "deploy", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.replace("\\\n", " ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout in which everything is installed."""
    (tmp_path / ".venv/bin").mkdir(parents=True)
    for name in ("requirements-uv.txt", "uv.lock", "pyproject.toml", ".venv/bin/uv", ".venv/installed"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize("arguments", [(), ("ENV=staging",), ("ENV=prod.eu",)])
def test_the_first_deployment_asks_for_everything(folder: Path, arguments: tuple[str, ...]) -> None:
    assert "--guided" in dry_run(folder, *arguments)


@pytest.mark.parametrize(
    ("environment", "asks"),
    [("default", False), ("staging", False), ("prod", True), ("stag", True), ("defaulted", True)],
)
def test_a_deployment_whose_answers_are_kept_asks_nothing(folder: Path, environment: str, asks: bool) -> None:
    (folder / "samconfig.toml").write_text(CONFIGURED)

    assert ("--guided" in dry_run(folder, f"ENV={environment}")) is asks


@pytest.mark.parametrize("is_configured", [True, False])
def test_a_deployment_names_its_template_and_keeps_its_answers_in_the_checkout(
    folder: Path, is_configured: bool
) -> None:
    if is_configured:
        (folder / "samconfig.toml").write_text(CONFIGURED)
    said = dry_run(folder)

    assert "infra.pack --for-aws" in said, "the zips and the template are made anew each time"
    assert "--template-file build/template.json" in said, "as it was packed a moment before"
    assert f"--config-file '{folder}/samconfig.toml' --config-env 'default'" in said
    assert "--on-failure DELETE" in said, "a creation that failed can be repeated by the same command"
