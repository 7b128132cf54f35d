"""The house rules, held over the files as they stand: who may import whom, and what a room must bring."""

import ast
import json
import logging
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ROOT / "functions"
NOUNS = {"newsroom", "workflows", "adapters"}
VERBS = sorted(room.name for room in FUNCTIONS.iterdir() if room.is_dir() and room.name not in NOUNS | {"__pycache__"})
AWS = {"boto3", "botocore", "aiobotocore", "obstore", "s3transfer"}
PARTS = {
    "pydantic", "minijinja", "nh3", "markdown_it", "mdit_py_plugins", "yaml", "tinycss2", "anyascii", "linkify_it",
    "idna", "itsdangerous", "selectolax",
}  # fmt: skip
"""The parsers, templates and models the pure core is made of; one more is a decision, made here."""

WORLDLY_MODULES = {"random", "secrets", "logging", "time", "socket", "subprocess", "threading", "asyncio"}
WORLDLY_MEMBERS = {
    "os": {"environ", "environb", "getenv", "urandom", "getcwd"},
    "uuid": {"uuid1", "uuid4"},
    "urllib": {"request"},
    "http": {"client", "server"},
}
WORLDLY_CALLS = {"now", "utcnow", "today"}

ROOT_FILES = {"README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "pyproject.toml", "samconfig.toml"}
ROOT_FOLDERS = {"functions", "infra", "events", "tests"}
ROOT_LOCKS = ("*.lock", "requirements*.txt", "pylock*.toml")

EMPTY_WORDS = {"utils", "util", "common", "helpers", "helper", "manager", "service", "data", "info"}
TERMS_OF_THE_FIELD = {
    "structured_data",  # what schema.org, and so everybody, calls it
    "load_service_model",  # botocore's own name, of what ours stands in for
}


def modules(room: Path) -> list[Path]:
    return sorted(path for path in room.rglob("*.py") if "__pycache__" not in path.parts)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path, root: Path = FUNCTIONS) -> Iterator[tuple[str, str]]:
    """What a module imports, wherever in it: the module's full name, and the member taken from it or ''."""
    package = path.relative_to(root).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else ()
            name = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((name, alias.name) for alias in node.names)


def rooms_used(path: Path, root: Path = FUNCTIONS) -> set[str]:
    return {module.partition(".")[0] for module, _ in imports(path, root)}


def worldly(path: Path, root: Path = FUNCTIONS) -> set[str]:
    """What a module takes from the world outside its arguments: clock, environment, chance, net, log."""
    found = set()
    for module, member in imports(path, root):
        parts = [*module.split("."), *([member] if member else [])]
        if parts[0] in WORLDLY_MODULES or (len(parts) > 1 and parts[1] in WORLDLY_MEMBERS.get(parts[0], ())):
            found.add(".".join(parts))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in WORLDLY_CALLS:
                found.add(f"{name}() in line {node.lineno}")
            case ast.Attribute(value=ast.Name(id=module), attr=name) if name in WORLDLY_MEMBERS.get(module, ()):
                found.add(f"{module}.{name} in line {node.lineno}")
    return found


class Template(yaml.SafeLoader):
    """Reads CloudFormation, whose short forms (!Ref and the like) are tags to YAML."""


def short_form(loader: Template, suffix: str, node: yaml.Node) -> Any:
    match node:
        case yaml.ScalarNode():
            return {suffix: loader.construct_scalar(node)}
        case yaml.SequenceNode():
            return {suffix: loader.construct_sequence(node, deep=True)}
        case yaml.MappingNode():
            return {suffix: loader.construct_mapping(node, deep=True)}
    raise AssertionError(node)


Template.add_multi_constructor("!", short_form)


@pytest.fixture(scope="module")
def functions_in_template() -> dict[str, dict[str, Any]]:
    """The template's functions by the name of the zip they are made of."""
    # Template is a SafeLoader: it builds plain values only.
    template = yaml.load((ROOT / "infra/template.yaml").read_text(encoding="utf-8"), Loader=Template)
    found = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]
    return {PurePosixPath(function["CodeUri"]).name.removesuffix(".zip"): function for function in found}


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_imports_another_verb(verb: str) -> None:
    neighbours = set(VERBS) - {verb}
    for module in modules(FUNCTIONS / verb):
        assert not rooms_used(module) & neighbours, f"{place(module)} reaches into a neighbour's room"


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_no_noun_knows_a_verb(noun: str) -> None:
    for module in modules(FUNCTIONS / noun):
        assert not rooms_used(module) & set(VERBS), f"{place(module)} knows who uses it"


def test_only_the_adapters_speak_to_aws() -> None:
    speakers = {place(module) for module in modules(FUNCTIONS) if rooms_used(module) & AWS}

    assert {speaker for speaker in speakers if not speaker.startswith("functions/adapters/")} == set()


LAYERS = {"newsroom": set(), "adapters": {"newsroom"}, "workflows": {"newsroom", "adapters"}}
"""Of each noun, the nouns that it may import: what is below it."""


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_no_noun_imports_back_up(noun: str) -> None:
    for module in modules(FUNCTIONS / noun):
        assert rooms_used(module) & (NOUNS - {noun}) <= LAYERS[noun], f"{place(module)} imports what is above it"


def test_the_command_line_and_the_laptop_import_no_verb() -> None:
    """Only the benchmark does: it runs handlers to measure them."""
    for module in (path for path in modules(ROOT / "infra") if "bench" not in path.parts):
        assert not rooms_used(module, ROOT) & set(VERBS), f"{place(module)} reaches into a function"


def test_no_packages_of_the_newsroom_import_each_other_in_a_circle() -> None:
    newsroom = FUNCTIONS / "newsroom"
    packages = {folder.name for folder in newsroom.iterdir() if (folder / "__init__.py").exists()}
    left = {
        package: {
            name.split(".")[1] for module in modules(newsroom / package) for name, _ in imports(module) if "." in name
        }
        & packages - {package}
        for package in packages
    }
    while free := [package for package, used in left.items() if not used & set(left)]:
        for package in free:
            del left[package]

    assert left == {}


@pytest.mark.parametrize("module", modules(FUNCTIONS / "newsroom"), ids=place)
def test_the_newsroom_is_pure(module: Path) -> None:
    allowed = PARTS | {"newsroom"} | sys.stdlib_module_names

    assert rooms_used(module) - allowed == set()
    assert worldly(module) == set()


@pytest.mark.parametrize(
    "impurity",
    [
        "import logging",
        "from time import time",
        "import os\nname = os.environ['NAME']",
        "from os import getenv",
        "from datetime import datetime\nat = datetime.now()",
        "import datetime\nat = datetime.date.today()",
        "import uuid\nid = uuid.uuid4()",
        "from uuid import uuid4",
        "import urllib.request",
        "def inside():\n    import random",
    ],
)
def test_an_impure_line_would_be_noticed(impurity: str, tmp_path: Path) -> None:
    module = tmp_path / "newsroom.py"
    module.write_text(impurity)

    assert worldly(module, tmp_path)


def test_a_relative_import_of_a_neighbour_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "plan_pages").mkdir()
    module = tmp_path / "plan_pages" / "handler.py"
    module.write_text("from ..render_page import handler\nfrom .neighbours import older")

    assert rooms_used(module, tmp_path) == {"render_page", "plan_pages"}


def test_there_are_verbs() -> None:
    assert {"publish_article", "plan_pages", "render_page"} <= set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_says_what_wakes_it_what_it_touches_and_why_it_may_run_again(verb: str) -> None:
    handler = FUNCTIONS / verb / "handler.py"
    told = " ".join((ast.get_docstring(ast.parse(handler.read_text(encoding="utf-8"))) or "").split())

    assert re.search(r"\bWoken by \w+", told), f"{place(handler)} does not say what wakes it"
    assert re.search(r"\bReads (and writes )?\w+", told), f"{place(handler)} does not say what it reads"
    assert re.search(r"\bwrites \w+", told), f"{place(handler)} does not say what it writes"
    assert re.search(r"\bSafe to repeat: \w+", told), f"{place(handler)} does not say why it is safe to repeat"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_deployed_from_a_zip_of_its_own(
    verb: str, functions_in_template: dict[str, dict[str, Any]]
) -> None:
    assert verb in functions_in_template, f"infra/template.yaml has no function with CodeUri ../build/{verb}.zip"
    assert functions_in_template[verb]["CodeUri"] == f"../build/{verb}.zip"
    assert functions_in_template[verb]["Handler"].startswith(f"{verb}.handler.")


def test_every_function_of_the_template_is_a_verb(functions_in_template: dict[str, dict[str, Any]]) -> None:
    assert set(functions_in_template) <= set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_names_the_packages_of_its_zip(verb: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert verb in project["optional-dependencies"], f"pyproject.toml has no extra '{verb}'"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_an_envelope_that_wakes_it(verb: str) -> None:
    envelopes = sorted((ROOT / "events" / verb).glob("*.json"))

    assert envelopes, f"events/{verb}/ holds no envelope"
    assert all(isinstance(json.loads(envelope.read_text(encoding="utf-8")), dict) for envelope in envelopes)


def test_every_folder_of_events_belongs_to_a_verb() -> None:
    assert {folder.name for folder in (ROOT / "events").iterdir() if folder.is_dir()} <= {*VERBS, "uploads"}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_tests(verb: str) -> None:
    assert list((ROOT / "tests" / verb).glob("test_*.py")), f"tests/{verb}/ holds no tests"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_in_the_readmes_table_of_rooms(verb: str) -> None:
    rows = [row for row in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if row.startswith("|")]

    assert any(f"`functions/{verb}`" in row for row in rows), f"README.md's table has no row for `functions/{verb}`"


def test_the_top_level_holds_only_what_belongs_there() -> None:
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only git knows which files are the project's, and this is no checkout")
    paths = [PurePosixPath(line.strip('"')) for line in listed.stdout.splitlines()]
    folders = {path.parts[0] for path in paths if len(path.parts) > 1}
    files = {path.name for path in paths if len(path.parts) == 1}

    assert {folder for folder in folders if not folder.startswith(".")} <= ROOT_FOLDERS
    assert {
        file
        for file in files
        if file not in ROOT_FILES and not file.startswith(".") and not any(fnmatch(file, lock) for lock in ROOT_LOCKS)
    } == set()


@pytest.mark.parametrize("module", modules(FUNCTIONS), ids=place)
def test_names_say_what_a_thing_is(module: Path) -> None:
    """A module, class or function called 'utils' or 'manager' says only that somebody gave up."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    defined = [
        node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    words = {
        word.lower()
        for name in {module.stem, module.parent.name, *defined} - TERMS_OF_THE_FIELD
        for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)
    }

    assert words & EMPTY_WORDS == set()


RETIRED = {
    "Again", "ArticleManuscript", "Begun", "Counters", "Denied", "Discussions", "Door", "Doorstep", "Drawn",
    "Errand", "FastBucket", "Given", "Imprint", "Letter", "Manuscript", "Morgue", "Paper", "Patience", "Piece",
    "Pressroom", "Printed", "Proof", "Remark", "Round", "Said", "Sheet", "Standing", "Strand", "Talk", "at_key",
    "doorstep_key", "errand_key", "fill_in_dress", "flattened", "furniture", "gather", "harmless", "is_seen",
    "look_again", "marked_as", "meet_neighbours", "mixed_alphabets", "paper_of", "placed_assets", "steps_aside",
    "succeed", "talk_key", "tongue", "ComparisonResult", "ManuscriptType", "RebuildRequest", "are_distinguishable",
    "entry_in", "is_linkable", "list_pk", "months_pk", "parse_batch", "thread_pk", "upload_in",
}  # fmt: skip
"""Words of our own that have made way for the field's terms. functions/README.md has those that stay."""


def names_in(tree: ast.AST) -> set[str]:
    """Every name that a module defines or uses."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.arg(arg=name) | ast.alias(name=name):
                found.add(name)
    return found


@pytest.mark.parametrize("module", [*modules(FUNCTIONS), *modules(ROOT / "infra")], ids=place)
def test_no_retired_word_names_anything(module: Path) -> None:
    assert names_in(ast.parse(module.read_text(encoding="utf-8"))) & RETIRED == set()


def test_a_retired_word_would_be_noticed() -> None:
    assert names_in(ast.parse("from a import Morgue\nx = y.furniture")) & RETIRED == {"Morgue", "furniture"}


QUESTION_WORDS = re.compile(r"(What|Whether|How|Where|Who|When|Why)\b")


@pytest.mark.parametrize("module", [*modules(FUNCTIONS), *modules(ROOT / "infra")], ids=place)
def test_no_docstring_begins_with_a_question_word(module: Path) -> None:
    """A docstring says what a function does or a thing is: it begins with a verb or a noun."""
    nodes = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
    texts = [node.value.value for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]

    assert [text for text in texts if isinstance(text, str) and QUESTION_WORDS.match(text)] == []


def test_the_log_tells_the_time_as_lambda_reads_it() -> None:
    """In another form Lambda puts a time of its own before each line, and takes each for one of its lowest level."""
    made = [
        text for module in modules(FUNCTIONS) for text in re.findall(r"\bLogger\([^)]*\)", module.read_text("utf-8"))
    ]

    assert made == ["Logger(use_rfc3339=True)"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_line_of_a_log_names_its_invocation(verb: str) -> None:
    handler = (FUNCTIONS / verb / "handler.py").read_text(encoding="utf-8")

    assert handler.count("\n@with_context\ndef handle(") == 1


@pytest.mark.parametrize("verb", VERBS)
def test_a_handler_is_read_in_one_breath(verb: str) -> None:
    """It parses, calls a workflow and answers; what is longer belongs in a workflow."""
    assert len((FUNCTIONS / verb / "handler.py").read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_A_HANDLER


MOST_LINES_OF_A_HANDLER = 70
KEY_SYNTAX = re.compile(r"[A-Z]{3,}#|\bKey\((?!\*)")
KNOW_KEYS = {"newsroom/table_keys.py", "adapters/items.py"}
"""The keys themselves, and their form in DynamoDB."""


@pytest.mark.parametrize("module", modules(FUNCTIONS), ids=place)
def test_one_module_alone_knows_how_a_key_is_written(module: Path) -> None:
    lines = [line for line in module.read_text(encoding="utf-8").splitlines() if KEY_SYNTAX.search(line)]

    assert place(module).removeprefix("functions/") in KNOW_KEYS or lines == []


QUEUE_FORMS = re.compile(r"\"(?:strand|Records|s3:TestEvent)\"")


@pytest.mark.parametrize("module", [*modules(FUNCTIONS / "newsroom"), *modules(FUNCTIONS / "workflows")], ids=place)
def test_one_module_alone_knows_how_a_message_is_written(module: Path) -> None:
    assert module.name == "messages.py" or not QUEUE_FORMS.search(module.read_text(encoding="utf-8"))


LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical", "append_keys"}
OF_THE_CALL_ITSELF = {"exc_info", "stack_info", "stacklevel", "extra"}
RESERVED_IN_A_LOG = {*vars(logging.makeLogRecord({})), "message", "asctime"} - OF_THE_CALL_ITSELF
"""What Python's logging keeps for itself: it raises KeyError where a line of ours brings one of these."""


def reserved_in_logs(tree: ast.AST) -> list[str]:
    """The reserved names that log calls use for what they tell, and where."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOG_CALLS:
            told = [(word.arg or "", word.value) for word in node.keywords]
            names = [name for name, _ in told]
            for name, value in told:
                if name in ("extra", "") and isinstance(value, ast.Dict):
                    names += [str(key.value) for key in value.keys if isinstance(key, ast.Constant)]
            found += [f"{name} in line {node.lineno}" for name in names if name in RESERVED_IN_A_LOG]
    return found


@pytest.mark.parametrize("module", modules(FUNCTIONS), ids=place)
def test_no_log_line_brings_a_name_that_logging_keeps_for_itself(module: Path) -> None:
    """Such a line raises where it should note a failure, and takes the handler and its whole batch along."""
    assert reserved_in_logs(ast.parse(module.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "line",
    [
        'logger().error("no", message=id)',
        'log.info("yes", name="korea")',
        'Logger(child=True).exception("no", module=1, key="k")',
        'log.warning("no", extra={"args": 1})',
        'log.warning("no", **{"filename": 1})',
        'logger().append_keys(process="p")',
    ],
)
def test_a_log_line_with_a_reserved_name_would_be_noticed(line: str) -> None:
    assert len(reserved_in_logs(ast.parse(line))) == 1


REPLACING = re.compile(r"\bpatch(?:ed)?\.setattr\(|monkeypatch\.setattr\(|\bmock\.patch\b(?!\.dict)|patch\.object\(")
MOST_REPLACED = 15


def test_few_tests_replace_code_of_ours() -> None:
    """A fault comes about at the AWS client (tests/faults.py): a test that patches a method breaks with its name."""
    tests = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]

    assert sum(len(REPLACING.findall(text)) for text in tests) <= MOST_REPLACED
