"""A release that is damaged says so, whatever the damage."""

import dataclasses
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from release_pages import build, many_lines

from corpus.errors import ReleaseError, SourceError
from corpus.recipe import Release
from corpus.release.index import index_path
from corpus.release.logical import LogicalHash
from corpus.release.manifest import MANIFEST, Manifest, read_manifest, write_manifest
from corpus.release.measure import row_bytes
from corpus.release.takedown import Tombstone, hash_domain
from corpus.release.verify import CHECKS, verify
from corpus.schema import SCHEMAS

SMALL = Release(shard_bytes=60_000, row_group_bytes=20_000, sample_rows=7)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound release of several files, not to be written to."""
    out = tmp_path_factory.mktemp("releases") / "sound"
    build(out, many_lines(400), [200, 200], SMALL)
    return out


@pytest.fixture
def release(sound: Path, tmp_path: Path) -> Path:
    """A copy of the sound release, to be damaged."""
    return Path(shutil.copytree(sound, tmp_path / "release"))


def path_of(folder: Path, config: str) -> Path:
    """The first file of a config."""
    return folder / read_manifest(folder).files_of(config)[0].path


def set_manifest(folder: Path, change: Callable[[dict], object]) -> None:
    """Change the manifest as JSON."""
    data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    change(data)
    (folder / MANIFEST).write_text(json.dumps(data), encoding="utf-8")


def rewrite(folder: Path, config: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change the rows of a config's first file, and have the manifest agree with its new bytes."""
    path = path_of(folder, config)
    pq.write_table(change(pq.read_table(path)), path)
    agree(folder)


def agree(folder: Path) -> None:
    """Make the hashes, sizes and rows of the manifest those of the files, as a forger would."""
    manifest = read_manifest(folder)
    files = []
    for file in manifest.files:
        data = (folder / file.path).read_bytes()
        own = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        table = pq.read_table(folder / file.path)
        files.append(dataclasses.replace(file, rows=len(table), **own))
    manifest = dataclasses.replace(manifest, files=tuple(files))
    write_manifest(folder, dataclasses.replace(manifest, configs=configs_of(folder, manifest)))


def configs_of(folder: Path, manifest: Manifest) -> dict:
    """The configs of a manifest as the rows say."""
    configs = {}
    for name, entry in manifest.configs.items():
        total, n_bytes, n_rows = LogicalHash(), 0, 0
        for file in manifest.files_of(name):
            table = pq.read_table(folder / file.path)
            total.update(table)
            n_rows += len(table)
            n_bytes += sum(int(row_bytes(batch).sum()) for batch in table.to_batches())
        configs[name] = dataclasses.replace(
            entry, rows=n_rows, bytes=n_bytes, logical_sha256=total.hexdigest()
        )
    return configs


def set_column(table: pa.Table, name: str, row: int, value: object) -> pa.Table:
    """The table with one value changed."""
    values = table.column(name).to_pylist()
    values[row] = value
    place = table.schema.get_field_index(name)
    return table.set_column(place, name, pa.array(values, table.schema.field(name).type))


def flip_byte(folder: Path) -> None:
    """One bit of one byte in the middle of the largest file."""
    path = max(folder.glob("data/*/*.parquet"), key=lambda p: p.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut_short(folder: Path) -> None:
    """A download that stopped."""
    path = path_of(folder, "noise")
    path.write_bytes(path.read_bytes()[:-100])


def lose_file(folder: Path) -> None:
    """A file that was not fetched."""
    path_of(folder, "ledger").unlink()


def add_file(folder: Path) -> None:
    """A file of another version, which `load_dataset` would read with the others."""
    path = path_of(folder, "default")
    shutil.copy(path, path.with_name("train-00099-of-00100.parquet"))


def no_parquet(folder: Path) -> None:
    """A page of a proxy that stands where a file should."""
    path_of(folder, "default").write_text("<html>", encoding="utf-8")
    data = {"bytes": 6, "sha256": hashlib.sha256(b"<html>").hexdigest()}
    path = path_of(folder, "default").relative_to(folder).as_posix()
    set_manifest(
        folder, lambda m: [f.update(data) for f in m["files"] if f["path"] == path] and None
    )


def other_schema(folder: Path) -> None:
    """A column of another type."""
    path = path_of(folder, "default")
    table = pq.read_table(path)
    column = table.column("n_characters").cast(pa.int32())
    place = table.schema.get_field_index("n_characters")
    pq.write_table(table.set_column(place, "n_characters", column), path)
    agree(folder)


def wrong_rows(folder: Path) -> None:
    """A manifest that counts one row too many."""
    set_manifest(folder, lambda m: m["files"][0].update(rows=m["files"][0]["rows"] + 1))


def changed_text(folder: Path) -> None:
    """A text that is changed, with every hash of the files changed to agree."""
    before = read_manifest(folder).configs
    rewrite(folder, "default", lambda t: set_column(t, "text", 0, t["text"][0].as_py()[::-1]))
    manifest = read_manifest(folder)
    write_manifest(folder, dataclasses.replace(manifest, configs=before))


def repeated_id(folder: Path) -> None:
    """An article that stands twice."""
    rewrite(folder, "default", lambda t: pa.concat_tables([t.slice(0, 1), t]))


def broken_id(folder: Path) -> None:
    """An id that is none."""
    rewrite(folder, "default", lambda t: set_column(t, "id", 0, "1"))


def other_order(folder: Path) -> None:
    """Rows in another order."""
    rewrite(folder, "default", lambda t: t.take(pa.array(range(len(t) - 1, -1, -1))))


def lost_article(folder: Path) -> None:
    """An article is gone; the ledger still says that it was kept."""
    rewrite(folder, "default", lambda t: t.slice(1))


def lost_ledger_row(folder: Path) -> None:
    """An input of which nothing says what became of it."""

    def drop(table: pa.Table) -> pa.Table:
        kept = pc.index(table["outcome"], "kept").as_py()
        return pa.concat_tables([table.slice(0, kept), table.slice(kept + 1)])

    rewrite(folder, "ledger", drop)


def lost_reason(folder: Path) -> None:
    """A removal without a reason."""

    def forget(table: pa.Table) -> pa.Table:
        return set_column(table, "reason", pc.index(table["outcome"], "removed").as_py(), None)

    rewrite(folder, "ledger", forget)


def lost_survivor(folder: Path) -> None:
    """A duplicate whose survivor is not there."""

    def forget(table: pa.Table) -> pa.Table:
        row = pc.index(table["reason"], "exact_duplicate").as_py()
        return set_column(table, "kept_id", row, "0" * 32)

    rewrite(folder, "ledger", forget)


def foreign_noise(folder: Path) -> None:
    """Noise of a page that is not there."""
    rewrite(folder, "noise", lambda t: set_column(t, "id", 0, "f" * 32))


def other_sample(folder: Path) -> None:
    """A sample with a changed article."""
    rewrite(folder, "sample", lambda t: set_column(t, "title", 0, "?"))


def smaller_sample(folder: Path) -> None:
    """A sample that lacks the smallest id."""
    rewrite(folder, "sample", lambda t: t.slice(1))


def withdrawn_article(folder: Path) -> None:
    """A list of takedowns that names an article which is there."""
    article = pq.read_table(path_of(folder, "default"), columns=["id"])["id"][0].as_py()
    add_list(folder, Tombstone("2026-01-02", "asked", page=article))


def withdrawn_site(folder: Path) -> None:
    """A list of takedowns that names the domain of an article which is there."""
    add_list(folder, Tombstone("2026-01-02", "asked", domain=hash_domain("zhonghe.example")))


def broken_list(folder: Path) -> None:
    """A list of takedowns that is none."""
    add_list(folder, Tombstone("yesterday", "asked"))


def add_list(folder: Path, stone: Tombstone) -> None:
    """Add a list of takedowns to a release, and have the manifest know it."""
    (folder / "TAKEDOWNS.jsonl").write_text(f"{stone.to_json()}\n", encoding="utf-8")
    document = {"path": "TAKEDOWNS.jsonl", "sha256": "0" * 64}
    set_manifest(folder, lambda m: m["documents"].append(document))
    agree_on_document(folder, "TAKEDOWNS.jsonl")


def wrong_count(folder: Path) -> None:
    """A manifest that says that less was removed."""
    set_manifest(folder, lambda m: m["counts"]["removed"].pop("dedup"))


def wrong_noise_count(folder: Path) -> None:
    """A manifest that says other numbers of noise."""
    set_manifest(folder, lambda m: m["counts"]["noise"].update(related=1))


def outside_path(folder: Path) -> None:
    """A manifest that names a file outside of the release."""
    set_manifest(folder, lambda m: m["files"][0].update(path="../" + m["files"][0]["path"]))


def damaged_manifest(folder: Path) -> None:
    """A manifest that is cut short."""
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    (folder / MANIFEST).write_text(text[: len(text) // 2], encoding="utf-8")


def changed_card(folder: Path) -> None:
    """A card with one number changed."""
    path = folder / "README.md"
    text = path.read_text(encoding="utf-8")
    assert "| read |  | 400 |" in text
    path.write_text(text.replace("| read |  | 400 |", "| read |  | 401 |"), encoding="utf-8")


def forged_card(folder: Path) -> None:
    """A card with a number changed, and the manifest changed to agree."""
    changed_card(folder)
    agree_on_document(folder, "README.md")


def forged_chinese_card(folder: Path) -> None:
    """The same of the other card."""
    path = folder / "README.zh.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("| 读入 |  | 400 |", "| 读入 |  | 401 |"), encoding="utf-8")
    agree_on_document(folder, "README.zh.md")


def forged_description(folder: Path) -> None:
    """A description with another hash of a file, and the manifest changed to agree."""
    path = folder / "croissant.json"
    sha256 = read_manifest(folder).files[0].sha256
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(sha256, sha256[::-1]), encoding="utf-8")
    agree_on_document(folder, "croissant.json")


def forged_info(folder: Path) -> None:
    """A head of the card that breaks every load, of a library that is not this one."""
    path = folder / "README.md"
    text = path.read_text(encoding="utf-8")
    n = read_manifest(folder).configs["noise"].rows
    assert f"num_examples: {n}\n" in text
    text = text.replace(f"num_examples: {n}\n", f"num_examples: {n + 1}\n")
    path.write_text(text, encoding="utf-8")
    set_manifest(folder, lambda m: m.update(library="0.0.0"))
    agree_on_document(folder, "README.md")


def agree_on_document(folder: Path, path: str) -> None:
    """Make the manifest's hash of a document that of the file."""
    sha256 = hashlib.sha256((folder / path).read_bytes()).hexdigest()
    set_manifest(
        folder,
        lambda m: [d.update(sha256=sha256) for d in m["documents"] if d["path"] == path],
    )


def unnamed_card(folder: Path) -> None:
    """A manifest that does not speak of the card."""
    set_manifest(folder, lambda m: m.update(documents=m["documents"][1:]))


def changed_changelog(folder: Path) -> None:
    """A changelog that was rewritten."""
    (folder / "CHANGELOG.md").write_text("# Changes\n", encoding="utf-8")


def lost_card(folder: Path) -> None:
    """No card."""
    (folder / "README.md").unlink()


def foreign_keys(folder: Path) -> None:
    """Keys of the articles of a file in another order."""
    manifest = read_manifest(folder)
    data = manifest.files_of("default")[0]
    ids = pq.read_table(folder / data.path, columns=["id"])["id"].to_pylist()
    rows = [{"id": id_, "n_letters": 0, "bands": "", "samples": ""} for id_ in reversed(ids)]
    entry = dataclasses.replace(data, path=index_path(data.path), config="index")
    (folder / entry.path).parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows, SCHEMAS["index"]), folder / entry.path)
    configs = {**manifest.configs, "index": manifest.configs["default"]}
    files = (*manifest.files, entry)
    write_manifest(folder, dataclasses.replace(manifest, files=files, configs=configs))
    agree(folder)


def other_weight(folder: Path) -> None:
    """A manifest that says another weight of a file's rows."""
    set_manifest(folder, lambda m: m["files"][0].update(row_bytes=1))


def other_source(folder: Path) -> None:
    """A manifest that names another source than its history."""
    set_manifest(folder, lambda m: m.update(sources=["other"]))


def other_library(folder: Path) -> None:
    """A manifest that says that another library made it than the card says."""
    set_manifest(folder, lambda m: m.update(library="0.0.0"))


DAMAGES: dict[Callable[[Path], None], str] = {
    flip_byte: "check_bytes",
    cut_short: "check_bytes",
    lose_file: "check_presence",
    add_file: "check_presence",
    no_parquet: "check_format",
    other_schema: "check_format",
    wrong_rows: "check_format",
    outside_path: "check_manifest",
    damaged_manifest: "check_manifest",
    other_weight: "check_manifest",
    other_source: "check_manifest",
    other_library: "check_card",
    changed_text: "check_rows",
    repeated_id: "check_ids",
    broken_id: "check_ids",
    other_order: "check_order",
    lost_article: "check_ledger",
    lost_ledger_row: "check_ledger",
    lost_reason: "check_ledger",
    lost_survivor: "check_references",
    foreign_noise: "check_references",
    other_sample: "check_sample",
    smaller_sample: "check_sample",
    withdrawn_article: "check_takedowns",
    withdrawn_site: "check_takedowns",
    broken_list: "check_takedowns",
    foreign_keys: "check_index",
    wrong_count: "check_counts",
    wrong_noise_count: "check_counts",
    changed_card: "check_documents",
    lost_card: "check_documents",
    unnamed_card: "check_documents",
    changed_changelog: "check_documents",
    forged_card: "check_card",
    forged_chinese_card: "check_card",
    forged_description: "check_card",
    forged_info: "check_card",
}


def test_a_sound_release_has_no_findings(sound: Path) -> None:
    """Nothing is wrong with what a build wrote, and all of it was looked at."""
    found = verify(sound)
    manifest = read_manifest(sound)
    assert found.is_sound
    assert found.findings == ()
    assert found.n_files == len(manifest.files)
    assert found.n_rows == sum(entry.rows for entry in manifest.configs.values())
    assert found.as_dict()["is_sound"] is True


@pytest.mark.parametrize(
    ("damage", "check"), DAMAGES.items(), ids=lambda d: getattr(d, "__name__", d)
)
def test_each_damage_is_found(release: Path, damage: Callable[[Path], None], check: str) -> None:
    """Each kind of damage is named by the check that looks for it."""
    damage(release)
    found = verify(release)
    assert not found.is_sound
    assert check in {finding.check for finding in found.findings}
    assert all(finding.where and finding.what for finding in found.findings)


def test_each_check_finds_something() -> None:
    """No check is there for nothing, and none is missing from the tests."""
    assert set(DAMAGES.values()) == {check.__name__ for check in CHECKS}


def test_a_place_without_a_release_is_an_error(tmp_path: Path) -> None:
    """There is nothing to compare with where no release is."""
    with pytest.raises(ReleaseError, match=r"no MANIFEST\.json"):
        verify(tmp_path)
    with pytest.raises(SourceError, match="no such folder"):
        verify(tmp_path / "none")


def test_what_people_write_in_a_card_is_no_damage(release: Path) -> None:
    """The parts of the cards that are theirs, and their keys of the head, may say anything."""
    for name in ("README.md", "README.zh.md"):
        path = release / name
        text = path.read_text(encoding="utf-8")
        text = text.replace("<!-- yours: uses -->\n", "<!-- yours: uses -->\n我们的话。\n\n---\n")
        text = text.replace("\nlicense: ", "\nthumbnail: x.png\nextra:\n  - a: 1\nlicense: ", 1)
        path.write_text(text, encoding="utf-8")
    assert verify(release).findings == ()


def test_hidden_files_beside_a_release_are_no_damage(release: Path) -> None:
    """What the Hub and file browsers leave beside a release is none of its files."""
    (release / ".gitattributes").write_text("*", encoding="utf-8")
    (release / "data" / ".DS_Store").write_bytes(b"\0")
    assert verify(release).is_sound


def test_document_lists_every_check() -> None:
    """docs/release.md names the checks that there are, in their order."""
    text = (Path(__file__).parent.parent / "docs" / "release.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(check_\w+)` \|", text, re.MULTILINE) == [c.__name__ for c in CHECKS]
