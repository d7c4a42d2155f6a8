"""The command: one library call, the result on stdout, errors worded on stderr."""

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Run

import corpus
from corpus.document import BLOCK_KINDS, Article
from corpus.pipeline import passages, stages

ROOT = Path(__file__).parent.parent
PILE = ROOT / "tests" / "golden" / "pipeline"
PAGE = ROOT / "examples" / "dumps" / "self_media_tea.txt"
HTML = ROOT / "examples" / "portal" / "river_bridge.html"
USUAL_STAGES = [name for name in stages.NAMES if name not in passages.NAMES]
"""Those of a build whose recipe does not ask for passages."""
EMOJI = ROOT / "examples" / "wechat" / "reading_list.html"


def run_process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with these variables set."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "corpus.cli", *map(str, arguments)]
    return subprocess.run(command, env=env, capture_output=True, check=False)


def test_build_prints_what_became_of_the_pages(run: Run, tmp_path: Path) -> None:
    """`corpus build` makes the release and prints counts that add up, and stages to stderr."""
    out = tmp_path / "r"
    result = run("build", PILE, "--out", out, "--version", "1.2.3", "--workers", 0)
    assert result.status == 0
    assert [line.split(":")[0] for line in result.err.splitlines()][::2] == USUAL_STAGES
    first, read, *rest = result.out.splitlines()
    assert first == f"{out}: zhcorpus 1.2.3"
    assert int(read.split()[0]) == sum(int(line.split()[0]) for line in rest) == 9
    assert corpus.build.__module__ == "corpus.pipeline"
    assert (out / "MANIFEST.json").is_file()


def test_build_prints_json(run: Run, tmp_path: Path) -> None:
    """`--json` prints one object with where, which version and the counts."""
    arguments = ("build", PILE, "--out", tmp_path / "r", "--version", "1.0.0", "--json")
    told = json.loads(run(*arguments).out)
    assert (told["path"], told["version"], told["read"]) == (str(tmp_path / "r"), "1.0.0", 9)
    assert told["read"] == told["kept"] + sum(
        n for reasons in told["removed"].values() for n in reasons.values()
    )


def test_extract_shows_title_byline_text_and_noise(run: Run) -> None:
    """`corpus extract FILE` shows the fields, then every line of the page under its kind."""
    article = corpus.extract(PAGE.read_bytes())
    result = run("extract", PAGE)
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == f"title: {article.title}"
    headings = [line.strip("─ ") for line in lines if line.startswith("──")]
    assert headings == [kind for kind in BLOCK_KINDS if kind in {b.kind for b in article.blocks}]
    assert {block.text for block in article.blocks} <= set(lines)


def test_extract_reads_standard_input(run: Run) -> None:
    """`-` is standard input, and gives what the file gives."""
    assert run("extract", "-", stdin=PAGE.read_bytes()).out == run("extract", PAGE).out


def test_what_others_print_is_no_result(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a library prints during a build goes to stderr: stdout is one JSON object."""
    build = corpus.build

    def noisy(*sources: object, **options: object) -> corpus.Release:
        sys.stdout.write("a node died")
        return build(*sources, **options)

    monkeypatch.setattr(corpus, "build", noisy)
    out = tmp_path / "r"
    told = run("build", PILE, "--out", out, "--version", "1.0.0", "--workers", "0", "--json")
    assert json.loads(told.out)["version"] == "1.0.0"
    assert "a node died" in told.err


@pytest.mark.parametrize("page", [PAGE, HTML])
def test_extract_prints_the_record_as_json(run: Run, page: Path) -> None:
    """`--json` prints the whole article with the fields of the record."""
    record = json.loads(run("extract", page, "--json", "--url", "https://a.example/1").out)
    assert list(record) == [field.name for field in dataclasses.fields(Article)]
    article = corpus.extract(page.read_bytes(), url="https://a.example/1")
    assert record == json.loads(json.dumps(dataclasses.asdict(article)))


@pytest.mark.parametrize("show", ["noise", *BLOCK_KINDS])
def test_extract_shows_one_kind(run: Run, show: str) -> None:
    """`--show` prints only lines of that kind, `noise` all that are not main."""
    blocks = corpus.extract(PAGE.read_bytes()).blocks
    wanted = [b for b in blocks if b.kind == show or (show == "noise" and b.kind != "main")]
    out = run("extract", PAGE, "--show", show).out.splitlines()
    printed = [line for line in out if line and not line.startswith(("──", "    "))]
    assert sorted(printed) == sorted(block.text for block in wanted)


def test_repair_prints_the_text(run: Run) -> None:
    """`corpus repair` prints the repaired text and nothing else."""
    damaged = "\N{IDEOGRAPHIC SPACE}正\N{ZERO WIDTH SPACE}文，ＡＢ。\r\n"
    assert run("repair", "-", stdin=damaged.encode()).out == "正文，ＡＢ。\n"


def test_repair_prints_edits_and_json(run: Run) -> None:
    """`--edits` prints a line an edit, `--json` the text with its edits."""
    damaged = "一\N{ZERO WIDTH SPACE}二\r\n".encode()
    lines = run("repair", "-", "--edits", stdin=damaged).out.splitlines()
    record = json.loads(run("repair", "-", "--json", stdin=damaged).out)
    assert record["text"] == "一二\n"
    assert [line.split("\t")[0] for line in lines] == [edit["fix"] for edit in record["edits"]]


def test_repair_reads_any_encoding(run: Run, tmp_path: Path) -> None:
    """A GB18030 file is read as what it is."""
    text = PAGE.read_text(encoding="utf-8")
    (tmp_path / "a.txt").write_bytes(text.encode("gb18030"))
    assert run("repair", tmp_path / "a.txt").out == run("repair", PAGE).out


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "a"),
        ("build", "a", "--out", "b"),
        ("build", "--out", "b", "--version", "1.0.0"),
        ("build", "a", "--out", "b", "--version", "1.0.0", "--workers", "-1"),
        ("extract",),
        ("extract", "a", "--show", "adverts"),
        ("extract", "a", "--wrong"),
        ("publish",),
    ],
)
def test_wrong_usage_exits_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    """A missing or unknown argument is told on stderr, exit 2."""
    result = run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert "Usage: corpus" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("extract", "gone.html"), "corpus: gone.html: No such file or directory; check the path"),
        (("repair", "."), "corpus: .: Is a directory; check the path"),
        (("build", "gone", "--out", "r", "--version", "1.0.0"), "corpus: gone: does not exist; "),
        (("build", ".", "--out", "r", "--version", "1"), "corpus: 1: not MAJOR.MINOR.PATCH; give"),
        (("verify", "no\n\x1b[31msuch"), "corpus: no��[31msuch: there is no such folder; give"),
    ],
)
def test_an_error_is_one_line_and_exit_1(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple, message: str
) -> None:
    """An error of the library is worded on one line of stderr, without a traceback."""
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith(message)
    assert result.err.count("\n") == 1
    assert not Path("r").exists()


@pytest.mark.parametrize("out", ["file/r", "file/a/r"])
def test_a_file_is_no_place_for_a_release(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    """A release below a file is an error of one line."""
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    result = run("build", ROOT / "examples" / "portal", "--out", out, "--version", "1.0.0")
    assert (result.status, result.err.count("\n")) == (1, 1)
    assert "a file is where a folder should be" in result.err


def test_binary_input_is_worded(run: Run) -> None:
    """Bytes that are no text are an error of one line."""
    result = run("extract", "-", stdin=bytes(range(256)) * 40)
    assert (result.status, result.err) == (
        1,
        "corpus: page: binary data, not text; give HTML or plain text\n",
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[31m红\x1b[0m",
        "\x1b]0;标题\x07",
        "[bold]粗[/bold]",
        "[/]",
        "\\[red]红[/red]",
        "尾\\",
        "[link=https://a.example]链[/link]",
        ":smile:",
        "\N{RIGHT-TO-LEFT OVERRIDE}反",
        "\u009b31m",
    ],
)
def test_a_page_cannot_command_the_terminal(run: Run, hostile: str) -> None:
    """Escape sequences and markup of a page are shown as text or as U+FFFD, never obeyed."""
    page = f"{hostile}\n{hostile}{'说的是一件寻常的小事。' * 20}\n"
    result = run("extract", "-", "--url", f"https://a.example/{hostile}", stdin=page.encode())
    assert result.status == 0
    controls = [c for c in result.out if c != "\n" and not c.isprintable()]
    assert controls == []
    if hostile.isprintable():
        assert hostile in result.out.splitlines()


def test_wide_blanks_are_shown_as_they_are(run: Run) -> None:
    """An ideographic space in a headline is a blank, not a damaged character."""
    page = ROOT / "examples" / "traditional" / "taiwan_lantern.html"
    assert "\N{REPLACEMENT CHARACTER}" not in run("extract", page).out


@pytest.mark.parametrize("encoding", ["ascii", "gb18030", "latin-1", "utf-8"])
def test_any_terminal_can_be_printed_to(encoding: str) -> None:
    """What the encoding of the output lacks is printed as an escape; JSON stays JSON."""
    shown = run_process("extract", EMOJI, PYTHONIOENCODING=encoding)
    assert (shown.returncode, shown.stderr) == (0, b"")
    record = run_process("extract", EMOJI, "--json", PYTHONIOENCODING=encoding)
    blocks = json.loads(record.stdout.decode(encoding))["blocks"]
    texts = [block.text for block in corpus.extract(EMOJI.read_bytes()).blocks]
    assert [block["text"] for block in blocks] == texts
    assert any(ord(c) > 0xFFFF for text in texts for c in text)


def test_an_error_can_be_printed_to_any_terminal() -> None:
    """A path the terminal cannot show does not turn an error into a traceback."""
    result = run_process("extract", "不在.html", PYTHONIOENCODING="ascii", LC_ALL="C.UTF-8")
    assert result.returncode == 1
    assert result.stderr.startswith(b"corpus: \\u4e0d\\u5728.html: No such file")


def test_a_closed_pipe_is_no_traceback() -> None:
    """`corpus extract … | head -1` ends quietly."""
    command = [sys.executable, "-m", "corpus.cli", "extract", str(PAGE), "--json"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_verify_tells_what_is_broken(run: Run, tmp_path: Path) -> None:
    """`corpus verify` ends with 0 for a sound release, with 1 and a line for each damage else."""
    release = tmp_path / "r"
    run("build", ROOT / "examples", "--out", release, "--version", "1.0.0", "--workers", "0")
    sound = run("verify", release)
    assert (sound.status, sound.err) == (0, "")
    assert "1.0.0 sound" in sound.out
    sound_card = (release / "README.md").read_bytes()
    (release / "README.md").write_text("?", encoding="utf-8")
    broken = run("verify", release)
    assert (broken.status, broken.err) == (1, "")
    assert "README.md, line 1: " in broken.out
    findings = json.loads(run("verify", release, "--json").out)["findings"]
    assert {finding["check"] for finding in findings} == {"check_documents", "check_card"}
    assert f"1.0.0 {len(findings)} findings, " in broken.out
    (release / "README.md").write_bytes(sound_card)
    (release / "CHANGELOG.md").write_text("?", encoding="utf-8")
    assert "1.0.0 1 finding, " in run("verify", release).out


def test_diff_prints_text_markdown_and_json(run: Run, tmp_path: Path) -> None:
    """`corpus diff` says the same numbers in all of its forms."""
    for name, options in (("a", []), ("b", ["--recipe", tmp_path / "recipe.toml"])):
        (tmp_path / "recipe.toml").write_text("[filtering]\nmin_characters = 200\n", "utf-8")
        build = ["build", ROOT / "examples", "--out", tmp_path / name, "--version", "1.0.0"]
        run(*build, "--workers", "1", *options)
    data = json.loads(run("diff", tmp_path / "a", tmp_path / "b", "--json", "--limit", "0").out)
    assert data["n_removed"] == len(data["removed"]) > 1
    assert {entry["reason"] for entry in data["removed"]} == {"too_short"}
    text = run("diff", tmp_path / "a", tmp_path / "b", "--limit", "1").out
    markdown = run("diff", tmp_path / "a", tmp_path / "b", "--markdown").out
    for form in (text, markdown):
        assert f"{data['n_removed']} removed: filtering/too_short {data['n_removed']}" in form
    assert f"… {data['n_removed'] - 1} more removed" in text
    assert markdown.startswith("# `1.0.0` → `1.0.0`\n")


def test_ctrl_c_ends_a_build_and_the_next_goes_on(tmp_path: Path) -> None:
    """SIGINT: exit 130, one line instead of a traceback, no release; the same command finishes."""
    command = [sys.executable, "-m", "corpus.cli", "build", PILE, "--out", tmp_path / "r"]
    command += ["--version", "1.0.0", "--workers", "2"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as build:
        assert build.stderr is not None
        assert build.stderr.readline().startswith("pages: 0/")
        build.send_signal(signal.SIGINT)
        last = build.stderr.read().splitlines()[-1]
    assert (build.returncode, last) == (
        130,
        "corpus: interrupted; the same command goes on from here",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [".r.work"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_export_says_what_it_wrote(run: Run, tmp_path: Path) -> None:
    """`corpus export` writes the configs asked for and says how many rows they have."""
    release = tmp_path / "r"
    run("build", ROOT / "examples", "--out", release, "--version", "1.0.0", "--workers", "1")
    said = json.loads(run("export", release, tmp_path / "a", "--json").out)
    text = run("export", release, tmp_path / "b", "--format", "arrow", "--config", "noise").out
    assert set(said["rows"]) == {"default", "noise", "ledger", "sample"}
    assert text == f"{tmp_path / 'b' / 'noise'}: {said['rows']['noise']:,} rows as arrow\n"
    assert run("export", release, tmp_path / "c", "--format", "csv").status == 1


@pytest.mark.parametrize(
    "command",
    [
        "verify {}",
        "diff {} {}",
        "explain {} x",
        "export {} x",
        "rebuild {}",
        "publish {} x",
        "dedup-report {}",
        "versions {}",
        "takedown {} --reason x --domain a.example",
    ],
)
def test_names_too_long(run: Run, command: str) -> None:
    """A name that no system has is an error of one line, whatever is asked of it."""
    result = run(*command.format("a" * 300, "b" * 300).split())
    assert result.status == 1
    assert re.fullmatch(r"corpus: .*aaa.*; .*", result.err.splitlines()[-1])
