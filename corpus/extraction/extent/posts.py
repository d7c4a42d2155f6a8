"""The posts of a thread: what stands between times of one form that come again and again.

Most lines of a thread are short, and between posts stand names, counts and buttons: lines score
low, and no floor takes the ones without the others. But a thread is made by a machine. Each post
has its time in the same form, around it the same things stand at the same places, and each can be
answered. Nothing of that is learned: where all of it is seen the page is a thread, whatever the
forests think of its lines.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.opinions import COLUMN
from corpus.extraction.extent.stamps import (
    FURNITURE,
    LEAST,
    NUMBER,
    SHORT,
    SINCE,
    find_stamps,
    form_of,
)
from corpus.extraction.said.comments import is_running
from corpus.extraction.said.cues import CUES, count_cues

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

MOST_FORMS = 8
"""Forms of times that are looked at, the commonest: a page can have any number."""
REACH = (20, 8)
"""Lines above and below a time in which the same things stand at the same places."""
NEAR = 4
"""Lines above a time in which who posts, and the number of the post, stand."""
MOSTLY = 0.7
"""Share of the posts that have furniture at a place, from which it is one for furniture."""

MOST_ABOVE, LEAST_INSIDE = 0.12, 0.75
"""Shares of the running text of a page that stand above the posts of a thread, and between them.
Below an article there are comments: then it stands above."""
LARGEST = 0.65
"""Share of what posts say that one of them says: an article among dates is more."""
NUMBERED = 0.6
"""Share of the posts that only a forum can have made; among them the first may say nearly all."""
AROUND = (2.5, 40)
"""Lines around a post in the middle: a list of headlines has a date between two, no more. Forums
give who posts a card of a score, with what is counted of him and his rank."""
EVEN = 0.5
"""Share of the posts that have as many lines around them, or one more or less."""
ANSWERED = 0.6
"""Share of the posts that can be answered, praised, or reported."""
REPLIES = ("回覆", "回應")
"""What a post can be answered by in traditional script: `cues.tsv` holds 回復 alone, and another
cue asks for weights that are trained anew."""
ANSWERS = [CUES.index(cue) for cue in ("answer", "comments", "person")]

REPLIED = re.compile(
    r"""
    (?: 共?收?到? \s? )? \d{1,6} \s? [条條个個]? \s?
    (?: 回[复復覆帖贴] | 回應 | replies ) (?! .{40} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A line between a post and its replies that counts them: 9 条回复 • 2024-03-02."""
NUMBER_OF = re.compile(r"[#＃]\s?(\d{1,6})\s?(?![\d年月/.:-])")
ALONE = re.compile(r"\s*(\d{1,6})\s*")
"""The number of a post, before its time and on a line of its own."""
HEADED = 3
"""Lines from there to the first reply, at most, beside what stands above each."""
OPENING = 60
"""Lines of a post that stands above its replies, at most."""
BARE_AROUND, OFTEN = 2.0, 0.8
"""Lines around a post that suffice where so many of the posts are numbered. Buttons to reply do not
tell a thread from the comments below a short article."""


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts with their `times`, line numbers; `says` flags the lines of the page that they say."""

    times: Ints
    first: int
    end: int
    says: Flags


def find_repeated(
    texts: Sequence[str], folded: Sequence[str], features: Floats, running: Flags, dated: Flags
) -> tuple[int, ...]:
    """The numbers of the lines that the posts of a thread say; none where the page is no thread."""
    posts = find_posts(texts, features, running, dated)
    if posts is None or not posts.says.any():
        return ()
    said = posts.says.nonzero()[0]
    stop = _last(said, posts.times) + 1
    # What runs below the last post may be an article below a list of days; an imprint is nothing.
    if not any(is_running(texts[n]) for n in said[said >= stop].tolist()):
        posts.says[stop:] = False
        posts = dataclasses.replace(posts, end=min(posts.end, max(stop, int(posts.times[-1]) + 1)))
    if not _is_thread(posts, texts, folded, features):
        return ()
    return tuple(said[said < stop].tolist())


def _last(said: Ints, times: Ints) -> int:
    """The line up to which the last post can say something: no post says more lines below its time.

    Where others have the card of who posts next, it has the end of the page.
    """
    below = said[np.searchsorted(said, times[1:]) - 1] - times[:-1]
    return int(times[-1] + max(below.max(), 0))


def find_posts(
    texts: Sequence[str], features: Floats, running: Flags, dated: Flags
) -> Posts | None:
    """The posts that hold the page's running text, of which `dated` lines have times; None without.

    Of several forms of time, that between which most is said.
    """
    days = dated.nonzero()[0].tolist()
    if len(days) < LEAST:
        return None
    by_form: dict[str, list[int]] = {}
    for n in days:
        if SINCE.match(texts[n].strip()):
            continue
        by_form.setdefault(form_of(texts[n]), []).append(n)
    forms = sorted((times for times in by_form.values() if len(times) >= LEAST), key=len)
    size = features[:, 0]
    text = size * running
    ended = text * (features[:, COLUMN["n_ends"]] > 0)
    many = [_opened(_extent(times, len(texts)), texts, days) for times in forms[-MOST_FORMS:]]
    # Most pages with dates are no threads, and end here.
    extents = [extent for extent in many if _holds_page(extent, text, ended)]
    if not extents:
        return None
    stamps = find_stamps(texts, features, dated)
    found = [_between(extent, stamps.furniture, stamps.is_short) for extent in extents]
    return found[int(np.argmax([size.dot(posts.says) for posts in found]))]


@dataclass(frozen=True, slots=True)
class _Extent:
    """The `times` of posts, lines from one to the next, and the lines `first` to `end` of all."""

    times: Ints
    step: int
    first: int
    end: int


def _extent(times: Sequence[int], n: int) -> _Extent:
    """How far posts with these times reach on a page of `n` lines, judged by one in the middle."""
    step = int(median(after - before for before, after in pairwise(times)))
    above = min(NEAR, step - 1)
    return _Extent(np.array(times), step, max(times[0] - above, 0), min(times[-1] + step, n))


def _opened(extent: _Extent, texts: Sequence[str], dated: Sequence[int]) -> _Extent:
    """The posts with the one that is replied to, whose time may have another form.

    It reaches from its time to the line that counts the replies.
    """
    counted = range(max(extent.first - HEADED, 0), extent.times[0])
    heading = next((n for n in counted if REPLIED.match(texts[n])), None)
    if heading is None:
        return extent
    above = [n for n in dated if heading - OPENING <= n < heading]
    return dataclasses.replace(extent, first=above[0]) if above else extent


def _holds_page(extent: _Extent, text: Floats, ended: Floats) -> bool:
    """Whether posts hold nearly all running text, of which `text` is what each line has.

    Above them, headlines and the way to them are none: sentences are, the `ended` lines.
    """
    whole = max(float(text.sum()), 1.0)
    above, inside = ended[: extent.first].sum(), text[extent.first : extent.end].sum()
    return bool(above <= MOST_ABOVE * whole and inside >= LEAST_INSIDE * whole)


def _between(extent: _Extent, furniture: Flags, is_short: Flags) -> Posts:
    """The posts, and which lines they say, as far as the places of a post in the middle reach."""
    times, step = extent.times, extent.step
    above, below = min(REACH[0], step - 1), min(REACH[1], step - 1)
    says = ~furniture
    starts = np.concatenate([[-1], times[:-1]])
    stops = np.concatenate([times[1:], [len(furniture)]])
    for by in (*range(-above, 0), *range(1, below + 1)):
        at = times + by
        at = at[(at > starts) & (at < stops)]
        short = at[is_short[at]]
        if len(at) >= LEAST and np.count_nonzero(~says[at] | is_short[at]) >= MOSTLY * len(at):
            says[short] = False
    says[: extent.first] = says[extent.end :] = False
    return Posts(times, extent.first, extent.end, says)


def _is_thread(posts: Posts, texts: Sequence[str], folded: Sequence[str], features: Floats) -> bool:
    """Whether no post is most of what is said, and most can be answered."""
    if not posts.says[posts.times[0] : posts.times[1]].any():  # the time of the page, not of a post
        first = max(posts.first, int(posts.times[1]) - NEAR)
        posts = dataclasses.replace(posts, times=posts.times[1:], first=first)
    first, end, times, says = posts.first, posts.end, posts.times, posts.says
    said = _sums(features[:, 0] * says, np.array([first, *times, end]))
    if said.max() > LARGEST * said.sum() and not (said.argmax() < 2 and _is_forum(posts, texts)):
        return False
    around = _sums(~says, times)
    middle = float(np.median(around))
    counted = _are_numbered(times, texts)
    least = BARE_AROUND if counted else AROUND[0]
    if not least <= middle <= AROUND[1] or _share(np.abs(around - middle) <= 1) < EVEN:
        return False
    cues = count_cues([line[:FURNITURE] for line in folded[first:end]])[ANSWERS].sum(axis=0)
    answers = features[:, COLUMN["phrase_control"]] >= 2
    answers[first:end] |= cues > 0
    replies = [any(word in line[:FURNITURE] for word in REPLIES) for line in folded[first:end]]
    answers[first:end] |= np.array(replies)
    return counted or _share(_sums(answers & ~says, times) > 0) >= ANSWERED


def _are_numbered(times: Ints, texts: Sequence[str]) -> bool:
    """Whether at or above their times posts have numbers, each by one more than the one before."""
    rows = [[NUMBER_OF.search(texts[n]) for n in times.tolist()]]
    for above in range(1, NEAR):
        rows.append([ALONE.fullmatch(texts[n - above]) for n in times.tolist() if n >= above])
    for row in rows:
        numbers = [int(match[1]) for match in row if match]
        if len(numbers) == len(times) and _share(np.diff(numbers) == 1) >= OFTEN:
            return True
    return False


def _is_forum(posts: Posts, texts: Sequence[str]) -> bool:
    """Whether the first post and most others are marked as only forums mark them."""
    first, times, says = posts.first, posts.times, posts.says
    marks = [
        not says[n] and len(text) <= 2 * SHORT and NUMBER.search(text) is not None
        for n, text in enumerate(texts)
    ]
    opens = any(marks[first : times[0] + 2])
    return opens and _share(_sums(np.array(marks), times) > 0) >= NUMBERED


def _sums(values: Floats | Flags, bounds: Ints) -> Floats:
    """Sums of values from each of the bounds to the next."""
    totals = np.concatenate([[0.0], values.cumsum()])
    return np.asarray(totals[bounds[1:]] - totals[bounds[:-1]])


def _share(flags: Flags) -> float:
    return np.count_nonzero(flags) / len(flags)
