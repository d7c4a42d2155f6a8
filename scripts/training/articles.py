"""Plain articles, to compose pages of."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pyarrow.parquet as pq

TRAINED_WITH = 1500
"""Articles that pages are composed of in training; those behind them are for benchmarks."""


def read_articles(path: Path, n: int = TRAINED_WITH) -> list[list[str]]:
    """Plain articles as paragraphs, headline first, without what their collection added."""
    texts = pq.read_table(path, columns=["text"])["text"].to_pylist()
    random.Random(3).shuffle(texts)
    articles = [_paragraphs(text) for text in texts[: 3 * n]]
    return [a for a in articles if len(a) >= 2 and len(a[0]) <= 60][:n]


def _paragraphs(text: str) -> list[str]:
    added = re.compile(
        r"查看原文$|\(更新时间戳|(?:状态|原文|译文|作者|译者|校对|本文永久)\S*\s*[:：]|[-=*_]+$"
    )
    lines = (re.sub(r"<[^>]+>", "", line).strip().lstrip("#>*= ") for line in text.split("\n"))
    return [
        re.sub(r"^央视网消息（[^）]*）：", "", line)
        for line in lines
        if line and not added.match(line)
    ]
