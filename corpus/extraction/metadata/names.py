"""Who is named: people, reporters, outlets, and what stands in a name's place when nobody is."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from corpus.resources import read_followers, read_list

MAX_NAME: Final = 30
MAX_HAN_NAME: Final = 8
"""Characters of a Chinese pen name; a longer run is a description."""
MAX_NAMES: Final = 12
MAX_OUTLET: Final = 30
MAX_BYLINE: Final = 160
"""Characters above which a line is running text, and only its brackets are read."""
HAN: Final = r"\u3400-\u9fff\U00020000-\U000323af"
NAME_MARK: Final = r"·•\N{KATAKANA MIDDLE DOT}\N{HYPHENATION POINT}"
REPORTER = re.compile(
    rf"""
    (?: 记者 | 記者 | 特派员 | 特派員 | 评论员 | 評論員 | 通讯员 | 通訊員 | 实习生 | 實習生
      | 专栏作者 | 專欄作者 | 特约撰稿人? | 撰稿人
      | (?:快訊|快讯|報導|报道) (?=[／/])                  # 某报快讯／沈听澜
    )
    \s{{0,4}} [:：／/|｜丨]? \s{{0,4}}
    (?P<names> [{HAN}{NAME_MARK}、,，\ \N{{IDEOGRAPHIC SPACE}}]{{2,80}} )
    """,
    re.VERBOSE,
)
BRACKETED = re.compile(
    r"""
    [（(【〔\[]
    ( [^（()）【】〔〕\[\]]{3,90} )
    [)）】〕\]]
    """,
    re.VERBOSE,
)
EDITED = re.compile(
    rf"[\ \N{{IDEOGRAPHIC SPACE}}][{HAN}]{{0,4}}(?:编辑|編輯)[\ \N{{IDEOGRAPHIC SPACE}}].*"
)
"""Who edited, behind who reported: 某报编辑 罗亭."""
PICTURED = re.compile(r"[／/]\s?(?:摄|攝)(?:影)?\s?[)）]?$")
"""What closes a caption: who is named before it took the picture. 記者沈聽瀾／攝影."""
DESK = re.compile(
    rf"""
    (?: [{HAN}]{{2,8}} \s )? [{HAN}]{{2,4}} (?: 中心 | [组組] ) \s? [／/] \s?
    (?P<name> [{HAN}]{{2,4}} ) \s? (?: 綜合 | 综合 )? (?: 報導 | 报道 | 整理 )
  | (?P<named> [{HAN}]{{2,4}} ) \s 攝影 \s [{HAN}]{{2,4}} \s 報導   # the second took the pictures
    """,
    re.VERBOSE,
)
"""The desk of a paper, and who reports from it: 生活中心／沈聽瀾報導."""
SET_OFF = re.compile(
    rf"""
    (?: [{HAN}]{{2,6}} (?: 新[闻聞] | [报報网網] ) \s )? (?P<before> [{HAN}]{{2,4}} )
    (?: \s? (?: 报道 | 報道 | 报导 | 報導 ) | [／/] 文
      | \s? [／/] \s? [{HAN}]{{0,4}} [报報] [道导導] )
  | (?: 独家 | 獨家 | 特[别別约約] )? (?: 报道 | 報道 | 报导 | 報導 | 采访 | 採訪
      | 图文 | 圖文 | 文图 | 文圖 )
    \s? [:：] \s? (?P<after> [{HAN}、\ ]{{2,16}} )
  | [□■◇◆◎] \s? (?P<pen> [{HAN}]{{2,4}} )
    """,
    re.VERBOSE,
)
"""Who reports, with a line to himself: 沈听澜 报道, 报道：沈听澜, □ 沈听澜."""
FROM_DESK = re.compile(
    rf"""
    [讯訊电電] \s? [，,] \s?
    (?P<name> [{HAN}]{{2,4}} ) \s? (?: 报道 | 報道 | 报导 | 報導 ) $
    """,
    re.VERBOSE,
)
"""Who reports, behind where and when: 2025年3月4日台北訊，沈聽瀾報導."""
ROUND: Final = " \t\N{IDEOGRAPHIC SPACE}()（）[]【】〔〕"
"""What stands around a byline: blanks and brackets."""
REPORTED_BY = re.compile("[报報][道导導]|采访|採訪|整理|[图圖]文|文[图圖]|[／/]文|[□■◇◆◎]")
"""What every match of `DESK`, `SET_OFF` and `FROM_DESK` holds."""
REPORTED = re.compile(
    r"""
    (?: (?: (?<=\s) \S{0,6} (?<!摄影) (?<!攝影) | [^\s/／]{0,2} )  # 台北報導
        (?:综合|綜合|採訪|采访)? (?: 報導 | 报导 | 报道 | 報道 )
      | [发發]自 \s? \S{0,6}                              # 发自北京
      | (?<=\S\S) [／/\s] (?:摄影?|攝影?|文|图|圖|整理)     # /文
    ) $
    """,
    re.VERBOSE,
)
ABROAD = re.compile(
    r"""
    (?: 洛杉[矶磯] | [旧舊]金山 | [华華]盛[顿頓] | 多[伦倫]多 | [温溫]哥[华華] | 墨[尔爾]本
      | 吉隆坡 | 新加坡 | 莫斯科 | 布鲁塞尔 | 法兰克福 | 日内瓦 ) $
    """,
    re.VERBOSE,
)
"""Cities of more than two characters that papers report from."""
GLUED_CITY = re.compile(
    rf"""
    (?<! [{HAN}] ) (?P<name> [{HAN}]{{5,8}}? ) (?:综合|綜合)? (?: 報導 | 报导 | 报道 | 報道 ) $
    """,
    re.VERBOSE,
)
"""A name, the city behind it, and the verb: 沈听澜旧金山报导."""
RANK = re.compile(
    r"""
    (?: 实习 | 實習 | 见习 | 見習 )?
    (?: 记者 | 記者 | 作者 | 评论员 | 評論員 | 研究员 | 研究員 | 特派员 | 特派員 | 通讯员 | 通訊員
      | 撰稿人? | 编辑 | 編輯 | 实习生 | 實習生 )
    [\s:：/／|｜丨]{0,3}
    """,
    re.VERBOSE,
)
"""What stands before names, with the organisation before it: 本报记者, 研究员."""
DATELINE = re.compile(
    r"""
    (?: \d{1,2} 月 )? \d{1,2} 日? \s? (?:电|電|讯|訊|专电|專電|综合电|綜合電|报导|報導|报道)
    """,
    re.VERBOSE,
)
"""What follows the place at the head of an agency's report: 沈听澜台北25日電."""
SIGNED = re.compile(
    rf"""
    (?: ^ | [。！？!?…”」』] ) \s?
    [（(] (?P<names> [{HAN}、\ \N{{IDEOGRAPHIC SPACE}}]{{2,16}} ) [)）] \s? $
    """,
    re.VERBOSE,
)
MAX_SIGNED: Final = 24
NAME_SPLIT = re.compile(
    rf"""
    [、,，;；/／&＆+\s]+
  | (?<=[{HAN}]{{2}}) [和与與] (?=[{HAN}]{{2}})
    """,
    re.VERBOSE,
)
HAN_NAME = re.compile(
    rf"""
    [{HAN}]{{2,4}}
  | [{HAN}]{{1,8}} [{NAME_MARK}] [{HAN}]{{1,8}}          # a name with a mark inside
    """,
    re.VERBOSE,
)
AFFILIATED = re.compile(r"(?P<name> \S [^:：]{1,11} ) [:：] (?P<place> .+ )", re.VERBOSE)
"""A name, and behind its colon the organisation that the person belongs to."""
HAN_CHAR = re.compile(rf"[{HAN}]")
HAN_BLANK = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
SENTENCE = re.compile(r"[。，！？,!?=\"]")
POSTED_AT = re.compile(r"\s[於于]\s.{0,6}\d:\d\d.*")
"""A time without its day, and buttons behind it: 張貼者：罗亭 於 下午3:20 分享."""
PRINTED = re.compile(r"[A-Z]\d{1,3}")
"""The page of a paper: A11."""
NO_OUTLET = re.compile(r"分享|追[蹤踪]|.{0,12}[:：]")
"""How a button begins, and a label with what it says."""
OFFICIAL = re.compile(r"^(?:微信)?公[众眾][号號](?=[\s:：“\"「《])[\s:：“\"「《]{1,4}")
"""What an account is, before its name: 公众号“北麓手记”."""
GRANTED = re.compile(r"[,，][^,，]{0,20}(?:授权|授權|转载|轉載|首发|首發).*")
"""Who may show it, behind who wrote: 沈听澜，北麓手记经授权发布."""
JUNK: Final = (
    " \t\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}:：,，。.、;；|/／\\-_·•*#@<>{}!！↓"
    "\N{EM DASH}\N{EN DASH}\N{HYPHENATION POINT}《》“”\"'‘’「」『』[]【】〔〕"
)
"""What is stripped from both ends of a name."""


@cache
def _unnamed() -> frozenset[str]:
    return frozenset(read_list("unnamed.txt"))


@cache
def _surnames() -> frozenset[str]:
    return frozenset(read_list("surnames.txt"))


@cache
def _outlet_pattern() -> re.Pattern[str]:
    words = read_list("outlet_words.txt")
    anywhere = "|".join(re.escape(w) for w in words if len(w) > 1)
    ending = "".join(w for w in words if len(w) == 1)
    return re.compile(rf"{anywhere}|[{ending}]$")


@cache
def _tail_pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, read_list("byline_tails.txt"))))


def names_outlet(name: str) -> bool:
    """Whether a name is that of an outlet or an organisation.

    >>> names_outlet("澜江晚报"), names_outlet("沈听澜")
    (True, False)
    """
    return _outlet_pattern().search(name.lower()) is not None


def is_personal(name: str) -> bool:
    """Whether a name is two to four characters that start with a surname.

    >>> is_personal("沈听澜"), is_personal("重庆")
    (True, False)
    """
    if not HAN_NAME.fullmatch(name) or len(name) > 4 or names_outlet(name) or _is_nobody(name):
        return False
    return name[:2] in _surnames() or (name[0] in _surnames() and len(name) <= 3)


def is_rare_pair(name: str) -> bool:
    """Whether a name is two characters that seldom stand side by side: most words of two often do.

    >>> is_rare_pair("罗亭"), is_rare_pair("任务")
    (True, False)
    """
    return len(name) == 2 and name[1] not in read_followers("common_pairs.txt").get(name[0], "")


def _is_nobody(name: str) -> bool:
    return name.lower().replace(" ", "") in _unnamed()


def is_named(name: str) -> bool:
    """Whether a name is more than a stopgap: 佚名, 本站, admin."""
    return not _is_nobody(name)


@lru_cache(maxsize=1024)
def read_names(value: str) -> tuple[str, ...]:
    """The people that the value of an author field names; outlets and stopgaps are not people.

    >>> read_names("本报记者 沈听澜 方 敏")
    ('沈听澜', '方敏')
    >>> read_names("澜江晚报"), read_names("佚名"), read_names("方 敏：霁岚大学，澜江")
    ((), (), ('方敏',))
    """
    value = _without_ranks(value[:120].strip(JUNK))
    belongs = AFFILIATED.match(value)
    if belongs is not None and names_outlet(belongs["place"]):
        value = belongs["name"]
    tail = _tail_pattern().search(value, 1)
    if tail is not None:
        value = value[: tail.start()].rstrip("0123456789")  # what it counts: 1207人参与
    value = GRANTED.sub("", POSTED_AT.sub("", value))
    value = REPORTED.sub("", value).strip(JUNK)
    if not HAN_CHAR.search(value):
        return (value,) if _is_foreign_name(value) else ()
    names = [n for n in (p.strip(JUNK) for p in NAME_SPLIT.split(value)) if n]
    return tuple(dict.fromkeys(n for n in join_single(names)[:MAX_NAMES] if _is_pen_name(n)))


def _without_ranks(value: str) -> str:
    """The names in a field without ranks, nor the organisation before the first of them."""
    head, *others = RANK.split(value)
    if not others:
        return value
    named = head.strip(JUNK)
    return " ".join([named if is_personal(named) else "", *others]).strip()


def join_single(names: list[str]) -> list[str]:
    """Names of two characters that were spaced to the width of three, put together."""
    joined: list[str] = []
    open_name = False
    for name in names:
        single = len(name) == 1
        if single and open_name:
            joined[-1] += name
            open_name = False
        else:
            joined.append(name)
            open_name = single
    return joined


def _is_foreign_name(name: str) -> bool:
    plain = 2 <= len(name) <= MAX_NAME and any(c.isalpha() for c in name)
    return plain and not _is_nobody(name) and not names_outlet(name) and not set(name) & set("@/,=")


def _is_pen_name(name: str) -> bool:
    if _is_nobody(name) or names_outlet(name) or not any(c.isalpha() for c in name):
        return False
    if HAN_NAME.fullmatch(name):
        return True
    return 2 <= len(name) <= MAX_HAN_NAME + sum(c.isascii() for c in name) <= MAX_NAME


def read_reporters(text: str) -> tuple[str, ...]:
    """The people that follow a reporter's mark and fill the text to its end, or to a stroke.

    >>> read_reporters("澜江日报记者沈听澜、罗亭")
    ('沈听澜', '罗亭')
    >>> read_reporters("記者沈聽瀾／台北報導")
    ('沈聽瀾',)
    >>> read_reporters("记者从县里获悉"), read_reporters("生活中心／沈聽瀾報導")
    ((), ('沈聽瀾',))
    >>> read_reporters("报道：方敏、罗亭"), read_reporters("连续报道")
    (('方敏', '罗亭'), ())
    """
    desk = DESK.fullmatch(text.strip())
    if desk is not None and is_personal(name := desk["name"] or desk["named"]):
        return (name,)
    if (desk := FROM_DESK.search(text)) is not None and is_personal(desk["name"]):
        return (desk["name"],)
    alone = SET_OFF.fullmatch(text.strip(ROUND))
    if alone is not None:
        return _read_set_off(alone)
    for match in REPORTER.finditer(text[:MAX_BYLINE]):
        run = EDITED.sub("", match["names"])
        rest = text[match.end() : match.end() + 1]
        if rest and rest not in "／/|丨）)】]〕○0123456789。":
            continue
        if PICTURED.match(text, match.end()):
            continue
        glued = text[match.start("names") - 1] not in " \N{IDEOGRAPHIC SPACE}:：/／"
        if run.rstrip().endswith(("摄", "攝", "摄影", "攝影")):
            continue
        run = RANK.sub(" ", REPORTED.sub("", _without_city(run.strip(JUNK))))
        parts = join_single([p for p in (q.strip(JUNK) for q in NAME_SPLIT.split(run)) if p])
        if parts and DATELINE.match(text, match.end()):
            parts[-1] = _without_place(parts[-1])
        names = [n for n in parts if not _is_nobody(n)]
        if not names or not all(HAN_NAME.fullmatch(n) and not names_outlet(n) for n in names):
            continue
        if not glued or is_personal(names[0]) or _is_pair(names[0]):
            return tuple(dict.fromkeys(names[:MAX_NAMES]))
    return ()


def _read_set_off(found: re.Match[str]) -> tuple[str, ...]:
    """The people of a match of `SET_OFF`; 连续报道 names nobody."""
    alone = found["before"] or found["pen"]
    if alone is not None:
        return (alone,) if is_personal(alone) and (len(alone) > 2 or is_rare_pair(alone)) else ()
    names = join_single([n for n in NAME_SPLIT.split(found["after"]) if n])
    return tuple(names) if all(map(is_personal, names)) else ()


def _without_city(run: str) -> str:
    """Names whose last has the city it was reported from glued to it, without that city."""
    found = GLUED_CITY.search(run)
    if found is None or not is_personal(found["name"][:3]):
        return run
    return run[: found.start()] + _without_place(found["name"])


def _without_place(run: str) -> str:
    """A name without the city behind it; most names have three characters, cities two or more."""
    abroad = ABROAD.search(run, 2)
    if abroad is not None:
        return run[: abroad.start()]
    if len(run) < 4:
        return run
    n = 2 if len(run) == 4 else 3
    return run[: n + 1] if run[:2] in _surnames() and len(run) > n + 2 else run[:n]


def read_signature(text: str) -> tuple[str, ...]:
    """The people whose names, in brackets, close a text after its last sentence.

    >>> read_signature("两岸通勤缩短四十分钟。(沈听澜)"), read_signature("工程年底完工。（完）")
    (('沈听澜',), ())
    """
    match = SIGNED.search(text[-MAX_SIGNED:])
    if match is None:
        return ()
    names = [n for n in NAME_SPLIT.split(match["names"]) if n]
    return tuple(names) if names and all(map(is_personal, names)) else ()


def _is_pair(run: str) -> bool:
    """Whether four characters can be two names that were set without a blank."""
    return len(run) == 4 and run[0] in _surnames() and run[2] in _surnames()


@lru_cache(maxsize=1024)
def read_outlet(value: str) -> str | None:
    """The outlet that the value of a source field names, without brackets, links and counters.

    >>> read_outlet("《澜江晚报》 参与互动"), read_outlet("互联网")
    ('澜江晚报', None)
    """
    value = OFFICIAL.sub("", value.strip(JUNK))
    tail = _tail_pattern().search(value, 2)
    if tail is not None:
        value = value[: tail.start()]
    cut = HAN_BLANK.search(value)
    if cut is not None and cut.start() >= 2:
        value = value[: cut.start()]
    value = value.strip(JUNK)
    if (
        not 2 <= len(value) <= MAX_OUTLET
        or _is_nobody(value)
        or not any(c.isalpha() for c in value)
        or PRINTED.fullmatch(value) is not None
        or NO_OUTLET.match(value) is not None
    ):
        return None
    return None if SENTENCE.search(value) else value
