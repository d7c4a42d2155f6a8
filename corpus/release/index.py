"""The config `index`: the keys of articles, one file of them for each file of articles, row by row.

What the keys are is for others to know: whoever makes them hands the function in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.release.files import file_path
from corpus.release.findings import Finding
from corpus.release.load import AnyRelease
from corpus.release.manifest import FileEntry
from corpus.release.parquet import FileWriter, WrittenFile
from corpus.release.reading import read_files
from corpus.release.work import Work
from corpus.schema import FOLDERS

INDEX, PAIRS = "index", "pairs"

MakeKeys = Callable[[pa.Table], pa.Table]
"""The rows of `schema.INDEX` of articles that have `id` and `text`."""


def index_path(path: str) -> str:
    """Where the keys of the articles in the file `path` of a release lie.

    >>> index_path("data/v1.0.0/train-00000-of-00002.parquet")
    'index/v1.0.0/train-00000-of-00002.parquet'
    >>> index_path("validation/v1.0.0/validation-00000-of-00001.parquet")
    'index/v1.0.0/train-validation-00000-of-00001.parquet'
    """
    place = PurePosixPath(path)
    name = place.name if place.name.startswith("train-") else f"train-{place.name}"
    return f"{FOLDERS[INDEX]}/{place.parent.name}/{name}"


def write_index(
    work: Work, articles: BinaryIO, path: str, make_keys: MakeKeys, name: str
) -> WrittenFile:
    """Write the keys of a file of articles, which lies at `path`, a row group for each of its own.

    Memory: the texts of a row group.
    """
    with work.write(name) as file, pq.ParquetFile(articles) as source:
        with FileWriter(file, INDEX) as writer:
            for group in range(source.num_row_groups):
                writer.write(make_keys(source.read_row_group(group, columns=["id", "text"])))
        return writer.describe(index_path(path), name)


def write_pairs(work: Work, pairs: pa.Table, name: str) -> WrittenFile:
    """Write the pairs of articles (`schema.PAIRS`) as their one file."""
    with work.write(name) as file:
        with FileWriter(file, PAIRS) as writer:
            writer.write(pairs)
        return writer.describe(file_path(PAIRS, "", 0, 1), name)


def index_of(release: AnyRelease, file: FileEntry) -> FileEntry | None:
    """The file of the keys of a file of articles, if the release carries it."""
    path = index_path(file.path)
    return next((own for own in release.manifest.files_of(INDEX) if own.path == path), None)


def check_index(release: AnyRelease) -> Iterator[Finding]:
    """The keys that a release carries are of its articles, file by file and row by row."""
    files = {file.path: file for file in release.manifest.files_of(INDEX)}
    for file in release.manifest.article_files() if files else ():
        own = files.pop(index_path(file.path), None)
        if own is None:
            yield Finding("check_index", file.path, "has no file of keys in the config index")
        elif _ids(release, file) != _ids(release, own):
            yield Finding("check_index", own.path, f"is not of the articles of {file.path}")
    for path in files:
        yield Finding("check_index", path, "is of no file of articles")


def _ids(release: AnyRelease, file: FileEntry) -> list[str]:
    batches = read_files(release.files, [file], ["id"])
    return [id_ for batch in batches for id_ in batch.column(0).to_pylist()]
