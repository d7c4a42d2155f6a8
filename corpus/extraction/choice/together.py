"""Many pages at once: what costs a call of numpy on each page costs one on all of them.

Finding an article is written as the steps for one page, a generator. Where a step is cheaper for
many pages than for each of them, it yields what it asks (`Ask`) and is sent the answer; pages that
ask the same function at the same time are answered by one call. The answers do not depend on who
else asks, so neither do the articles.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, NamedTuple, TypeVar

Found = TypeVar("Found")


class Ask(NamedTuple):
    """A question to a function that answers many at once, in their order."""

    function: Callable[[Sequence[Any]], Sequence[Any]]
    about: Any


Steps = Generator[Ask, Any, Found]
"""The steps that find something on one page."""


def finish(steps: Steps[Found]) -> Found:
    """What the steps of one page find."""
    (found,) = finish_all([steps])
    return found


def finish_all(pages: Sequence[Steps[Found]]) -> list[Found]:
    """What the steps of each page find, all of them taken together, in the order of the pages."""
    found: dict[int, Found] = {}
    answers: dict[int, Any] = dict.fromkeys(range(len(pages)))
    while answers:
        asked: dict[Callable[[Sequence[Any]], Sequence[Any]], dict[int, Any]] = {}
        for number, answer in answers.items():
            try:
                ask = pages[number].send(answer)
            except StopIteration as end:
                found[number] = end.value
            else:
                asked.setdefault(ask.function, {})[number] = ask.about
        answers = {}
        for function, about in asked.items():
            answers.update(zip(about, function([*about.values()]), strict=True))
    return [found[number] for number in range(len(pages))]
