"""What an article's text measures; nothing here decides."""

from __future__ import annotations

from corpus.document import Signals
from corpus.filtering.characters import count
from corpus.filtering.language import han_share, language, script, share

_SENTENCE_ENDS = frozenset("。！？…；!?.;｡．")

_CLOSERS = "”’\"'」』）)】》〉]］"
"""What may follow the end of a sentence and still belong to it."""


def measure(text: str) -> Signals:
    r"""The signals of a text; paragraphs are its lines that are not blank.

    >>> signals = measure("标题\n正文12字。")
    >>> signals.n_characters, signals.n_paragraphs, signals.line_end_share
    (8, 2, 0.5)
    """
    counts = count(text)
    n_characters = sum(counts) - counts.blank
    paragraphs = [line for line in map(str.strip, text.split("\n")) if line]
    spoken = language(counts)
    return Signals(
        n_characters=n_characters,
        n_paragraphs=len(paragraphs),
        han_share=han_share(counts),
        punctuation_share=share(counts.punctuation, n_characters),
        digit_share=share(counts.digit, n_characters),
        line_end_share=share(sum(map(_ends_sentence, paragraphs)), len(paragraphs)),
        duplicate_line_share=share(len(paragraphs) - len(set(paragraphs)), len(paragraphs)),
        language=spoken,
        script=script(counts) if spoken == "zh" else None,
    )


def _ends_sentence(paragraph: str) -> bool:
    return paragraph.rstrip(_CLOSERS)[-1:] in _SENTENCE_ENDS
