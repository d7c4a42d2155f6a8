"""The commands that bring releases to others: publish, versions."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

import corpus
from corpus.cli.printing import AsJson, ending_well, print_json, shown

STDIN = "-"

TOKEN_VARIABLE = "HF_TOKEN"  # noqa: S105 - the name of a variable
TOKEN_OPTION = "--token"  # noqa: S105 - the name of an option

NO_BARS = "HF_HUB_DISABLE_PROGRESS_BARS"
"""The variable by which the client of the Hub shows no bars, which only a terminal can draw."""

Token = Annotated[
    str | None,
    typer.Option(help="Of the Hub; - reads it from stdin.", show_default="HF_TOKEN or the login"),
]


def publish(  # noqa: PLR0913, PLR0917 - one parameter an option
    release: Annotated[Path, typer.Argument(metavar="RELEASE", help="The folder of a release.")],
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="hf://datasets/ORG/NAME, s3://…, a folder.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would go, and how many bytes.")
    ] = False,
    private: Annotated[
        bool, typer.Option("--private", help="Make a new dataset of the Hub a private one.")
    ] = False,
    create_pr: Annotated[
        bool, typer.Option("--create-pr", help="Propose it on the Hub, in a pull request.")
    ] = False,
    revision: Annotated[
        str | None, typer.Option(help="The branch of the Hub.", show_default="main")
    ] = None,
    token: Token = None,
    as_json: AsJson = False,
) -> None:
    """Publish a release to the Hub, a store or a folder: whole there, or nothing."""
    with ending_well():
        done = corpus.publish(
            release,
            target,
            dry_run=dry_run,
            private=private,
            create_pr=create_pr,
            revision=revision,
            token=_token(token),
            on_progress=_tell,
        )
    if as_json:
        print_json(done.as_dict())
        return
    for path in done.left_out:
        print(shown(f"left out: {path}, which the manifest does not name"), file=sys.stderr)
    if done.outcome == "dry run":
        for path in done.new_files:
            print(shown(f"would go: {path}"))
        for path in done.gone_files:
            print(shown(f"would be removed there: {path}"))
    print(f"{done.where}: {done.version} {done.outcome}")
    sizes = f"{len(done.new_files)} of {done.n_files} files, {done.new_bytes:,} bytes"
    print(f"new there: {sizes} of {done.n_bytes:,}")
    if done.gone_files:
        print(f"no longer there: {len(done.gone_files)} files of the release before")
    if done.url is not None:
        print(done.url)
    if done.outcome == "proposed":
        _tell("when it is merged, run the same again: that makes the tag")


def versions(
    where: Annotated[
        str, typer.Argument(metavar="WHERE", help="ORG/NAME of the Hub, a URL or a folder.")
    ],
    token: Token = None,
    as_json: AsJson = False,
) -> None:
    """List the versions of a dataset that can be loaded, the oldest first."""
    found = corpus.versions(where, _token(token))
    if as_json:
        print_json({"versions": [version.as_dict() for version in found]})
        return
    if not found:
        _tell(f"{where}: nothing was published there")
    for version in found:
        print("\t".join(filter(None, (version.version, version.where, version.commit))))


def hide_bars() -> None:
    """Have the client of the Hub show no bars where nobody can see them."""
    if not sys.stderr.isatty():
        os.environ.setdefault(NO_BARS, "1")


def hide_token() -> None:
    """Start the command again without the token in its arguments, where other users see them.

    It goes on in the environment, which only its own user can read. Does nothing where the
    arguments have no token, nor on Windows, where a process cannot take the place of another.
    """
    arguments = list(sys.orig_argv)
    token = _cut_token(arguments)
    if token is None or token == STDIN or os.name == "nt":
        return
    os.execve(sys.executable, arguments, {**os.environ, TOKEN_VARIABLE: token})  # noqa: S606


def _cut_token(arguments: list[str]) -> str | None:
    """Take the option `--token` with its value out of the arguments; the value, if it is there."""
    for number, argument in enumerate(arguments):
        if argument == "--":
            return None
        name, equals, value = argument.partition("=")
        if name != TOKEN_OPTION:
            continue
        if equals:
            del arguments[number]
            return value
        if number + 1 < len(arguments):
            value = arguments[number + 1]
            del arguments[number : number + 2]
            return value
    return None


def _token(token: str | None) -> str | None:
    return sys.stdin.readline().strip() or None if token == STDIN else token


def _tell(line: str) -> None:
    print(shown(line), file=sys.stderr)
