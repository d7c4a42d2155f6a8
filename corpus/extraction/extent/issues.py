"""Threads on hosts of code: who reports a fault and who answers, between what the host notes.

Their times have no hour, their heads no card, and code stands between short sentences, so neither
the rule for forums nor the forests read them. But a host says of each that somebody commented, and
sets the same buttons, badges and notes between two.
"""

from __future__ import annotations

import re
from typing import Final

from corpus.extraction.choice.features import Texts

HEAD = re.compile(
    r"""
    \S{1,40} \s (?: [评評][论論] (?: [于於] | 了 ) | 回[复復] [于於] | commented ) \s? .{0,60}
    """,
    re.VERBOSE,
)
"""How a comment begins: hanlu-dev 评论于 2024-04-22, hugumi commented on Nov 2, 2022."""
BELOW_HEAD = re.compile(
    r"""
    (?: on \s )? (?: [A-Z][a-z]{2,8} \s \d{1,2}, \s \d{4} | \d{4}-\d\d-\d\d .{0,12} )
  | .{1,12} \s ago
  | [•·] .{0,40} | \(?edited\)?
    """,
    re.VERBOSE,
)
"""What the head of a comment goes on with on a line of its own."""
NOTE = re.compile(
    r"""
    \S{1,40} \s (?:
        (?: 添加 | 移除 | 新增 ) 了 .{1,80}
      | [在将] .{0,60} (?: issue | 提交 | 拉取 | 关闭 | 分配 ) .*
      | (?: self-)?assigned .* | (?: added | removed ) \s .{1,80} (?: labels? | milestone ) .*
      | (?: closed | reopened | mentioned | referenced | linked | pinned | changed | locked ) \s .*
      | (?: 关闭 | 重新打开 | 引用 | 提及 | 锁定 ) 了 .*
    )
  | (?: 维护者 | 作者 | 成员 | 贡献者 | 所有者 | 协作者
      | Member | Author | Contributor | Collaborator | Owner | Maintainer )
  | (?: •{2,} | … ) | Copy \s link | Quote \s reply | More \s actions | 复制链接 | 引用回复
  | (?: 添加表情回应 | Add \s a \s reaction )
  | [^\w\s]{1,4} \s? \d{1,4} (?: \s? [^\w\s]{1,4} \s? \d{1,4} )* (?: 添加表情回应 )?
  | (?: 免费注册 | 登录 | 注册 | Sign \s (?: up | in ) ) .{0,100}
  | (?: 受理人 | 标签 | 参与者 | Assignees | Labels | Participants )
    """,
    re.VERBOSE,
)
"""What stands below a comment, and ends it."""
OPENED = re.compile(r"(?:提出|创建|打开)了此 issue|opened this issue")
"""What the host says of whoever began."""
COPY: Final = frozenset({"复制", "Copy", "复制代码"})
"""Buttons above or below code."""
LONGEST: Final = 120
"""Characters of a head or a note."""


def find_issue(page: Texts) -> tuple[int, ...]:
    """The numbers of the lines that the comments of a thread say; none where it is no thread."""
    texts = [text.strip() for text in page.texts]
    if not any(OPENED.search(text[:LONGEST]) for text in texts):
        return ()
    found: list[int] = []
    inside = is_head = False
    for n, text in enumerate(texts):
        short = text if len(text) <= LONGEST else ""
        if HEAD.fullmatch(short):
            inside = is_head = True
        elif inside and is_head and BELOW_HEAD.fullmatch(short):
            continue
        elif inside and NOTE.fullmatch(short):
            inside = False
        elif inside and short not in COPY:
            is_head = False
            found.append(n)
    return tuple(found)
