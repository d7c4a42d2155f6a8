"""Invented threads for training: posts with the furniture that forums set around each of them.

In a thread every post is main, short as it may be; below an article the same words are comments.
Nothing on a line tells the two apart but what stands around, so both are made, in about the same
number.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

SYLLABLES = "晓明小雨大山老陈阿杰南风北望青石木子云朵星河半夏长安一叶七月白鹿"
SHORT_POSTS = (
    "支持楼主！|谢谢分享。|顶一个|同意楼上|哈哈哈哈|学习了|收藏了，慢慢看|请问后来解决了吗？|我也遇到了"
    "|试了一下，可以用|这个不错|路过|围观|期待更新|说得有道理|感谢大佬|已解决，谢谢！|不懂就问，为什么？"
).split("|")
ABOVE = (
    "{name}|{name} {floor}楼|{floor}#|{floor}楼|楼主|沙发|Lv.{n}|{name} · {ago}|积分 {n}{n}"
    "|中级会员|发表于 {date}|{date}|{ago}|来自手机|回复 {name}：|只看该作者|IP属地：四川"
    "|{name} 回复 {other}"
).split("|")
BELOW = (
    "回复|举报|赞 {n}|赞({n})|{n}|点赞 {n} 回复|支持 {n} 反对 0|引用|{date}|评论|展开|分享".split(
        "|"
    )
)
COMMENT_HEADINGS = (
    "网友评论|全部评论|最新评论|{n}条评论|评论({n})|精彩评论|热门评论|网友跟帖|用户评论|留言|發表評論|回應"
).split("|")
SENTENCE = re.compile(r"[^。！？]{2,120}[。！？]")


def posts(articles: Sequence[Sequence[str]], n: int, draw: random.Random) -> list[tuple[str, bool]]:
    """`n` posts as lines, each with whether it is what somebody wrote (or furniture)."""
    above = draw.sample(ABOVE, draw.randint(1, 4))
    below = draw.sample(BELOW, draw.randint(0, 3))
    lines: list[tuple[str, bool]] = []
    for floor in range(1, n + 1):
        lines += [(_fill(form, floor, draw), False) for form in above]
        lines += [(text, True) for text in _post(articles, draw)]
        lines += [(_fill(form, floor, draw), False) for form in below]
    return lines


def comment_heading(draw: random.Random) -> str:
    """What stands above the comments of an article."""
    return _fill(draw.choice(COMMENT_HEADINGS), 1, draw)


def _post(articles: Sequence[Sequence[str]], draw: random.Random) -> list[str]:
    if draw.random() < 0.35:
        return [draw.choice(SHORT_POSTS)]
    paragraphs = draw.choice(articles)
    text = []
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        sentences = SENTENCE.findall(draw.choice(paragraphs))
        if sentences:
            at = draw.randrange(len(sentences))
            text.append("".join(sentences[at : at + draw.randint(1, 3)]))
    return text or [draw.choice(SHORT_POSTS)]


def _fill(form: str, floor: int, draw: random.Random) -> str:
    date = f"202{draw.randint(0, 5)}-{draw.randint(1, 12)}-{draw.randint(1, 28)}"
    return form.format(
        name=_name(draw),
        other=_name(draw),
        floor=floor,
        n=draw.randint(0, 99),
        date=f"{date} {draw.randint(0, 23):02}:{draw.randint(0, 59):02}",
        ago=f"{draw.randint(1, 23)}{draw.choice(('小时前', '天前', '分钟前', '个月前'))}",
    )


def _name(draw: random.Random) -> str:
    return "".join(draw.choice(SYLLABLES) for _ in range(draw.randint(2, 5)))
