"""The release: rows of finished shards in, a versioned folder of Parquet with its card out.

    with ShardWriter(work, "pages/00000") as shard:              # in a worker, for each shard
        shard.keep(page, article, signals)
        shard.remove(removal, page.encoding)
    order_rows(work, Group(...), options, "order/0000")          # when duplicates are known
    files = plan_release(work, ["order/0000"], options, "plan")  # once
    written = [write_file(work, shards, file, version, name) ...]    # in a worker, for each file
    with release_folder(out) as folder:                          # once, at the end
        entries = place_files(folder, work, written, Build(...))
        facts = sum_facts([count_file(LocalFiles(folder), entry) ...])  # in a worker each
        manifest = finish_release(folder, entries, facts, Build(...), sources)
    load(out, version="1.0.0")

A `release_folder` takes its name when it is complete: nobody sees half a release.
"""

from corpus.release.amend import (
    NoiseLine,
    PageBatch,
    PageRows,
    StoredPage,
    amend_shard,
    read_pages,
    replace_pages,
)
from corpus.release.card import CARDS, render_card
from corpus.release.copies import PAIRS as COPY_PAIRS
from corpus.release.copies import Copies, survey_copies, with_texts
from corpus.release.diff import Diff, diff
from corpus.release.explain import (
    KEPT,
    Again,
    Explanation,
    Line,
    explain_page,
    ids_read_at,
    text_of,
)
from corpus.release.export import Export, export
from corpus.release.facts import COUNTS, Counted, Facts, count_file, gather_facts, sum_facts
from corpus.release.folder import check_free, release_folder
from corpus.release.index import INDEX, PAIRS, index_of, index_path, write_index, write_pairs
from corpus.release.kept_parts import merge_parts, without_parts
from corpus.release.load import AnyRelease, Release, find_release, load, open_release
from corpus.release.manifest import Counts, FileEntry, Manifest, read_manifest
from corpus.release.merge import batch_rows
from corpus.release.order import VERDICTS, Group, order_rows
from corpus.release.parquet import WrittenFile
from corpus.release.plan import PlannedFile, plan_release, sample_candidates
from corpus.release.reading import read_batches, read_group
from corpus.release.reread import (
    Reread,
    fetch_rows,
    find_replaced,
    find_rereads,
    last_of_each,
    settle,
)
from corpus.release.rewrite import (
    SampleFile,
    plan_sample,
    rewrite_file,
    touched_files,
    write_sample,
)
from corpus.release.rows import noise_row
from corpus.release.shard import ShardFiles, ShardWriter
from corpus.release.storage import LocalFiles
from corpus.release.takedown import REASONS as TAKEDOWN_REASONS
from corpus.release.takedown import (
    TAKEDOWNS,
    Orphan,
    Tombstone,
    Withdrawals,
    add_takedowns,
    beside,
    detail_of,
    domains_of,
    find_orphans,
    fold_domain,
    hash_domain,
    merge_takedowns,
    own_takedowns,
    parse_takedowns,
    read_list,
    read_takedowns,
    render_takedowns,
    takedowns_of,
)
from corpus.release.text_diff import diff_texts
from corpus.release.update import REPLACED, WITHDRAWN, Update
from corpus.release.verify import Verification, verify
from corpus.release.versions import Changes, check_bump, check_follows, count_columns, release_date
from corpus.release.work import Work
from corpus.release.write import complete_articles, write_file
from corpus.release.writer import Build, digest_manifest, finish_release, place_files

__all__ = [
    "CARDS",
    "COPY_PAIRS",
    "COUNTS",
    "INDEX",
    "KEPT",
    "PAIRS",
    "REPLACED",
    "TAKEDOWNS",
    "TAKEDOWN_REASONS",
    "VERDICTS",
    "WITHDRAWN",
    "Again",
    "AnyRelease",
    "Build",
    "Changes",
    "Copies",
    "Counted",
    "Counts",
    "Diff",
    "Explanation",
    "Export",
    "Facts",
    "FileEntry",
    "Group",
    "Line",
    "LocalFiles",
    "Manifest",
    "NoiseLine",
    "Orphan",
    "PageBatch",
    "PageRows",
    "PlannedFile",
    "Release",
    "Reread",
    "SampleFile",
    "ShardFiles",
    "ShardWriter",
    "StoredPage",
    "Tombstone",
    "Update",
    "Verification",
    "Withdrawals",
    "Work",
    "WrittenFile",
    "add_takedowns",
    "amend_shard",
    "batch_rows",
    "beside",
    "check_bump",
    "check_follows",
    "check_free",
    "complete_articles",
    "count_columns",
    "count_file",
    "detail_of",
    "diff",
    "diff_texts",
    "digest_manifest",
    "domains_of",
    "explain_page",
    "export",
    "fetch_rows",
    "find_orphans",
    "find_release",
    "find_replaced",
    "find_rereads",
    "finish_release",
    "fold_domain",
    "gather_facts",
    "hash_domain",
    "ids_read_at",
    "index_of",
    "index_path",
    "last_of_each",
    "load",
    "merge_parts",
    "merge_takedowns",
    "noise_row",
    "open_release",
    "order_rows",
    "own_takedowns",
    "parse_takedowns",
    "place_files",
    "plan_release",
    "plan_sample",
    "read_batches",
    "read_group",
    "read_list",
    "read_manifest",
    "read_pages",
    "read_takedowns",
    "release_date",
    "release_folder",
    "render_card",
    "render_takedowns",
    "replace_pages",
    "rewrite_file",
    "sample_candidates",
    "settle",
    "sum_facts",
    "survey_copies",
    "takedowns_of",
    "text_of",
    "touched_files",
    "verify",
    "with_texts",
    "without_parts",
    "write_file",
    "write_index",
    "write_pairs",
    "write_sample",
]
