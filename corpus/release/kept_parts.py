"""The parts of a card that people write: they stay when the card is written again.

Between `<!-- yours: NAME -->` and `<!-- /yours -->` a card is its readers', and so are keys of its
YAML head that the library does not write (`extra_gated_prompt`, `thumbnail`, …).
"""

from __future__ import annotations

import re

PART = re.compile(
    r"""
    (?P<begin> <!-- [ ] yours: [ ] (?P<name> [a-z]+ ) [ ] --> \n )
    (?P<words> .*? )
    (?P<end> <!-- [ ] /yours [ ] --> )
    """,
    re.VERBOSE | re.DOTALL,
)

LAST = "more"
"""The part that takes what stood in a part which the card has no more."""

KEY = re.compile(r"^([A-Za-z_]\w*):", re.MULTILINE)

OWN_KEYS = frozenset(
    """
    annotations_creators configs dataset_info language language_creators license license_link
    license_name multilinguality pretty_name size_categories source_datasets tags task_categories
    task_ids
    """.split()
)
"""The keys of the YAML head that the library writes."""


def keep_parts(rendered: str, old: str) -> str:
    r"""The rendered card with what people wrote into the old one.

    >>> mark, end = "<!-- yours: uses -->\n", "<!-- /yours -->"
    >>> keep_parts(f"1\n{mark}{end}", f"0\n{mark}Ours.\n{end}") == f"1\n{mark}Ours.\n{end}"
    True
    """
    return _write(rendered, _written(old), old)


def merge_parts(ours: str, theirs: str, base: str) -> str | None:
    r"""Our card with what others wrote into theirs; none where both changed a part of `base`.

    A part that only one of the two has stays.

    >>> card = "<!-- yours: {} -->\n{}<!-- /yours -->\n"
    >>> ours, theirs = (card.format("uses", words) for words in ("", "Theirs.\n"))
    >>> merge_parts(ours, theirs, "") == theirs, merge_parts(theirs, ours, "") == theirs
    (True, True)
    >>> merge_parts(theirs, card.format("uses", "Others'.\n"), "") is None
    True
    """
    before, written = _written(base), _written(ours)
    for name, words in _written(theirs).items():
        mine = written.get(name)
        if mine is None or mine == before.get(name):
            written[name] = words
        elif words not in {mine, before.get(name)}:
            return None
    return _write(ours, written, theirs)


def _written(card: str) -> dict[str, str]:
    """The parts into which people wrote, with their words."""
    return {part["name"]: part["words"] for part in PART.finditer(card) if part["words"].strip()}


def _write(rendered: str, written: dict[str, str], old: str) -> str:
    """The card with these words in its parts, and with the keys of people in the head of `old`."""
    known = {part["name"] for part in PART.finditer(rendered)}
    lost = [words for name, words in written.items() if name not in known]
    if lost:
        written = {**written, LAST: "".join([written.get(LAST, ""), *lost])}
    card = PART.sub(lambda part: _filled(part, written.get(part["name"], "")), rendered)
    head = _head(card)
    there = {key for key, _ in _entries(head)}
    more = [entry for key, entry in _entries(_head(old)) if key not in OWN_KEYS | there]
    return _with_head(card, head + "".join(more)) if head else card


def without_parts(card: str) -> str:
    r"""The card as the library wrote it.

    >>> mark, end = "<!-- yours: uses -->\n", "<!-- /yours -->"
    >>> without_parts(f"1\n{mark}Ours.\n{end}") == f"1\n{mark}{end}"
    True
    """
    bare = PART.sub(lambda part: _filled(part, ""), card)
    head = _head(bare)
    first = KEY.search(head)
    own = [entry for key, entry in _entries(head) if key in OWN_KEYS]
    return _with_head(bare, head[: first.start()] + "".join(own)) if first else bare


def _filled(part: re.Match[str], words: str) -> str:
    return f"{part['begin']}{words}{part['end']}"


def _entries(head: str) -> list[tuple[str, str]]:
    """The keys of a YAML head, each with its lines."""
    keys = list(KEY.finditer(head))
    ends = [*(key.start() for key in keys), len(head)][1:]
    return [(key[1], head[key.start() : end]) for key, end in zip(keys, ends, strict=True)]


def _with_head(card: str, head: str) -> str:
    """The card, which has a head, with another one."""
    return card[:4] + head + card[4 + len(_head(card)) :]


def _head(card: str) -> str:
    """The YAML between the two marks, the last line end included; empty where there is none."""
    end = card.find("\n---\n", 3)
    return card[4 : end + 1] if card.startswith("---\n") and end > 0 else ""
