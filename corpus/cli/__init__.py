"""The command `corpus`: parse, one library call, print.

The result goes to stdout, progress and errors to stderr; exit 0, 1 for an error that is worded,
2 for wrong usage.
"""

from __future__ import annotations

import dataclasses
import io
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

import corpus
from corpus.cli import publishing, releases
from corpus.cli.printing import AsJson, Workers, ending_well, print_json, shown
from corpus.document import BLOCK_KINDS, Article
from corpus.errors import CorpusError, SourceError, storage_errors

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Scraped Chinese web pages in, a clean, deduplicated, versioned dataset out.",
)

for command in (
    releases.dedup_report,
    releases.diff,
    releases.explain,
    releases.export,
    publishing.publish,
    releases.rebuild,
    releases.takedown,
    releases.verify,
    publishing.versions,
):
    app.command()(command)

Previous = Annotated[
    Path | None, typer.Option(help="A release to go on from; then SOURCES may be none.")
]
Takedowns = Annotated[
    list[Path] | None, typer.Option(help="A list of `corpus takedown`; may be given again.")
]
ReleaseDay = Annotated[
    str | None, typer.Option(help="The day it says.", show_default="SOURCE_DATE_EPOCH or none")
]
FileOrInput = Annotated[str, typer.Argument(metavar="FILE|-", help="A page; - is standard input.")]


@app.command()
def build(  # noqa: PLR0913, PLR0917 - one parameter an option
    out: Annotated[Path, typer.Option(help="The folder of the release; must not exist.")],
    version: Annotated[str, typer.Option(help="Its version, such as 1.0.0.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE...", help="Files, folders and URLs of pages."),
    ] = None,
    recipe: Annotated[Path | None, typer.Option(help="A recipe.toml.")] = None,
    previous: Previous = None,
    takedowns: Takedowns = None,
    date: ReleaseDay = None,
    workers: Workers = None,
    backend: Annotated[str, typer.Option(help="Who does the work: local or ray.")] = "local",
    ray_address: Annotated[
        str | None, typer.Option(help="The head of a Ray cluster.", show_default="this machine")
    ] = None,
    work: Annotated[
        str | None,
        typer.Option(help="Empty folder or URL for unfinished work.", show_default="beside --out"),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over; else go on where a build stopped.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Build a release from SOURCES: every input is kept, or removed with a reason."""
    from corpus.pipeline.watch import watch

    if not sources and previous is None:
        raise typer.BadParameter("give at least one SOURCE, or --previous")
    with ending_well(), watch(sys.stderr, as_json) as on_progress:
        release = corpus.build(
            sources or (),
            out,
            version=version,
            recipe=recipe,
            previous=previous,
            takedowns=takedowns or (),
            date=date,
            workers=workers,
            backend=backend,
            ray_address=ray_address,
            work=work,
            fresh=fresh,
            on_progress=on_progress,
        )
    counts = release.counts
    if as_json:
        print_json({"path": str(out), "version": version, **dataclasses.asdict(counts)})
        return
    print(f"{out}: {release.manifest.name} {version}")
    print(f"{counts.read:>9,} read")
    print(f"{counts.kept:>9,} kept")
    for stage, reasons in counts.removed.items():
        for reason, n in reasons.items():
            print(f"{n:>9,} removed in {stage}: {reason}")


@app.command()
def extract(
    file: FileOrInput,
    as_json: AsJson = False,
    show: Annotated[
        str | None, typer.Option(help="Only this: main, noise, or one kind of block.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where the page was found.")] = None,
) -> None:
    """Show the article on one page, and every other line under its kind."""
    if show is not None and show not in ("noise", *BLOCK_KINDS):
        raise typer.BadParameter(f"use one of noise, {', '.join(BLOCK_KINDS)}", param_hint="--show")
    article = corpus.extract(_read(file), url=url)
    if as_json:
        print_json(dataclasses.asdict(article))
    else:
        _show_article(article, show)


@app.command()
def repair(
    file: FileOrInput,
    edits: Annotated[bool, typer.Option("--edits", help="Print the edits instead.")] = False,
    leftovers: Annotated[
        bool, typer.Option("--leftovers", help="Print what cannot be repaired instead.")
    ] = False,
    recipe: Annotated[Path | None, typer.Option(help="A recipe.toml; [cleaning] counts.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a text with its damage repaired."""
    from corpus.loading import decode
    from corpus.recipe import Recipe, read_recipe

    options = (read_recipe(recipe) if recipe else Recipe()).cleaning
    repaired = corpus.repair(decode(_read(file)).text, options)
    if as_json:
        named = [dataclasses.asdict(leftover) for leftover in repaired.leftovers]
        print_json({**dataclasses.asdict(repaired), "leftovers": named})
    elif edits:
        for edit in repaired.edits:
            print(f"{edit.fix}\t{edit.start}\t{edit.before!r}\t{edit.after!r}")
    elif leftovers:
        for leftover in repaired.leftovers:
            print(f"{leftover.kind}\t{leftover.start}\t{leftover.text!a}")
    else:
        sys.stdout.write(repaired.text)


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        what = error.strerror or "cannot be read"
        raise SourceError(file, what, "check the path") from None


def _show_article(article: Article, show: str | None) -> None:
    """The parts of an article; control characters of a page never reach the terminal."""
    console = Console(soft_wrap=True, highlight=False, emoji=False)
    if show is None:
        fields = ("title", "author", "source", "published_at", "site", "url")
        for name in fields:
            value = getattr(article, name)
            if value is not None:
                console.print(Text.assemble((f"{name}: ", "bold"), shown(value)))
        sure = f"{article.is_article} (confidence {article.confidence:.2f})"
        console.print(Text.assemble(("is_article: ", "bold"), sure))
    for kind in BLOCK_KINDS:
        if show not in (None, kind) and not (show == "noise" and kind != "main"):
            continue
        blocks = [block for block in article.blocks if block.kind == kind]
        if blocks and show in (None, "noise"):
            console.print(Text(f"\n── {kind} ──", "bold cyan"))
        for block in blocks:
            console.print(Text(shown(block.text)))
            if block.item is not None and (block.item.source or block.item.time):
                parts = [shown(p) for p in (block.item.source, block.item.time) if p]
                console.print(Text(f"    {' · '.join(parts)}", "dim"))


def _escape_unencodable() -> None:
    """Have characters that the encoding of an output lacks printed as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main() -> None:
    """Run the command; an error of the library is one line on stderr and exit 1."""
    publishing.hide_token()
    publishing.hide_bars()
    _escape_unencodable()
    try:
        with storage_errors("corpus"):
            app(prog_name="corpus")
    except CorpusError as error:
        print(shown(f"corpus: {error}"), file=sys.stderr)
        raise SystemExit(1) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None
