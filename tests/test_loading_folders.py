"""Folders, links and sources, walked while they are read: listed as if all were held at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.errors import SourceError
from corpus.loading import Input, list_inputs, name_sources, read
from corpus.loading.folders import find_files

NAMES = ["a", "a.txt", "a-b", "a b", "A", "B.html", "10.txt", "2.txt", "图", ".h"]
if sys.platform == "linux":
    NAMES.append(os.fsdecode(b"\xd6\xd0.txt"))

Parts = tuple[str, ...]

folders = st.lists(st.sampled_from(["a", "a-b"]), max_size=2).map(tuple)
paths = st.builds(lambda above, name: (*above, name), folders, st.sampled_from(NAMES))
sides = st.sampled_from(["in", "out"])
aims = st.builds(
    lambda side, parts: (side, *parts), sides, paths | folders | st.just(("readable.txt",))
)
kinds = st.sampled_from(["file", "folder", "link", "hard link", "dangling"])
steps = st.tuples(kinds, sides, paths, aims)


def grow(top: Path, tree: Sequence[tuple[str, str, Parts, Parts]]) -> None:
    """Make the folders `in` and `out` with what the steps say, as far as it can be made.

    The last parts of a step are those that a link leads to.
    """
    for name in ("in", "out"):
        (top / name).mkdir()
        (top / name / "readable.txt").write_text(name)
    for what, side, parts, aim in tree:
        path = top.joinpath(side, *parts)
        with suppress(OSError):  # there is something else already
            path.parent.mkdir(parents=True, exist_ok=True)
            if what == "folder":
                path.mkdir()
            elif what == "file":
                path.open("x").close()
            elif what == "hard link":
                path.hardlink_to(top.joinpath(*aim))
            else:
                path.symlink_to(top.joinpath(*aim if what == "link" else ["nowhere"]))


def list_at_once(top: str) -> list[tuple[Parts, Parts | None]]:
    """The files of a folder, and what each repeats, found by holding all and sorting at the end."""
    found: list[tuple[Parts, Parts | None]] = []
    walked: dict[str, Parts] = {}
    links: list[tuple[str, Parts]] = [(top, ())]
    while links:
        pending = [links.pop(0)]
        while pending:
            folder, parts = pending.pop()
            real = os.path.realpath(folder)
            if real in walked:
                found.append((parts, walked[real]))
                continue
            walked[real] = parts
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
                if entry.name.startswith("."):
                    continue
                if os.path.isdir(entry.path):  # noqa: PTH112 - a link to itself is none
                    below = links if entry.is_symlink() else pending
                    below.append((entry.path, (*parts, entry.name)))
                else:
                    found.append(((*parts, entry.name), None))
    return sorted(found, key=lambda file: file[0])


def mark_at_once(inputs: Sequence[Input]) -> list[str | None]:
    """What each file repeats, with the names of all held: own names first, then links, in order."""
    names: dict[object, str] = {}
    repeats = [item.repeats for item in inputs]
    for wants_links in (False, True):
        for n, item in enumerate(inputs):
            path = Path(item.file)
            if item.repeats or path.is_symlink() != wants_links:
                continue
            status = path.stat() if path.exists() else None
            identity = (status.st_dev, status.st_ino) if status else item.file
            known = names.setdefault(identity, item.name)
            repeats[n] = known if known != item.name else None
    return repeats


LINKED = [("file", "out", ("a", "2.txt"), ("out",))]
LOOP = [*LINKED, ("link", "out", ("a", "A"), ("in",)), ("link", "in", ("a",), ("out", "a"))]
TWICE = [*LINKED, ("link", "in", ("B",), ("out", "a")), ("link", "in", ("a",), ("out", "a"))]
INSIDE = [*LINKED, ("link", "in", ("A",), ("out", "a")), ("link", "in", ("a",), ("out",))]
LATER = [("link", "in", ("A",), ("in", "a", "a")), ("file", "in", ("a", "a", "2.txt"), ("in",))]


@settings(deadline=None)
@given(st.lists(steps, max_size=20))
@example(LOOP)
@example(TWICE)
@example(INSIDE)
@example(LATER)
@example([("link", "in", ("a",), ("in", "a"))])
def test_a_walk_gives_what_sorting_all_files_gives(
    tree: list[tuple[str, str, Parts, Parts]],
) -> None:
    """Walked folder by folder, files and links to folders stand where sorting by parts puts them,
    and each folder is read under the name that comes first.
    """
    with TemporaryDirectory() as place:
        grow(Path(place), tree)
        for top in (place, f"{place}/in"):
            found = [(file.parts, file.repeats) for file in find_files(top)]
            assert found == list_at_once(top)


@settings(deadline=None)
@given(st.lists(steps, max_size=20), st.permutations(["", "in", "out"]), st.integers(1, 3))
@example([("hard link", "in", ("a",), ("in", "readable.txt"))], ["in", "out", ""], 1)
@example([("link", "in", ("a.txt",), ("out", "readable.txt"))], ["in", "out", ""], 2)
@example([("link", "in", ("a.txt",), ("in", "readable.txt"))], ["in", "out", ""], 1)
@example([], ["", "out", "in"], 3)
def test_hashes_find_what_names_of_all_files_find(
    tree: list[tuple[str, str, Parts, Parts]], order: list[str], n_sources: int
) -> None:
    """In links, hard links and sources that overlap, a file is read under the same name as where
    the names of all files are held.
    """
    with TemporaryDirectory() as place:
        grow(Path(place), tree)
        inputs = list(list_inputs([Path(place, name) for name in order[:n_sources]]))
        assert [item.repeats for item in inputs] == mark_at_once(inputs)


def test_folders_are_opened_when_their_turn_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first files of a folder are given before the other folders in it are looked into."""
    for n in range(9):
        (tmp_path / f"{n}").mkdir()
        (tmp_path / f"{n}" / "a.txt").write_text("a")
    opened: list[Any] = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: opened.append(path) or real(path))
    inputs = list_inputs([tmp_path])
    assert [item.path for item in islice(inputs, 2)] == ["0/a.txt", "1/a.txt"]
    assert max(opened) == str(tmp_path / "1")


def test_a_missing_source_stops_before_any_is_read(tmp_path: Path) -> None:
    """An error in the last source is raised by the call, not when the ones before it are read."""
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.pdf").write_text("b")
    for last in ("missing", "b.pdf"):
        with pytest.raises(SourceError, match=last):
            list_inputs([tmp_path, tmp_path / last])
        with pytest.raises(SourceError, match=last):
            read([tmp_path, tmp_path / last])


def test_sources_are_named_without_looking_into_them(tmp_path: Path) -> None:
    """The names of sources are those of their inputs, in the order given."""
    sources = [tmp_path / "x", tmp_path / "y" / "x", tmp_path / "y", f"{tmp_path}/y/*.txt"]
    for folder in (tmp_path / "x", tmp_path / "y" / "x", tmp_path / "y"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "a.txt").write_text("a")
    found = list(dict.fromkeys(item.source for item in list_inputs(sources)))
    assert list(name_sources(sources)) == found == ["x", "x-2", "y", "y-2"]


def test_a_file_that_goes_while_folders_are_walked_is_told(tmp_path: Path) -> None:
    """A file that was in its folder and is gone when its turn comes is listed as unreadable."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
    results: Iterator[Any] = iter(read([tmp_path]))
    assert next(results).content == "a.txt"
    (tmp_path / "b.txt").unlink()
    assert next(results).detail == "it is gone, or a link that leads nowhere"


def test_a_folder_that_cannot_be_opened_is_listed_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed folder stands among the files by its name, and a link to it repeats that name."""
    (tmp_path / "b" / "inside").mkdir(parents=True)
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "c.txt").write_text("c")
    (tmp_path / "a-link").symlink_to("b", target_is_directory=True)
    real = os.scandir

    def refuse(path: str) -> Any:
        if path.endswith("b"):
            raise PermissionError(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = [(item.path, item.n_bytes, item.state == "") for item in list_inputs([tmp_path])]
    assert found == [("a-link", 0, True), ("a.txt", 1, False), ("b", 0, True), ("c.txt", 1, False)]
    link, *others = list_inputs([tmp_path])
    assert link.repeats == f"{tmp_path.name}/b"
    assert [item.repeats for item in others] == [None] * 3
