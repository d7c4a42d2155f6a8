"""`croissant.json`: the release for machines, as MLCommons' Croissant 1.1 with its RAI vocabulary.

Every file with its SHA-256, every config as a record set whose fields are its columns, and what the
responsible-AI vocabulary asks, in the words of the recipe and the card.

Source: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from corpus import resources
from corpus.recipe import Card
from corpus.release.facts import Facts
from corpus.release.files import data_files
from corpus.release.manifest import FileEntry, Manifest
from corpus.schema import ARTICLES, SCHEMAS

CROISSANT = "croissant.json"
CONTEXT = "croissant_context.json"
SAYINGS = "croissant.tsv"
COLUMNS = "columns.tsv"

CONFORMS_TO = (
    "http://mlcommons.org/croissant/1.1",
    "http://mlcommons.org/croissant/RAI/1.0",
)

PARQUET = "application/x-parquet"

KEYS = {
    "default": ("id",),
    "validation": ("id",),
    "noise": ("id", "position"),
    "sample": ("id",),
}
"""Columns that no two rows of a config share. The ledger has none: a page may be read twice."""

Node = dict[str, Any]
"""A node of the JSON-LD graph."""


def render_croissant(manifest: Manifest, facts: Facts, card: Card) -> str:
    """The description as JSON; the same release gives the same bytes.

    What only a person knows (licence, citation, purpose) is left out where the recipe does not say
    it, and `mlcroissant validate` then asks for it by name.
    """
    said, configs = _said_by_recipe(manifest, card), manifest.configs_here()
    node = {
        "@context": json.loads(resources.read_bytes(CONTEXT)),
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS_TO),
        "name": manifest.name,
        "version": manifest.version,
        "inLanguage": ["zh"],
        "isLiveDataset": False,
        "keywords": ["chinese", "web", "zhcorpus"],
        **said,
        **_responsible(manifest, facts, card),
        "distribution": [*map(_file_object, manifest.files), *map(_file_set, configs)],
        "recordSet": [_record_set(config) for config in configs],
    }
    return json.dumps(node, ensure_ascii=False, indent=2) + "\n"


def _said_by_recipe(manifest: Manifest, card: Card) -> Node:
    n = manifest.n_articles
    known: Node = {
        "alternateName": card.pretty_name,
        "description": f"Main text of {n:,} Chinese web pages. {card.purpose}".strip(),
        "license": card.license_link or _license_url(card),
        "citeAs": card.citation,
        "datePublished": manifest.date,
    }
    return {key: value for key, value in known.items() if value}


def _license_url(card: Card) -> str:
    """Where the licence stands: the page that the Hub links for its short names."""
    if card.license in ("", "other", "unknown"):
        return card.license_name
    return f"https://choosealicense.com/licenses/{card.license}/"


def _responsible(manifest: Manifest, facts: Facts, card: Card) -> Node:
    """What the RAI vocabulary asks, filled with the numbers of this release."""
    counts = facts.counts
    values = {
        "library": f"zhcorpus {manifest.library}",
        "n_read": f"{counts.read:,}",
        "n_kept": f"{counts.kept:,}",
        "n_removed": f"{counts.n_removed:,}",
        "n_sites": f"{facts.n_sites:,}",
        "n_edits": f"{sum(n for _, n in facts.fixes):,}",
        "contact": card.contact or "whoever published it",
    }
    node: Node = {}
    for row in resources.read_table(SAYINGS):
        saying = row["saying"].format(**values)
        name = row["property"].partition("#")[0]
        if row["many"] == "yes":
            node.setdefault(name, []).append(saying)
        else:
            node[name] = saying
    if card.purpose:
        node["rai:dataUseCases"] = [card.purpose]
    return node


def _file_object(file: FileEntry) -> Node:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": PARQUET,
        "sha256": file.sha256,
    }


def _file_set(config: str) -> Node:
    return {
        "@type": "cr:FileSet",
        "@id": f"{config}-files",
        "name": f"{config}-files",
        "description": f"The files of the config {config}.",
        "encodingFormat": PARQUET,
        "includes": data_files(config),
    }


def _record_set(config: str) -> Node:
    meanings = {row["column"]: row["meaning"] for row in resources.read_table(COLUMNS)}
    named = "default" if SCHEMAS[config] is ARTICLES else config
    key = [{"@id": f"{config}/{column}"} for column in KEYS.get(config, ())]
    fields = [
        {**node, "description": meanings[f"{named}.{field.name}"]}
        for field in SCHEMAS[config]
        for node in [_field(config, field, field.name)]
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        **({"key": key} if key else {}),
        "field": fields,
    }


def _field(place: str, field: pa.Field, column: str, path: str = "$") -> Node:
    """A column, or a part of one: of a struct its fields, of a list those of its items."""
    name = f"{place}/{field.name}"
    node: Node = {"@type": "cr:Field", "@id": name, "name": field.name}
    kind = field.type
    if pa.types.is_list(kind):
        node.update(isArray=True, arrayShape="-1")
        kind = kind.value_type
    if pa.types.is_struct(kind):
        parts = [_field(name, part, column, f"{path}.{part.name}") for part in kind]
        return {**node, "subField": parts}
    source: Node = {
        "fileSet": {"@id": f"{place.split('/', maxsplit=1)[0]}-files"},
        "extract": {"column": column},
    }
    if path != "$":
        source["transform"] = {"jsonPath": path}
    return {**node, "dataType": _data_type(kind), "source": source}


def _data_type(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return "sc:Integer"
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    return "sc:Float" if pa.types.is_floating(kind) else "sc:Text"
