"""Canonical URLs: what page ids are made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.loading import canonical_url

GOLDEN = Path(__file__).parent / "golden" / "loading" / "urls.jsonl"
CASES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]

PIECES = ["http://", "HTTPS:", "//", "a", "例", "。", ".", "..", "/", "?", "&", "=", "#", "!", "%"]
PIECES += ["%4", "1", "%41", "[", "]", "::1", ":", ":80", "@", "\ud800", "\n", " ", "\\", "İ", "／"]
PIECES += ["utm_a=", "from=timeline", "\u3000", "\x00", "ß", "xn--"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_canonical(case: dict[str, Any]) -> None:
    """Each known shape of URL has its one canonical form, for ever."""
    assert canonical_url(case["url"]) == case["canonical"]


@given(st.lists(st.sampled_from(PIECES)).map("".join), st.booleans())
@example("a/%%341", True)
@example("a。/", True)
def test_canonical_is_stable(rest: str, absolute: bool) -> None:
    """Any string has a canonical form or none; a canonical form is ASCII and its own."""
    canonical = canonical_url(f"http://{rest}" if absolute else rest)
    if canonical is not None:
        assert canonical.isascii()
        assert canonical_url(canonical) == canonical


@pytest.mark.parametrize("piece", [*PIECES, "a/", "../", "&a", "%%", "a@", "[a"])
def test_hostile_repeats(piece: str) -> None:
    """Fifty thousand repeats of anything are folded in linear time."""
    for start in ("http://", "http://a", "http://a/", "http://a/?", ""):
        canonical_url(start + piece * 50_000)
