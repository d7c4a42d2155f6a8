"""Threads, short ones too: by what only forums set around a post, else by what comes again.

Four times of one form can make a thread of any page (`posts.py`). Two suffice where each has the
number of its post beside it (`floors.py`), three where forum software speaks all over the page and
each post can be answered. Where a post begins and ends is told by what such software sets: the card
of who posts, buttons, notes (`said/forums.py`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.extraction.choice.opinions import COLUMN
from corpus.extraction.extent.floors import OWNER, Numbered, number_posts
from corpus.extraction.extent.letters import find_letters
from corpus.extraction.extent.posts import REPLIED, find_repeated
from corpus.extraction.extent.stamps import SINCE, Stamps, find_dated, find_stamps, form_of
from corpus.extraction.said.forums import is_card, is_forum

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

ANSWER = re.compile(
    r"""
    回[复復覆应應] | 引用 | [举舉][报報] | [检檢][举舉] | 使用道具 | 感[谢謝] | 亮了
  | Reply | Report | Quote
    """,
    re.VERBOSE,
)
"""A button by which a post can be answered: it stands below its text."""
COMMENTS = re.compile(r"[评評][论論]|留言|[Cc]omments?")
OWNER_ONLY = re.compile(r"[只仅僅]看[楼樓]主")
"""What heads comments, and the button of a thread beside it."""
FEWEST_ANSWERED, MOSTLY = 3, 0.65
"""Posts that need no number if most of them can be answered, and what is most: two of three."""
MOST_SIGNED, FEWEST_SIGNED = 3, 3
"""Lines of a signature, at most, and posts below which it stands."""
NAME = 24
"""Characters that stand around a post, not in it, at most."""
CARD, BESIDE = 20, 7
"""Lines of a card below the time of the post before; and of what stands at the same places."""
ABOVE = 24
"""Lines above a time in which the same things stand at the same places."""
OPENING = 80
"""Lines of a post above its time, or above the first numbered reply, at most."""
MARKS = [COLUMN["n_ends"], COLUMN["n_middles"]]
GAP, PAUSE = 6, 12
"""Lines in a post that do not run: where its time stands below it, and where replies do."""
MOST_BELOW = 0.5
"""Share of the lines that run of what is replied to that stand below its time, at least."""
ENDS = ("。", "！", "？", "…", "”", "」")
LARGEST = 0.65
"""Share of what posts say that may stand above the first known one: an article is more."""
LEAST_SAID, LEAST_BEGUN = 0.3, 0.15
"""Share of the running text of a page that the posts of a thread say, at least; and where who began
it is marked, for of a short thread the imprint can be as long."""


class _Thread(NamedTuple):
    """The times of posts, line numbers.

    `is_whole` where the first of them is the one that began, `is_certain` where it is one at all:
    it has its number, or who began is marked. Else it may be the time of an article.
    """

    times: list[int]
    is_whole: bool
    is_certain: bool


def find_thread(
    texts: Sequence[str], folded: Sequence[str], features: Floats, running: Flags
) -> tuple[int, ...]:
    """The numbers of the lines that the posts of a thread say; none where the page is no thread."""
    letters = find_letters(texts)
    if letters:
        return letters
    dated = find_dated(texts, features)
    if np.count_nonzero(dated) < 2:
        return ()
    return _find_marked(texts, features, running, dated) or find_repeated(
        texts, folded, features, running, dated
    )


def _find_marked(
    texts: Sequence[str], features: Floats, running: Flags, dated: Flags
) -> tuple[int, ...]:
    """What posts say that forum software has marked."""
    # A clock alone is the place in a film, or an hour of a timetable; a day may be of registration.
    days = {n: form_of(texts[n]) for n in dated.nonzero()[0].tolist()}
    days = {n: form for n, form in days.items() if form != "0:0" and not SINCE.match(texts[n])}
    posts = number_posts([*days], texts)
    if not posts and (len(days) < FEWEST_ANSWERED or not is_forum(texts)):
        return ()
    is_day = np.zeros(len(texts), np.bool_)
    is_day[[*days]] = True
    stamps = find_stamps(texts, features, is_day)
    thread = _numbered(posts, texts) if posts else _answered(days, stamps, texts)
    if thread is None:
        return ()
    size, n_marks = features[:, 0], features[:, MARKS].sum(axis=1)
    stamps = stamps._replace(is_short=stamps.is_short | ((size <= NAME) & (n_marks == 0)))
    says = ~stamps.furniture
    if not thread.is_whole and _heads_comments(texts[: thread.times[0]]):
        return ()
    told = says & ~stamps.is_short
    is_below = _stand_below(thread.times, told, running, texts, is_numbered=bool(posts))
    if is_below and not posts:
        return ()
    if is_below:
        first, end = _read_above(thread.times, says, stamps, running, texts)
    else:
        first, end = _read_below(thread, says, stamps, running, texts)
    says[:first] = says[end:] = False
    signed = _signed(says, texts)
    says &= ~signed
    said = size * says
    start = thread.times[0 if thread.is_certain else 1]
    # Above a line that counts replies what is replied to may say nearly all.
    is_counted = any(map(REPLIED.match, texts[max(start - PAUSE, 0) : start])) or any(
        OWNER_ONLY.search(texts[n]) for n in days if first <= n < start
    )
    above = 0.0 if is_below or is_counted else said[first:start].sum()
    least = LEAST_BEGUN if posts and thread.is_whole else LEAST_SAID
    if above > LARGEST * said.sum() or said.sum() < least * size.dot(running & ~signed):
        return ()
    return tuple(says.nonzero()[0].tolist())


def _numbered(posts: Numbered, texts: Sequence[str]) -> _Thread:
    """Numbered posts; what the first of them replies to may stand above, with no number."""
    first, number = posts[0]
    beside = texts[first] + texts[max(first - 1, 0)]
    begins = number == 0 or OWNER.search(beside) is not None
    return _Thread([n for n, _ in posts], begins, is_certain=True)


def _heads_comments(above: Sequence[str]) -> bool:
    """Whether what is numbered are comments on what stands above, and no forum says otherwise."""
    near = above[-PAUSE:]
    heads = any(len(text) <= NAME and COMMENTS.search(text) is not None for text in near)
    return heads and not any(OWNER_ONLY.search(text) is not None for text in near)


def _answered(days: dict[int, str], stamps: Stamps, texts: Sequence[str]) -> _Thread | None:
    """The times of one form, seconds or not, between which posts can be answered."""
    by_form: dict[str, list[int]] = {}
    for n, form in days.items():
        by_form.setdefault(form.replace("0:0:0", "0:0"), []).append(n)
    for times in sorted(by_form.values(), key=len, reverse=True):
        tails = [_tail(*both, stamps.is_set, texts) for both in pairwise(times)]
        n_told = sum(tail is not None for tail in tails)
        if len(times) >= FEWEST_ANSWERED and n_told >= MOSTLY * len(tails):
            is_owned = any(OWNER.search(texts[n]) is not None for n in times)
            return _Thread(times, is_whole=True, is_certain=is_owned)
    return None


def _tail(before: int, after: int, is_set: Flags, texts: Sequence[str]) -> int | None:
    """The last line between two times by which the first of the posts can be answered."""
    for n in range(after - 1, before, -1):
        if is_set[n] and ANSWER.search(texts[n]) is not None:
            return n
    return None


def _stand_below(
    times: Sequence[int], text: Flags, running: Flags, texts: Sequence[str], *, is_numbered: bool
) -> bool:
    """Whether times stand below their posts, and below them the card of who posts next.

    Where there are no cards, text ends nearer above times than it begins below, and stands above
    the first of them.
    """
    said = text.nonzero()[0]
    above = below = n_above = n_below = n_behind = n_before = 0
    for before, after in pairwise(times):
        inner = said[slice(*np.searchsorted(said, [before + 1, after]))]
        if len(inner):
            first, last = int(inner[0]), int(inner[-1])
            below += first - before
            above += after - last
            n_below += any(map(is_card, texts[before + 1 : first]))
            n_above += any(map(is_card, texts[last + 1 : after]))
            n_behind += any(map(ANSWER.match, texts[last + 1 : after]))
            n_before += any(map(ANSWER.match, texts[before + 1 : first]))
    if not is_numbered and n_behind > max(n_before, MOSTLY * (len(times) - 1)):
        return False
    if n_above != n_below:
        # A card below a bar with a time that nothing stands above is that of this post.
        return n_below > n_above and bool(running[max(times[0] - OPENING, 0) : times[0]].any())
    return above < below and bool(running[max(times[0] - GAP, 0) : times[0]].any())


def _read_above(
    times: Sequence[int], says: Flags, stamps: Stamps, running: Flags, texts: Sequence[str]
) -> tuple[int, int]:
    """The first line of posts above their times, and the one behind the last.

    What stands between a time and the next post is no longer said: cards, names.
    """
    for before, after in pairwise(times):
        cards = [n for n in range(before + 1, min(before + CARD, after)) if is_card(texts[n])]
        if cards:
            # A label that ends with a colon has its value on the next line.
            says[before : cards[-1] + 1 + texts[cards[-1]].endswith((":", "："))] = False
    step = int(np.median(np.diff(times)))
    _clear(np.array(times[:-1]), range(1, min(BESIDE + 1, step)), says, stamps.is_short)
    return _opening(times[0], running, GAP), times[-1] + 1


def _read_below(
    thread: _Thread, says: Flags, stamps: Stamps, running: Flags, texts: Sequence[str]
) -> tuple[int, int]:
    """The same of posts below their times."""
    times = thread.times
    first = times[0]
    if not thread.is_whole:
        first = _replied_to(first, stamps.dated, running)
        own = (n for n in range(first, times[0]) if running[n] or texts[n].endswith(ENDS))
        last = max((n for n in own if not stamps.furniture[n]), default=first)
        says[last + 1 : times[0]] = False
    untold = []
    for before, after in pairwise(times):
        tail = _tail(before, after, stamps.is_set, texts)
        if tail is None:
            untold.append(after)
        else:
            says[tail:after] = False
    step = int(np.median(np.diff(times)))
    if len(untold) > 1:
        _clear(np.array(untold), range(-1, -min(ABOVE, step), -1), says, stamps.is_short)
    n_carded = sum(any(map(is_card, texts[n + 1 : n + 1 + BESIDE])) for n in times)
    if n_carded > MOSTLY * len(times):
        _clear(np.array(times), range(1, min(BESIDE + 1, step)), says, stamps.is_short)
    return first, _end(times, says, stamps.is_set)


def _signed(says: Flags, texts: Sequence[str]) -> Flags:
    """What ends several posts, and stands nowhere else: the signature of who wrote them.

    Of two lines the last is found first. A post that says nothing else is no signature, nor is what
    is quoted once.
    """
    found = np.zeros_like(says)
    for _ in range(MOST_SIGNED):
        said = says & ~found
        counts = Counter(texts[n] for n in said.nonzero()[0].tolist())
        ends = said & ~np.append(said[1:], False) & np.append(False, said[:-1])
        others = Counter(texts[n] for n in (said & ~ends).nonzero()[0].tolist())
        for n in ends.nonzero()[0].tolist():
            found[n] = counts[texts[n]] >= FEWEST_SIGNED and not others[texts[n]]
    return found


def _clear(times: Ints, places: range, says: Flags, is_short: Flags) -> None:
    """Short lines are not said at places beside times where most times have one."""
    for by in places:
        at = times + by
        if np.count_nonzero(~says[at] | is_short[at]) < MOSTLY * len(at):
            return
        says[at[is_short[at]]] = False


def _opening(time: int, running: Flags, gap: int) -> int:
    """The first line above a time of a text whose lines all run but for gaps; or the time."""
    first = n = time
    while n > max(time - OPENING, 0) and first - n <= gap:
        n -= 1
        if running[n]:
            first = n
    return first


def _replied_to(time: int, dated: Flags, running: Flags) -> int:
    """The first line of what the post with a time replies to: the time of that, or its text."""
    first = _opening(time, running, PAUSE)
    # Its headline may run, and its time stand below; above that there may be other headlines.
    n_running = np.count_nonzero(running[first:time])
    for n in range(time - 1, max(first - GAP, 0) - 1, -1):
        if dated[n] and np.count_nonzero(running[n + 1 : time]) >= max(MOST_BELOW * n_running, 1):
            return n
    return first


def _end(times: Sequence[int], says: Flags, is_set: Flags) -> int:
    """The line behind the last post: what is set below it, or as far as the longest reaches."""
    said = says.nonzero()[0]
    longest = 1
    for before, after in pairwise(times):
        inner = said[slice(*np.searchsorted(said, [before, after]))]
        longest = max(longest, int(inner[-1]) - before if len(inner) else 0)
    last = times[-1]
    for n in range(last + 1, min(last + max(longest, GAP) + 1, len(says))):
        if is_set[n] and says[last:n].any():
            return n
    return min(last + longest + 1, len(says))
