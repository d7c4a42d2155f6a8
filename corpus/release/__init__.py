"""The release: rows of finished shards in, a versioned folder of Parquet with its card out.

    with ShardWriter(work, "pages/00000") as shard:              # in a worker, for each shard
        shard.keep(page, article, signals)
        shard.remove(removal, page.encoding)
    files = plan_release(work, shards, clusters, options, "plan")    # when duplicates are known
    written = [write_file(work, shards, file, version, name) ...]    # in a worker, for each file
    with release_folder(out) as folder:                          # once, at the end
        manifest = finish_release(folder, work, written, Build(...))
    load(out, version="1.0.0")

A `release_folder` takes its name when it is complete: nobody sees half a release.
"""

from corpus.release.card import render_card
from corpus.release.diff import Diff, diff
from corpus.release.export import Export, export
from corpus.release.facts import Facts, gather_facts
from corpus.release.folder import check_free, release_folder
from corpus.release.load import Release, load, open_release
from corpus.release.manifest import Counts, Manifest, read_manifest
from corpus.release.plan import VERDICTS, PlannedFile, plan_release
from corpus.release.shard import ShardFiles, ShardWriter
from corpus.release.verify import Verification, verify
from corpus.release.work import Work
from corpus.release.write import WrittenFile, write_file
from corpus.release.writer import Build, finish_release

__all__ = [
    "VERDICTS",
    "Build",
    "Counts",
    "Diff",
    "Export",
    "Facts",
    "Manifest",
    "PlannedFile",
    "Release",
    "ShardFiles",
    "ShardWriter",
    "Verification",
    "Work",
    "WrittenFile",
    "check_free",
    "diff",
    "export",
    "finish_release",
    "gather_facts",
    "load",
    "open_release",
    "plan_release",
    "read_manifest",
    "release_folder",
    "render_card",
    "verify",
    "write_file",
]
