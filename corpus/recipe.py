"""The recipe: everything a build can be told, read from `recipe.toml`. An unknown key is an error.

It stands in the manifest whole, so that the same release can be built again.
"""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from corpus.document import Reservation
from corpus.errors import RecipeError

MIN_SIMILARITY = 0.5
"""Pairs that are less alike are not looked for."""


@dataclass(frozen=True, slots=True)
class Loading:
    """How sources are read. Sizes in bytes."""

    max_page_bytes: int = 50_000_000
    """A larger file or record is removed as `too_large`."""
    max_archive_members: int = 500_000
    """Of an archive with more files none (zip), or so many (tar), are read."""
    max_archive_depth: int = 3
    """Archives are read inside of archives up to so many."""
    max_expansion: int = 200
    """An input may give so many times its own size, and 100 MB in any case."""
    escaping_members: bool = False
    """Whether files of an archive are read whose names lead out of it: `/etc/x`, `../x`."""
    page_separator: str = ""
    """A line of a `.txt` file that is this, blanks aside, ends a page; empty: a file is a page."""
    stdin_format: str = ""
    """What standard input holds, as a suffix without dot; empty: told by how it begins."""
    html_columns: tuple[str, ...] = ("html",)
    """Fields or columns that hold HTML. Of these three lists the first with a text counts."""
    text_columns: tuple[str, ...] = ("text",)
    """Those that hold text."""
    content_columns: tuple[str, ...] = ("content", "raw_content")
    """Those that hold either."""
    id_columns: tuple[str, ...] = ("id",)
    """Those with the record's own identifier; here and below, the first that is not null counts."""
    url_columns: tuple[str, ...] = ("url",)
    title_columns: tuple[str, ...] = ("title",)
    date_columns: tuple[str, ...] = ("date",)
    """Those that say when the article was published: evidence beside what the page says."""
    fetched_at_columns: tuple[str, ...] = ("fetched_at",)
    """Those that say when the page was fetched: ISO 8601, or seconds since 1970."""

    def __post_init__(self) -> None:
        """Refuse a separator that no line is, or every blank one.

        Raises:
            RecipeError: As said.
        """
        separator = self.page_separator.strip()
        if self.page_separator and len(separator.splitlines()) != 1:
            what = "more than one line" if separator else "blank, as lines within pages are"
            raise RecipeError("[loading] page_separator", what, "give one line with characters")


FixName = Literal[
    "restore_escaped",
    "restore_from_latin",
    "restore_western",
    "restore_from_gb",
    "restore_from_big5",
    "mark_lost",
    "unify_line_ends",
    "remove_controls",
    "remove_invisibles",
    "unify_ideographs",
    "compose",
    "decode_entities",
    "restore_width",
    "trim_line_ends",
    "remove_indents",
    "unify_blanks",
    "close_gaps",
    "collapse_blanks",
]
"""The repairs, in the order in which they run; `docs/repair.md` tells what each does."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """Which repairs are made. Each change is an edit, and counted on the card."""

    skip: tuple[FixName, ...] = ()
    """Repairs that are not made."""
    script: Literal["as_is", "hans", "hant"] = "as_is"
    """Whether text is converted to simplified or traditional script, by words (OpenCC)."""
    ascii_letters: bool = False
    """Whether full-width Latin letters and digits become ASCII."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """How articles are found, beyond what each page says by itself."""

    site: bool = True
    """Whether pages of one site are looked at together: lines that recur on it are furniture."""
    site_pages: int = 5
    """Pages of a site from which that is done."""


@dataclass(frozen=True, slots=True)
class Filtering:
    """Which articles stay."""

    min_characters: int = 20
    """Articles with fewer characters, white space not counted, are removed as `too_short`."""
    min_han_share: float = 0.3
    """Share of Han characters among letters below which a text is not Chinese (ChineseWebText)."""
    drop_reserved: tuple[Reservation, ...] = ()
    """Articles whose pages state one of these reservations are removed as `reserved`."""


@dataclass(frozen=True, slots=True)
class Dedup:
    """Which articles are one, and what becomes of passages that recur. Shares are in [0, 1]."""

    methods: tuple[Literal["url", "exact", "near", "contained"], ...] = (
        "url",
        "exact",
        "near",
        "contained",
    )
    """The methods that look for duplicates; the first that finds a pair gives the reason."""
    near: float = 0.8
    """Jaccard similarity of their character 5-grams from which two texts are near copies."""
    contained: float = 0.7
    """Share of a shorter text's 5-grams in a longer one from which it is contained."""
    covered: float = 0.4
    """A longer text is removed for one it contains only if that covers so much of it."""
    chain: float = 0.3
    """Jaccard distance up to which a copy of a copy still goes with the article that stays."""
    passages: Literal["off", "count", "cut"] = "off"
    """What becomes of passages that recur in several articles, and of lines on a site."""
    passage_characters: int = 50
    """Letters and digits of the shortest passage that is looked for."""
    line_articles: int = 5
    """Articles of one site in which a line must stand to be one that recurs."""

    def __post_init__(self) -> None:
        """Refuse thresholds that mean nothing.

        Raises:
            RecipeError: As said.
        """
        for name in ("near", "contained"):
            _check_share(f"[dedup] {name}", getattr(self, name), MIN_SIMILARITY)
        for name in ("covered", "chain"):
            _check_share(f"[dedup] {name}", getattr(self, name), 0.0)
        if self.passage_characters < 1:
            what = f"{self.passage_characters} is no length of a passage"
            raise RecipeError("[dedup] passage_characters", what, "give 1 or more, such as 50")


@dataclass(frozen=True, slots=True)
class Release:
    """How a release is laid out."""

    shard_bytes: int = 500_000_000
    """Uncompressed bytes after which a new Parquet file begins."""
    row_group_bytes: int = 100_000_000
    """Uncompressed bytes of a row group."""
    sample_rows: int = 1000
    """Rows of the config `sample`, taken by smallest id."""
    validation_share: float = 0.0
    """Share of the articles, by a hash of their cluster, that go to the config `validation`."""
    index: bool = False
    """Whether it carries the keys of its articles, by which a next build compares without reading
    their texts, some 800 bytes an article, and the pairs that are alike and stay."""
    breaking: str = ""
    """What means something else than in the release before: then the version is a major one."""

    def __post_init__(self) -> None:
        """Refuse a share that is none.

        Raises:
            RecipeError: As said.
        """
        _check_share("[release] validation_share", self.validation_share, 0.0)


@dataclass(frozen=True, slots=True)
class Card:
    """What the build cannot know and the card needs from a person."""

    name: str = ""
    pretty_name: str = ""
    purpose: str = ""
    license: str = ""
    license_name: str = ""
    license_link: str = ""
    contact: str = ""
    citation: str = ""
    curators: str = ""
    source_terms: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole recipe; every section has defaults, so `Recipe()` is the standard build."""

    loading: Loading = field(default_factory=Loading)
    cleaning: Cleaning = field(default_factory=Cleaning)
    extraction: Extraction = field(default_factory=Extraction)
    filtering: Filtering = field(default_factory=Filtering)
    dedup: Dedup = field(default_factory=Dedup)
    release: Release = field(default_factory=Release)
    card: Card = field(default_factory=Card)

    def as_dict(self) -> dict[str, Any]:
        """The recipe as nested dictionaries and lists, for the manifest."""
        return dataclasses.asdict(self, dict_factory=_as_toml)


def _as_toml(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in items}


def read_recipe(path: Path | str) -> Recipe:
    """The recipe in the TOML file at `path`.

    Raises:
        RecipeError: The file is missing or not TOML, or it has an unknown section or key, or a
            value of the wrong type.
    """
    where = str(path)
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(where, error.strerror or "cannot be read", "check the path") from None
    except UnicodeDecodeError:
        raise RecipeError(where, "not UTF-8", "save the recipe as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(where, f"not valid TOML: {error}", "correct that line") from None
    return parse_recipe(data, where)


def parse_recipe(data: dict[str, Any], where: str = "recipe") -> Recipe:
    """The recipe in nested dictionaries, checked key by key.

    Raises:
        RecipeError: As `read_recipe`.
    """
    sections = get_type_hints(Recipe)
    _refuse_unknown(data, list(sections), where, "section")
    parts = {
        name: _section(sections[name], values, f"{where}: [{name}]")
        for name, values in data.items()
    }
    return Recipe(**parts)


def _section(cls: type, values: Any, where: str) -> Any:
    if not isinstance(values, dict):
        raise RecipeError(where, "a value, not a section", "write it as a [section] with keys")
    hints = get_type_hints(cls)
    _refuse_unknown(values, list(hints), where, "key")
    for key, value in values.items():
        _check_type(value, hints[key], f"{where} {key}")
    return cls(**{key: _convert(value, hints[key]) for key, value in values.items()})


def _convert(value: Any, expected: Any) -> Any:
    """A checked value as the type it is kept as."""
    if get_origin(expected) is Literal:
        return value
    return (get_origin(expected) or expected)(value)


def _check_share(where: str, value: float, least: float) -> None:
    if not least <= value <= 1:
        raise RecipeError(where, f"{value} is not in [{least}, 1]", "give a share, such as 0.8")


def _check_type(value: Any, expected: Any, where: str) -> None:
    if get_origin(expected) is tuple:
        _check_list(value, get_args(expected)[0], where)
        return
    if get_origin(expected) is Literal:
        _check_choice(value, expected, where)
        return
    fits = isinstance(value, (int, float)) if expected is float else isinstance(value, expected)
    if not fits or (isinstance(value, bool) and expected is not bool):
        raise RecipeError(
            where, f"{type(value).__name__} where {expected.__name__} belongs", "change the value"
        )
    if isinstance(value, (int, float)) and not value >= 0:
        what = "negative" if value < 0 else "no number"
        raise RecipeError(where, f"{value} is {what}", "give 0 or more")


def _check_list(values: Any, expected: Any, where: str) -> None:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise RecipeError(where, "not a list of strings", 'write it as ["…", "…"]')
    if get_origin(expected) is Literal:
        for value in values:
            _check_choice(value, expected, where)


def _check_choice(value: Any, expected: Any, where: str) -> None:
    if value not in get_args(expected):
        known = ", ".join(get_args(expected))
        raise RecipeError(where, f"there is no {value!r}", f"use one of {known}")


def _refuse_unknown(data: dict[str, Any], known: list[str], where: str, what: str) -> None:
    for name in data:
        if name not in known:
            raise RecipeError(where, f"unknown {what} {name!r}", f"use one of {', '.join(known)}")
