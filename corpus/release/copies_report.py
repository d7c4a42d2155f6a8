"""What was removed as copies, for people: as lines for a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from corpus.release.copies import Copies, Copy, SiteCount
from corpus.release.diff_report import HTML_MARKS, NO_SITE, PLAIN_MARKS, show_pieces
from corpus.release.markdown import code, columns, escape, shorten, table

SITES = 20
"""Sites named; the others are summed up in one line."""

TITLE_CHARACTERS = 40

NO_TEXT = "text not at hand"
SAME_TEXT = "the same text"

Cells = Sequence[Sequence[str | int]]
Section = tuple[str, tuple[str, ...], Cells]


def as_text(copies: Copies) -> str:
    """The report as plain lines; in a text `[-…-]` is only in the article, `{+…+}` in the copy."""
    lines = [f"Copies in {copies.version}", *_summary(copies)]
    for heading, header, rows in _sections(copies):
        lines += ["", heading, *columns([header, *rows])]
    if copies.pairs:
        lines += ["", "Pairs that are least alike"]
    for copy in copies.pairs:
        title = shorten(" ".join((copy.kept_title or "").split()), TITLE_CHARACTERS)
        through = f" through {copy.through}" if copy.through else ""
        likeness = f"{copy.method} {_number(copy.similarity)}".rstrip() + through
        lines.append(f"{likeness}  {copy.id} → {copy.kept_id}  {title}".rstrip())
        lines += [f"    {place}" for place in _places(copy)]
        lines.append(f"    {_differences(copy, PLAIN_MARKS, str)}")
    return "\n".join(lines) + "\n"


def as_markdown(copies: Copies) -> str:
    """The report as Markdown; nothing that a page says means anything in it."""
    heading = f"# Copies in {code(copies.version)}"
    parts = [heading, "\n".join(f"- {line}" for line in _summary(copies))]
    for heading, header, rows in _sections(copies):
        cells = [[code(c) if isinstance(c, str) else c for c in row] for row in rows]
        parts += [f"## {heading}", table(header, cells)]
    if copies.pairs:
        parts.append("## Pairs that are least alike")
        parts.append("\n".join(_markdown_pair(copy) for copy in copies.pairs))
    return "\n\n".join(parts) + "\n"


def _markdown_pair(copy: Copy) -> str:
    title = escape(shorten(copy.kept_title or "", TITLE_CHARACTERS)) or "—"
    through = f" through {code(copy.through)}" if copy.through else ""
    likeness = f"{code(copy.method)} {_number(copy.similarity)}".rstrip() + through
    return "\n".join(
        (
            f"- {likeness}: {code(copy.id)} → {code(copy.kept_id)} {title}",
            *(f"  - {escape(place)}" for place in _places(copy)),
            f"  - {_differences(copy, HTML_MARKS, escape)}",
        )
    )


def _differences(
    copy: Copy, marks: dict[str, tuple[str, str]], render: Callable[[str], str]
) -> str:
    """The texts of a pair, what is only in one of them between its marks."""
    if copy.pieces is None:
        return NO_TEXT
    if all(piece.op == "same" for piece in copy.pieces):
        return SAME_TEXT
    return "".join(show_pieces(copy.pieces, marks, render))


def _summary(copies: Copies) -> Iterator[str]:
    yield f"{copies.articles:,} articles, {copies.removed:,} pages went as copies"
    n_clusters = sum(count.clusters for count in copies.clusters)
    yield f"{n_clusters:,} articles stand for more than one page"
    if copies.read_again:
        yield f"{copies.read_again:,} pages were read again, unchanged, and are no copies"


def _sections(copies: Copies) -> Iterator[Section]:
    if copies.clusters:
        rows: Cells = [(count.pages, count.clusters) for count in copies.clusters]
        yield "Clusters by size", ("pages", "clusters"), rows
    if copies.methods:
        rows = [(m.method, m.pages, _number(m.lowest), _number(m.median)) for m in copies.methods]
        yield "Methods", ("method", "pages", "least alike", "median"), rows
    if copies.thresholds:
        rows = [
            (t.method, _number(t.threshold), t.removed, f"{t.more:+,}" if t.more else "0")
            for t in copies.thresholds
        ]
        header = ("method", "threshold", "would go", "beside now")
        yield "What other thresholds would have removed", header, rows
    if copies.sites:
        rows = [(s.site or NO_SITE, s.removed, s.stood_for) for s in _shown_sites(copies.sites)]
        yield "Sites", ("site", "went", "went for it"), rows


def _shown_sites(sites: Sequence[SiteCount]) -> Iterator[SiteCount]:
    yield from sites[:SITES]
    rest = sites[SITES:]
    if rest:
        name = f"{len(rest):,} more"
        yield SiteCount(name, sum(s.removed for s in rest), sum(s.stood_for for s in rest))


def _places(copy: Copy) -> Iterator[str]:
    """Where the copy was read, its address, and that of the article, where they have one."""
    origin = copy.origin
    path = f"{origin['source']}/{origin['path']}" if origin["path"] else str(origin["source"])
    yield f"{path} at {origin['record']}" + (f", {copy.url}" if copy.url else "")
    if copy.kept_url and copy.kept_url != copy.url:
        yield f"for {copy.kept_url}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")
