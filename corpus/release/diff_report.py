"""A diff for people: as lines for a terminal, and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from corpus.release.diff import Change, Diff, Entry, FieldChange
from corpus.release.markdown import code, escape, shorten, table
from corpus.release.text_diff import Piece

CONTEXT = 12
"""Characters shown before and after a change of a text."""

TITLE_CHARACTERS = 40
VALUE_CHARACTERS = 200
DECIMALS = 4

SITES = 20
"""Sites named; the others are summed up in one line."""

PLAIN_MARKS = {"delete": ("[-", "-]"), "insert": ("{+", "+}")}
HTML_MARKS = {"delete": ("<del>", "</del>"), "insert": ("<ins>", "</ins>")}
BLANKS = str.maketrans({"\n": "⏎", "\t": "⇥", " ": "␣", "\N{IDEOGRAPHIC SPACE}": "□"})
"""What a reader must see of blanks that came or went."""

NOT_SAID = "not in the ledger"
NO_SITE = "without site"


def as_text(diff: Diff) -> str:
    """The diff as plain lines: `+` added, `-` removed, `~` changed, `[-old-]{+new+}` in a text."""
    lines = [f"{diff.old} → {diff.new}", *_summary(diff)]
    for column in diff.columns:
        kinds = f"{column.before or 'none'} → {column.after or 'none'}"
        lines.append(f"column {column.config}.{column.column}: {kinds}")
    for site, added, removed, changed in _site_rows(diff):
        lines.append(f"{site}: +{added:,} -{removed:,} ~{changed:,}")
    lines += [f"+ {_entry(entry)}" for entry in diff.added]
    lines += [
        f"- {_entry(entry)}  ({reason_name(entry.stage, entry.reason)})" for entry in diff.removed
    ]
    for change in diff.changed:
        lines += [f"~ {_entry(change)}", *(f"    {line}" for line in _changes(change))]
    lines += [f"… {line}" for line in _unnamed(diff)]
    return "\n".join(lines) + "\n"


def as_markdown(diff: Diff) -> str:
    """The diff as Markdown; nothing that a page says means anything in it."""
    parts = [f"# {code(diff.old)} → {code(diff.new)}", _bullets(diff)]
    parts += _section(
        "Columns",
        ("column", "before", "after"),
        [
            (code(f"{c.config}.{c.column}"), code(c.before or "none"), code(c.after or "none"))
            for c in diff.columns
        ],
    )
    parts += _section(
        "Sites",
        ("site", "added", "removed", "changed"),
        [(code(site), *counts) for site, *counts in _site_rows(diff)],
    )
    parts += _section(
        "Added", ("id", "site", "title"), [(code(e.id), _site(e), _title(e)) for e in diff.added]
    )
    parts += _section(
        "Removed",
        ("id", "site", "title", "reason"),
        [(code(e.id), _site(e), _title(e), reason_name(e.stage, e.reason)) for e in diff.removed],
    )
    if diff.changed:
        parts += ["## Changed", "\n\n".join(_markdown_change(change) for change in diff.changed)]
    parts += [f"*… {line}*" for line in _unnamed(diff)]
    return "\n\n".join(parts) + "\n"


def _section(heading: str, header: Sequence[str], rows: Sequence[Sequence[str | int]]) -> list[str]:
    return [f"## {heading}", table(header, rows)] if rows else []


def _bullets(diff: Diff) -> str:
    lines = [*_summary(diff)]
    lines += [
        f"column `{c.config}.{c.column}`: {code(c.before or 'none')} → {code(c.after or 'none')}"
        for c in diff.columns
    ]
    return "\n".join(f"- {line}" for line in lines)


def _summary(diff: Diff) -> Iterator[str]:
    before, after = diff.n_articles
    yield f"{before:,} → {after:,} articles"
    yield f"{diff.n_added:,} added"
    reasons = ", ".join(f"{reason_name(*reason)} {n:,}" for reason, n in diff.reasons)
    yield f"{diff.n_removed:,} removed" + (f": {reasons}" if reasons else "")
    fields = ", ".join(f"{name} {n:,}" for name, n in diff.fields)
    yield f"{diff.n_changed:,} changed" + (f": {fields}" if fields else "")


def reason_name(stage: str | None, reason: str | None) -> str:
    """Why an article was removed, in a word."""
    return f"{stage}/{reason}" if stage else NOT_SAID


def _site_rows(diff: Diff) -> Iterator[tuple[str, int, int, int]]:
    for count in diff.sites[:SITES]:
        yield count.site or NO_SITE, count.added, count.removed, count.changed
    rest = diff.sites[SITES:]
    if rest:
        sums = [sum(getattr(c, name) for c in rest) for name in ("added", "removed", "changed")]
        yield f"{len(rest):,} more", sums[0], sums[1], sums[2]


def _unnamed(diff: Diff) -> Iterator[str]:
    for name in ("added", "removed", "changed"):
        rest = getattr(diff, f"n_{name}") - len(getattr(diff, name))
        if rest:
            yield f"{rest:,} more {name}"


def _entry(entry: Entry | Change) -> str:
    title = shorten(" ".join((entry.title or "").split()), TITLE_CHARACTERS)
    return "  ".join(part for part in (entry.id, entry.site, title) if part)


def _site(entry: Entry | Change) -> str:
    return code(entry.site) if entry.site else NO_SITE


def _title(entry: Entry | Change) -> str:
    return escape(shorten(entry.title or "", TITLE_CHARACTERS)) or "—"


def _changes(change: Change) -> Iterator[str]:
    for field in change.fields:
        before, after = _values(field)
        yield f"{field.column}: {before} → {after}"
    if change.text:
        yield f"text: {''.join(show_pieces(change.text, PLAIN_MARKS, str))}"


def _values(field: FieldChange) -> tuple[str, str]:
    """A value before and after; of lists only the items that differ, of numbers four decimals."""
    before, after = field.before, field.after
    if isinstance(before, list) and isinstance(after, list):
        n_first = _n_common(before, after)
        before, after = before[n_first:], after[n_first:]
        n_last = _n_common(before[::-1], after[::-1])
        before, after = (rest[: len(rest) - n_last] for rest in (before, after))
    if isinstance(before, float) and isinstance(after, float):
        rounded = round(before, DECIMALS), round(after, DECIMALS)
        before, after = rounded if rounded[0] != rounded[1] else (before, after)
    return _value(before), _value(after)


def _n_common(one: list[Any], other: list[Any]) -> int:
    """How many items both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _value(value: Any) -> str:
    return shorten(json.dumps(value, ensure_ascii=False, sort_keys=True), VALUE_CHARACTERS)


def _markdown_change(change: Change) -> str:
    lines = [
        f"- {code(change.id)} {_site(change)} {_title(change)}",
        *_markdown_fields(change.fields),
    ]
    if change.text:
        lines.append(f"  - text: {''.join(show_pieces(change.text, HTML_MARKS, escape))}")
    return "\n".join(lines)


def _markdown_fields(fields: Sequence[FieldChange]) -> Iterator[str]:
    for field in fields:
        before, after = _values(field)
        yield f"  - {code(field.column)}: {escape(before)} → {escape(after)}"


def show_pieces(
    pieces: Sequence[Piece], marks: dict[str, tuple[str, str]], render: Callable[[str], str]
) -> Iterator[str]:
    """What changed between its marks, and around it no more than is needed to find the place."""
    for number, piece in enumerate(pieces):
        if piece.op != "same":
            begin, end = marks[piece.op]
            yield f"{begin}{render(piece.text.translate(BLANKS))}{end}"
            continue
        text = piece.text.replace("\n", "⏎")
        head = text[:CONTEXT] if number else ""
        tail = text[-CONTEXT:] if number < len(pieces) - 1 else ""
        whole = number and number < len(pieces) - 1 and len(text) <= 2 * CONTEXT
        yield render(text if whole else f"{head}…{tail}")
