"""Which line is the headline, and what it reads as without the site's name.

What the page states of its title (`<title>`, og:title, a headline in JSON-LD, the source's hint) is
cut at its strokes into runs of parts; a run that also stands as a line near the main text is the
title. A dump states nothing: there the headline is known by its place, its shape and its repeats.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.extraction.layout import Layout
from corpus.extraction.people import names_outlet
from corpus.extraction.phrases import find_phrases, fold

BEFORE: Final = 60
"""Lines before the main text in which its headline is looked for."""
AFTER: Final = 3
"""First lines of the main text that may be the headline themselves."""
LONGEST: Final = 120
"""Characters above which a line is no headline."""
MAX_PARTS: Final = 12
ENOUGH: Final = 3.0
"""Score from which a line is taken for the headline where nothing states one."""
SURE: Final = 6.0
"""Score from which a line outweighs a stated title that stands nowhere on the page."""

STROKE = re.compile(
    r"""
    \s* (?: _+ | [|｜丨¦»«>＞<＜›‹] | -{2,} | \N{EM DASH}{1,2} | \N{EN DASH} | - | · | / ) \s*
    """,
    re.VERBOSE,
)
SQUEEZED = re.compile(r"\W+")
TAG = re.compile(r"<[^<>]{0,200}>")
CHANNEL = re.compile(
    r"""
    [网網报報社台臺]$ | 频道 | 頻道 | 首页 | 首頁 | 门户 | 论坛 | 論壇 | 博客 | 部落格 | 社区 | 社區
    | 中心$ | 官网 | 官方 | 新闻$ | 新聞$ | 资讯$ | 資訊$ | 要闻$ | 在线 | 在線 | 快讯$ | 财经$
    | 小说 | 阅读 | 百科 | 问答 | 公众号 | 客户端 | 平台$ | 专栏$ | 贴吧 | 吧$ | 电子版
    | \.(?:com|cn|net|org|tw|hk)\b | ^[a-z0-9 .]{2,24}$
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What the name of a site or a channel looks like, in the parts after a title."""
BULLET = re.compile(r"^(?:[·•●■◆▪★☆>»*#\-–]|\d{1,2}[.、]\s?\D)")
CRUMB = re.compile(r"[>＞»›/]\s*(?P<last>[^>＞»›/]{4,120})$")
ENDS = "。；;，,、：:"


@dataclass(frozen=True, slots=True)
class Title:
    """The title, and the lines that show it (also where it stands twice)."""

    text: str | None
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a title is looked for in: the page, its main text, and what the page states.

    `stated` is in order of trust; `sites` are names of the site; `is_byline` tells whether a line
    is one, by its number.
    """

    layout: Layout
    main: Sequence[int]
    stated: tuple[str, ...]
    sites: tuple[str, ...]
    is_byline: Callable[[int], bool]


def squeeze(text: str) -> str:
    """The text as titles are compared: letters and digits only, widths folded, lower case.

    >>> squeeze("“桥”，通了！Ａ")
    '桥通了a'
    """
    return SQUEEZED.sub("", unicodedata.normalize("NFKC", text)).replace("_", "").lower()


def find_title(scene: Scene) -> Title:
    """The title of the article and the lines that show it."""
    runs = _stated_runs(scene.stated)
    keys = _line_keys(scene)
    best, score = _best_line(scene, runs, keys)
    fallback = next((cut for s in scene.stated if (cut := cut_site(s, scene.sites))), None)
    if best is not None and (keys[best] in runs or score >= (SURE if fallback else ENOUGH)):
        text = _own_words(scene.layout.lines[best].text)
    elif (found := _inside(scene, runs, keys)) is not None:
        text = found
    elif fallback is not None:
        text = fallback
    elif best is not None and score >= ENOUGH:
        text = _own_words(scene.layout.lines[best].text)
    else:
        return Title(None, ())
    return Title(text, _shows(text, keys, scene))


def cut_site(stated: str, sites: Sequence[str]) -> str | None:
    """A stated title without the names of site and channel at its end or its beginning.

    None where nothing but such a name is left. A part that reads like a headline is never cut.

    >>> cut_site("老桥 - 新桥 通车记_要闻_澜江在线", ("澜江在线",))
    '老桥 - 新桥 通车记'
    >>> cut_site("澜江在线", ("澜江在线",)) is None
    True
    """
    stated = _clean(stated)
    known = {squeeze(site) for site in sites if site}
    bars = list(STROKE.finditer(stated))[: 4 * MAX_PARTS]
    end = len(stated)
    for bar in reversed(bars):
        part = stated[bar.end() : end]
        head = squeeze(stated[: bar.start()])
        if len(head) < 2 and squeeze(part) not in known:
            break
        if not _is_suffix(part, bar.group().strip(), known, len(head)):
            break
        end = bar.start()
    left = stated[:end].strip()
    for bar in bars:
        if bar.end() < end and squeeze(stated[: bar.start()]) in known:
            left = stated[bar.end() : end].strip()
            break
    key = squeeze(left)
    return left if len(key) >= 2 and key not in known else None


def _is_suffix(part: str, stroke: str, known: set[str], n_head: int) -> bool:
    key = squeeze(part)
    if not key or key in known:
        return True
    if len(key) > 24 or any(c in part for c in "。？！，?!,"):
        return False
    if stroke.startswith("_"):
        return n_head >= 4 and len(key) <= 16
    if CHANNEL.search(part.strip()) is not None:
        return len(key) <= 16
    return stroke in ("|", "｜", "--") and n_head >= 3 * len(key)


def _clean(text: str) -> str:
    return (
        " ".join(TAG.sub(" ", text[:500]).split()) if "<" in text else " ".join(text[:500].split())
    )


def _own_words(line: str) -> str:
    return " ".join(line.split())


def _stated_runs(stated: Sequence[str]) -> dict[str, float]:
    """Squeezed runs of parts of what is stated → how much of the statement each is, up to 1.

    The part before the first stroke counts in full however short it is: most sites put the title
    first.
    """
    runs: dict[str, float] = {}
    for text in dict.fromkeys(_clean(s) for s in stated):
        cuts = [(m.start(), m.end()) for m in STROKE.finditer(text)][: MAX_PARTS - 1]
        starts = [0, *(end for _, end in cuts)]
        ends = [*(start for start, _ in cuts), len(text)]
        total = max(len(squeeze(text)), 1)
        for i, start in enumerate(starts):
            for end in ends[i:]:
                key = squeeze(text[start:end])
                share = 0.3 * (i == 0) + 0.7 * len(key) / total
                if len(key) >= 2:
                    runs[key] = max(runs.get(key, 0.0), share)
    return runs


def _window(scene: Scene) -> range:
    n = len(scene.layout.lines)
    if not scene.main:
        return range(min(n, BEFORE))
    start = scene.main[0]
    return range(max(0, start - BEFORE), min(n, start + AFTER))


def _line_keys(scene: Scene) -> dict[int, str]:
    """Squeezed lines that are short enough for a headline: near the main text, and all headings."""
    lines = scene.layout.lines
    window = _window(scene)
    wanted = set(window)
    wanted.update(n for n in range(min(2, window.start)))
    if scene.main:
        wanted.update(n for n in range(window.start) if lines[n].heading in (1, 2))
    return {n: squeeze(lines[n].text) for n in sorted(wanted) if len(lines[n].text) <= LONGEST}


def _best_line(
    scene: Scene, runs: dict[str, float], keys: dict[int, str]
) -> tuple[int | None, float]:
    """The line that most looks like the headline, and its score."""
    lines = scene.layout.lines
    twins = _twins(scene, keys)
    best: int | None = None
    top = float("-inf")
    candidates = [n for n, key in keys.items() if key]
    hits = find_phrases([fold(lines[n].text) for n in candidates])
    for n, hit in zip(candidates, hits, strict=True):
        if scene.is_byline(n):
            continue
        score = _shape(scene, n, keys[n]) + _place(scene, n) + twins[keys[n]]
        if hit.whole is not None or (hit.start is not None and hit.start != "related"):
            score -= 8
        if keys[n] in runs:
            score += 3 + 12 * runs[keys[n]]
        if score > top:
            best, top = n, score
    return best, top


def _twins(scene: Scene, keys: dict[int, str]) -> dict[str, float]:
    """What it adds to a line that the page repeats it: as a line, a breadcrumb, a page title."""
    lines = scene.layout.lines
    gain = dict.fromkeys(keys.values(), 0.0)
    seen: dict[str, int] = {}
    for key in keys.values():
        seen[key] = seen.get(key, 0) + 1
    for key, n in seen.items():
        if n > 1 and len(key) >= 6:
            gain[key] += 2.5
    first = min(keys, default=0)
    for n in keys:
        crumb = CRUMB.search(lines[n].text[-LONGEST:])
        if crumb is not None and (last := squeeze(crumb["last"])) in gain and last != keys[n]:
            gain[last] += 3
    if first == 0 and not scene.stated and len(head := keys.get(0, "")) >= 6:
        for key in gain:
            if len(key) >= 6 and key != head and head.startswith(key):
                gain[key] += 5
                gain[head] -= 5
    return gain


def _shape(scene: Scene, n: int, key: str) -> float:
    """How much a line reads like a headline."""
    line = scene.layout.lines[n]
    text, size = line.text, len(key)
    score = 0.0
    if size < 5:
        score -= 3 if size < 3 else 2
    elif 8 <= size <= 50:
        score += 2
    elif size > 70:
        score -= 4
    if text[-1] in ENDS:
        score -= 6 if text[-1] == "。" else 3
    if "。" in text[:-1]:
        score -= 3
    words = text.split()
    if len(words) >= 4 and size < 6 * len(words) and not line.heading:
        score -= 6
    if BULLET.match(text):
        score -= 3
    if key.isascii():
        score -= 4 if key.isdigit() or size < 12 else 1
    if "://" in text or "www." in text:
        score -= 6
    if line.heading:
        score += (0, 3, 2, 1.5, 1, 0.5, 0.5)[line.heading]
    elif line.n_link_characters > 0.8 * size:
        score -= 2
    return score


def _place(scene: Scene, n: int) -> float:
    """How much a line stands where headlines stand: above the byline, close to the main text."""
    if not scene.main:
        return 3.0 if _byline_follows(scene, n) else -0.1 * n
    start = scene.main[0]
    if n < start:
        near = -0.15 * sum(not scene.is_byline(k) for k in range(max(n, start - 30) + 1, start))
        far = -0.1 * max(0, start - 30 - n)
        return near + far + (3.5 if _byline_follows(scene, n) else 0.0)
    text = scene.layout.lines[n].text
    score = -1.5 * (n - start) + (3.5 if _byline_follows(scene, n) else 0.0)
    if len(text) > 50:
        score -= 4
    if text[-1] in "。！？!?…”":
        score -= 1.5
    return score - (0 if n == start else 2)


def _byline_follows(scene: Scene, n: int) -> bool:
    """Whether a byline is among the next three lines, with nothing long between."""
    lines = scene.layout.lines
    for k in range(n + 1, min(n + 4, len(lines))):
        if scene.is_byline(k):
            return True
        if len(lines[k].text) > 40:
            return False
    return False


def _inside(scene: Scene, runs: dict[str, float], keys: dict[int, str]) -> str | None:
    """The stated run that a line near the main text holds with little else, in its own words.

    A counter is often glued to the headline; a headline of two lines is stated as one.
    """
    window = _window(scene)
    texts = [keys[n] for n in window if keys.get(n)]
    texts += [a + b for a, b in zip(texts, texts[1:], strict=False)]
    best = ""
    for run, share in runs.items():
        if share < 0.4 or len(run) < 6 or len(run) <= len(best):
            continue
        if any(run in text and len(text) <= len(run) + 6 for text in texts):
            best = run
    return _words_of(best, scene.stated) if best else None


def _words_of(run: str, stated: Sequence[str]) -> str | None:
    """The stretch of what is stated that squeezes to the run."""
    for text in (_clean(s) for s in stated):
        cuts = list(STROKE.finditer(text))[: MAX_PARTS - 1]
        starts = [0, *(m.end() for m in cuts)]
        ends = [*(m.start() for m in cuts), len(text)]
        for i, start in enumerate(starts):
            for end in ends[i:]:
                if squeeze(text[start:end]) == run:
                    return text[start:end].strip()
    return None


def _shows(text: str, keys: dict[int, str], scene: Scene) -> tuple[int, ...]:
    """The lines that show the title: alone, with the site's name, or in two halves."""
    return tuple(sorted(set(_showing(squeeze(text), keys, scene))))


def _showing(key: str, keys: dict[int, str], scene: Scene) -> Iterator[int]:
    previous: tuple[int, str] | None = None
    for n, line in keys.items():
        if line and (line == key or _is_page_title(line, key, n)):
            yield n
        elif line and len(line) <= len(key) + 6 and len(key) >= 6 and key in line:
            yield n
        if previous is not None and previous[0] == n - 1 and line and previous[1]:
            if previous[1] + line == key:
                yield from (n - 1, n)
        previous = (n, line)


def _is_page_title(line: str, key: str, n: int) -> bool:
    """Whether the first line of a dump is the page's title: the headline, then the site."""
    return n == 0 and len(key) >= 6 and line.startswith(key) and len(line) <= len(key) + 30
