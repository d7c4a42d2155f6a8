"""What holds for every string, whatever it is made of."""

from typing import get_args

from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.cleaning import FIXES, join_edits, repair, repair_lines, replay, undo
from corpus.cleaning.characters import OTHER_LINE_END
from corpus.cleaning.edits import apply
from corpus.cleaning.plain import is_plain
from corpus.recipe import Cleaning, FixName

UNITS = (
    *("中", "，", "ａ", "a", "1", ";", "&", "#", "`", '"', "“", "”", "|", "<", "://", "="),
    *(" ", "\t", "\n", "\r", "\x0b", "\x85", "\u2028", "\u3000", "\xa0", "\u2003"),
    *("\x01", "\x9d", "\xad", "\ufeff", "\u200b", "\u200c", "\u200d", "\u202e"),
    *("\ufe0f", "\u2764", "\U0001f468", "\U0001f3fd", "\u0645", "\u094d", "\u0958"),
    *("e", "\u0301", "\u0327", "\u0338", "\u3099", "か", "\u1112", "\u1161", "\uac00", "\u11a8"),
    *("\u2f08", "\u2ed3", "\uf9ca", "\U0002f800", "\u212a", "\u037e", "\ud800", "\udc00"),
    *("&nbsp;", "&amp;", "amp;", "nbsp;", "&quot;", "&#769;", "&#8205;", "&#20013;", "&zwj;"),
    *("\u6d93", "\ue15e", "\u9350", "\ufffd", "\u951f\u65a4\u62f7", "\u7b22", "\u3105", "\u20ac"),
    *("\xe4", "\xb8", "\xad", "\xc3\xa4", "\xd6\xd0", "\xc2", "\xe5\x85", "\u2013", "\xa0"),
    *("&lt;", "&#38;", "&#96;", "&#12034;", "&#65039;", "&#8232;", "&copy;", "&#160;"),
)
TEXT = st.lists(st.sampled_from(UNITS), max_size=12).map("".join)
LINE = TEXT.map(lambda text: "".join(text.splitlines()))


@given(TEXT)
@example("&nbsp;\ufe0f")
@example("\u3000\u200d\u3000")
@example("e&zwnj;\u0301")
@example("中&amp;&#8205;amp;")
@example("&#\u200b8220;中")
@example("中&quot;&#20013;\u212a")
@example('&quot;&#12034;"&quot;"')
@example("“““\x01––&#8232;")
@example("&aring;&reg;\x01&permil;&aring;&hellip;&uml;")
@example("今天,今天,今天。://a?b=1&amp;c=2")
@example("q\u0301\u094d\u200d\u0937")
@settings(max_examples=1000, deadline=None)
def test_repair_is_idempotent(text: str) -> None:
    """A repaired text needs no repair."""
    repaired = repair(text).text
    assert repair(repaired).edits == ()


ASKING = st.builds(
    Cleaning,
    skip=st.lists(st.sampled_from(get_args(FixName)), max_size=3).map(tuple),
    script=st.sampled_from(["as_is", "hans", "hant"]),
    ascii_letters=st.booleans(),
)
SCRIPTS = st.lists(st.sampled_from((*UNITS, *"乾干發发髮后後頭头臺台Ａ１")), max_size=12).map(
    "".join
)


@given(SCRIPTS, ASKING)
@settings(max_examples=300, deadline=None)
def test_any_recipe_keeps_the_promises(text: str, options: Cleaning) -> None:
    """With any [cleaning], edits replay and undo, and lines are repaired as their document is."""
    repaired = repair(text, options)
    assert replay(text, repaired.edits) == repaired.text
    assert undo(repaired.text, repaired.edits) == text
    if not OTHER_LINE_END.search(text):
        lines = repair_lines(text.split("\n"), options)
        assert join_edits(lines) == repaired.edits


@given(TEXT | st.text(st.characters(codec=None)))
@settings(max_examples=300, deadline=None)
def test_edits_replay_and_undo(text: str) -> None:
    """The edits lead from the original to the result and back."""
    repaired = repair(text)
    assert replay(text, repaired.edits) == repaired.text
    assert undo(repaired.text, repaired.edits) == text


@given(TEXT)
@settings(max_examples=300, deadline=None)
def test_edits_keep_their_contract(text: str) -> None:
    """Edits of a fix are sorted, apart, named after it, change something, and spare line feeds."""
    for fix in FIXES:
        edits = fix(text)
        done = 0
        for edit in edits:
            assert edit.start >= done
            assert edit.before != edit.after
            assert edit.fix == fix.__name__
            done = edit.start + len(edit.before)
        after = apply(text, edits)
        if fix.__name__ != "unify_line_ends":
            assert after.count("\n") == text.count("\n")
        text = after


@given(TEXT)
@settings(max_examples=300, deadline=None)
def test_the_gate_hides_nothing(text: str) -> None:
    """A text that the gate calls plain is one that no fix would change."""
    if is_plain(text):
        assert not any(fix(text) for fix in FIXES)


@given(st.lists(TEXT, max_size=5))
@settings(max_examples=300, deadline=None)
def test_lines_keep_their_number_and_their_edits(lines: list[str]) -> None:
    """Each line comes back as one line whose edits replay and undo, and joined they do as well."""
    repaired = repair_lines(lines)
    assert len(repaired) == len(lines)
    for line, part in zip(lines, repaired, strict=True):
        assert "\n" not in part.text
        assert replay(line, part.edits) == part.text
        assert undo(part.text, part.edits) == line
    joined = "\n".join(part.text for part in repaired)
    edits = join_edits(repaired)
    assert replay("\n".join(lines), edits) == joined
    assert undo(joined, edits) == "\n".join(lines)


@given(st.lists(LINE, min_size=1, max_size=5))
@settings(max_examples=300, deadline=None)
def test_lines_are_repaired_as_their_document_is(lines: list[str]) -> None:
    """Repairing lines gives what repairing the joined document gives, edits included."""
    repaired = repair_lines(lines)
    document = repair("\n".join(lines))
    assert "\n".join(part.text for part in repaired) == document.text
    assert join_edits(repaired) == document.edits


@given(st.lists(TEXT, max_size=4), st.sampled_from(["", "\n", "\n\n"]))
@settings(max_examples=200, deadline=None)
def test_parts_join_with_any_separator(texts: list[str], separator: str) -> None:
    """Edits of separately repaired parts join into edits of the joined text."""
    parts = [repair(text) for text in texts]
    edits = join_edits(parts, separator)
    joined = separator.join(part.text for part in parts)
    assert replay(separator.join(texts), edits) == joined
    assert undo(joined, edits) == separator.join(texts)
