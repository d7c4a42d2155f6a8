"""A diff says what really changed, and the same thing in all its forms."""

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hang import must_end
from hypothesis import example, given
from hypothesis import strategies as st
from release_pages import GOLDEN, Line, build, golden_lines, many_lines

from corpus.document import page_id
from corpus.errors import ReleaseError, SourceError
from corpus.recipe import Release
from corpus.release import pairing
from corpus.release.changelog import next_section
from corpus.release.diff import Change, Diff, FieldChange, diff
from corpus.release.diff_report import as_markdown, as_text
from corpus.release.manifest import VersionEntry, read_manifest
from corpus.release.reading import are_ids, pack_ids
from corpus.release.row_digests import digest_rows, digest_texts, encode
from corpus.release.text_diff import MAX_EDITS, diff_texts

SMALL = Release(shard_bytes=60_000, row_group_bytes=20_000, sample_rows=7)
HOSTILE = "ab文\n \u3000\u200b\u0301\U00020000"


def id_of(line: Line) -> str:
    """The id of a page that has an address."""
    return page_id("", line["url"])


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Two releases, and what is known to be different between them."""
    folder = tmp_path_factory.mktemp("diff")
    old = many_lines(300)
    new = copy.deepcopy(old)
    kept = [
        n for n, line in enumerate(old) if "text" in line and line["url"] and "copy_of" not in line
    ]
    gone, filtered, changed, retitled = kept[3], kept[7], kept[11], kept[13]
    new[changed]["text"] = old[changed]["text"][:5] + "改" + old[changed]["text"][6:]
    new[retitled]["title"] = "另一个题目"
    new[filtered] = {"url": old[filtered]["url"], "removed": ["filtering", "too_short"]}
    new[gone] = {"url": "https://other.example/1", "removed": ["loading", "empty"]}
    added = [dict(line) for line in golden_lines() if line["url"] and "text" in line][:3]
    for number, line in enumerate(added):
        line["url"] = f"https://new.example/{number}"
        line["site"] = "new.example"
        line.pop("copy_of", None)
    build(folder / "old", old, release=SMALL)
    build(folder / "new", [*new, *added], release=SMALL)
    return {
        "folder": folder,
        "added": sorted(map(id_of, added)),
        "gone": id_of(old[gone]),
        "filtered": id_of(old[filtered]),
        "changed": id_of(old[changed]),
        "retitled": id_of(old[retitled]),
        "sites": {old[n]["site"] for n in (gone, filtered, changed, retitled)},
        "titles": [old[gone]["title"], old[filtered]["title"]],
    }


@pytest.fixture(scope="module")
def found(truth: dict) -> Diff:
    """The diff of the two."""
    return diff(truth["folder"] / "old", truth["folder"] / "new")


def test_added_removed_and_changed_are_those(truth: dict, found: Diff) -> None:
    """Every article that came, went or changed is named, with reason or column, and no other."""
    assert [entry.id for entry in found.added] == truth["added"]
    removed = {entry.id: (entry.stage, entry.reason) for entry in found.removed}
    assert removed == {truth["filtered"]: ("filtering", "too_short"), truth["gone"]: (None, None)}
    fields = {change.id: {field.column for field in change.fields} for change in found.changed}
    assert fields == {truth["changed"]: set(), truth["retitled"]: {"title"}}
    assert [change.id for change in found.changed if change.text] == [truth["changed"]]
    assert (found.n_added, found.n_removed, found.n_changed) == (3, 2, 2)
    assert dict(found.fields) == {"text": 1, "title": 1}
    assert found.columns == ()


def test_text_changes_by_character(truth: dict, found: Diff) -> None:
    """Of a changed text the very characters are named."""
    (change,) = [c for c in found.changed if c.id == truth["changed"]]
    assert [p.text for p in change.text if p.op == "insert"] == ["改"]
    assert [len(p.text) for p in change.text if p.op == "delete"] == [1]


def test_sites_are_counted(truth: dict, found: Diff) -> None:
    """The counts by site add up to the whole and name the sites that changed, no other."""
    assert {count.site for count in found.sites} == {"new.example", *truth["sites"]}
    sums = [sum(getattr(c, name) for c in found.sites) for name in ("added", "removed", "changed")]
    assert sums == [3, 2, 2]


def test_the_other_way_round_it_is_reversed(truth: dict, found: Diff) -> None:
    """What was added is removed, and a text goes back to what it was."""
    back = diff(truth["folder"] / "new", truth["folder"] / "old")
    assert [entry.id for entry in back.removed] == truth["added"]
    assert {entry.id for entry in back.added} == {truth["gone"], truth["filtered"]}
    (change,) = [c for c in back.changed if c.text]
    assert [p.text for p in change.text if p.op == "delete"] == ["改"]


def test_the_limit_names_fewer_and_counts_all(truth: dict, found: Diff) -> None:
    """A limit shortens lists from the smallest id on; None gives all; counts stay."""
    one = diff(truth["folder"] / "old", truth["folder"] / "new", limit=1)
    assert one.added == found.added[:1]
    assert one.removed == found.removed[:1]
    assert one.changed == found.changed[:1]
    assert (one.n_added, one.reasons, one.sites) == (3, found.reasons, found.sites)
    assert diff(truth["folder"] / "old", truth["folder"] / "new", limit=None) == found
    assert "… 2 more added" in as_text(one)
    assert "*… 2 more added*" in as_markdown(one)


def test_the_cut_into_files_does_not_matter(truth: dict, tmp_path: Path, found: Diff) -> None:
    """Other files and row groups with the same rows give the same diff, or none at all."""
    old = truth["folder"] / "old"
    build(tmp_path / "old", many_lines(300), release=Release(5_000, 2_000, 7))
    assert diff(tmp_path / "old", truth["folder"] / "new").as_dict() == found.as_dict()
    assert diff(tmp_path / "old", old).is_empty


def test_files_that_are_the_same_are_not_read(
    truth: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between a release and its copy no row is looked at."""
    shutil.copytree(truth["folder"] / "old", tmp_path / "copy")
    monkeypatch.setattr(pairing, "read_files", lambda *_: pytest.fail("read"))
    assert diff(truth["folder"] / "old", tmp_path / "copy").is_empty


def test_columns_that_came_and_went(truth: dict, tmp_path: Path) -> None:
    """Columns that came, went or changed type are named; rows are compared by the others."""
    new = Path(shutil.copytree(truth["folder"] / "old", tmp_path / "new"))
    manifest = read_manifest(new)
    for file in manifest.files_of("default"):
        table = pq.read_table(new / file.path)
        table = table.append_column("mood", pa.nulls(len(table), pa.string())).drop(["script"])
        place = table.schema.get_field_index("n_characters")
        column = table["n_characters"].cast(pa.int32())
        pq.write_table(table.set_column(place, "n_characters", column), new / file.path)
    change(new, lambda files: [file.update(sha256="0" * 64) for file in files])
    found = diff(truth["folder"] / "old", new)
    named = {(c.config, c.column): (c.before, c.after) for c in found.columns}
    assert named == {
        ("default", "mood"): (None, "string"),
        ("default", "script"): ("string", None),
        ("default", "n_characters"): ("int64", "int32"),
    }
    assert (found.n_added, found.n_removed, found.n_changed) == (0, 0, 0)
    assert not found.is_empty
    assert "column default.mood: none → string" in as_text(found)
    assert "| `default.mood` | `none` | `string` |" in as_markdown(found)


def change(folder: Path, how: Callable[[list[dict]], object]) -> None:
    """Change the files of the manifest."""
    path = folder / "MANIFEST.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    how(data["files"])
    path.write_text(json.dumps(data), encoding="utf-8")


def test_when_a_row_changed_is_no_change(truth: dict, tmp_path: Path) -> None:
    """The version that added a row is bookkeeping: another one alone is no difference."""
    new = Path(shutil.copytree(truth["folder"] / "old", tmp_path / "new"))
    for file in read_manifest(new).files_of("default"):
        table = pq.read_table(new / file.path)
        place = table.schema.get_field_index("added_in")
        column = pa.array(["9.9.9"] * len(table))
        pq.write_table(table.set_column(place, "added_in", column), new / file.path)
    change(new, lambda files: [file.update(sha256="0" * 64) for file in files])
    assert diff(truth["folder"] / "old", new).is_empty


def test_json_holds_all_of_it(found: Diff) -> None:
    """The diff as JSON goes through a file and says the same numbers."""
    data = json.loads(json.dumps(found.as_dict(), ensure_ascii=False))
    assert data["n_added"] == len(data["added"]) == 3
    assert {"stage": "filtering", "reason": "too_short", "articles": 1} in data["reasons"]
    assert data["fields"] == {"text": 1, "title": 1}


def test_text_marks_what_came_and_went(truth: dict, found: Diff) -> None:
    """The form for a terminal has a line for each article and marks in the text."""
    lines = as_text(found).splitlines()
    assert f"- {truth['filtered']}" in "\n".join(lines)
    assert any("(filtering/too_short)" in line for line in lines)
    assert any("(not in the ledger)" in line for line in lines)
    assert any("-]{+改+}" in line for line in lines)
    assert any(line.startswith("    title: ") for line in lines)


def test_the_changelog_names_no_article(truth: dict, found: Diff) -> None:
    """The section of the changelog has numbers and reasons, no ids and no titles."""
    version = VersionEntry("1.0.0", "2026-01-31", 7, 12, 3, 2, 1, ("b.jsonl",))
    section = next_section(found, version, n_read=5, n_orphans=1)
    assert section.startswith("## 1.0.0 (2026-01-31)\n\nSince 1.0.0:\n\n- 3 articles added\n")
    assert "`filtering/too_short` 1" in section
    assert section.endswith("- 7 articles in all\n")
    assert "- 1 page lost the article" in section
    assert "- 5 pages read, from `b.jsonl`\n" in section
    for word in (truth["filtered"], *(title for title in truth["titles"] if title)):
        assert word not in section


def test_a_page_cannot_write_in_the_markdown(tmp_path: Path) -> None:
    """Markup of titles and texts stays plain words in every part of the Markdown."""
    hostile = golden_lines()[1]
    build(tmp_path / "none", [golden_lines()[0]])
    build(tmp_path / "one", [golden_lines()[0], hostile])
    other = {**hostile, "text": hostile["text"].replace("bad", "<b>|`"), "title": "](http://x)"}
    build(tmp_path / "other", [golden_lines()[0], other])
    for old, new in (("none", "one"), ("one", "none"), ("one", "other")):
        text = as_markdown(diff(tmp_path / old, tmp_path / new))
        for mark in ("<script", "<img", "<b>", "](http", "http://bad", "@所有人", "${"):
            assert mark not in text


def test_what_is_no_release_is_worded(truth: dict, tmp_path: Path) -> None:
    """A folder that is missing, no release or damaged is an error that says so."""
    old = truth["folder"] / "old"
    with pytest.raises(SourceError, match="no such folder"):
        diff(old, tmp_path / "none")
    with pytest.raises(ReleaseError, match="not a release"):
        diff(tmp_path, old)
    broken = Path(shutil.copytree(truth["folder"] / "new", tmp_path / "broken"))
    path = broken / read_manifest(broken).files_of("default")[0].path
    path.write_bytes(b"PAR1")
    with pytest.raises(ReleaseError, match="corpus verify"):
        diff(old, broken)


@pytest.mark.parametrize(
    "case", [json.loads(x) for x in (GOLDEN / "diff.jsonl").read_text("utf-8").splitlines()]
)
def test_golden_texts(case: dict) -> None:
    """Known texts give the pieces a reader expects."""
    found = [[piece.op, piece.text] for piece in diff_texts(case["old"], case["new"])]
    assert found == case["pieces"]


@given(st.text(HOSTILE, max_size=30), st.text(HOSTILE, max_size=30))
@example("ab", "ba")
def test_pieces_give_both_texts(old: str, new: str) -> None:
    """Same and deleted pieces are the old text, same and inserted ones the new; none is empty."""
    pieces = diff_texts(old, new)
    assert "".join(p.text for p in pieces if p.op != "insert") == old
    assert "".join(p.text for p in pieces if p.op != "delete") == new
    assert all(p.text for p in pieces)
    assert (old == new) == all(p.op == "same" for p in pieces)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("一" * 50_000, "二" * 50_000),
        ("ab" * 25_000, "ba" * 25_000 + "c"),
        ("一\n" * 50_000, "二\n" * 50_000),
        ("\n".join(map(str, range(9_000))), "\n".join(map(str, range(0, 9_000, 2)))),
        ("一" * MAX_EDITS * 2 + "三", "二三"),
    ],
)
def test_no_text_takes_long(old: str, new: str) -> None:
    """Texts that differ everywhere are compared in time, and still rightly."""
    with must_end():
        pieces = diff_texts(old, new)
    assert "".join(p.text for p in pieces if p.op != "insert") == old
    assert "".join(p.text for p in pieces if p.op != "delete") == new


LEAVES = st.none() | st.text(HOSTILE + "+-:0", max_size=4)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "a": LEAVES,
            "b": LEAVES,
            "n": st.none() | st.integers(-3, 3),
            "d": st.none() | st.sampled_from([0.0, 0.1, 1.0]),
            "s": st.none() | st.fixed_dictionaries({"x": LEAVES, "y": LEAVES}),
            "l": st.none() | st.lists(st.none() | st.fixed_dictionaries({"x": LEAVES}), max_size=3),
        }
    ),
    min_size=1,
    max_size=6,
)
SCHEMA = pa.schema(
    [
        ("a", pa.string()),
        ("b", pa.string()),
        ("n", pa.int64()),
        ("d", pa.float64()),
        ("s", pa.struct([("x", pa.string()), ("y", pa.string())])),
        ("l", pa.list_(pa.struct([("x", pa.string())]))),
    ]
)


@given(ROWS)
def test_rows_are_equal_when_their_digests_are(rows: list[dict]) -> None:
    """Two rows have one digest when they are the same, and only then; likewise their values."""
    batch = pa.RecordBatch.from_pylist(rows, SCHEMA)
    digests = digest_rows(batch).to_pylist()
    encoded = {name: encode(batch.column(name)).to_pylist() for name in SCHEMA.names}
    for n, one in enumerate(rows):
        for m, other in enumerate(rows):
            assert (digests[n] == digests[m]) == (one == other)
            for name in SCHEMA.names:
                assert (encoded[name][n] == encoded[name][m]) == (one[name] == other[name])
    assert digest_rows(batch.slice(1)).to_pylist() == digests[1:]
    for name in ("a", "n"):
        told = digest_texts(batch.column(name)).to_pylist()
        assert [[a == b for b in told] for a in told] == [
            [a[name] == b[name] for b in rows] for a in rows
        ]
        assert digest_texts(batch.column(name).slice(1)).to_pylist() == told[1:]


@given(st.lists(st.none() | st.binary(min_size=16, max_size=16), max_size=5))
def test_ids_are_packed_and_unpacked(ids: list[bytes | None]) -> None:
    """An id of 32 digits is 16 bytes; what is missing stays missing; nothing else is an id."""
    texts = pa.array([None if i is None else i.hex() for i in ids], pa.string())
    assert pack_ids(texts).to_pylist() == ids
    assert are_ids(texts) == (None not in ids)
    for wrong in ("", "0" * 31, "0" * 33, "G" * 32, "A" * 32, " " * 32):
        assert not are_ids(pa.array([wrong]))


def test_a_long_list_is_shown_by_what_differs() -> None:
    """Of a list only the items that differ are shown, of close numbers enough digits."""
    item = {"fix": "x"}
    fields = (
        FieldChange("edits", [item, 1, item, 9], [item, 2, 3, item, 9]),
        FieldChange("share", 0.123412, 0.123498),
        FieldChange("other", 0.12344999, 0.1234),
        FieldChange("more", [item], [item, item]),
    )
    change = Change("0" * 32, None, None, fields, ())
    empty = diff_of(change)
    lines = [line.strip() for line in as_text(empty).splitlines()]
    assert lines[-4:] == [
        "edits: [1] → [2, 3]",
        "share: 0.1234 → 0.1235",
        "other: 0.12344999 → 0.1234",
        'more: [] → [{"fix": "x"}]',
    ]


def diff_of(change: Change) -> Diff:
    """A diff with this change alone."""
    counts = {"n_articles": (1, 1), "n_added": 0, "n_removed": 0, "n_changed": 1}
    lists = {"reasons": (), "fields": (), "sites": (), "added": (), "removed": ()}
    return Diff("1", "2", columns=(), n_rows={}, **counts, **lists, changed=(change,))
