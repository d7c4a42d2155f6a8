"""Markup: read as a browser does, in linear time however it nests."""

from __future__ import annotations

import pytest
from hang import must_end

from corpus.extraction.lines.depth import FEW_TAGS, MAX_DEPTH, flatten
from corpus.extraction.lines.html import ROLES, read_html

NESTING = (
    "<div>",
    "<div></x>",
    "<div>甲</p>",
    "<b><div></b>",
    "<span><div></span>",
    "<li><ul></li>",
    "<table><tr><td></tr>",
    "<form><div></form>",
    "<custom-tag>",
)
"""What nests by each repeat, although some of it seems to be closed."""
OTHERS = ("<svg><td>", "<a><svg>", "<", "<a ", "<!--", "<p>甲", "</div>", "<td>一</td>")


@pytest.mark.parametrize("unit", NESTING)
def test_no_markup_nests_deeper_than_its_bound(unit: str) -> None:
    """However it is written, markup is read to a bounded depth, and its text kept."""
    layout = read_html(unit * FEW_TAGS + "<p>底</p>")
    assert layout.lines[-1].text.endswith("底")
    assert max(element.depth for element in layout.elements) <= 3 * MAX_DEPTH


def test_deep_nesting_that_is_closed_is_flattened() -> None:
    """What stands behind deep nesting is read as if it had not been there."""
    n = 60_000
    layout = read_html("<div>" * n + "<p>底</p>" + "</div>" * n + "<h1>题</h1>")
    assert [line.text for line in layout.lines] == ["底", "题"]
    assert layout.elements[layout.lines[0].element].depth == MAX_DEPTH
    assert layout.elements[layout.lines[1].element].depth == 1


@pytest.mark.parametrize(
    "unit",
    [
        "<div><p>一<br>二</p></div>",
        "<ul><li>一<li>二</ul>",
        "<p>一<p>二",
        "<table><tr><td>一<td>二<tr><td>三</table>",
        "<dl><dt>一<dd>二<dt>三</dl>",
        "<li>一<p>二",
        "<dt>一<dd>二",
        "<td>一",
        "<caption>一",
        "<a name=x>一<a name=y>二",
        "<td>一</td></div></p>",
    ],
)
def test_long_markup_is_not_touched_by_flattening(unit: str) -> None:
    """A long page of ordinary depth loses no tag, whatever closing tags it leaves out."""
    markup = unit * FEW_TAGS
    assert flatten(markup) == markup


def test_short_markup_goes_to_the_parser_as_it_came() -> None:
    """Few tags are not even looked at."""
    markup = "<div>" * (FEW_TAGS - 1)
    assert flatten(markup) is markup


@pytest.mark.parametrize(
    ("attributes", "roles"),
    [
        ("class='content' id=nav", {"content", "navigation"}),
        ("hidden", {"hidden"}),
        ("style='color: red; DISPLAY : none'", {"hidden"}),
        ("title='a hidden class=&quot;content&quot;'", set()),
        ("data-class=content my-id=nav", set()),
        ("class='x &amp; content'", {"content"}),
    ],
)
def test_roles_are_read_from_the_attributes_meant_for_them(
    attributes: str, roles: set[str]
) -> None:
    """Class, id, hidden and the inline style speak; what other attributes hold does not."""
    layout = read_html(f"<section {attributes}>正文</section>")
    found = layout.elements[layout.lines[0].element].roles
    assert {role for n, role in enumerate(ROLES) if found >> n & 1} == roles


@pytest.mark.parametrize(
    "unit",
    [*NESTING, "<svg><td>", "<a><svg>", "<", "<a ", "<!--", "<p>甲", "</div>", "<td>一</td>"],
)
def test_reading_takes_time_in_proportion_to_the_size(unit: str) -> None:
    """Eighty thousand repeats of anything are read before the bound, and no text is lost."""
    n = 8 * FEW_TAGS
    with must_end():
        layout = read_html(unit * n)
    text = "".join(line.text for line in layout.lines)
    assert text.count("甲") == (n if "甲" in unit else 0)
