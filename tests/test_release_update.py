"""What an update does to the rows of an earlier release."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import VersionError
from corpus.release.reading import ID
from corpus.release.update import (
    COPY,
    ORPHANED,
    REPLACED,
    WITHDRAWN,
    Update,
    apply_update,
    convert,
    touches,
)
from corpus.release.versions import (
    Changes,
    check_bump,
    check_follows,
    needed_bump,
    next_version,
    release_date,
)
from corpus.schema import CONFIGS, LEDGER, ORIGIN


def hex_id(n: int) -> str:
    """The id of article `n`."""
    return f"{n:032x}"


def update(withdrawn: list[int], replaced: list[int]) -> Update:
    """An update of these articles; new rows have the title `new`."""

    def fetch(places: pa.Table) -> pa.Table:
        ids = [id_.hex() for id_ in places["id"].to_pylist()]
        table = pa.Table.from_pylist([article(i, "new") for i in ids], CONFIGS["default"])
        return table.drop(["cluster_id", "cluster_size", "added_in", "changed_in"])

    gone = [{"id": bytes.fromhex(hex_id(n)), "reason": "page", "detail": "why"} for n in withdrawn]
    new = [{"id": bytes.fromhex(hex_id(n)), "shard": 0, "place": n} for n in replaced]
    tables = pa.Table.from_pylist(gone, WITHDRAWN), pa.Table.from_pylist(new, REPLACED)
    return Update("1.1.0", *tables, fetch)


def article(id_: str, title: str, **more: object) -> dict:
    """A row of an article."""
    return {"id": id_, "title": title, "cluster_id": id_, "cluster_size": 3, **more}


ids = st.lists(st.integers(0, 9), unique=True, max_size=6)


@given(ids, ids)
def test_articles_go_change_or_stay_where_they_are(gone: list[int], changed: list[int]) -> None:
    """Rows keep their order; one that changed keeps its cluster and version and says when."""
    changed = [n for n in changed if n not in gone]
    old = [article(hex_id(n), "old", added_in="1.0.0") for n in range(8)]
    table = pa.Table.from_pylist(old, CONFIGS["default"])
    new = apply_update("default", table, update(gone, changed)).to_pylist()
    assert [row["id"] for row in new] == [hex_id(n) for n in range(8) if n not in gone]
    for row in new:
        is_new = int(row["id"], 16) in changed
        said = (row["title"], row["changed_in"]) if is_new else ("old", None)
        assert said == (("new", "1.1.0") if is_new else ("old", None))
        assert (row["added_in"], row["cluster_size"]) == ("1.0.0", 3)


def entry(id_: int, outcome: str = "kept", **more: object) -> dict:
    """A row of the ledger."""
    origin = {"source": "s", "path": "p", "record": id_, "sha256": "0", "key": "k"}
    return {"id": hex_id(id_), "url": "u", "origin": origin, "outcome": outcome, **more}


def duplicate(id_: int, kept: int, reason: str, similarity: float | None = None) -> dict:
    """A row of the ledger of a page that was removed as a copy."""
    more = {"stage": "dedup", "reason": reason, "kept_id": hex_id(kept), "similarity": similarity}
    return entry(id_, "removed", **more)


def test_the_ledger_tells_what_became_of_copies() -> None:
    """Copies of a withdrawn article go with it; what is none of it is to be judged again."""
    table = pa.Table.from_pylist(
        [
            entry(1),
            entry(2),
            duplicate(3, 1, "exact"),
            duplicate(1, 1, "url"),
            duplicate(4, 1, "near", 0.9),
            duplicate(5, 1, "near", 0.4),
            duplicate(6, 2, "near", 0.9),
            entry(7, "removed", stage="filtering", reason="too_short"),
            entry(8),
        ],
        LEDGER,
    )
    new = apply_update("ledger", table, update([1], [8])).to_pylist()
    told = [(row["stage"], row["reason"], row["kept_id"]) for row in new]
    assert told == [
        ("takedown", "page", None),
        (None, None, None),
        ("takedown", COPY, None),
        ("takedown", COPY, None),
        ("takedown", COPY, None),
        ("takedown", ORPHANED, None),
        ("dedup", "near", hex_id(2)),
        ("filtering", "too_short", None),
        ("dedup", "url", hex_id(8)),
    ]
    assert [row["detail"] for row in new[:7]] == ["why", None, *["why"] * 4, None]
    assert new[8]["detail"] == "read again in 1.1.0"
    assert [row["url"] for row in new] == [None, "u", None, None, None, "u", "u", "u", "u"]
    assert [row["origin"]["key"] for row in new[:3]] == [None, "k", None]
    assert [row["origin"]["record"] for row in new] == [1, 2, 3, 1, 4, 5, 6, 7, 8]
    assert {row["outcome"] for row in new} == {"kept", "removed"}
    assert new[1] == table.to_pylist()[1]
    assert new[7] == table.to_pylist()[7]


def test_noise_goes_with_articles_that_go_or_change() -> None:
    """Only the noise of articles that stay as they are stays."""
    rows = [{"id": hex_id(n), "position": p, "text": "x"} for n in (1, 2, 3) for p in (0, 1)]
    table = pa.Table.from_pylist(rows, CONFIGS["noise"])
    new = apply_update("noise", table, update([1], [2]))
    assert new.to_pylist() == table.slice(4).to_pylist()


def test_only_what_is_named_is_touched() -> None:
    """A batch is touched when its id or what stands for it is in the update, null or not."""
    rows = pa.RecordBatch.from_pylist(
        [{"id": hex_id(1), "kept_id": None}],
        pa.schema([("id", pa.string()), ("kept_id", pa.string())]),
    )
    other = pa.RecordBatch.from_pylist([{"id": hex_id(2), "kept_id": hex_id(3)}], rows.schema)
    assert touches(rows, update([1], []))
    assert touches(rows, update([], [1]))
    assert touches(other, update([3], []))
    assert not touches(rows, update([3], [2]))
    assert not touches(rows, update([], []))


def test_an_older_row_gets_the_columns_it_lacks() -> None:
    """What an older release did not have is null, what is not known any more goes."""
    table = pa.table({"url": ["u"], "gone": [1], "id": ["i"]})
    schema = pa.schema([("id", pa.string()), ("url", pa.string()), ("more", pa.list_(ORIGIN))])
    assert convert(table, schema).to_pylist() == [{"id": "i", "url": "u", "more": None}]


def test_ids_of_an_update_are_bytes() -> None:
    """The tables of an update have ids as the digests have them."""
    assert WITHDRAWN.field("id").type == REPLACED.field("id").type == ID


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
def test_one_number_is_right(columns: int, added: int, removed: int, changed: int) -> None:
    """Of the three numbers that can follow exactly one says what changed; others name it."""
    changes = Changes(columns, added, removed, changed)
    right = next_version("1.2.3", needed_bump(changes))
    for version in ("1.2.4", "1.3.0", "2.0.0"):
        check_follows("1.2.3", version)
        if version == right:
            check_bump("1.2.3", version, changes)
        else:
            with pytest.raises(VersionError, match=right):
                check_bump("1.2.3", version, changes)


@pytest.mark.parametrize("version", ["1.2.3", "1.2.5", "1.4.0", "3.0.0", "2.0.1", "0.9.0"])
def test_a_number_that_cannot_follow_is_refused(version: str) -> None:
    """The same number, a lower one and one that skips are refused with those that could be."""
    with pytest.raises(VersionError, match=r"1\.3\.0 .* 1\.2\.4 .* 2\.0\.0"):
        check_follows("1.2.3", version)


def test_a_release_never_asks_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its day is the one given, else that of the environment, else none; nonsense is refused."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert release_date(None) is None
    assert release_date("2026-01-31") == "2026-01-31"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert release_date(None) == "1970-01-01"
    assert release_date("2026-01-31") == "2026-01-31"
    for value in ("yesterday", "99999999999999999999"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
        with pytest.raises(VersionError, match="seconds since 1970"):
            release_date(None)
    with pytest.raises(VersionError, match="not a day"):
        release_date("2026-02-30")
