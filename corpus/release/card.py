"""The card: `README.md` of a release, every number of it taken from the release.

The words are a template in the resources; what a build cannot know (purpose, licence, contact)
comes from `[card]` in the recipe and is asked for by its key where it is missing.
"""

from __future__ import annotations

from string import Template
from typing import Any, get_args

import pyarrow as pa

from corpus import resources
from corpus.document import Stage
from corpus.recipe import Card
from corpus.release.facts import SHARES, Facts, Tally
from corpus.release.manifest import ConfigEntry, Manifest
from corpus.release.markdown import code, escape, shorten, table
from corpus.schema import CONFIGS, FOLDERS

TEMPLATE = "card.md"
COLUMNS = "columns.tsv"

EXAMPLE_CHARACTERS = 150
"""Characters of an article that an example shows: enough to see its kind, too few to replace it."""

STAGES: tuple[str, ...] = get_args(Stage)
"""The stages in the order a page meets them."""

SHOWN_ROWS = 20
"""Rows of a table; the others are summed up in one."""


def render_card(manifest: Manifest, facts: Facts, card: Card) -> str:
    """The card as Markdown with its YAML head; the same release and recipe give the same bytes."""
    template = Template(resources.read_bytes(TEMPLATE).decode("utf-8"))
    values = {
        **_identity(manifest, card),
        **_numbers(manifest, facts),
        **_tables(manifest, facts),
        "examples": _examples(facts),
    }
    return f"---\n{_front_matter(manifest, card)}\n---\n\n{template.substitute(values)}"


def _front_matter(manifest: Manifest, card: Card) -> str:
    from huggingface_hub import DatasetCardData

    data = DatasetCardData(
        language=["zh"],
        license=card.license or "unknown",
        license_name=card.license_name or None,
        license_link=card.license_link or None,
        pretty_name=_pretty_name(manifest, card),
        size_categories=[size_category(manifest.configs["default"].rows)],
        task_categories=["text-generation"],
        task_ids=["language-modeling"],
        annotations_creators=["machine-generated"],
        language_creators=["found"],
        multilinguality=["monolingual"],
        source_datasets=["original"],
        tags=["chinese", "web", "zhcorpus"],
        configs=[_config(name) for name in CONFIGS],
        dataset_info=[_dataset_info(name, manifest) for name in CONFIGS],
    )
    return data.to_yaml(line_break="\n")


def _config(name: str) -> dict[str, Any]:
    folders = FOLDERS[name] if name == "sample" else f"{FOLDERS[name]}/*"
    files = [{"split": "train", "path": f"{folders}/train-*.parquet"}]
    default = {"default": True} if name == "default" else {}
    return {"config_name": name, **default, "data_files": files}


def _dataset_info(name: str, manifest: Manifest) -> dict[str, Any]:
    """What `datasets` checks on loading: a wrong number here breaks every user's load."""
    entry: ConfigEntry = manifest.configs[name]
    split = {"name": "train", "num_bytes": entry.bytes, "num_examples": entry.rows}
    return {
        "config_name": name,
        "features": [_feature(field) for field in CONFIGS[name]],
        "splits": [split],
        "download_size": sum(file.bytes for file in manifest.files_of(name)),
        "dataset_size": entry.bytes,
    }


def _feature(field: pa.Field) -> dict[str, Any]:
    kind = field.type
    if pa.types.is_struct(kind):
        return {"name": field.name, "struct": [_feature(child) for child in kind]}
    if pa.types.is_list(kind):
        return {"name": field.name, "list": [_feature(child) for child in kind.value_type]}
    names = {"double": "float64"}
    return {"name": field.name, "dtype": names.get(str(kind), str(kind))}


def size_category(n: int) -> str:
    """The Hub's word for a number of rows.

    >>> size_category(0), size_category(1000), size_category(2_500_000)
    ('n<1K', '1K<n<10K', '1M<n<10M')
    """
    steps = ["1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T"]
    for power, (low, high) in enumerate(zip(["", *steps], steps, strict=False)):
        if n < 10 ** (power + 3):
            return f"{low}<n<{high}" if low else f"n<{high}"
    return f"n>{steps[-1]}"


def _pretty_name(manifest: Manifest, card: Card) -> str:
    return card.pretty_name or manifest.name


def _identity(manifest: Manifest, card: Card) -> dict[str, str]:
    """What a person says about the dataset, and what to do where nothing is said."""
    return {
        "pretty_name": escape(_pretty_name(manifest, card)),
        "name": code(manifest.name),
        "version": code(manifest.version),
        "library": code(manifest.library),
        "pyarrow": code(manifest.pyarrow),
        "resources": code(manifest.resources),
        "sources": ", ".join(code(source) for source in manifest.sources) or "none",
        "purpose": card.purpose or _missing("purpose"),
        "license": _license(card),
        "citation": card.citation or _missing("citation"),
        "contact": card.contact or _missing("contact"),
    }


def _missing(key: str) -> str:
    return f"*Not stated: set `{key}` under `[card]` in the recipe.*"


def _license(card: Card) -> str:
    if not card.license:
        return f"Unknown. {_missing('license')}"
    name = escape(card.license_name or card.license)
    return f"{name} ({card.license_link})" if card.license_link else name


def _numbers(manifest: Manifest, facts: Facts) -> dict[str, str]:
    counts = facts.counts
    return {
        "n_read": f"{counts.read:,}",
        "n_kept": f"{counts.kept:,}",
        "n_removed": f"{counts.n_removed:,}",
        "kept_share": f"{100 * counts.kept / max(counts.read, 1):.1f} %",
        "n_noise": f"{manifest.configs['noise'].rows:,}",
        "n_sample": f"{manifest.configs['sample'].rows:,}",
        "n_characters": f"{facts.n_characters:,}",
        "n_sites": f"{facts.n_sites:,} site{'' if facts.n_sites == 1 else 's'}",
        "n_copies": f"{facts.n_copies:,}",
        "n_edits": f"{sum(n for _, n in facts.fixes):,}",
        "first_day": code(facts.first_day or "unknown"),
        "last_day": code(facts.last_day or "unknown"),
    }


def _tables(manifest: Manifest, facts: Facts) -> dict[str, str]:
    columns = {row["column"]: row["meaning"] for row in resources.read_table(COLUMNS)}
    return {
        "configs_table": _configs_table(manifest),
        "default_columns": _columns_table("default", columns),
        "noise_columns": _columns_table("noise", columns),
        "ledger_columns": _columns_table("ledger", columns),
        "funnel_table": _funnel_table(facts),
        "noise_table": _tally_table("kind", "blocks", tuple(facts.counts.noise.items())),
        "lengths_table": _lengths_table(facts),
        "sites_table": _tally_table("site", "articles", facts.sites),
        "years_table": _tally_table("year", "articles", facts.years),
        "scripts_table": _tally_table("script", "articles", facts.scripts),
        "languages_table": _tally_table("language", "articles", facts.languages),
        "fixes_table": _tally_table("repair", "edits", facts.fixes),
        "encodings_table": _tally_table("encoding", "pages", facts.encodings),
    }


def _configs_table(manifest: Manifest) -> str:
    rows = [
        (code(name), entry.rows, len(files), sum(file.bytes for file in files), entry.bytes)
        for name in CONFIGS
        for entry, files in [(manifest.configs[name], manifest.files_of(name))]
    ]
    return table(("config", "rows", "files", "bytes", "bytes uncompressed"), rows)


def _columns_table(config: str, meanings: dict[str, str]) -> str:
    rows = [
        (code(field.name), _type_name(field.type), meanings[f"{config}.{field.name}"])
        for field in CONFIGS[config]
    ]
    return table(("column", "type", "meaning"), rows)


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_struct(kind):
        return f"{{{', '.join(field.name for field in kind)}}}"
    if pa.types.is_list(kind):
        return f"list of {_type_name(kind.value_type)}"
    return str(kind)


def _funnel_table(facts: Facts) -> str:
    """From the pages read to the articles kept, one line for each reason on the way."""
    counts = facts.counts
    removed = [
        (f"removed in {code(stage)}", code(reason), n)
        for stage in STAGES
        for reason, n in counts.removed.get(stage, {}).items()
    ]
    rows = [("read", "", counts.read), *removed, ("**kept**", "", counts.kept)]
    return table(("", "reason", "pages"), rows)


def _lengths_table(facts: Facts) -> str:
    rows = [(f"{share:.0%}", n) for share, n in zip(SHARES, facts.quantiles, strict=False)]
    return table(("share of articles", "characters, at most"), rows)


def _tally_table(what: str, of: str, tally: Tally) -> str:
    shown, rest = tally[:SHOWN_ROWS], tally[SHOWN_ROWS:]
    rows = [(code(value) if value else "*not given*", n) for value, n in shown]
    if rest:
        rows.append((f"*{len(rest):,} more*", sum(n for _, n in rest)))
    return table((what, of), rows) if rows else "None."


def _examples(facts: Facts) -> str:
    parts = [
        f"> **{escape(shorten(example.title, EXAMPLE_CHARACTERS)) or '—'}** ({code(example.id)})\n"
        f">\n> {escape(shorten(example.text, EXAMPLE_CHARACTERS))}"
        for example in facts.examples
    ]
    return "\n\n<!-- -->\n\n".join(parts) or "None: this release holds no article."
