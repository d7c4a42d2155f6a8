"""A page whose main text is known, as the noise rules look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpus.document import BlockKind
from corpus.extraction.lines.layout import Layout
from corpus.extraction.metadata import Metadata
from corpus.extraction.said.comments import Run, find_comments
from corpus.extraction.said.panels import find_said, whole_kind
from corpus.extraction.said.phrases import NO_HITS, Hits
from corpus.extraction.said.related import Stamps, find_stamps
from corpus.extraction.said.signs import DIGIT, TIME_WORD, find_signs
from corpus.extraction.said.statements import find_statements


@dataclass(frozen=True)
class View:
    """Lines with what is known of each; all sequences have one entry a line.

    `folded` are the texts as phrases are compared, `hits` the phrases found in them, `main` whether
    a line is main text; `first_main` is the first such line and `end_main` the one after the last,
    both beyond the page where there is none. `features` are the numbers by which the article was
    found, one row a line, see `main.line_features`.
    """

    layout: Layout
    texts: tuple[str, ...]
    folded: tuple[str, ...]
    hits: tuple[Hits, ...]
    main: tuple[bool, ...]
    metadata: Metadata
    first_main: int
    end_main: int
    features: NDArray[np.float64]

    @cached_property
    def signs(self) -> list[int]:
        """Which telling characters each line holds, as bits."""
        found: list[int] = find_signs(self.texts).tolist()
        return found

    @cached_property
    def stamps(self) -> Stamps:
        """The lines that are a time, or an outlet and a time."""
        return find_stamps(self.texts, self.lines_with(DIGIT | TIME_WORD))

    def lines_with(self, signs: int) -> list[int]:
        """The numbers of the lines that hold any of the signs."""
        return [n for n, held in enumerate(self.signs) if held & signs]

    @cached_property
    def comments(self) -> tuple[Run, ...]:
        """The runs of comments below the article, where no other section is told of."""
        free = [False] * len(self.texts)
        for n in range(self.end_main, len(self.texts)):
            hit = self.hits[n]
            is_other = hit is not NO_HITS and _tells_of_other(hit)
            is_other = is_other or whole_kind(self.folded[n]) == "related"
            free[n] = not self.main[n] and not is_other
        return tuple(find_comments(self.texts, free))

    @cached_property
    def said(self) -> dict[int, BlockKind]:
        """The kinds that lines that are not main say of themselves, see `panels.find_said`."""
        return find_said(self.texts, self.folded_noise)

    @cached_property
    def folded_noise(self) -> list[str]:
        """The folded lines, empty where they are main."""
        return ["" if main else line for line, main in zip(self.folded, self.main, strict=True)]

    @cached_property
    def statements(self) -> tuple[bool, ...]:
        """Whether each line that is not main is a sentence about rights, liability or conduct."""
        return find_statements(self.texts, self.folded_noise)

    def before_main(self, line: int) -> bool:
        """Whether the line stands above all main text; true of every line where there is none."""
        return line <= self.first_main

    def after_main(self, line: int) -> bool:
        """Whether the line stands below all main text."""
        return line >= self.end_main


def _tells_of_other(hit: Hits) -> bool:
    """Whether a phrase tells of another section of the page."""
    return hit.whole == "related" or hit.start in ("statement", "related") or hit.inside == "footer"
