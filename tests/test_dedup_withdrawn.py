"""Copies of a withdrawn text are told from its sketch, and other texts are not."""

import random

import numpy as np
import pytest
from chain_pages import invent
from hang import must_end
from hypothesis import given
from hypothesis import strategies as st

from corpus.dedup.withdrawn import (
    FEW,
    HASH_BITS,
    Withdrawn,
    pack_hashes,
    sketch_text,
    unpack_hashes,
)


def edited(text: str, share: float, seed: int) -> str:
    """The text with so many of its characters, in runs, replaced by others."""
    chosen, letters = random.Random(seed), list(text)
    run = 10
    for start in chosen.sample(
        range(0, len(letters) - run, run), round(len(letters) * share / run)
    ):
        letters[start : start + run] = invent((seed, start), 4 * run)[:run]
    return "".join(letters)


@pytest.mark.parametrize("n", [200, 1_500, 6_000])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.03])
def test_a_text_changed_a_little_is_told(n: int, share: float) -> None:
    """Of texts with up to three of a hundred characters changed every one is found."""
    for seed in range(20):
        text = invent(("text", seed, n), n)
        hit = Withdrawn([sketch_text(invent("other", n)), sketch_text(text)]).find(
            edited(text, share, seed)
        )
        assert hit is not None
        assert hit.place == 1
        assert share > 0.01 or hit.method in ("text", "near")


def test_script_width_and_punctuation_do_not_matter() -> None:
    """The same text in other characters is the same text."""
    withdrawn = Withdrawn([sketch_text("电脑软件，ABC 更新了。")])
    hit = withdrawn.find("「電腦軟件」ＡＢＣ更新了！")
    assert hit is not None
    assert (hit.method, hit.similarity) == ("text", 1.0)


@pytest.mark.parametrize("n", [200, 1_500, 6_000])
def test_a_text_inside_of_another_is_told(n: int) -> None:
    """A text that holds a withdrawn one, and one that is most of it, are found; others are not."""
    for seed in range(10):
        text, other = invent(("inside", seed), n), invent(("around", seed), n)
        withdrawn = Withdrawn([sketch_text(text)])
        for copy in (f"{other}\n{text}", f"{text}{other}", text[: len(text) * 6 // 10]):
            hit = withdrawn.find(copy)
            assert hit is not None
            assert hit.method in ("near", "contained")
        assert withdrawn.find(other) is None
        assert withdrawn.find(f"{text[: len(text) // 3]}\n{other}") is None


def test_unrelated_texts_are_left_alone() -> None:
    """Of a thousand texts none is taken for one of a hundred others."""
    withdrawn = Withdrawn([sketch_text(invent(("gone", n), 300)) for n in range(100)])
    assert not any(withdrawn.find(invent(("stays", n), 300)) for n in range(1_000))


def test_a_short_text_goes_only_as_a_whole() -> None:
    """A headline that was withdrawn takes nothing along that only quotes it."""
    headline = invent("headline", 4 * (FEW // 4))[:FEW]
    withdrawn = Withdrawn([sketch_text(headline)])
    assert withdrawn.find(headline) is not None
    assert withdrawn.find(f"{headline}\n{invent('article')}") is None


@pytest.mark.parametrize(
    "text", ["", "。", "一", "\N{GRINNING FACE}" * 50, "\ud800".encode("utf-8", "replace").decode()]
)
def test_texts_without_letters_tell_nothing(text: str) -> None:
    """What has no key is no copy of anything, itself included, unless it has letters."""
    withdrawn = Withdrawn([sketch_text(text), sketch_text("")])
    assert withdrawn.find("") is None
    assert withdrawn.find("。！") is None
    assert Withdrawn([]).find(invent("any")) is None


@given(st.lists(st.integers(0, (1 << HASH_BITS) - 1), max_size=20))
def test_hashes_are_packed_and_unpacked(hashes: list[int]) -> None:
    """Five bytes a hash, and the same hashes back."""
    packed = pack_hashes(np.array(hashes, np.uint64))
    assert len(packed) == 5 * len(hashes)
    assert unpack_hashes(packed).tolist() == hashes


@pytest.mark.parametrize("n", [100, 1_000, 3_000, 100_000])
def test_a_sketch_is_small(n: int) -> None:
    """Some hundreds of hashes, whatever the text, but of very long ones an eighth."""
    sketch = sketch_text(invent(("size", n), n))
    assert len(sketch.hashes) <= max(2 * 256, n / 7)
    assert len(sketch.hashes) >= min(n * 3 // 4, 120)
    assert (np.diff(sketch.hashes.astype(np.int64)) > 0).all()


def test_one_text_many_times_costs_no_more() -> None:
    """A thousand tombstones of one text, and a text of one character, are asked in time."""
    sketch = sketch_text("啊" * 50_000)
    withdrawn = Withdrawn([sketch] * 1_000)
    with must_end():
        for _ in range(5):
            assert withdrawn.find("啊" * 50_000) is not None
            withdrawn.find("啊" * 49_000 + invent("end"))
