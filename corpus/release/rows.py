"""From records to rows: the columns a worker can fill, while duplicates are not known yet.

The files of a worker hold the columns of `corpus.schema` but those that only the whole build knows
(cluster, version), and some that lead from a row to its weight and to the rows that belong to it:
`ledger_row` is the place of an article's row in the ledger of its shard, `noise_first` and
`noise_count` those of its noise, by place and not by id, for two pages may share an id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from corpus.document import Article, Block, Edit, Origin, Page, Removal, Signals
from corpus.schema import ARTICLES, LEDGER, NOISE

Row = dict[str, Any]
"""One row by column name, as `pyarrow.Table.from_pylist` takes it."""

LATE_COLUMNS = {"cluster_id", "cluster_size", "added_in", "changed_in", "version"}
"""Columns that the release writer adds."""


def _work_schema(schema: pa.Schema, *more: str) -> pa.Schema:
    own = [field for field in schema if field.name not in LATE_COLUMNS]
    return pa.schema([*own, *(pa.field(name, pa.int64()) for name in more)])


WORK_ARTICLES = _work_schema(
    ARTICLES, "bytes", "ledger_row", "noise_first", "noise_count", "noise_bytes"
)
WORK_NOISE = _work_schema(NOISE)
WORK_LEDGER = _work_schema(LEDGER, "bytes")


def article_row(page: Page, article: Article, signals: Signals) -> Row:
    """The row of an article that passed its filters."""
    return {
        "id": article.id,
        "url": article.url,
        "site": article.site,
        "title": article.title,
        "author": article.author,
        "source": article.source,
        "published_at": article.published_at,
        "text": article.text,
        "n_characters": signals.n_characters,
        "language": signals.language,
        "script": signals.script,
        "quality": _quality(article, signals),
        "recurring_share": None,
        "edits": [_edit(edit) for edit in article.edits],
        "origin": _origin(page.origin),
        "reservations": list(article.reservations),
    }


def noise_rows(article: Article) -> list[Row]:
    """A row for every block of the page that is not main text, in the order of the page."""
    return [noise_row(article.id, block) for block in article.blocks if block.kind != "main"]


def kept_row(page: Page) -> Row:
    """The ledger's row of a page that became an article."""
    return {
        "id": page.id,
        "url": page.url,
        "origin": _origin(page.origin),
        "encoding": page.encoding,
        "outcome": "kept",
        "detail": "; ".join(_losses(page)) or None,
    }


def _losses(page: Page) -> Iterator[str]:
    """What is missing in a page, in words."""
    if page.n_lost:
        yield f"characters lost in decoding: {page.n_lost:,}"
    if page.truncated:
        yield f"cut when it was archived: {page.truncated}"


def removed_row(removal: Removal, encoding: str | None) -> Row:
    """The ledger's row of an input that did not become an article."""
    return {
        "id": removal.id,
        "url": removal.url,
        "origin": _origin(removal.origin),
        "encoding": encoding,
        "outcome": "removed",
        "stage": removal.stage,
        "reason": removal.reason,
        "detail": removal.detail,
        "kept_id": removal.kept_id,
    }


def as_table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    """The rows as an Arrow table.

    A surrogate that stands alone, which no UTF-8 file can hold, becomes U+FFFD: one character for
    one, so that positions stay true.
    """
    try:
        return pa.Table.from_pylist(rows, schema=schema)
    except UnicodeEncodeError:
        return pa.Table.from_pylist([_encodable(row) for row in rows], schema=schema)


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _encodable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_encodable(part) for part in value]
    return value


def _quality(article: Article, signals: Signals) -> Row:
    return {
        "n_paragraphs": signals.n_paragraphs,
        "han_share": signals.han_share,
        "punctuation_share": signals.punctuation_share,
        "digit_share": signals.digit_share,
        "line_end_share": signals.line_end_share,
        "duplicate_line_share": signals.duplicate_line_share,
        "confidence": article.confidence,
    }


def _edit(edit: Edit) -> Row:
    return {"fix": edit.fix, "start": edit.start, "before": edit.before, "after": edit.after}


def _origin(origin: Origin) -> Row:
    return {
        "source": origin.source,
        "path": origin.path,
        "record": origin.record,
        "sha256": origin.sha256,
        "key": origin.key,
    }


def noise_row(article_id: str, block: Block) -> Row:
    """The row of one block that is not main text."""
    item = block.item
    return {
        "id": article_id,
        "position": block.position,
        "kind": block.kind,
        "rule": block.rule,
        "text": block.text,
        "title": item.title if item else None,
        "source": item.source if item else None,
        "time": item.time if item else None,
    }
