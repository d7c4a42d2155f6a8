"""The title of an article and the lines that show it.

What the page states is cut at its strokes into runs of parts; a run that also stands as a line near
the main text is the title. A dump states nothing: there the line that looks most like a headline
is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from corpus.extraction.metadata.headlines import (
    LONGEST,
    NAMED,
    Scene,
    best_line,
    echoes_head,
    line_keys,
    window_of,
)
from corpus.extraction.metadata.names import is_personal
from corpus.extraction.metadata.page_titles import (
    STROKE,
    cut_site,
    greeting_sites,
    is_site,
    one_blank,
    squeeze,
    squeeze_lines,
    stated_runs,
    words_of,
)
from corpus.extraction.metadata.wording import FOLLOW

ANCHOR = re.compile(r"^#\s|\s?¶$|\s#$")
"""The sign by which a heading links to itself."""
BADGE = re.compile(
    r"""
    (?<= \S{8} ) \s? (?: 原创 | 原創 ) $                    # what a site calls it
  | (?<= \S{4} ) \s? \( \d{1,3} / \d{1,3} \) $           # of pictures
  | (?<= \S{4} ) \s (?: \# \d{1,6} | \[ 问题点数 .{1,40} ) $  # of a thread
    """,
    re.VERBOSE,
)
"""What stands behind a headline on its line, which a dump does not set off."""
CLOCKED = re.compile(r"(?<=\S)\s?[(（](?:[01]?\d|2[0-3]):[0-5]\d[)）]$")
"""The hour at which news in brief came in, behind their title: 旧楼清拆 (09:32)."""
CATEGORY: Final = 10
"""Characters of the kind of a thread in brackets, which forums put before its title."""
ENOUGH: Final = 1.0
"""Score from which a line is taken for the headline where nothing states one."""
FAIR_SHARE: Final = 0.3
"""Share of a statement that a run of its parts must be to stand for it."""
SURE: Final = 4.5
"""Score from which a line outweighs a stated title that stands nowhere on the page."""


@dataclass(frozen=True, slots=True)
class Title:
    """The title, and the lines that show it (also where it stands twice)."""

    text: str | None
    lines: tuple[int, ...]


def find_title(scene: Scene) -> Title:
    """The title of the article and the lines that show it."""
    scene = scene._replace(sites=(*scene.sites, *greeting_sites(scene.stated)))
    stated = tuple(s for s in scene.stated if not is_site(s, scene.sites))
    runs = stated_runs(stated, scene.sites)
    keys = line_keys(scene)
    best, score = best_line(scene, runs, keys)
    if best is not None:
        best = _first_stated(scene, keys, best)
    text = _choose(scene._replace(stated=stated), runs, keys, (best, score))
    if text is None:
        return Title(None, ())
    return Title(text, _shows(text, keys) or _shows(text, _inner_keys(scene)))


def _choose(
    scene: Scene, runs: dict[str, float], keys: dict[int, str], top: tuple[int | None, float]
) -> str | None:
    """The title's words: of a stated line, of a stated run, of a sure line, of the statement."""
    best, score = top
    if best is not None and runs.get(keys[best], 0.0) >= FAIR_SHARE:
        return _with_second_line(scene, runs, keys, best) or _own_words(scene, best)
    found = _inside(scene, runs, keys) or _elsewhere(scene, runs)
    if found is not None:
        return found
    if best is not None and _is_stated_heading(scene, best, keys[best]):
        return _own_words(scene, best)
    opening = next((n for n, key in keys.items() if _opens_statement(scene, n, key)), None)
    if opening is not None:
        return _own_words(scene, opening)
    stated = next((cut for s in scene.stated if (cut := cut_site(s, scene.sites))), None)
    if best is not None and score >= (SURE if stated else ENOUGH):
        return _own_words(scene, best)
    return stated


def _with_second_line(
    scene: Scene, runs: dict[str, float], keys: dict[int, str], n: int
) -> str | None:
    """The words of a headline that stands on two lines, where it is stated as one."""
    for pair in ((n, n + 1), (n - 1, n)):
        both = keys.get(pair[0], "") + keys.get(pair[1], "")
        # What is stated behind the title can be a name, which stands alone below it.
        if any(is_personal(keys.get(k, "")) for k in pair) or _is_followed(scene, pair[1]):
            continue
        if all(keys.get(k) for k in pair) and runs.get(both, 0.0) > runs.get(keys[n], 0.0):
            return words_of(both, scene.stated)
    return None


def _is_followed(scene: Scene, n: int) -> bool:
    """Whether a button to follow stands below the line, so that it names an account."""
    lines = scene.layout.lines
    return n + 1 < len(lines) and FOLLOW.search(lines[n + 1].text.strip()) is not None


def _own_words(scene: Scene, n: int) -> str:
    """The line as the title reads: a dump's first line may be the page title with its suffix."""
    named = NAMED.match(scene.layout.lines[n].text)
    if named is not None and named["title"]:
        return one_blank(named["title"].split("\t")[0])
    text = CLOCKED.sub("", ANCHOR.sub("", one_blank(scene.layout.lines[n].text)))
    text = BADGE.sub("", text) if not scene.stated else text
    if (n == 0 or "|" in text or "｜" in text) and not scene.stated:
        return cut_site(text, scene.sites) or text
    if n <= 1 and STROKE.search(text):
        cut = cut_site(text, scene.sites)
        return cut if cut is not None and len(squeeze(cut)) >= 4 else text
    return text


def _inside(scene: Scene, runs: dict[str, float], keys: dict[int, str]) -> str | None:
    """The stated run that a line near the main text holds with little else, in its own words.

    A counter is often glued to the headline; a headline of two lines is stated as one.
    """
    window = window_of(scene)
    texts = [keys[n] for n in window if keys.get(n) and not echoes_head(scene, n)]
    texts += [a + b for a, b in pairwise(texts)]
    best = ""
    for run, share in runs.items():
        if share < 0.4 or len(run) < 6 or len(run) <= len(best):
            continue
        if any(run in text and len(text) <= len(run) + 6 for text in texts):
            best = run
    return words_of(best, scene.stated) if best else None


def _is_stated_heading(scene: Scene, n: int, key: str) -> bool:
    """Whether a line is the page's first heading and a part, however cut, of what is stated."""
    heading = scene.layout.lines[n].heading == 1 and len(key) >= 5
    return heading and any(key in squeeze(stated) for stated in scene.stated)


def _first_stated(scene: Scene, keys: dict[int, str], best: int) -> int:
    """The first heading below the best line that is what the statement names first, or that line.

    Pages of manuals are called by a word, and the longer name of the manual stands above: the logo
    of a site, too, may be a first heading, but stands above the headline, which may be a lesser
    heading above a time.
    """
    firsts = {squeeze(STROKE.split(stated)[0]) for stated in scene.stated}
    stop = scene.main[0] if scene.main else 0
    below = range(best + 1, stop + 1)
    is_first = (n for n in below if keys.get(n) in firsts and keys[n])
    lines = scene.layout.lines
    return next(
        (
            n
            for n in is_first
            if lines[n].heading == 1 or (lines[n].heading and n < stop and scene.has_time(n + 1))
        ),
        best,
    )


def _opens_statement(scene: Scene, n: int, key: str) -> bool:
    """Whether what is stated begins with the page's first heading and says more: 渡口原文及翻译."""
    if scene.layout.lines[n].heading != 1 or len(key) < 2 or key.isdigit():
        return False
    return any(squeeze(stated).startswith(key) for stated in scene.stated)


def _elsewhere(scene: Scene, runs: dict[str, float]) -> str | None:
    """A stated run, too long to be a mere word, that is a line of its own beyond the window."""
    wanted = {run for run, share in runs.items() if share >= 0.6 and len(run) >= 8}
    if not wanted:
        return None
    for n, line in enumerate(scene.layout.lines[2:], 2):
        if len(line.text) <= LONGEST and squeeze(line.text) in wanted:
            return _own_words(scene, n)
    return None


def _shows(text: str, keys: dict[int, str]) -> tuple[int, ...]:
    """The lines that show the title: alone, with a counter or the site's name, or in two halves."""
    key = squeeze(text)
    found = {n for n, line in keys.items() if _shows_whole(n, line, key)}
    if not found and len(key) >= 6:
        found = {
            n
            for n, line in keys.items()
            if 0 < len(line) - len(key) <= CATEGORY and line.endswith(key)
        }
    for n, line in keys.items():
        if line and keys.get(n - 1) and keys[n - 1] + line == key:
            found |= {n - 1, n}
    return tuple(sorted(found))


def _inner_keys(scene: Scene) -> dict[int, str]:
    """Squeezed short lines inside the main text: a notice has its title below its table."""
    inside = range(scene.main[0], scene.main[-1]) if scene.main else range(0)
    lines = scene.layout.lines
    short = {n: text for n in inside if len(text := lines[n].text) <= LONGEST}
    return dict(zip(short, squeeze_lines([*short.values()]), strict=True))


def _shows_whole(n: int, line: str, key: str) -> bool:
    """Whether a line shows the title; the first of a dump may add the site."""
    extra = 30 if n == 0 else 6
    return line == key or (len(key) >= 6 and line.startswith(key) and len(line) <= len(key) + extra)
