"""Features from the markup: computed for a whole page at once, they are what they say of a line."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corpus.extraction.features import OWN, text_features
from corpus.extraction.html import ROLES, read_html
from corpus.extraction.layout import Layout
from corpus.extraction.tree import LEVEL, LEVELS, PATH_STEPS, TITLE_SHARE, TREE_FEATURES, Floats
from corpus.extraction.tree import tree_features as features_of

TITLE = "三月的雨下了一夜_晚报"
PIECES = (
    *("<div class=content>", "<div>", "<section id=nav>", "<p>", "<ul><li>", "<li>", "<h2>"),
    *("</div>", "</div>", "</section>", "</p>", "</ul>", "<a href=x>", "</a>", "<br>"),
    *("三月的雨", "三月的雨下了一夜", "三月的雨下了一夜_晚报", "一夜，", "正文。", "雨雨雨雨雨雨"),
)


def page(seed: int) -> Layout:
    """A page of random pieces."""
    draw = random.Random(seed)
    body = "".join(draw.choices(PIECES, k=60))
    return read_html(f"<title>{TITLE}</title>{body}<p>三月的雨下了")


def features(layout: Layout) -> tuple[dict[str, Floats], Floats, Floats]:
    """The columns by their names, and the characters and marks of punctuation of each line."""
    text = text_features([line.text for line in layout.lines])
    points = text[:, OWN.index("n_ends")] + text[:, OWN.index("n_middles")]
    columns = features_of(layout, text[:, 0], points).T
    return dict(zip(TREE_FEATURES, columns, strict=True)), text[:, 0], points


def ways_up(layout: Layout) -> list[list[int]]:
    """For each line the elements around it, from the innermost."""
    ways = []
    for line in layout.lines:
        at, way = line.element, []
        while at >= 0:
            way.append(at)
            at = layout.elements[at].parent
        ways.append(way)
    return ways


@pytest.mark.parametrize("seed", range(12))
def test_title_features_compare_pairs_of_characters(seed: int) -> None:
    """A line's share of the title, its cover of it, and the lines since the title was shown."""
    layout = page(seed)
    found, *_ = features(layout)
    wanted = {TITLE[k : k + 2] for k in range(len(TITLE) - 1)}
    since = 999
    for n, line in enumerate(layout.lines):
        own = {line.text[k : k + 2] for k in range(len(line.text) - 1)}
        share = len(own & wanted) / max(len(own), 1)
        since = 0 if share >= TITLE_SHARE and len(line.text) >= 5 else min(since + 1, 999)
        assert found["title_share"][n] == share
        assert found["title_cover"][n] == len(own & wanted) / len(wanted)
        assert found["since_title"][n] == since


@pytest.mark.parametrize("seed", range(12))
def test_container_features_sum_up_what_the_container_holds(seed: int) -> None:
    """Each level is the next element that holds other lines than the one inside of it."""
    layout = page(seed)
    found, sizes, points = features(layout)
    links = np.array([line.n_link_characters for line in layout.lines])
    paragraphs = np.array([layout.elements[line.element].tag == "p" for line in layout.lines])
    for n, way in enumerate(ways_up(layout)):
        spans = [(layout.elements[at].first, layout.elements[at].end) for at in way]
        spans = [span for k, span in enumerate(spans) if k == 0 or span != spans[k - 1]]
        for level in range(1, min(LEVELS, len(spans)) + 1):
            inside = slice(*spans[level - 1])
            size = sizes[inside].sum()
            expected = {
                "n_lines": len(sizes[inside]),
                "n_characters": size,
                "link_share": np.minimum(links, sizes)[inside].sum() / size,
                "punctuation_of_page": points[inside].sum() / max(points.sum(), 1),
                "paragraph_share": paragraphs[inside].mean(),
            }
            assert {name: found[f"{name}_{level}"][n] for name in LEVEL} == expected


@pytest.mark.parametrize("seed", range(12))
def test_lines_at_the_same_kind_of_place_share_their_figures(seed: int) -> None:
    """Tags and roles of the nearest elements make the place; roles add up on the way."""
    layout = page(seed)
    found, sizes, _ = features(layout)
    elements, ways = layout.elements, ways_up(layout)
    places = [tuple(elements[at][1:3] for at in way[:PATH_STEPS]) for way in ways]
    for n, way in enumerate(ways):
        same = [k for k, place in enumerate(places) if place == places[n]]
        assert found["path_n_lines"][n] == len(same)
        assert found["path_mean_characters"][n] == sizes[same].sum() / len(same)
        for bit, role in enumerate(ROLES):
            has = [elements[at].roles >> bit & 1 for at in way]
            assert found[f"near_{role}"][n] == max(has[:2])
            assert found[f"around_{role}"][n] == max(has)
