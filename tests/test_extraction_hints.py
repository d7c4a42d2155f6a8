"""Hints: lines are looked at closely only where they hold a word that they cannot do without."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.extraction.said import appeals, comments, panels, related, statements
from corpus.extraction.said.phrases import fold
from corpus.extraction.said.sieve import Sieve

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
STATEMENTS = {
    "label": statements.LABEL,
    "rights": statements.RIGHTS,
    "consent": statements.CONSENT,
    "advice": statements.ADVICE,
}


def branches(pattern: re.Pattern[str]) -> list[re.Pattern[str]]:
    """The branches of a pattern that has them at its top, so that each is tried."""
    return [
        re.compile(part, pattern.flags)
        for part in re.split(r"\n {2,4}\| ", pattern.pattern.strip())
    ]


@pytest.mark.parametrize(
    ("name", "branch"),
    [(name, n) for name, p in STATEMENTS.items() for n in range(len(branches(p)))],
)
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_every_statement_holds_a_hint(name: str, branch: int, data: st.DataObject) -> None:
    """Whatever the patterns of statements take is found among the other lines of a page."""
    pattern = branches(STATEMENTS[name])[branch]
    line = data.draw(st.from_regex(pattern, alphabet=CHARACTERS)) + "，前后还有一些文字。"
    if pattern.search(line):
        lines = ["首页", line, "正文"]
        folded = [fold(text) for text in lines]
        assert 1 in {n for n, _ in statements.HINTS.find_in_lines(folded)}, line
        found = statements.find_statements(lines, folded)
        assert found == tuple(statements.is_statement(text) for text in lines)
        kept = [n for n, text in enumerate(lines) if not statements.is_notice(text)]
        assert statements.without_notices(range(3), lines) == kept


@pytest.mark.parametrize(
    ("sieve", "pattern", "branch"),
    [
        pytest.param(sieve, pattern, branch, id=f"{name}-{n}-{k}")
        for name, sieve in (("appeals", appeals.ASKED), ("panels", panels.FORMS))
        for n, pattern in enumerate(sieve.needed)
        for k, branch in enumerate(branches(pattern))
    ],
)
@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_sieves_let_pass_whatever_matches(
    sieve: Sieve, pattern: re.Pattern[str], branch: re.Pattern[str], data: st.DataObject
) -> None:
    """Whatever a pattern takes holds the characters that the table says it needs."""
    line = data.draw(st.from_regex(branch, alphabet=CHARACTERS))
    if pattern.search(line):
        assert (1, pattern) in list(sieve.sift(["首页", line, "正文"])), line


def test_sieves_find_lines_by_their_numbers() -> None:
    """Each set of a pattern must be met in the line itself, not in the one above it."""
    sieve = Sieve({re.compile("[ab]x"): ("ab", "x"), re.compile("c"): ("c",)})
    found = [(n, form.pattern) for n, form in sieve.sift(["a", "x", "", "bx", "cax", "xa"])]
    assert found == [(3, "[ab]x"), (4, "[ab]x"), (5, "[ab]x"), (4, "c")]
    assert list(sieve.sift([])) == []


@pytest.mark.parametrize("sign", [sign for sign, _, _ in comments.PATTERNS if sign != "stamp"])
@given(data=st.data())
@settings(deadline=None, max_examples=150)
def test_every_sign_of_a_comment_holds_a_hint(sign: comments.Sign, data: st.DataObject) -> None:
    """Whatever the patterns of signs take, but for a bare time, has a word that tells to look."""
    pattern = next(pattern for name, pattern, _ in comments.PATTERNS if name == sign)
    line = data.draw(st.from_regex(pattern, fullmatch=True, alphabet=CHARACTERS))
    assert comments.HINTS.find(line.lower()), line


@given(line=st.from_regex(comments.STAMP, fullmatch=True, alphabet=CHARACTERS))
@settings(deadline=None, max_examples=150)
def test_a_bare_time_needs_no_hint(line: str) -> None:
    """Whatever the pattern of times takes is found by its first character."""
    lines = ["评论", line, "回复", line, "回复"]
    found = [(run.first, run.end) for run in comments.find_comments(lines, [True] * 5)]
    assert len(line) > comments.LONGEST_SHORT or found == [(0, 5)], line


@given(line=st.from_regex(related.TIME, fullmatch=True, alphabet=CHARACTERS))
@settings(deadline=None, max_examples=150)
def test_times_are_known_by_their_ends(line: str) -> None:
    """Lines that neither begin nor end as a time does are not looked at closely."""
    assert related.begins_in_time(line), line
    assert related.ends_in_time(line), line
