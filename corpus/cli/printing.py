"""What the commands share: how results are printed, and how Ctrl-C ends one."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Annotated, Any

import typer

INTERRUPTED = 130
"""128 + SIGINT."""

Workers = Annotated[
    int | None, typer.Option(min=0, help="Processes; 0 is this one.", show_default="all cores")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def print_json(value: dict[str, Any]) -> None:
    """One line of JSON, in characters that the output can have."""
    is_unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not is_unicode))


def shown(text: str) -> str:
    """The text with a replacement for each character that could command a terminal."""
    return "".join(c if _is_harmless(c) else "\N{REPLACEMENT CHARACTER}" for c in text)


def _is_harmless(c: str) -> bool:
    """Whether a terminal only shows it; Python holds blanks wider than a space unprintable."""
    return c.isprintable() or c in "\t\N{ZERO WIDTH JOINER}" or unicodedata.category(c) == "Zs"


@contextmanager
def ending_well() -> Iterator[None]:
    """Ctrl-C ends the command in one line, with the exit code that shells give it.

    What libraries print inside goes to stderr, as Ray does when a node dies: stdout is the result.
    """
    try:
        with redirect_stdout(sys.stderr):
            yield
    except KeyboardInterrupt:
        print("corpus: interrupted; the same command goes on from here", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
