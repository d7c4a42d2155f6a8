"""Scores are lifted where all running text scores low; the verdict sees what stands around."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus.extraction.choice import main as choosing
from corpus.extraction.choice.around import SURROUNDINGS, surroundings
from corpus.extraction.choice.evidence import REGION_FEATURES
from corpus.extraction.choice.lift import MOST, USUAL, adjust, lift
from corpus.extraction.choice.main import HEADED, line_features
from corpus.extraction.choice.opinions import running_text
from corpus.extraction.choice.verdict import VERDICT_FEATURES, overlap, verdict_features
from corpus.extraction.extent.headed import FAR, is_headed
from corpus.extraction.lines.html import read_html
from corpus.extraction.lines.text import read_text
from corpus.extraction.metadata import Metadata

RUNNING = "这一行是正文，有逗号，也有句号，还不算太短。"
PAGE = "\n".join(["首页", "新闻", *[RUNNING] * 4, "关于我们", "联系我们"])


def features() -> np.ndarray:
    """Features of a page of menus and four lines of running text."""
    return line_features(read_text(PAGE), PAGE.split("\n"))


@pytest.mark.parametrize(
    ("score", "raised"), [(3.0, 0.0), (USUAL, 0.0), (0.0, 1.0), (-1.5, 2.5), (-9.0, MOST)]
)
def test_lift(score: float, raised: float) -> None:
    """Running text below the usual score is lifted to it, never by more than `MOST`."""
    scores = np.array([-5, -5, score, score, score, score, -5, -5], dtype=np.float64)
    assert lift(features(), scores) == raised


def test_lift_looks_at_running_text() -> None:
    """The best quarter of the running text decides, and menus do not count."""
    scores = np.array([4, 4, -1, -1, -1, -1, 4, 4], dtype=np.float64)
    assert lift(features(), scores) == 2.0
    assert lift(features(), np.where(np.arange(8) == 2, 3.0, scores)) == 0.0


def test_lift_without_running_text() -> None:
    """On a page of menus all lines count."""
    lines = ["首页", "新闻", "体育"]
    assert lift(line_features(read_text("\n".join(lines)), lines), np.full(3, -1.0)) == 2.0


def test_overlap() -> None:
    """The share of a headline's pairs of characters that a text repeats; none of an empty one."""
    assert overlap("机器人种菜", "这台机器人会浇水") == 0.5
    assert overlap("", "正文") == 0.0


@pytest.mark.parametrize("kind", ["html", "text"])
def test_verdict_features(kind: str) -> None:
    """There is one number a name, and a headline above the region is found and compared."""
    lines = ["首页", "会浇水的机器人", "2024-05-01 来源：小报", "这台机器人会浇水，也会种菜。"]
    markup = f"<title>{lines[1]}</title>" + "".join(f"<p>{line}</p>" for line in lines)
    layout = read_html(markup) if kind == "html" else read_text("\n".join(lines))
    region = np.zeros(len(REGION_FEATURES))
    features = line_features(layout, lines)
    row = verdict_features(layout, features, region, [3], (0.5, -0.25), running_text(features))
    seen = dict(zip(VERDICT_FEATURES, row, strict=True))
    assert seen["lift"] == 0.5
    assert seen["best_score_unlifted"] == -0.25
    assert seen["headline_distance"] == 2
    assert seen["headline_overlap"] == pytest.approx(4 / 6)
    assert seen["bylines_above"] == 1
    assert (seen["title_overlap"] > 0) == (kind == "html")


def seen_of(lines: list[str], taken: list[int]) -> dict[str, float]:
    """What the verdict sees of some lines of a dump."""
    layout = read_text("\n".join(lines))
    region = np.zeros(len(REGION_FEATURES))
    features = line_features(layout, lines)
    row = verdict_features(layout, features, region, taken, (0.0, 0.0), running_text(features))
    return dict(zip(VERDICT_FEATURES, row.tolist(), strict=True))


def test_cards_come_again() -> None:
    """Cards of one make are regular, whatever stands on them; paragraphs are not."""
    card = ["河埠头的灯亮了，散步的人多了", "3小时前", "县报", "赞 12"]
    assert seen_of(card * 6, [0])["regularity"] > 0.5
    assert seen_of(card * 6, [0])["twins_share"] == 1
    assert seen_of([RUNNING] * 24, [0, 1])["regularity"] == 0
    assert seen_of([RUNNING], [0])["regularity"] == 0


def test_cut_off_texts() -> None:
    """Texts that go on elsewhere are told by their ends; short lines are none."""
    lines = [RUNNING[:-1] + "……", "更多...", RUNNING, RUNNING[:-1] + "…"]
    seen = seen_of(lines, [0, 2])
    assert seen["cut_off_of_page"] == pytest.approx(2 / 3)
    assert 0.4 < seen["cut_off"] < 0.6


def test_running_text_beside_running_text() -> None:
    """Paragraphs stand in runs; pieces of a list, each below its headline, stand alone."""
    article = seen_of(["首页", *[RUNNING] * 4], [1, 2, 3, 4])
    assert article["in_runs"] == 1
    assert article["longest_run"] == 4 * len(RUNNING)
    assert article["median_characters"] == len(RUNNING)
    pieces = seen_of(["题目", RUNNING] * 4, [1, 3, 5, 7])
    assert pieces["in_runs"] == 0
    assert pieces["longest_run"] == len(RUNNING)
    mixed = seen_of(["题目", RUNNING, "题目", RUNNING, RUNNING], [0, 1, 3, 4])
    assert 0 < mixed["in_runs"] < 1


def test_the_median_line_is_the_one_in_the_middle() -> None:
    """Of an even number it lies between two."""
    lines = ["一" * n for n in (20, 3, 8, 40)]
    assert seen_of(lines, [0, 1, 2])["median_characters"] == 8
    assert seen_of(lines, [0, 1, 2, 3])["median_characters"] == 14


@given(st.text("一二三", max_size=60), st.integers(0, 4))
def test_regularity_is_that_of_the_best_period(makes: str, period: int) -> None:
    """Of 2 to 12 lines, the period after which most lines come again counts, less chance."""
    makes = makes[:period] * (len(makes) // period) if period else makes
    sizes = {"一": 2, "二": 15, "三": 70}
    lines = ["字" * sizes[make] for make in makes] or ["字"]
    makes, n = makes or "一", len(lines)
    same = [
        sum(a == b for a, b in zip(makes[k:], makes, strict=False)) / (n - k)
        for k in range(2, 13)
        if 2 * k <= n
    ]
    chance = sum((makes.count(make) / n) ** 2 for make in set(makes))
    wanted = max(same) - chance if same else 0.0
    assert seen_of(lines, [0])["regularity"] == pytest.approx(wanted)


def test_like_places_are_evened_out() -> None:
    """Lines under the same tags come closer to each other, one alone stays, and so does text."""
    posts = "".join(f"<div><p>{RUNNING}</p></div>" for _ in range(3))
    layout = read_html(f"<body>{posts}<h2>题目</h2></body>")
    texts = [line.text for line in layout.lines]
    found = adjust(layout, line_features(layout, texts), np.array([3.0, 3.0, -3.0, -1.0]))
    assert found.raised == 0
    assert found.values.tolist() == [2.0, 2.0, -1.0, -1.0]
    plain = adjust(read_text(PAGE), features(), np.full(8, -1.0))
    assert plain.values.tolist() == [1.0] * 8
    assert plain.raised == 2


AROUND = [
    "首页",
    "老街的河埠头修好了",
    "2026-01-05 18:40 来源：县报",
    "老街的河埠头修好了",
    RUNNING,
    f"再说，{RUNNING}",
    "责任编辑：林望山",
    "标签：河埠头",
    "上一篇：桥也修好了",
    "下一篇：没有了",
    "12条评论",
    "另一篇文章的开头说的是别的事，也不短，写到这里一共要有六十个字才算长文，所以再多写几个字，再多写几个字，再多写几个字，还差一点，够了。",
    "2026-01-04",
]


def test_surroundings() -> None:
    """Each sign is counted where it stands, and nowhere else."""
    seen = dict(zip(SURROUNDINGS, surroundings(AROUND, [4, 5]), strict=True))
    assert seen == {
        "days_above": 1,
        "clocks_above": 1,
        "days_elsewhere": 0,
        "labels_above": 1,
        "labelled_days_above": 1,
        "neighbours_below": 2,
        "credits_below": 1,
        "comments_below": 1,
        "tags_below": 1,
        "longest_elsewhere": len(AROUND[11]),
        "text_elsewhere": len(AROUND[11]) / (2 * len(RUNNING) + 4),
        "texts_elsewhere": 1,
        "repeated_above": 0,
    }


def test_surroundings_afar() -> None:
    """Days far off are elsewhere; a headline that comes again below is repeated."""
    lines = [*AROUND[:6], *["菜单"] * 20, "2026-01-03 旧闻一则", AROUND[1]]
    seen = dict(zip(SURROUNDINGS, surroundings(lines, [4, 5]), strict=True))
    assert seen["days_elsewhere"] == 1
    assert seen["repeated_above"] == 2
    assert seen["credits_below"] == seen["neighbours_below"] == 0


def test_surroundings_are_of_dumps() -> None:
    """With markup they are not looked at."""
    region = np.zeros(len(REGION_FEATURES))
    layout = read_html("".join(f"<p>{line}</p>" for line in AROUND))
    features = line_features(layout, AROUND)
    row = verdict_features(layout, features, region, [4, 5], (0.0, 0.0), running_text(features))
    assert not row[-len(SURROUNDINGS) :].any()
    assert seen_of(AROUND, [4, 5])["days_above"] == 1


def test_news_in_brief_stands_below_its_title_and_its_day() -> None:
    """One paragraph, which runs; a teaser has neither above it."""
    texts = ["首页", "老桥修好了", "2031-04-05 林迟", "石桥镇的老桥今天修好了。", "相关阅读"]
    known = Metadata("老桥修好了", "林迟", None, "2031-04-05", None, (1,), (2,))
    assert is_headed([3], known, texts)
    assert not is_headed([3], dataclasses.replace(known, published_at=None), texts)
    assert not is_headed([3], dataclasses.replace(known, byline_lines=(4,)), texts)
    assert not is_headed([3], dataclasses.replace(known, title_lines=(4,)), texts)
    assert not is_headed([4], known, texts)
    assert not is_headed([], known, texts)
    above = ["2031-04-05 林迟", "老桥修好了", "石桥镇的老桥今天修好了。"]
    day_above = dataclasses.replace(known, byline_lines=(0,))
    assert is_headed([2], day_above, above)
    paused = "石头是从对岸的山上运来的，一块也没有浪费"
    assert is_headed([3, 4], known, [*texts[:3], paused, paused])
    assert not is_headed([3, 4], known, [*texts[:3], paused, "走访"])
    assert is_headed([3], known, [*texts[:3], "老桥修好了你走过没有？快来告诉我们大家都在等你～"])
    far = [*texts[:3], *["走访"] * FAR, texts[3]]
    assert not is_headed([len(far) - 1], known, far)


@pytest.mark.parametrize(("certain", "is_article"), [(HEADED, True), (HEADED - 0.1, False)])
def test_what_is_headed_is_an_article_whatever_the_verdict(
    certain: float, *, is_article: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless that is very sure."""

    class Says:
        """A forest that always says the same."""

        def score_each(self, rows: list[np.ndarray]) -> list[np.ndarray]:
            return [np.full(len(row), certain) for row in rows]

    read = choosing.read_forest
    monkeypatch.setattr(
        choosing, "read_forest", lambda name: Says() if "articles" in name else read(name)
    )
    page = ["首页", "社会", "石桥镇的老桥通车", "2031-04-05 10:05 林迟"]
    text = "石桥镇的老桥今天修好了，通车了。"
    found = corpus.extract("\n".join([*page, text, "登录", "注册"]))
    assert found.is_article is is_article
    assert found.text == (text if is_article else "")
