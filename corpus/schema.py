"""The Arrow schemas of a release, one for each config. Fixed: a change here is a major version."""

from __future__ import annotations

import pyarrow as pa

ORIGIN = pa.struct(
    [
        ("source", pa.string()),
        ("path", pa.string()),
        ("record", pa.int64()),
        ("sha256", pa.string()),
        ("key", pa.string()),
    ]
)

EDIT = pa.struct(
    [
        ("fix", pa.string()),
        ("start", pa.int64()),
        ("before", pa.string()),
        ("after", pa.string()),
    ]
)

QUALITY = pa.struct(
    [
        ("n_paragraphs", pa.int64()),
        ("han_share", pa.float64()),
        ("punctuation_share", pa.float64()),
        ("digit_share", pa.float64()),
        ("line_end_share", pa.float64()),
        ("duplicate_line_share", pa.float64()),
        ("confidence", pa.float64()),
    ]
)

ARTICLES = pa.schema(
    [
        ("id", pa.string()),
        ("url", pa.string()),
        ("site", pa.string()),
        ("title", pa.string()),
        ("author", pa.string()),
        ("source", pa.string()),
        ("published_at", pa.string()),
        ("text", pa.string()),
        ("n_characters", pa.int64()),
        ("language", pa.string()),
        ("script", pa.string()),
        ("quality", QUALITY),
        ("recurring_share", pa.float64()),
        ("cluster_id", pa.string()),
        ("cluster_size", pa.int64()),
        ("edits", pa.list_(EDIT)),
        ("origin", ORIGIN),
        ("reservations", pa.list_(pa.string())),
        ("added_in", pa.string()),
        ("changed_in", pa.string()),
    ]
)

NOISE = pa.schema(
    [
        ("id", pa.string()),
        ("position", pa.int64()),
        ("kind", pa.string()),
        ("rule", pa.string()),
        ("text", pa.string()),
        ("title", pa.string()),
        ("source", pa.string()),
        ("time", pa.string()),
    ]
)

LEDGER = pa.schema(
    [
        ("id", pa.string()),
        ("url", pa.string()),
        ("origin", ORIGIN),
        ("encoding", pa.string()),
        ("outcome", pa.string()),
        ("stage", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("kept_id", pa.string()),
        ("similarity", pa.float64()),
        ("version", pa.string()),
    ]
)

INDEX = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("n_letters", pa.int64()),
        ("bands", pa.string()),
        ("samples", pa.string()),
    ]
)

PAIRS = pa.schema(
    [
        ("id", pa.string()),
        ("other_id", pa.string()),
        ("jaccard", pa.float64()),
        ("contained", pa.float64()),
    ]
)

CONFIGS: dict[str, pa.Schema] = {
    "default": ARTICLES,
    "noise": NOISE,
    "ledger": LEDGER,
    "sample": ARTICLES,
}
"""The configs that every release has, by name; `load_dataset(DIR, name)` opens each."""

SCHEMAS: dict[str, pa.Schema] = {
    **CONFIGS,
    "validation": ARTICLES,
    "index": INDEX,
    "pairs": PAIRS,
}
"""All configs that a release can have: the last three where the recipe asks for them."""

SINGLE = ("sample", "pairs")
"""The configs that are one file, which each version writes anew."""

ARTICLE_CONFIGS = ("default", "validation")
"""The configs that together hold every article once."""

FOLDERS: dict[str, str] = {
    "default": "data",
    "noise": "noise",
    "ledger": "ledger",
    "sample": "sample",
    "validation": "validation",
    "index": "index",
    "pairs": "pairs",
}
"""The folder of each config in a release."""

SPLITS: dict[str, str] = dict.fromkeys(SCHEMAS, "train") | {"validation": "validation"}
"""The one split of each config."""
