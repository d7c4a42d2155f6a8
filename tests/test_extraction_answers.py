"""What is said below a line that counts answers."""

from __future__ import annotations

import pytest

from corpus.extraction.choice.main import line_features
from corpus.extraction.extent.answers import said_below, with_praised
from corpus.extraction.lines.text import read_text
from corpus.extraction.said.phrases import find_phrases, fold_lines

SAID = "石桥镇的老人说，这座桥是祖父那一辈修的，石头从河对岸运来，一块也没有浪费。"
QUESTION = "老家门口的石桥裂了一条缝，冬天结冰以后越来越宽，请问应该找谁来修，自己能补吗？"
FIRST = "先不要自己补。裂缝要是贯穿了整块石头，水泥填进去反而会把它撑开。"
SECOND = "拍照发给镇上的水利站，他们有名册，修的人一个月之内就会来看。"


def complete(texts: list[str], lines: list[int]) -> tuple[int, ...]:
    """The lines of a dump with what is said below."""
    folded = fold_lines(texts)
    hits = tuple(find_phrases(folded))
    return said_below(lines, texts, line_features(read_text("\n".join(texts)), texts), hits)


LISTED = ["石桥裂了怎么办 2031-03-01", "木桥朽了怎么办？ 2031-03-02"]
ASKED = ["相关问题", "石桥裂了怎么办？", "2031-03-01", "木桥朽了怎么办？", "2031-03-02"]


@pytest.mark.parametrize(
    "heading",
    [
        "2个回答",
        "网友解答（2）",
        "2个回答#热议# 木桥朽了怎么办？",
        "其他2条回答",
        "其他回答 共 2 条",
        "我也要问 收藏 解答：2条",
    ],
)
@pytest.mark.parametrize("rest", [ASKED, ["没有满意答案？立即提问", *LISTED], []])
@pytest.mark.parametrize("is_above", [False, True])
def test_answers_below_their_number_are_main(
    heading: str, rest: list[str], *, is_above: bool
) -> None:
    """However few, with the question, and without what is counted of who answers."""
    texts = ["首页", "桥梁问答", "石桥裂了怎么办", QUESTION, heading]
    for name, text in (("老魏", FIRST), ("林迟", SECOND)):
        card = [name, "石桥镇", "解答问题：291条"]
        time = ["2031-04-05"]
        time = [f"2031-04-05 · {len(name)}个赞"] if name == "林迟" else time
        if heading.startswith("其他"):
            hour = f"2031-04-05 11:0{len(name)}"
            time = [f"{hour} 回复于{hour}有用（9）立即咨询电话咨询"]
        texts += [*card, *time, text, "赞 9"] if is_above else [*card, text, *time]
    found = complete([*texts, *rest, "版权所有"], [texts.index(SECOND)])
    assert [texts[n] for n in found] == [QUESTION, FIRST, SECOND]


def test_a_list_with_times_follows_the_last_answer() -> None:
    """Without a heading: its times stand on neighbouring lines."""
    texts = [QUESTION, "2个回答", "2031-04-05", FIRST, "2031-04-06", SECOND, "赞 9", *LISTED]
    assert complete([*texts, "木桥朽了要不要换？"], [3]) == (0, 3, 5)


def test_a_list_of_questions_has_no_answers() -> None:
    """Each of its items counts some."""
    texts = [t for n in range(1, 9) for t in (SAID, f"{n}个回答", f"2031-04-0{n}")]
    assert complete(texts, [0]) == (0,)


@pytest.mark.parametrize("heading", ["2条评论", "2个回答", "桥梁问答"])
def test_times_of_many_forms_are_none_of_answers(heading: str) -> None:
    """Nor is anything said below a line that counts something else."""
    texts = [SAID, heading, "2031-04-05", FIRST, "04-05 11:12", SECOND]
    assert complete(texts, [0]) == (0,)


def test_what_stands_around_an_answer_is_not_said() -> None:
    """Who answered when, what was chosen, how it was rated."""
    around = ["最佳答案", "回答者：老魏 2031-04-05 10:05", "42人已赞过 已踩过", "追答"]
    texts = [
        QUESTION,
        "最佳答案",
        FIRST,
        *around,
        "其他1条回答",
        SECOND,
        "2031-04-06",
        "2031-04-07",
    ]
    assert complete(texts, [0, 1, 2, 3, 4, 5, 6]) == (0, 2, 8)


def test_answers_between_their_two_marks_are_main() -> None:
    """However short; who answers stands above the first mark, comments below the second."""
    answer = ["老魏", "修桥的", "关注", "12 人赞同了该回答"]
    other = ["林迟", "1,204 人赞同了该回答", "找水利站", "拍照", "编辑于 2031-04-06"]
    comments = ["2 条评论", "小鹿", "谢谢，已经报了。"]
    texts = [QUESTION, "2 个回答", *answer, FIRST, SECOND, "发布于 2031-04-05", *comments, *other]
    hits = find_phrases(fold_lines(texts))
    found = with_praised([0, 6, 7, 11], texts, hits)
    assert [texts[n] for n in found] == [QUESTION, FIRST, SECOND, "找水利站", "拍照"]
    one = texts[:9]
    assert with_praised([0, 6], one, find_phrases(fold_lines(one))) == (0, 6)
