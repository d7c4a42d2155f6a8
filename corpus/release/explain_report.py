"""What became of one page, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.document import Edit
from corpus.release.diff_report import PLAIN_MARKS, reason_name, show_pieces
from corpus.release.explain import KEPT, Again, Explanation, Line, Reading, Standing
from corpus.release.markdown import shorten

LINE_CHARACTERS = 60
TITLE_CHARACTERS = 40

SAME_TEXT = "the same text"


def as_text(found: Explanation) -> str:
    """The explanation; what is indented says more of the line above it."""
    lines = [f"{found.id} in {found.version}: {_verdict(found)}"]
    if found.withdrawn is not None:
        lines.append(found.withdrawn)
        if found.article is not None:
            lines.append("the next release leaves it out")
    lines += _section("Read", [line for own in found.readings for line in _reading(own)])
    if found.article is not None:
        text = shorten(_flat(found.text), LINE_CHARACTERS)
        lines += _section("The article", [*_standing(found.article), text])
    standing = [line for own in found.survivors for line in _standing(own)]
    lines += _section("What stands for it", standing)
    for heading, others in (("By way of", found.between), ("It stands for", found.copies)):
        lines += _section(heading, [line for own in others for line in _other(own)])
    lines += _blocks(found.edits, found.lines)
    if found.again is not None:
        lines += _again(found.again)
    return "\n".join(lines) + "\n"


def _verdict(found: Explanation) -> str:
    """What became of the page in the end: of several readings the one that was kept counts."""
    if found.article is not None:
        changed = f", changed in {found.article.changed_in}" if found.article.changed_in else ""
        return f"an article of {found.article.config}, added in {found.article.added_in}{changed}"
    if not found.readings:
        return "not read"
    reasons = [reason_name(r.stage, r.reason) for r in found.readings if r.outcome != KEPT]
    return f"removed: {', '.join(dict.fromkeys(reasons))}" if reasons else KEPT


def _section(heading: str, lines: Sequence[str]) -> list[str]:
    return ["", heading, *(f"  {line}" for line in lines)] if lines else []


def _reading(reading: Reading) -> Iterator[str]:
    """A row of the ledger of the page itself: where and by which version, and what became of it."""
    yield f"{reading.version}  {_place(reading)}"
    kept = None
    if reading.kept_id is not None:
        kept = "this page" if reading.kept_id == reading.id else reading.kept_id
    same = None if reading.similarity is None else f"{_number(reading.similarity)} the same"
    parts = [" as ".join(filter(None, (same, kept))), reading.detail]
    yield "  " + ", ".join(filter(None, (_outcome(reading), *parts)))


def _other(reading: Reading) -> Iterator[str]:
    """A row of the ledger of another page."""
    same = "" if reading.similarity is None else f" {_number(reading.similarity)}"
    through = f" through {reading.through}" if reading.through else ""
    yield f"{reading.id}  {reading.reason or reading.outcome}{same}{through}"
    yield f"  {_place(reading)}"


def _place(reading: Reading) -> str:
    origin = reading.origin
    path = f"{origin['source']}/{origin['path']}" if origin["path"] else str(origin["source"])
    more = ", ".join(filter(None, (reading.encoding, reading.url)))
    return f"{path} at {origin['record']}" + (f" ({more})" if more else "")


def _standing(article: Standing) -> Iterator[str]:
    title = shorten(_flat(article.title), TITLE_CHARACTERS)
    yield f"{article.id}  {title}".rstrip()
    if article.url:
        yield f"  {article.url}"
    who = [article.author, article.source, article.published_at]
    size = f"{article.n_characters:,} characters"
    yield "  " + " · ".join([*(_flat(part) for part in who if part), size])
    if article.cluster_size > 1:
        yield f"  one of {article.cluster_size:,} pages in cluster {article.cluster_id}"


def _blocks(edits: Sequence[Edit], lines: Sequence[Line]) -> list[str]:
    own = [f"{e.fix} at {e.start}: {e.before!r} → {e.after!r}" for e in edits]
    rest = [
        f"{line.position:>4} {line.kind} ({line.rule}): "
        + shorten(_flat(line.text), LINE_CHARACTERS)
        for line in lines
    ]
    return _section("Edits", own) + _section("Lines of its page", rest)


def _again(again: Again) -> list[str]:
    lines = ["", f"Read from its source now: {_outcome(again) if again.stage else 'an article'}"]
    if again.detail:
        lines.append(f"  {again.detail}")
    lines += _blocks(again.edits, again.lines)
    if again.pieces is not None:
        shown = "".join(show_pieces(again.pieces, PLAIN_MARKS, str))
        is_same = all(piece.op == "same" for piece in again.pieces)
        lines += _section("Beside what stands for it", [SAME_TEXT if is_same else shown])
    return lines


def _outcome(row: Reading | Again) -> str:
    return f"removed: {reason_name(row.stage, row.reason)}" if row.stage else KEPT


def _flat(text: str | None) -> str:
    return " ".join((text or "").split())


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
