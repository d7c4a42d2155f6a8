"""The card of a release, in English and in Chinese, every number of it taken from the release.

The words are templates in the resources; what a build cannot know (purpose, licence, contact) comes
from `[card]` in the recipe and is asked for by its key where it is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from string import Template
from typing import Literal, get_args

import pyarrow as pa

from corpus import resources
from corpus.document import Stage
from corpus.recipe import Card
from corpus.release.card_head import render_head
from corpus.release.facts import SHARES, Facts, Tally
from corpus.release.manifest import Manifest
from corpus.release.markdown import code, escape, shorten, table
from corpus.schema import SCHEMAS

Language = Literal["en", "zh"]

CARDS: dict[str, Language] = {"README.md": "en", "README.zh.md": "zh"}
"""The files of the card; the Hub reads the head of the first, which the other does not have."""

TEMPLATES: dict[Language, str] = {"en": "card.md", "zh": "card.zh.md"}
MEANINGS: dict[Language, str] = {"en": "meaning", "zh": "meaning_zh"}
COLUMNS = "columns.tsv"
WORDS = "card_words.tsv"

ASKED = ("purpose", "license", "contact", "citation", "curators")
"""The keys of `[card]` without which a card is not whole."""

EXAMPLE_CHARACTERS = 150
"""Characters of an article that an example shows: enough to see its kind, too few to replace it."""

STAGES: tuple[str, ...] = get_args(Stage)
"""The stages in the order a page meets them."""

MASK = "mask_"
"""How the names of repairs begin that mask personal data."""

SHOWN_ROWS = 20
"""Rows of a table; the others are summed up in one."""


def render_card(manifest: Manifest, facts: Facts, card: Card, language: Language = "en") -> str:
    """The card as Markdown, with its YAML head in English; the same release gives the same bytes.

    The parts that people write are there, and empty (`kept_parts`).
    """
    words = _Words(language)
    template = Template(resources.read_bytes(TEMPLATES[language]).decode("utf-8"))
    values = {
        **_identity(manifest, card, words),
        **_numbers(manifest, facts, words),
        **_tables(manifest, facts, words),
        "masks": _masks(facts, words),
        "reservations": _reservations(facts, words),
        "examples": _examples(facts, words),
        "validation": "".join(
            words(said)
            for config, said in (("validation", "validation_split"), ("index", "index_config"))
            if config in manifest.configs
        ),
    }
    body = template.substitute(values)
    return f"---\n{render_head(manifest, card)}\n---\n\n{body}" if language == "en" else body


def missing_keys(card: Card) -> tuple[str, ...]:
    """What the card asks for, by the keys of `[card]` in the recipe."""
    return tuple(key for key in ASKED if not getattr(card, key))


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one language, by the name they have in the resources."""

    language: Language

    def __call__(self, name: str, **values: object) -> str:
        (text,) = (r[self.language] for r in resources.read_table(WORDS) if r["word"] == name)
        return text.format(**values) if values else text

    def all(self, *names: str) -> tuple[str, ...]:
        return tuple(self(name) for name in names)


def _identity(manifest: Manifest, card: Card, words: _Words) -> dict[str, str]:
    """What a person says about the dataset, and what to do where nothing is said."""
    said = {key: getattr(card, key) or words("missing", key=key) for key in ASKED}
    return {
        **said,
        "pretty_name": escape(card.pretty_name or manifest.name),
        "name": code(manifest.name),
        "version": code(manifest.version),
        "plain_version": manifest.version,
        "date": words("of_version", date=manifest.date) if manifest.date else "",
        "library": code(manifest.library),
        "pyarrow": code(manifest.pyarrow),
        "sources": _listed(_all_sources(manifest), words),
        "license": _license(card, words),
        "source_terms": card.source_terms,
    }


def _all_sources(manifest: Manifest) -> tuple[str, ...]:
    """The sources that any version read, in the order of the versions."""
    return tuple(dict.fromkeys(s for version in manifest.history for s in version.sources))


def _listed(sources: Iterable[str], words: _Words) -> str:
    return ", ".join(code(source) for source in sources) or words("none")


def _license(card: Card, words: _Words) -> str:
    if not card.license:
        return words("unknown_license") + words("missing", key="license")
    name = escape(card.license_name or card.license)
    return f"{name} ({card.license_link})" if card.license_link else name


def _numbers(manifest: Manifest, facts: Facts, words: _Words) -> dict[str, str]:
    counts = facts.counts
    n_sites = words("site_count" if facts.n_sites == 1 else "sites_count", n=f"{facts.n_sites:,}")
    numbers = {
        "n_read": counts.read,
        "n_kept": counts.kept,
        "n_removed": counts.n_removed,
        "n_noise": manifest.configs["noise"].rows,
        "n_sample": manifest.configs["sample"].rows,
        "n_characters": facts.n_characters,
        "n_copies": facts.n_copies,
        "n_duplicates": sum(counts.removed.get("dedup", {}).values()),
        "n_withdrawn": sum(counts.removed.get("takedown", {}).values()),
        "n_edits": sum(n for _, n in facts.fixes),
    }
    return {
        **{name: f"{n:,}" for name, n in numbers.items()},
        "n_sites": n_sites,
        "kept_share": f"{100 * counts.kept / max(counts.read, 1):.1f} %",
        "first_day": code(facts.first_day or words("unknown")),
        "last_day": code(facts.last_day or words("unknown")),
    }


def _tables(manifest: Manifest, facts: Facts, words: _Words) -> dict[str, str]:
    meanings = {
        row["column"]: row[MEANINGS[words.language]] for row in resources.read_table(COLUMNS)
    }
    duplicates = tuple(facts.counts.removed.get("dedup", {}).items())
    return {
        "configs_table": _configs_table(manifest, words),
        "default_columns": _columns_table("default", meanings, words),
        "noise_columns": _columns_table("noise", meanings, words),
        "ledger_columns": _columns_table("ledger", meanings, words),
        "versions_table": _versions_table(manifest, words),
        "funnel_table": _funnel_table(facts, words),
        "duplicates_table": "\n\n".join(
            (
                _tally_table("method", "pages", duplicates, words),
                _tally_table("cluster", "articles", facts.cluster_sizes, words),
            )
        ),
        "noise_table": _tally_table("kind", "blocks", tuple(facts.counts.noise.items()), words),
        "lengths_table": _lengths_table(facts, words),
        "sites_table": _tally_table("site", "articles", facts.sites, words),
        "years_table": _tally_table("year", "articles", facts.years, words),
        "scripts_table": _tally_table("script", "articles", facts.scripts, words),
        "languages_table": _tally_table("language", "articles", facts.languages, words),
        "fixes_table": _tally_table("repair", "edits", facts.fixes, words),
        "encodings_table": _tally_table("encoding", "pages", facts.encodings, words),
    }


def _configs_table(manifest: Manifest, words: _Words) -> str:
    rows = [
        (code(name), entry.rows, len(files), sum(file.bytes for file in files), entry.bytes)
        for name in manifest.configs_here()
        for entry, files in [(manifest.configs[name], manifest.files_of(name))]
    ]
    header = words.all("config", "rows", "files", "bytes", "bytes_uncompressed")
    return table(header, rows)


def _columns_table(config: str, meanings: dict[str, str], words: _Words) -> str:
    rows = [
        (code(field.name), _type_name(field.type), meanings[f"{config}.{field.name}"])
        for field in SCHEMAS[config]
    ]
    return table(words.all("column", "type", "meaning"), rows)


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_struct(kind):
        return f"{{{', '.join(field.name for field in kind)}}}"
    if pa.types.is_list(kind):
        return f"list of {_type_name(kind.value_type)}"
    return str(kind)


def _versions_table(manifest: Manifest, words: _Words) -> str:
    """The newest version first; what changed is of each against the one before it."""
    names = ("version", "date", "articles", "added", "removed", "changed", "pages_read")
    rows = [
        (code(v.version), v.date or "", v.articles, v.added, v.removed, v.changed, v.read)
        for v in reversed(manifest.history)
    ]
    return table(words.all(*names), rows)


def _funnel_table(facts: Facts, words: _Words) -> str:
    """From the pages read to the articles kept, one line for each reason on the way."""
    counts = facts.counts
    removed = [
        (f"{words('removed_in')} {code(stage)}", code(reason), n)
        for stage in STAGES
        for reason, n in counts.removed.get(stage, {}).items()
    ]
    rows = [(words("read"), "", counts.read), *removed, (words("kept"), "", counts.kept)]
    return table(("", *words.all("reason", "pages")), rows)


def _lengths_table(facts: Facts, words: _Words) -> str:
    rows = [(f"{share:.0%}", n) for share, n in zip(SHARES, facts.quantiles, strict=False)]
    return table(words.all("share", "at_most"), rows)


def _tally_table(what: str, of: str, tally: Tally, words: _Words) -> str:
    shown, rest = tally[:SHOWN_ROWS], tally[SHOWN_ROWS:]
    rows = [(code(value) if value else words("not_given"), n) for value, n in shown]
    if rest:
        rows.append((words("more", n=f"{len(rest):,}"), sum(n for _, n in rest)))
    return table(words.all(what, of), rows) if rows else words("none")


def _masks(facts: Facts, words: _Words) -> str:
    masks = tuple((name, n) for name, n in facts.fixes if name.startswith(MASK))
    if not masks:
        return words("no_masks")
    n = f"{sum(n for _, n in masks):,}"
    return f"{words('some_masks', n=n)}\n\n{_tally_table('repair', 'edits', masks, words)}"


def _reservations(facts: Facts, words: _Words) -> str:
    if not facts.reservations:
        return words("no_reservations")
    tally = _tally_table("reservation", "articles", facts.reservations, words)
    return f"{words('some_reservations')}\n\n{tally}"


def _examples(facts: Facts, words: _Words) -> str:
    parts = [
        f"> **{escape(shorten(example.title, EXAMPLE_CHARACTERS)) or '—'}** ({code(example.id)})\n"
        f">\n> {escape(shorten(example.text, EXAMPLE_CHARACTERS))}"
        for example in facts.examples
    ]
    return "\n\n<!-- -->\n\n".join(parts) or words("no_example")
