"""The project keeps its own rules: who imports whom, sizes, documents that agree with the code."""

import ast
import csv
import importlib.util
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from corpus import cli, dedup, filtering, resources, schema
from corpus.document import BLOCK_KINDS
from corpus.release import TAKEDOWN_REASONS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "corpus"
ROOMS = (
    *("loading", "cleaning", "extraction", "filtering", "dedup", "engine"),
    *("release", "publishing"),
)
SHARED = ("document", "errors", "recipe", "resources", "schema", "version")
"""What crosses the rooms' doors."""

MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = [
    path
    for path in sorted((ROOT / "scripts").rglob("*"))
    if path.is_file() and (path.suffix == ".py" or b"python" in path.read_bytes()[:40])
]
SOURCES = [*MODULES, *SCRIPTS]

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_REGEX_CHARACTERS = 60
"""Beyond it nobody reads a regex at a glance; the house asks for verbose ones from 40 on."""
TEXT_SUFFIXES = {"", ".py", ".md", ".toml", ".sh", ".txt", ".tsv", ".json", ".jsonl", ".html"}


def name_of(path: Path) -> str:
    """A file's path in the repository."""
    return path.relative_to(ROOT).as_posix()


def part_of(module: str) -> str:
    """The room or the module at the top of the package: `corpus.loading.files` is in `loading`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports_of(path: Path) -> Iterator[str]:
    """The modules of this package that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] == "corpus")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: relative import"
            module = node.module or ""
            if module == "corpus":
                yield from (f"corpus.{alias.name}" for alias in node.names)
            elif module.startswith("corpus."):
                yield module


def allowed_for(part: str) -> set[str]:
    """What a part of the package may import besides itself."""
    if part in ROOMS:
        return {part, *SHARED}
    if part in SHARED:
        return set(SHARED)
    public = {"pipeline", "cleaning", "loading", "release", "version"}
    return {"pipeline": {"pipeline", *ROOMS, *SHARED}, "": public}[part]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_import_direction(path: Path) -> None:
    """Rooms never import each other, the pipeline imports rooms, nothing imports the command."""
    inside = path.relative_to(PACKAGE).with_suffix("").parts
    part = "" if inside == ("__init__",) else inside[0]
    parts = {part_of(module) for module in imports_of(path)}
    if part == "cli":
        assert parts <= {"", "cli", "pipeline", "loading", *SHARED, "build", "extract", "repair"}
    else:
        assert parts <= allowed_for(part), f"{name_of(path)} imports {parts}"


def test_every_part_is_known() -> None:
    """The package has the rooms of the design and nothing beside them."""
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert folders == {*ROOMS, "resources", "pipeline", "cli"}
    modules = {path.stem for path in PACKAGE.glob("*.py")}
    assert modules == {*SHARED, "__init__"} - {"resources"}


def test_top_level_is_that_of_the_design() -> None:
    """What lies on top is there, and nothing else is in version control."""
    expected = {
        *("pyproject.toml", "corpus", "scripts", "tests", "docs", "examples", ".ci", ".gitignore"),
        *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "DATASET_CARD.md"),
    }
    assert {name for name in expected if (ROOT / name).exists()} == expected
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0:
        assert {line.split("/")[0] for line in listed.stdout.split("\0") if line} <= expected


@pytest.mark.parametrize("statement", ["import corpus", "import corpus; dir(corpus)"])
def test_import_is_light(statement: str) -> None:
    """`import corpus` loads none of the libraries that take long, and no room."""
    code = f"{statement}; import sys; print('\\n'.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in run.stdout.splitlines()}
    heavy = {"datasets", "ftfy", "ray", "huggingface_hub", "pyarrow", "numpy", "opencc", "pandas"}
    assert not loaded & (heavy | {"selectolax", "typer", "rich", "asyncio"})
    assert {m for m in run.stdout.splitlines() if m.startswith("corpus")} == {
        "corpus",
        "corpus.version",
    }


def test_the_command_starts_light() -> None:
    """The command loads what a command needs, not what a build needs."""
    code = "import corpus.cli, sys; print('\\n'.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in run.stdout.splitlines()}
    assert not loaded & {"datasets", "huggingface_hub", "pyarrow", "numpy", "opencc", "selectolax"}


def test_public_names_are_there() -> None:
    """Every public name can be imported, and nothing else is offered."""
    import corpus

    assert sorted(corpus.__all__) == dir(corpus)
    for name in corpus.__all__:
        assert getattr(corpus, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'buidl'"):
        corpus.buidl  # noqa: B018 - the access is the test


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_and_functions_stay_small(path: Path) -> None:
    """No module is longer than 400 lines, no function than 60."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_MODULE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            n_lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert n_lines <= MAX_FUNCTION_LINES, f"{node.name}: {n_lines} lines"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_code_keeps_the_house_rules(path: Path) -> None:
    """No `except Exception`, no bare `ValueError` for a user, no module named for nothing."""
    assert path.stem not in {"utils", "util", "common", "helpers", "misc"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert not {"everything", "Exception", "BaseException"} & set(caught.split())
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            assert ast.unparse(node.exc.func) not in {"ValueError", "Exception", "RuntimeError"}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_long_regexes_are_verbose(path: Path) -> None:
    """A long regex stands in parts, or is built from named ones."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"):
            continue
        pattern, *flags = [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(pattern, ast.Constant) and len(str(pattern.value)) > MAX_REGEX_CHARACTERS:
            assert any("VERBOSE" in ast.unparse(flag) for flag in flags), pattern.value


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_invisible_stands_raw(path: Path) -> None:
    """Code has no zero-width, control or odd blank characters but as escapes."""
    text = path.read_text(encoding="utf-8")
    found = {c for c in text if not c.isprintable() and c not in "\n"}
    assert not found, [f"U+{ord(c):04X}" for c in found]


def test_every_test_has_a_promise() -> None:
    """Each test's docstring is there and is not shared with another test of its module."""
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        promises = []
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                promise = ast.get_docstring(node)
                assert promise, f"{path.name}: {node.name}"
                promises.append(promise)
        assert [p for p, n in Counter(promises).items() if n > 1] == [], path.name


def repository_files() -> list[Path]:
    """The text files that belong to the repository."""
    skipped = {"out", "build", "dist", "catboost_info", "__pycache__"}
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file()
        and path.suffix in TEXT_SUFFIXES
        and not any(
            part in skipped
            or (part.startswith(".") and part != ".ci")
            or part.endswith(".egg-info")
            for part in path.relative_to(ROOT).parts
        )
    ]


FORBIDDEN = re.compile(
    rb"""
    / (?: home | Users ) / [a-z]                     # a path of somebody's machine
    | / (?: root | work | workspace | mnt ) / [a-z]
    | [A-Z] : \\\\ Users
    | hf _ [A-Za-z0-9]{20}                           # tokens
    | gh [pousr] _ [A-Za-z0-9]{20}
    | AKIA [0-9A-Z]{16}
    | BEGIN [ ] (?: RSA | OPENSSH | EC ) [ ] PRIVATE
    """,
    re.VERBOSE,
)


def test_no_file_names_a_machine_or_a_token() -> None:
    """Nothing in the repository tells a path of the machine it was written on, or a secret."""
    files = repository_files()
    assert len(files) > 100
    found = {name_of(path): FORBIDDEN.findall(path.read_bytes()) for path in files}
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize("text", [b"/home/" + b"me/x", b"hf" + b"_" + b"a" * 30])
def test_what_is_forbidden_is_found(text: bytes) -> None:
    """The search sees what it looks for."""
    assert FORBIDDEN.search(b"see " + text)


@pytest.mark.parametrize(
    "path",
    sorted(p for p in (PACKAGE / "resources").iterdir() if p.suffix in (".txt", ".tsv")),
    ids=lambda path: path.name,
)
def test_resources_are_clean(path: Path) -> None:
    """Every list and table can be read, has no entry twice, and says where its entries are seen."""
    read = resources.read_list if path.suffix == ".txt" else resources.read_table
    assert len(read(path.name)) > 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#")
    assert text.endswith("\n")
    assert "\r" not in text


def reasons_in_code() -> set[tuple[str, str]]:
    """The stages and reasons of every removal that the code can make."""
    found = {("filtering", rule.__name__) for rule in filtering.DROP_RULES}
    found |= {("dedup", name) for name in dedup.METHODS}
    found |= {("takedown", name) for name in TAKEDOWN_REASONS}
    for path in [*(PACKAGE / "loading").glob("*.py"), *(PACKAGE / "pipeline").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(
                node.func, ast.Name | ast.Attribute
            ):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            words = [a.value for a in node.args if isinstance(a, ast.Constant) and a.value]
            own = isinstance(node.func, ast.Name) and name in ("remove", "remove_unheld")
            if words and (own or name == "remove_input"):
                found.add(("loading", words[0]))
            elif name == "Removal" and len(words) == 2:
                found.add((words[0], words[1]))
    return found


def test_release_document_lists_every_reason() -> None:
    """docs/release.md and the README name the reasons that the code can give, and no others."""
    text = (ROOT / "docs" / "release.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", text, re.MULTILINE))
    assert listed == reasons_in_code()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| ((?:`\w+`(?:, )?)+) \|$", readme, re.MULTILINE)
    assert {(stage, r) for stage, row in rows for r in re.findall(r"\w+", row)} == listed


def test_every_expected_reason_exists() -> None:
    """The golden file of the examples uses no reason that the code does not know."""
    lines = (ROOT / "tests/golden/examples/expected.jsonl").read_text(encoding="utf-8")
    used = {json.loads(line)["reason"] for line in lines.splitlines()} - {None}
    assert used <= {reason for _, reason in reasons_in_code()}


@pytest.mark.parametrize("config", ["default", "noise", "ledger"])
def test_release_document_lists_every_column(config: str) -> None:
    """docs/release.md has the columns of the schema with the meanings of the card."""
    with (PACKAGE / "resources" / "columns.tsv").open(encoding="utf-8") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        meanings = {row[0]: row[1] for row in rows}
    text = (ROOT / "docs" / "release.md").read_text(encoding="utf-8")
    part = re.split(r"^### ", text, flags=re.MULTILINE)
    (section,) = [p for p in part if p.startswith(f"`{config}`")]
    table = "\n".join(
        f"| `{name}` | {meanings[f'{config}.{name}']} |" for name in schema.CONFIGS[config].names
    )
    assert f"|---|---|\n{table}\n\n" in section


def test_labels_document_draws_every_kind() -> None:
    """docs/labels.md has the ten kinds in the order of the record, and a section on each."""
    text = (ROOT / "docs" / "labels.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == BLOCK_KINDS
    headings = " ".join(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert set(BLOCK_KINDS) == set(re.findall(r"\w+", headings)) - {"and"}


COMMANDS = sorted(typer.main.get_command(cli.app).commands)  # type: ignore[attr-defined]


def options_of(command: str) -> set[str]:
    """The options that a command takes."""
    group = typer.main.get_command(cli.app)
    assert hasattr(group, "commands")
    return {o for p in group.commands[command].params for o in p.opts if o.startswith("--")}


@pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"])
def test_commands_in_documents_exist(document: str) -> None:
    """Every command and option that a document shows is one that the command line takes."""
    text = (ROOT / document).read_text(encoding="utf-8")
    for command, rest in re.findall(rf"\bcorpus ({'|'.join(COMMANDS)})\b([^`\n]*)", text):
        assert set(re.findall(r"--[a-z-]+[a-z]", rest)) <= options_of(command)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented(command: str) -> None:
    """Every option has a help text, and the README shows it and the command."""
    group = typer.main.get_command(cli.app)
    assert hasattr(group, "commands")
    for parameter in group.commands[command].params:
        assert parameter.help, parameter.name
    assert group.commands[command].help
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"corpus {command}" in readme
    assert options_of(command) - {"--help"} <= set(re.findall(r"--[a-z-]+[a-z]", readme))


def masked(card: str) -> str:
    """A card without what another version of pyarrow changes: its name and the compressed sizes."""
    card = re.sub(r"(download_size: )\d+", r"\1N", card)
    card = re.sub(r"pyarrow `[^`]+`", "pyarrow N", card)
    return re.sub(r"^(\| `\w+` \| [\d,]+ \| [\d,]+ \| )[\d,]+", r"\1N", card, flags=re.MULTILINE)


def test_dataset_card_is_the_card_of_the_sample(examples_release) -> None:
    """DATASET_CARD.md is what `scripts/make_dataset_card` writes: the sample's card, exactly."""
    import pyarrow

    there = (ROOT / "DATASET_CARD.md").read_text(encoding="utf-8")
    made = (examples_release.path / "README.md").read_text(encoding="utf-8")
    if f"pyarrow `{pyarrow.__version__}`" in there:
        assert there == made, "run scripts/make_dataset_card"
    else:
        assert masked(there) == masked(made), "run scripts/make_dataset_card"


def test_a_change_of_the_card_is_noticed(examples_release) -> None:
    """Masking what pyarrow changes leaves every count of the card in place."""
    card = (examples_release.path / "README.md").read_text(encoding="utf-8")
    kept = f"{examples_release.counts.kept} articles"
    assert kept in masked(card)
    assert masked(card) != card
    assert len(masked(card).splitlines()) == len(card.splitlines())


def test_version_is_in_the_changelog() -> None:
    """The changelog has a section for this version, and one for what comes next."""
    import corpus

    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## \[(.*?)\]", text, re.MULTILINE)
    assert sections[0] == "Unreleased"
    assert corpus.__version__ in sections


def test_scripts_agree_on_the_sample() -> None:
    """`scripts/demo` and `scripts/make_dataset_card` build the same release."""
    import corpus

    demo = (ROOT / "scripts" / "demo").read_text(encoding="utf-8")
    assert f"version={corpus.__version__}\n" in demo
    assert "docs/sample.toml" in demo
    assert importlib.util.find_spec("corpus") is not None
