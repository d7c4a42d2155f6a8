"""What holds for every page, whatever its lines are made of, and that no pattern runs away."""

import re
from datetime import date, datetime
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.extraction.lines.layout import Elements, Head, Layout, Line
from corpus.extraction.metadata import (
    Hints,
    Metadata,
    accounts,
    attribution,
    bylines,
    dates,
    find_metadata,
    headlines,
    labels,
    names,
    page_titles,
    stated_dates,
)

UNITS = (
    *(
        "作者",
        "记者",
        "来源",
        "：",
        ":",
        "/",
        "／",
        "|",
        "丨",
        "（",
        ")",
        "【",
        "】",
        "、",
        "。",
        "，",
    ),
    *(
        "2025",
        "-",
        "03",
        "04",
        "年",
        "月",
        "日",
        "10:20",
        "民國",
        "114",
        "刚刚",
        "昨天",
        "3",
        "小时前",
    ),
    *("发布时间", "更新", "by ", "沈听澜", "澜江晚报", "标题", "__", "--", "·", ">", "<b>", "www."),
    *(" ", "\u3000", "\xa0", "\u200b", "\u0301", "\ud800", "\U0001f600", "\u0660", "²", "ſ", "İ"),
)
TEXT = st.lists(st.sampled_from(UNITS), min_size=1, max_size=10).map("".join)
LINE = TEXT.map(str.strip).filter(bool)
NAMES = st.sampled_from(["og:title", "author", "source", "pubdate", "og:url", "og:site_name"])


@st.composite
def pages(draw: st.DrawFn) -> tuple[Layout, list[int], Hints]:
    """A page of up to 12 lines, some of them its main text, and what is stated of it."""
    lines = draw(st.lists(LINE, max_size=12))
    main = sorted(draw(st.sets(st.integers(0, len(lines) - 1)))) if lines else []
    head = Head(
        title=draw(st.none() | TEXT),
        properties=draw(st.dictionaries(NAMES, TEXT, max_size=3)),
        linked_data=tuple(draw(st.lists(TEXT, max_size=1))),
        canonical=draw(st.none() | TEXT),
    )
    fetched = draw(st.none() | st.sampled_from(["2025-03-04T10:20:00Z", "1980-01-01", "x"]))
    hints = Hints(draw(st.none() | TEXT), draw(st.none() | TEXT), fetched)
    heading = draw(st.integers(0, 6))
    return (
        Layout(tuple(Line(text, heading=heading) for text in lines), Elements(), head),
        main,
        hints,
    )


def check(found: Metadata, n_lines: int) -> None:
    """What every answer must be."""
    for lines in (found.title_lines, found.byline_lines):
        assert list(lines) == sorted(set(lines))
        assert all(0 <= n < n_lines for n in lines)
    for text in (found.title, found.author, found.source, found.site):
        assert text is None or text.strip() == text != ""
    assert found.author is None or found.author != found.source
    assert not (found.title is None and found.title_lines)
    if found.published_at is not None:
        assert date(1980, 1, 1) <= datetime.fromisoformat(found.published_at).date()


@given(pages())
@example((Layout(()), [], Hints()))
@example((Layout((Line("作\u3000\u3000者：沈听澜"),)), [0], Hints()))
@settings(max_examples=600, deadline=None)
def test_any_page_has_an_answer(page: tuple[Layout, list[int], Hints]) -> None:
    """No page raises; the answer is in order, in range, and the same when asked again."""
    found = find_metadata(*page)
    check(found, len(page[0].lines))
    assert find_metadata(*page) == found


@given(TEXT, st.sampled_from([dates.Clock(), dates.Clock(year=2024), dates.Clock(roc=True)]))
@settings(max_examples=600, deadline=None)
def test_times_stand_in_their_line(text: str, clock: dates.Clock) -> None:
    """Times are inside the line, and their ISO form says the same."""
    line = dates.narrow(text)
    for moment in dates.find_moments(line, clock):
        assert 0 <= moment.start < moment.end <= len(line)
        parsed = datetime.fromisoformat(moment.iso())
        assert parsed.date() == moment.day
        assert moment.time is None or (parsed.hour, parsed.minute) == moment.time[:2]


def patterns(*modules: ModuleType) -> list[object]:
    """Every compiled pattern of the modules, by its name."""
    found = [
        pytest.param(value, id=f"{module.__name__.rpartition('.')[2]}.{name}")
        for module in modules
        for name, value in sorted(vars(module).items())
        if isinstance(value, re.Pattern)
    ]
    built = (
        labels._label_pattern,
        labels._word_pattern,
        names._outlet_pattern,
        names._tail_pattern,
    )
    return [*found, *(pytest.param(build(), id=build.__name__) for build in built)]


HOSTILE = (
    *(" ", "\u3000", "1", "12", "2025-", "2025-03-04 ", "1:", "10:20 ", "年", "一", "十", "3月"),
    *(
        "记者",
        "记者沈",
        "沈、",
        "沈",
        "沈·",
        "作者",
        "作者：",
        "来源 ",
        "（",
        "（沈",
        "【】",
        "/",
        "|",
    ),
    *(
        "-",
        "_",
        "—",
        ">",
        "> x",
        "<",
        "<b",
        "www.",
        "http://a",
        "by ",
        "Mar ",
        "标 ",
        "A",
        "!",
        "1,",
    ),
    *("的", "的博客", "新闻社", "ct='1", "e(0,", "昨天", "楼主", "1人赞同"),
)


@pytest.mark.parametrize(
    "pattern",
    patterns(
        accounts, bylines, attribution, dates, headlines, labels, names, page_titles, stated_dates
    ),
)
def test_patterns_are_linear(pattern: re.Pattern[str]) -> None:
    """No pattern runs away on 50,000 repeats of what it is looking for."""
    for unit in HOSTILE:
        text = unit * 50_000
        for _ in zip(range(3), pattern.finditer(text), strict=False):
            pass
        pattern.fullmatch(text)


@pytest.mark.parametrize("unit", HOSTILE)
def test_pages_of_hostile_lines_are_read(unit: str) -> None:
    """A page of very long and of very many odd lines is read."""
    long = Line((unit * 50_000).strip() or "x")
    short = Line((unit * 20).strip() or "x")
    layout = Layout(
        (short,) * 300 + (long,) * 3 + (short,) * 300, Elements(), Head(title=long.text)
    )
    check(find_metadata(layout, [300, 301, 302], Hints(title=long.text, url=long.text)), 603)
