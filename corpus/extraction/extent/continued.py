"""What goes on below the chosen lines: signatures, numbered parts, references, short sentences.

The last lines of an article are short, or made of figures and names, and score like what stands
below it. Here they are told by what stands above: a third part follows a second one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from corpus.extraction.extent.cells import end_of_cells
from corpus.extraction.extent.signed import SIGNING, signature, signs
from corpus.extraction.lines.layout import Layout, Line
from corpus.extraction.said.added import is_added
from corpus.extraction.said.comments import sign_of
from corpus.extraction.said.phrases import NO_HITS, Hits, find_opening, find_whole, fold
from corpus.extraction.said.statements import is_statement

QUOTES = frozenset('”」』"')
FULL_STOPS = frozenset("。！？!?…")
DIGITS = {digit: n for n, digit in enumerate("一二三四五六七八九", 1)}

NUMBERED = re.compile(
    r"""
    (?P<a> [一二三四五六七八九十]{1,3} ) 、
  | [(（] (?P<b> [一二三四五六七八九十]{1,3} ) [)）]
  | (?P<c> \d{1,2} ) (?: 、 | [.．] (?! \d ) )
  | 第 (?P<d> [一二三四五六七八九十\d]{1,3} ) [条條章节節步]
  | \[ (?P<e> \d{1,3} ) \]
  | 【 (?P<f> \d{1,2} ) 】
  | (?P<above> \d{1,2} (?: [.．] \d{1,2} )*? ) [.．] (?P<g> \d{1,2} ) (?= [\s\u3000] )
    """,
    re.VERBOSE,
)
"""How a part begins that has a number, each form a group; of 3.2 the form is `g3`."""
CAPTION = re.compile(r"[附续續]?表\s?[\d一二三四五六七八九十]")
"""How the line above a table begins."""
ANNOUNCES = re.compile(r"[:：]$|予以公示|如下|下表|附表")
"""What the line above a table says or ends with."""
LONGEST_CAPTION, FEWEST_ROWS = 40, 2
REFERENCES = re.compile(r"\W{0,2}(?:参考文献|參考文獻|注释|註釋|references)\W{0,2}", re.IGNORECASE)
"""The heading of what was quoted."""
CITED = re.compile(r"[\[［【(（]\d{1,3}[\]］】)）]|[①-⑳]|\d{1,3}[.、．]")
"""How a line below it begins."""
LABELLED = re.compile(
    r"""
    (?! 相[关關] | 引用 | [提回][问答][者人] | 更多 | 上一 | 下一 | 本文 | 原文 | [来來]源 | 附件
      | [标標][签籤] )
    [^\W\d_] (?: [ \u3000]{0,4} [^\W\d_] ){1,7} [:：] .{1,60}
    """,
    re.VERBOSE,
)
"""A line that is a label and what it says: 地址：河边路一号."""
CODE = re.compile(r"[={}\[\]();<>$\\`]|^[#/]\s?\S|--\w")
"""A sign that stands in code, and in few lines of an imprint."""
FOOT = re.compile(
    r"© | https?:// | \b (?: copyright | powered | icp | isbn | issn | tel | e-?mail ) \b",
    re.VERBOSE | re.IGNORECASE,
)
HAN = re.compile(r"[\u4e00-\u9fff]")
LONGEST_CODE = 400
"""Characters of a line of code, at most: one endless line is not counted through."""
MOST_HAN = 0.3
"""Share of a line of code that is Han: remarks, strings."""
PARAGRAPH, LONGEST_CELL, LONGEST_TABLE = 40, 20, 60
"""Characters of a paragraph, at least, and of a cell, at most; cells of a table, at most."""
ATTACHED = re.compile(r"附[件表]\d?[:：]")
LONG_PARAGRAPH = 60
"""Characters of a paragraph of two sentences that goes on below a heading."""
DATED = re.compile(r"\d{1,2}[-/.:月]\d{1,2}")
LISTS = re.compile(r"(?:以下|下列|如下).{0,6}(?:[联聯][系絡]|方式)|[联聯][系絡]方式[:：]?$")
"""How a line ends below which is listed whom to ask."""
FINAL = re.compile(r"[(（](?:完|全文完)[)）]$")
"""What agencies set behind the last sentence."""
NEXT = 3
"""Lines from the last to the next part, at most."""
BOXED = 6
"""Lines from one paragraph to the next in a place of the same kind, at most: a box between."""
FAR = 9
"""Lines from the first part to the second, at most, where neither was chosen."""
LONGEST_LINES = 200
"""Lines that go on, at most."""
SHORTEST = 5
"""Characters of a sentence."""


def is_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does; what a quotation closes may be none.

    >>> is_sentence("他说：“好。”"), is_sentence("点击上方“渡口书简”"), is_sentence("渡口")
    (True, False, False)
    """
    text = FINAL.sub("", text)
    ends = text[-1:]
    return ends in FULL_STOPS or (ends in QUOTES and text[-2:-1] in FULL_STOPS)


def continue_below(lines: Sequence[int], layout: Layout, hits: Sequence[Hits]) -> list[int]:
    """The lines below the last of an article that belong to it, from top to bottom."""
    if not lines:
        return []
    found: list[int] = []
    parts = _parts(lines, layout)
    places = _places(lines, layout)
    last = lines[-1]
    while len(found) < LONGEST_LINES:
        end = _next_end(last, parts, layout, hits)
        if end <= last:
            end = _in_place(last, places, layout, hits)
        if end <= last:
            break
        for n in range(last + 1, end + 1):
            _note(layout.lines[n].text, parts)
        found.extend(range(last + 1, end + 1))
        last = end
    found.extend(signature(last, layout))
    return found


def _next_end(last: int, parts: dict[str, int], layout: Layout, hits: Sequence[Hits]) -> int:
    """The line up to which what follows belongs to the article; `last` where nothing does."""
    texts = [line.text for line in layout.lines[last : last + NEXT + 1]]
    if len(texts) < 2 or _is_away(layout.lines[last + 1], hits[last + 1]):
        return (_below_heading(last + 1, layout, hits) if len(texts) > 1 else None) or last
    heads = REFERENCES.fullmatch(texts[1]) is not None and len(texts) > 2 and CITED.match(texts[2])
    cites = REFERENCES.fullmatch(texts[0]) or ("cited" in parts and CITED.match(texts[0]))
    if heads or (cites and CITED.match(texts[1])):
        return last + 1
    further = _second(last + 1, layout) or _table(last + 1, layout, hits)
    further = further or _code(last + 1, layout, hits) or _listed(last + 1, layout, hits)
    further = further or _below_heading(last + 1, layout, hits)
    if further is None and not layout.elements:
        further = end_of_cells(last + 1, layout.lines, hits)
    if further is not None:
        return further
    for k in range(1, len(texts)):
        if _follows(texts[k], parts) and layout.lines[last + k].n_links == 0:
            return last + k
        if _is_away(layout.lines[last + k], hits[last + k]):
            break
    is_labelled = LABELLED.fullmatch(texts[1]) and hits[last + 1].start in (None, "footer")
    if parts and _lists(texts[0]) and (is_labelled or number_of(texts[1]) == ("c", 1)):
        return last + 1
    above = (NUMBERED.match(texts[0]) and not cites) or (parts and LABELLED.fullmatch(texts[0]))
    goes_on = not layout.elements and _goes_on(texts[1], hits[last + 1])
    is_next = (above and is_labelled) or goes_on or _asks_second(texts, parts)
    return last + 1 if is_next else last


def _asks_second(texts: Sequence[str], parts: dict[str, int]) -> bool:
    """Whether the second line heads whom to ask of the second party, below those of the first."""
    number = number_of(texts[1])
    if len(texts) < 3 or number is None or number[1] != 2 or parts.get(number[0]) != 1:
        return False
    return all(LABELLED.fullmatch(text) is not None for text in (texts[0], texts[2]))


def _places(lines: Sequence[int], layout: Layout) -> frozenset[int]:
    """The kinds of places in which the paragraphs of an article stand, where there is markup."""
    if not layout.elements:
        return frozenset()
    running = [n for n in lines if _is_paragraph(layout.lines[n])]
    return frozenset(layout.places[running].tolist()) if len(running) > 1 else frozenset()


def _is_paragraph(line: Line) -> bool:
    return len(line.text) >= PARAGRAPH and "。" in line.text and line.n_links == 0


def _in_place(last: int, places: Container[int], layout: Layout, hits: Sequence[Hits]) -> int:
    """The next paragraph in a place of the same kind, with a heading or a caption between."""
    for n in range(last + 1, min(len(layout.lines), last + BOXED + 1)):
        line, hit = layout.lines[n], hits[n]
        # 本刊 begins what a magazine says of itself, and what it has found out.
        is_told = hit.whole or hit.inside or hit.start not in (None, "statement")
        if is_told or line.n_links > 0 or DATED.search(line.text[:PARAGRAPH]):
            break
        if _is_paragraph(line):
            is_one = layout.places[n] in places and not is_statement(line.text)
            return n if is_one and sign_of(line.text) is None else last
    return last


def _second(n: int, layout: Layout) -> int | None:
    """Where a first part in Chinese numbers begins at a line, the line of the second one."""
    number = number_of(layout.lines[n].text)
    if number not in (("a", 1), ("d", 1)):
        return None
    for k, line in enumerate(layout.lines[n : n + FAR], n):
        if line.n_links > 0:
            return None
        if number_of(line.text) == (number[0], 2):
            return k
    return None


def _table(n: int, layout: Layout, hits: Sequence[Hits]) -> int | None:
    """The last row of a table of the article that begins at a line, with its caption or without.

    Such a table is announced above, has a caption, or a sentence stands below it.
    """
    lines = layout.lines
    caption = lines[n].text
    rows = n if "\t" in caption else n + 1
    end = rows
    while end < min(len(lines), rows + LONGEST_LINES) and _is_row(
        lines[end], lines[rows], hits[end]
    ):
        end += 1
    is_long = rows > n and len(caption) > LONGEST_CAPTION
    if end - rows < FEWEST_ROWS or is_long:
        return None
    announced = ANNOUNCES.search(lines[n - 1].text) is not None
    is_captioned = announced or CAPTION.match(caption) is not None
    below = lines[end : end + NEXT]
    for k, line in enumerate(below, end):
        is_told = hits[k].whole is not None or hits[k].start is not None
        if is_sentence(line.text) and not is_told and not is_statement(line.text):
            return k
    return end - 1 if is_captioned else None


def _listed(n: int, layout: Layout, hits: Sequence[Hits]) -> int | None:
    """The last cell of a table, each on a line, that the line above announces, or what is below.

    Below it stands a paragraph, or who signs the document.
    """
    lines = layout.lines
    above = lines[n - 1].text
    is_attached = ATTACHED.match(above) is not None
    if layout.elements or len(above) < SHORTEST or (above[-1] not in ":：" and not is_attached):
        return None
    for k in range(n, min(len(lines), n + LONGEST_TABLE)):
        text = lines[k].text
        if len(text) >= PARAGRAPH:
            return k if _goes_on(text, hits[k]) else None
        if k > n and len(signature(k - 1, layout)) > 1:
            return k - 1
        if len(text) > LONGEST_CELL or hits[k].start is not None or lines[k].n_links > 0:
            return None
    return None


def _below_heading(n: int, layout: Layout, hits: Sequence[Hits]) -> int | None:
    """The paragraph of a dump below a heading of its own, or below a box of headlines and that.

    Of a list of teasers a headline stands below each; below a box a second sentence follows.
    """
    if layout.elements:
        return None
    lines = layout.lines
    boxed = n < len(lines) and "related" in (hits[n].whole, hits[n].start)
    for k in range(n + boxed, min(len(lines), n + (NEXT + 1 if boxed else 2) + 1)):
        text = lines[k].text
        follows = k + 1 < len(lines) and _goes_on(lines[k + 1].text, hits[k + 1])
        is_second = boxed and follows and len(text) >= PARAGRAPH and _goes_on(text, hits[k])
        if is_second or (len(text) >= LONG_PARAGRAPH and text.count("。") > 1):
            return k if k > n and _goes_on(text, hits[k]) and (follows or not boxed) else None
        is_heading = len(text) <= LONGEST_CAPTION and "。" not in text and not DATED.search(text)
        if not boxed and (hits[k] is not NO_HITS or not is_heading):
            return None
    return None


def _code(n: int, layout: Layout, hits: Sequence[Hits]) -> int | None:
    """The sentence below lines of code that begin at a line."""
    lines = layout.lines
    end = n
    while end < min(len(lines), n + LONGEST_LINES) and _is_code(lines[end], hits[end]):
        end += 1
    if n < end < len(lines) and _goes_on(lines[end].text, hits[end]):
        return end
    return None


def _is_code(line: Line, hit: Hits) -> bool:
    """Whether a line is code: hardly any letters but Latin ones, and signs that names lack."""
    text = line.text
    if len(text) > LONGEST_CODE or CODE.search(text) is None or FOOT.search(text) is not None:
        return False
    return len(HAN.findall(text)) <= MOST_HAN * len(text) and not _is_away(line, hit)


def _is_row(line: Line, first: Line, hit: Hits) -> bool:
    n_cells = line.text.count("\t")
    if n_cells == 0 or n_cells != first.text.count("\t") or _is_away(line, hit):
        return False
    cell = fold(line.text.split("\t", 1)[0])
    return find_whole(cell) is None and find_opening(cell) is None


def _is_away(line: Line, hit: Hits) -> bool:
    """Whether a line leads away, or begins what is known to be something else."""
    return line.n_links > 0 or hit.whole is not None


def _goes_on(text: str, hit: Hits) -> bool:
    """Whether a line is one more sentence of the article: no notice, no comment.

    Headlines of others ask and call, but have no full stop.
    """
    return (
        len(text) >= SHORTEST
        and (text.rstrip("”」』").endswith("。") or ("。" in text and is_sentence(text)))
        and hit is NO_HITS
        and not is_statement(text)
        and not is_added(text)
        and sign_of(text) is None
    )


def _parts(lines: Sequence[int], layout: Layout) -> dict[str, int]:
    """The last number of each form of numbers that the article has counted from one."""
    parts: dict[str, int] = {}
    for line in layout.lines[lines[0] : lines[-1] + 1]:
        _note(line.text, parts)
    return parts


def _note(text: str, parts: dict[str, int]) -> None:
    if REFERENCES.fullmatch(text):
        parts["cited"] = 1
    numbered = number_of(text)
    if numbered is None:
        return
    form, number = numbered
    if number == 1 or parts.get(form) == number - 1:
        parts[form] = number


def _follows(text: str, parts: dict[str, int]) -> bool:
    numbered = number_of(text)
    if numbered is None:
        return False
    form, number = numbered
    return number > 2 and parts.get(form) == number - 1


def _lists(text: str) -> bool:
    """Whether a line says that whom to ask stands below it: 请按以下方式联系."""
    return LISTS.search(text) is not None


def number_of(text: str) -> tuple[str, int] | None:
    """The form and the number of a part that begins at a line, see `NUMBERED`."""
    match = NUMBERED.match(text)
    if match is None or match.lastgroup is None:
        return None
    digits = match.group(match.lastgroup)
    form = match.lastgroup + (match["above"] or "")
    return form, int(digits) if digits.isdecimal() else _read(digits)


def _read(digits: str) -> int:
    """A number up to 99 in Chinese.

    >>> _read("七"), _read("十"), _read("二十三")
    (7, 10, 23)
    """
    tens, ten, ones = digits.rpartition("十")
    return 10 * (DIGITS.get(tens, 1) if ten else 0) + DIGITS.get(ones, 0)


def said_in_text(names: Container[int], lines: Sequence[int], layout: Layout) -> Iterator[int]:
    """Lines that title or byline were read from and that are part of the text all the same.

    A sentence that begins with who reports (本报讯（记者 …）昨天下午，…) cannot be cut. Inside the
    text, what ends in a full stop, or has one before brackets, is a sentence, what has a number is
    a part, and the day of signing below who signs is part of the document.
    """
    has_text = False
    above = ""
    for n in lines:
        text = layout.lines[n].text.strip()
        if n in names:
            is_signed = SIGNING.fullmatch(text) is not None and signs(above)
            is_said = text.endswith("。") or SAID.search(text) is not None
            is_part = is_said or NUMBERED.match(text) is not None
            inside = (has_text and (is_signed or is_part)) or PART.match(text) is not None
            if inside or (REPORTED.match(text) is not None and is_sentence(text)):
                yield n
        has_text = has_text or is_sentence(text)
        above = text


REPORTED = re.compile(r"[^(（【\[]{0,30}[(（【\[][^()（）【】\[\]]{2,40}[)）】\]]\s?[^\s].{9}")
"""A sentence behind brackets: 本报讯（记者 周某）昨天下午，…"""


PART = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}(?:、|[)）])\D{1,40}\d")
"""A part of a document, which has a day in it, but is no byline: 一、首次公告日期：…"""
SAID = re.compile(r"[^。(（【\[〔]{12}。\s{0,2}[(（【\[〔]")
"""A sentence before brackets, which name who edited it: …追踪它的摆动。（编辑：何某）1130517"""
