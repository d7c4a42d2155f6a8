"""A page whose main text is known, as the noise rules look at it."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.extraction.layout import Layout
from corpus.extraction.metadata import Metadata
from corpus.extraction.phrases import Hits


@dataclass(frozen=True, slots=True)
class View:
    """Lines with what is known of each; all sequences have one entry a line.

    `folded` are the texts as phrases are compared, `hits` the phrases found in them, `main` whether
    a line is main text.
    """

    layout: Layout
    texts: tuple[str, ...]
    folded: tuple[str, ...]
    hits: tuple[Hits, ...]
    main: tuple[bool, ...]
    metadata: Metadata

    def before_main(self, line: int) -> bool:
        """Whether the line stands above all main text; true of every line where there is none."""
        return True not in self.main[:line]

    def after_main(self, line: int) -> bool:
        """Whether the line stands below all main text."""
        return True in self.main[:line] and True not in self.main[line:]
