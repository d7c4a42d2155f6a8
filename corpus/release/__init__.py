"""The release: rows of finished shards in, a versioned folder of Parquet with its card out.

Workers write shards (`ShardWriter`); when duplicates are known (`Clusters`), `write_release` puts
the rows in order and writes the files of every config (`corpus.schema.CONFIGS`), the manifest and
the card into a `release_folder`, which takes its name when it is complete. `load` opens it.

    with ShardWriter(work, "00000") as shard:                    # in a worker, for each shard
        shard.keep(page, article, signals)
        shard.remove(removal, page.encoding)
    with release_folder(out) as folder:                          # once, at the end
        manifest = write_release(folder, [shard.files, ...], clusters, Build(...))
    load(out, version="1.0.0")
"""

from corpus.release.card import render_card
from corpus.release.diff import Diff, diff
from corpus.release.facts import Facts, gather_facts
from corpus.release.folder import check_free, release_folder
from corpus.release.load import Release, load, open_release
from corpus.release.manifest import Counts, Manifest, read_manifest
from corpus.release.select import Clusters, Verdicts
from corpus.release.shard import ShardFiles, ShardWriter
from corpus.release.verify import Verification, verify
from corpus.release.writer import Build, write_release

__all__ = [
    "Build",
    "Clusters",
    "Counts",
    "Diff",
    "Facts",
    "Manifest",
    "Release",
    "ShardFiles",
    "ShardWriter",
    "Verdicts",
    "Verification",
    "check_free",
    "diff",
    "gather_facts",
    "load",
    "open_release",
    "read_manifest",
    "release_folder",
    "render_card",
    "verify",
    "write_release",
]
