"""The section of a version in the changelog of the dataset: numbers, and no title of an article."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.release.diff import Diff
from corpus.release.diff_report import reason_name
from corpus.release.manifest import VersionEntry
from corpus.release.markdown import code


def first_section(version: VersionEntry) -> str:
    """The section of a version that has none before it."""
    articles = f"{_count(version.articles, 'article')} of {_count(version.read, 'page')} read"
    return f"{_heading(version)}\n\n- {articles}{_sources(version)}\n"


def next_section(diff: Diff, version: VersionEntry, n_read: int, n_orphans: int = 0) -> str:
    """The section of a version that goes on from another, with which `diff` compares it.

    `n_read` are the pages that this version read. `n_orphans` are pages whose article was withdrawn
    in it, and that are no copies of that.
    """
    lines = [*_changes(diff), *_columns(diff)]
    if n_read:
        lines.append(f"{_count(n_read, 'page')} read{_sources(version)}")
    if n_orphans:
        lost = f"{_count(n_orphans, 'page')} lost the article that stood for them"
        lines.append(f"{lost}: read again, they are judged again")
    lines.append(f"{_count(version.articles, 'article')} in all")
    bullets = "".join(f"- {line}\n" for line in lines)
    return f"{_heading(version)}\n\nSince {diff.old}:\n\n{bullets}"


def _heading(version: VersionEntry) -> str:
    return f"## {version.version}" + (f" ({version.date})" if version.date else "")


def _changes(diff: Diff) -> Iterator[str]:
    if diff.n_added:
        yield f"{_count(diff.n_added, 'article')} added"
    if diff.n_removed:
        reasons = ", ".join(f"{code(reason_name(*reason))} {n:,}" for reason, n in diff.reasons)
        yield f"{_count(diff.n_removed, 'article')} removed: {reasons}"
    if diff.n_changed:
        fields = ", ".join(f"{code(name)} {n:,}" for name, n in diff.fields)
        yield f"{_count(diff.n_changed, 'article')} changed: {fields}"
    if not (diff.n_added or diff.n_removed or diff.n_changed):
        yield "no article added, removed or changed"


def _columns(diff: Diff) -> Iterator[str]:
    for column in diff.columns:
        name = code(f"{column.config}.{column.column}")
        if column.before is None:
            yield f"column {name} added, {code(column.after or '')}"
        elif column.after is None:
            yield f"column {name} removed"
        else:
            yield f"column {name}: {code(column.before)} → {code(column.after)}"


def _sources(version: VersionEntry) -> str:
    return f", from {', '.join(map(code, version.sources))}" if version.sources else ""


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" + ("" if n == 1 else "s")
