"""What the README says is true: its example, its Python, its commands, its tables, its recipe."""

import doctest
import os
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from commands import Run

from corpus import schema
from corpus.recipe import Recipe, parse_recipe
from corpus.release.card import CARDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LEFT_OUT = "…"


def blocks(language: str) -> list[str]:
    """The fenced blocks of the README in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def shown(mark: str) -> tuple[str, list[str]]:
    """What a marked block says it shows, and its lines."""
    found = re.search(rf"<!-- {mark}: (.*?) -->\n```text\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1], found[2].splitlines()


def assert_excerpt(excerpt: list[str], whole: str) -> None:
    """The lines of the excerpt follow each other in the whole, but where lines are left out."""
    lines = [line for line in whole.splitlines() if line]
    at, free = 0, True
    for line in excerpt:
        if line == LEFT_OUT:
            free = True
            continue
        assert line in lines[at:], f"not there, or not in this order: {line}"
        place = lines.index(line, at)
        assert free or place == at, f"something is left out before: {line}"
        at, free = place + 1, False


def arguments(command: str) -> list[str]:
    """What a command line of the README says behind `corpus`."""
    return shlex.split(command, comments=True)[1:]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples and a recipe, which is the current one."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "recipe.toml").write_text(blocks("toml")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_before_is_the_page() -> None:
    """The page shown is the file it says, line for line where nothing is left out."""
    path, excerpt = shown("before")
    assert_excerpt(excerpt, (ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.usefixtures("folder")
def test_after_is_what_the_command_prints(run: Run) -> None:
    """The result shown is what the command beside it prints, line for line."""
    command, excerpt = shown("after")
    result = run(*arguments(command))
    assert result.status == 0, result.err
    assert_excerpt(excerpt, result.out)


def test_an_excerpt_that_is_wrong_is_noticed() -> None:
    """A line that is not there, out of order or after an unmarked gap fails."""
    for excerpt in (["d"], ["b", "a"], ["a", "c"]):
        with pytest.raises(AssertionError):
            assert_excerpt(excerpt, "a\nb\nc")
    assert_excerpt(["a", "…", "c"], "a\n\nb\nc")


def test_python_examples_are_true(folder: Path, own_cache: Path) -> None:
    """Every Python block gives what stands below it, in the order of the README."""
    assert len(blocks("python")) >= 3
    session = doctest.DocTestParser().get_doctest(
        "\n".join(blocks("python")), {}, "README.md", "README.md", 0
    )
    assert session.examples
    result = doctest.DocTestRunner(verbose=False).run(session)
    assert result.failed == 0


@pytest.mark.usefixtures("folder")
def test_commands_run(run: Run) -> None:
    """Every line that calls `corpus` ends with 0."""
    commands = [x for b in blocks("sh") for x in b.splitlines() if x.startswith("corpus ")]
    assert len(commands) >= 5
    for command in commands:
        result = run(*arguments(command))
        assert result.status == 0, f"{command}: {result.err}"
        assert result.out or "--edits" in command


def test_scripts_named_are_there() -> None:
    """The scripts that the README and CONTRIBUTING name exist and can be run."""
    text = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    scripts = set(re.findall(r"\bscripts/[a-z_]+", text))
    assert {"scripts/demo", "scripts/test"} <= scripts
    for script in scripts:
        assert os.access(ROOT / script, os.X_OK), script


def test_what_contributors_break_is_there() -> None:
    """The line that CONTRIBUTING breaks on purpose stands in the file it names."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.search(r"^sed -i 's/(.*?)/.*?/' (\S+)$", text, re.MULTILINE)
    assert found is not None
    assert found[1] in (ROOT / found[2]).read_text(encoding="utf-8")


def test_links_lead_somewhere() -> None:
    """Every relative link of the documents leads to a file or folder."""
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            if document.name == "DATASET_CARD.md" and target in CARDS:
                continue  # beside the card there is the other one, in a release
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_recipe_shown_is_the_standard_one() -> None:
    """The recipe names every key there is, each with its default."""
    (text,) = blocks("toml")
    data = tomllib.loads(text)
    assert parse_recipe(data) == Recipe()
    assert data == Recipe().as_dict()


@pytest.mark.parametrize("config", schema.CONFIGS)
def test_columns_are_those_of_the_schema(config: str) -> None:
    """The table of configs names every column, in order."""
    (row,) = re.findall(rf"^\| `{config}` \|.*$", README, re.MULTILINE)
    columns = row.split("|")[3]
    if config == "sample":
        assert columns.strip() == "as `default`"
    else:
        assert re.findall(r"`(\w+)`", columns) == schema.CONFIGS[config].names


def test_the_order_is_kept() -> None:
    """What it is, before and after, the two scripts, then everything else."""
    marks = ["# zhcorpus", "## Before", "scripts/demo", "scripts/test", "## Install", "## The com"]
    places = [README.index(mark) for mark in marks]
    assert places == sorted(places)
