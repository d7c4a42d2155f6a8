"""Pages that are worked on together become what each of them becomes alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import corpus
from corpus import loading
from corpus.document import Page
from corpus.extraction import look_at, read_layout
from corpus.extraction.choice.features import Texts, text_features, text_features_each
from corpus.extraction.choice.forest import read_forest
from corpus.extraction.choice.main import line_features
from corpus.extraction.choice.opinions import find_opinions
from corpus.extraction.choice.region import propose
from corpus.extraction.choice.together import Ask, Steps, finish, finish_all
from corpus.extraction.noise.neighbourhood import ALL_MEANS, look_around_each, noise_features
from corpus.extraction.said.phrases import find_phrases, fold_lines
from corpus.pipeline import stages
from corpus.pipeline.pages import extract_page, extract_pages
from corpus.recipe import Cleaning, Recipe

ROOT = Path(__file__).parent.parent
LINE = st.sampled_from(
    [
        "首页",
        "相关阅读",
        "责任编辑：罗亭",
        "2026-01-05 18:40",
        "版权声明：文责自负，与本站无关。",
        "排水管理处的检测小队打开了老城区的三百个井盖，没有一处是干的，他们记下了每一处的水位。",
        "老桥通车",
        "x",
    ]
)


def test_what_is_asked_at_the_same_time_is_answered_by_one_call() -> None:
    """Pages that ask as often are answered together; one that is done is not asked again."""
    calls: list[list[int]] = []

    def double(numbers: Sequence[int]) -> list[int]:
        calls.append(list(numbers))
        return [2 * number for number in numbers]

    def negate(numbers: Sequence[int]) -> list[int]:
        return [-number for number in numbers]

    def steps(number: int) -> Steps[int]:
        for _ in range(number):
            number = yield Ask(double, number)
        if number % 4:
            number = yield Ask(negate, number)
        return number

    assert finish_all([steps(number) for number in (1, 0, 2, 3)]) == [-2, 0, 8, 24]
    assert calls == [[1, 2, 3], [4, 6], [12]]
    assert finish(steps(3)) == 24
    assert finish_all([]) == []


def test_a_wrong_number_of_answers_is_an_error() -> None:
    """No page is left with the answer to another's question."""

    def answer_one(_: Sequence[object]) -> list[int]:
        return [1]

    def steps() -> Steps[int]:
        return (yield Ask(answer_one, None))

    with pytest.raises(ValueError, match="argument"):
        finish_all([steps(), steps()])


def examples() -> list[Page]:
    """The pages under `examples/`, of both tracks and all kinds."""
    found = []
    for path in sorted((ROOT / "examples").rglob("*.*")):
        if path.suffix in {".html", ".txt"} and b"\0" not in path.read_bytes():
            page = loading.decode_page(path.read_bytes(), f"https://lanjiang.example/{path.name}")
            found.append(page)
    return found


def test_pages_together_are_what_they_are_alone() -> None:
    """The articles of all examples, whoever stands beside them, and of none."""
    pages = examples()
    alone = [extract_page(page) for page in pages]
    assert len(pages) > 20
    assert extract_pages(pages) == alone
    assert extract_pages(pages[::-1]) == alone[::-1]
    assert extract_pages([]) == []
    converted = Cleaning(script="hant")
    assert extract_pages(pages[:3], converted) == [extract_page(p, converted) for p in pages[:3]]


@given(st.lists(st.lists(LINE, min_size=1, max_size=60), min_size=1, max_size=6))
def test_features_do_not_see_the_page_before(pages: list[list[str]]) -> None:
    """Windows, distances, ranks and twins end where the page does."""
    texts = [Texts(page, folded := fold_lines(page), find_phrases(folded)) for page in pages]
    for page, found in zip(pages, text_features_each(texts), strict=True):
        assert np.array_equal(found, text_features(page))


TAGS = st.sampled_from(["p", "div", "li", "h1", "h3", "a href=/", "div class=related", "td", "pre"])
PIECE = st.tuples(TAGS, LINE, st.booleans())


def as_html(pieces: Sequence[tuple[str, str, bool]], title: str) -> Page:
    """A page of these tags and texts, some of them left open."""
    body = "".join(
        f"<{tag}>{text}" + ("" if is_open else f"</{tag.partition(' ')[0]}>")
        for tag, text, is_open in pieces
    )
    return loading.decode_page(f"<title>{title}</title><body>{body}", kind="html")


def as_text(pieces: Sequence[tuple[str, str, bool]], _: str) -> Page:
    """The same texts without tags."""
    return loading.decode_page("\n".join(text for _, text, _ in pieces), kind="text")


PAGES = st.builds(
    lambda make, pieces, title: make(pieces, title),
    st.sampled_from([as_html, as_text]),
    st.lists(PIECE, min_size=1, max_size=40),
    LINE,
)


MENU = [("p", "首页", False)]
LONG = "排水管理处的检测小队打开了老城区的三百个井盖，没有一处是干的，他们记下了每一处的水位。"


@given(st.lists(PAGES, min_size=2, max_size=5))
@example([as_html(MENU, "首页"), as_html([*MENU * 4, ("p", LONG, False)], "首页")])
def test_nothing_is_seen_of_the_page_before(pages: list[Page]) -> None:
    """Features of markup, evidence of candidates, neighbourhoods: each page's own, to the bit."""
    layouts = [read_layout(page) for page in pages]
    texts = [[line.text for line in layout.lines] for layout in layouts]
    features = [line_features(*both) for both in zip(layouts, texts, strict=True)]
    opinions = [find_opinions(*both) for both in zip(layouts, features, strict=True)]
    # No floor takes the shortest lines, so that what is taken falls into pieces.
    scores = [
        np.where(known.running, 1.0, np.where(rows[:, 0] < 3, -12.0, -2.0))
        for known, rows in zip(opinions, features, strict=True)
    ]
    columns = layouts, features, scores, opinions
    rows = finish_all([propose(*row) for row in zip(*columns, strict=True)])
    for row, found in zip(zip(*columns, strict=True), rows, strict=True):
        assert np.array_equal(finish(propose(*row)).features, found.features)
    views = [look_at(*both)[0] for both in zip(pages, layouts, strict=True)]
    for view, found in zip(views, look_around_each(views), strict=True):
        lines = np.arange(len(view.texts))
        assert np.array_equal(noise_features(view), found.features(lines, ALL_MEANS))
    assert extract_pages(pages) == [extract_page(page) for page in pages]


def test_forests_answer_many_pages_as_each() -> None:
    """Rows of several pages, in either precision, have the scores that they have alone."""
    forest = read_forest("lines_text.npz")
    width = int(forest.columns.max()) + 1
    chance = np.random.default_rng(5)
    tables = [chance.uniform(-3, 60, (n, width)) for n in (3, 1, 700, 40)]
    for some in (tables, [table.astype(np.float32) for table in tables]):
        for table, found in zip(some, forest.score_each(some), strict=True):
            assert np.array_equal(found, forest.score(table))


def _files(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize(("pages", "characters"), [(1, 10**9), (3, 10**9), (100, 3000)])
def test_groups_keep_order_and_size(
    pages: int, characters: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No more pages or characters are held than were asked for, and the build is the same."""
    pile = tmp_path / "pile"
    pile.mkdir()
    for path in sorted((ROOT / "examples").rglob("*.html"))[:7]:
        (pile / path.name).write_bytes(path.read_bytes())
    (pile / "empty.txt").touch()
    corpus.build([pile], tmp_path / "usual", version="1.0.0", workers=0)
    sizes: list[int] = []
    judge = stages.judge_pages

    def counting(group: Sequence[Page], recipe: Recipe) -> object:
        sizes.append(len(group))
        assert len(group) == 1 or sum(len(page.content) for page in group) <= characters
        return judge(group, recipe)

    monkeypatch.setattr(stages, "judge_pages", counting)
    monkeypatch.setattr(stages, "TOGETHER", pages)
    monkeypatch.setattr(stages, "CHARACTERS_TOGETHER", characters)
    corpus.build([pile], tmp_path / "other", version="1.0.0", workers=0)
    assert _files(tmp_path / "other") == _files(tmp_path / "usual")
    assert sum(sizes) == 7
    assert max(sizes) == (2 if characters == 3000 else pages)
