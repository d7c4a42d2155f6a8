"""The logical hash and the weight of rows are what their docstrings say, for any rows."""

import hashlib
import math
import struct
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.engine import Work
from corpus.release.gather import gather
from corpus.release.logical import LogicalHash
from corpus.release.measure import row_bytes

ITEM = pa.struct([("name", pa.string()), ("n", pa.int64())])
SCHEMA = pa.schema(
    [
        ("text", pa.string()),
        ("share", pa.float64()),
        ("origin", ITEM),
        ("items", pa.list_(ITEM)),
    ]
)

texts = st.none() | st.text("a文\N{COMBINING ACUTE ACCENT}\U0001f600\0", max_size=3)
numbers = st.none() | st.integers(-(2**63), 2**63 - 1)
items = st.none() | st.fixed_dictionaries({"name": texts, "n": numbers})
rows = st.lists(
    st.fixed_dictionaries(
        {
            "text": texts,
            "share": st.none() | st.floats(),
            "origin": items,
            "items": st.none() | st.lists(items, max_size=3),
        }
    ),
    max_size=6,
)


def reference(values: list[Any], path: str, kind: pa.DataType) -> list[str]:
    """The lines of the docstring, value by value, for a column and its parts."""
    present = b"".join(b"\0" if value is None else b"\1" for value in values)
    if pa.types.is_struct(kind):
        lines = [line(path, "struct", present, b"")]
        for child in kind:
            inner = [None if value is None else value[child.name] for value in values]
            lines += reference(inner, f"{path}.{child.name}", child.type)
        return lines
    if pa.types.is_list(kind):
        flat = [item for value in values for item in value or []]
        own = line(path, "list", lengths(values, len), b"")
        return [own, *reference(flat, f"{path}[]", kind.value_type)]
    if pa.types.is_string(kind):
        encoded = [None if value is None else value.encode() for value in values]
        return [line(path, "string", lengths(encoded, len), b"".join(v or b"" for v in encoded))]
    return [line(path, str(kind), present, b"".join(number(value, kind) for value in values))]


def lengths(values: list[Any], measure: Any) -> bytes:
    """Lengths as int64, -1 for null."""
    return b"".join(struct.pack("<q", -1 if v is None else measure(v)) for v in values)


def number(value: float | None, kind: pa.DataType) -> bytes:
    """A number in eight bytes."""
    if kind == pa.int64():
        return struct.pack("<q", value or 0)
    if value is not None and math.isnan(value):
        return bytes.fromhex("7ff8000000000000")[::-1]
    return struct.pack("<d", 0.0 if value is None else value)


def line(path: str, kind: str, shapes: bytes, values: bytes) -> str:
    """One line of the hash."""
    digests = hashlib.sha256(shapes).hexdigest(), hashlib.sha256(values).hexdigest()
    return f"{path} {kind} {digests[0]} {digests[1]}\n"


def hash_of(*tables: pa.Table) -> str:
    """The logical hash of the tables' rows, one table after the other."""
    total = LogicalHash()
    for table in tables:
        total.update(table)
    return total.hexdigest()


@given(rows)
@example([])
@example([{"text": None, "share": -0.0, "origin": None, "items": [None]}])
def test_hash_is_the_one_of_the_docstring(rows: list[dict]) -> None:
    """Encoding value by value, as the docstring says, gives the same hash."""
    lines = [
        part
        for field in SCHEMA
        for part in reference([row[field.name] for row in rows], field.name, field.type)
    ]
    expected = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert hash_of(pa.Table.from_pylist(rows, SCHEMA)) == expected


@given(rows, st.integers(0, 6))
def test_hash_does_not_depend_on_portions(rows: list[dict], cut: int) -> None:
    """The same rows in two portions, or as slices of a larger table, have the same hash."""
    table = pa.Table.from_pylist(rows, SCHEMA)
    twice = pa.concat_tables([table, table]).combine_chunks()
    assert hash_of(table.slice(0, cut), table.slice(cut)) == hash_of(table)
    assert hash_of(twice.slice(len(table))) == hash_of(table)


def test_bytes_behind_a_null_do_not_count() -> None:
    """What happens to lie in the buffer under a null is no part of the rows."""
    _, offsets, data = pa.array(["a", "bb", "c"]).buffers()
    covered = pa.StringArray.from_buffers(3, offsets, data, pa.py_buffer(b"\x05"), 1)
    assert covered.to_pylist() == ["a", None, "c"]
    assert hash_of(pa.table({"text": covered})) == hash_of(pa.table({"text": ["a", None, "c"]}))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"text": ["a", "b"]}, {"text": ["ab", ""]}),
        ({"text": ["", None]}, {"text": [None, ""]}),
        ({"text": ["a", "b"]}, {"text": ["b", "a"]}),
        ({"text": ["a"]}, {"name": ["a"]}),
        ({"text": [0, None]}, {"text": [None, 0]}),
        ({"text": [[], ["a"]]}, {"text": [["a"], []]}),
    ],
)
def test_other_rows_have_another_hash(left: dict, right: dict) -> None:
    """Moving a character, a null, a row or an item, or renaming a column, changes the hash."""
    assert hash_of(pa.table(left)) != hash_of(pa.table(right))


@given(rows)
def test_weights_are_the_bytes_of_the_values(rows: list[dict]) -> None:
    """A row weighs its UTF-8 bytes, 8 for each number and 4 for each length."""

    def text(value: str | None) -> int:
        return 4 + len((value or "").encode())

    def item(value: dict | None) -> int:
        return 8 + text(value and value["name"])

    expected = [
        text(row["text"]) + 8 + item(row["origin"]) + 4 + sum(map(item, row["items"] or []))
        for row in rows
    ]
    batch = pa.RecordBatch.from_pylist(rows, SCHEMA)
    assert row_bytes(batch).tolist() == expected
    assert row_bytes(batch.slice(1)).tolist() == expected[1:]


@given(st.lists(st.integers(0, 3), max_size=6), st.data())
def test_gathered_rows_are_the_rows_asked_for(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], data: st.DataObject
) -> None:
    """Rows come in the order asked for, from whichever file and batch they lie in."""
    work = Work(str(tmp_path_factory.mktemp("arrow")))
    schema = pa.schema([("n", pa.int64()), ("text", pa.string())])
    table = pa.table({"n": range(sum(sizes)), "text": [str(n) for n in range(sum(sizes))]}, schema)
    begin = 0
    for number, size in enumerate(sizes):
        with work.write(f"{number}") as file, pa.ipc.new_file(file, schema) as writer:
            for row in range(begin, begin + size, 2):
                end = min(row + 2, begin + size)
                writer.write_table(table.slice(row, end - row))
        begin += size
    files = np.repeat(np.arange(len(sizes)), sizes)
    places = np.concatenate([np.zeros(0, int), *(np.arange(size) for size in sizes)])
    chosen = np.array(data.draw(st.permutations(range(sum(sizes)))), dtype=np.int64)
    names = [f"{number}" for number in range(len(sizes))]
    gathered = gather(work, names, files[chosen], places[chosen], schema)
    assert gathered == table.take(pa.array(chosen))
    assert gathered.column("n").num_chunks <= 1
