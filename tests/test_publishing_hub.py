"""Publishing to a Hub, seen through its own client: the server of the tests, and the real one."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hub_place import REPO_VARIABLE, Place, files_of, on_server, on_the_hub, write_into

import corpus
from corpus import publishing
from corpus.errors import PublishError, VersionError
from corpus.pipeline.publication import pack
from corpus.publishing import Options

WORDS = "Not for tea.\n"


@pytest.fixture(params=["server", "hub"] if REPO_VARIABLE in os.environ else ["server"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A dataset that does not exist yet."""
    on = on_server(tmp_path, monkeypatch) if request.param == "server" else on_the_hub()
    with on as place:
        yield place


def test_a_chain_of_releases(small_chain: dict[str, Path], place: Place) -> None:
    """Each release is one commit with its tag, which has exactly the files of its folder."""
    for n, (version, folder) in enumerate(small_chain.items()):
        done = corpus.publish(folder, place.where)
        assert (done.outcome, done.version) == ("published", version)
        assert place.tags()[f"v{version}"] == done.commit == place.main()
        assert place.paths() == files_of(folder)
        assert place.titles()[: n + 1] == [f"news {v}" for v in list(small_chain)[n::-1]]
    for version, folder in small_chain.items():
        assert place.paths(f"v{version}") == files_of(folder)
        for path in files_of(folder):
            assert place.read(path, f"v{version}") == (folder / path).read_bytes()
    found = publishing.versions(place.where)
    assert [(v.version, v.commit) for v in found] == [
        (version, place.tags()[f"v{version}"]) for version in small_chain
    ]
    assert found[0].where == f"{place.where}@v1.0.0"


def test_only_what_changes_is_new(small_chain: dict[str, Path], place: Place) -> None:
    """For the next version only files that are new or written again go."""
    place.publish(small_chain["1.0.0"])
    done = place.publish(small_chain["1.1.0"])
    old, new = small_chain["1.0.0"], small_chain["1.1.0"]
    same = {
        p for p in files_of(old) & files_of(new) if (old / p).read_bytes() == (new / p).read_bytes()
    }
    assert len(same) > 3
    assert set(done.new_files) == files_of(new) - same


def test_a_release_that_is_there_is_left_alone(small_chain: dict[str, Path], place: Place) -> None:
    """Publishing again, now or after later versions, finds it and changes nothing."""
    for version in ("1.0.0", "1.1.0"):
        place.publish(small_chain[version])
    before = place.state()
    for version in ("1.0.0", "1.1.0"):
        done = place.publish(small_chain[version])
        assert (done.outcome, done.new_bytes) == ("already published", 0)
    assert place.state() == before


def test_a_dry_run_changes_nothing(small_chain: dict[str, Path], place: Place) -> None:
    """A dry run names what would go, with its bytes, and makes neither dataset nor commit."""
    dry = Options(dry_run=True)
    done = place.publish(small_chain["1.0.0"], dry)
    assert (done.outcome, set(done.new_files)) == ("dry run", files_of(small_chain["1.0.0"]))
    assert done.new_bytes == done.n_bytes
    assert place.state() is None
    place.publish(small_chain["1.0.0"])
    before = place.state()
    planned = place.publish(small_chain["1.1.0"], dry)
    assert planned.url is done.url is None  # there is nothing to see
    assert place.state() == before
    assert planned.new_files == place.publish(small_chain["1.1.0"]).new_files


def test_words_of_people_stay(small_chain: dict[str, Path], place: Place) -> None:
    """What people write into a card's parts, and files of their own, are there after a release."""
    place.publish(small_chain["1.0.0"])
    card = (small_chain["1.0.0"] / "README.md").read_text(encoding="utf-8")
    place.write("README.md", write_into(card, "uses", WORDS).encode())
    place.write("notes.md", b"ours")
    place.publish(small_chain["1.1.0"])
    ours = (small_chain["1.1.0"] / "README.md").read_text(encoding="utf-8")
    assert place.read("README.md").decode() == write_into(ours, "uses", WORDS)
    assert place.read("notes.md") == b"ours"
    assert place.publish(small_chain["1.1.0"]).outcome == "already published"
    assert place.publish(small_chain["1.0.0"]).outcome == "already published"
    assert place.publish(small_chain["1.1.1"]).outcome == "published"
    assert WORDS.strip() in place.read("README.md").decode()


@pytest.mark.parametrize(
    ("path", "change", "message"),
    [
        ("README.md", b"---\nlanguage: zh\n---\n# Mine\n", "outside of people's parts"),
        ("CHANGELOG.md", b"# Mine\n", "was changed there by somebody else"),
        ("sample/train-00000-of-00001.parquet", b"PAR1", "was changed there by somebody"),
        ("data/mine/train-00000-of-00001.parquet", b"PAR1", "would be loaded with it"),
        ("MANIFEST.json", b"{}", "is not of a release"),
        ("croissant.json", None, "was removed there"),
    ],
)
def test_changes_of_others_are_not_written_over(
    small_chain: dict[str, Path], place: Place, path: str, change: bytes | None, message: str
) -> None:
    """What somebody else changed, and a release would change back, stops it before any commit."""
    place.publish(small_chain["1.0.0"])
    if change is None:
        place.api.delete_file(path, place.name, repo_type="dataset")
    else:
        place.write(path, change)
    before = place.state()
    with pytest.raises(PublishError, match=message):
        place.publish(small_chain["1.1.0"])
    assert place.state() == before


@pytest.mark.parametrize("is_changed", [False, True])
def test_what_a_release_has_no_more_goes(
    small_chain: dict[str, Path], place: Place, is_changed: bool
) -> None:
    """A file of the last release that the next one lacks goes, unless somebody changed it."""
    place.publish(small_chain["1.0.0"])
    parcel = pack(small_chain["1.1.0"])
    path = "noise/v1.0.0/train-00000-of-00001.parquet"
    fewer = replace(parcel, items=tuple(i for i in parcel.items if i.path != path))
    assert len(fewer.items) == len(parcel.items) - 1
    if is_changed:
        place.write(path, b"PAR1")
        with pytest.raises(PublishError, match="was changed there by somebody else"):
            place.send(fewer)
        assert set(place.tags()) == {"v1.0.0"}
    else:
        assert place.send(fewer).gone_files == (path,)
        assert place.paths() == files_of(small_chain["1.1.0"]) - {path}


def test_a_tag_that_leads_elsewhere_is_an_error(small_chain: dict[str, Path], place: Place) -> None:
    """A tag of the version that leads to something else stops the release, and stays."""
    place.publish(small_chain["1.0.0"])
    place.api.create_tag(place.name, tag="v1.1.0", repo_type="dataset")
    before = place.state()
    with pytest.raises(VersionError, match=r"the tag v1\.1\.0 leads to \w{7}, which is not this"):
        place.publish(small_chain["1.1.0"])
    assert place.state() == before


def test_versions_do_not_go_back(small_chain: dict[str, Path], place: Place) -> None:
    """An older version does not go to main after a later one, but to a branch from before that."""
    place.publish(small_chain["1.0.0"])
    place.publish(small_chain["1.1.1"])
    with pytest.raises(VersionError, match=r"is at version 1\.1\.1, after 1\.1\.0"):
        place.publish(small_chain["1.1.0"])
    main = place.main()
    done = place.publish(small_chain["1.1.0"], Options(revision="old"))
    assert done.outcome == "published"
    assert place.main() == main
    assert place.titles("old")[:2] == ["news 1.1.0", "news 1.0.0"]
    assert place.paths("v1.1.0") == files_of(small_chain["1.1.0"])


def test_a_proposed_release_waits_for_its_merge(small_chain: dict[str, Path], place: Place) -> None:
    """With --create-pr main and tags stay; when somebody has merged it, the next run tags it."""
    place.publish(small_chain["1.0.0"])
    before = place.state()
    propose = Options(create_pr=True)
    done = place.publish(small_chain["1.1.0"], propose)
    assert done.outcome == "proposed"
    assert place.publish(small_chain["1.1.0"], propose).url == done.url
    assert place.state() == before
    (request,) = place.api.get_repo_discussions(place.name, repo_type="dataset")
    assert request.title == "news 1.1.0"
    assert place.paths(request.git_reference) == files_of(small_chain["1.1.0"])
    place.api.merge_pull_request(place.name, request.num, repo_type="dataset")
    tagged = place.publish(small_chain["1.1.0"])
    assert (tagged.outcome, tagged.new_files) == ("published", ())
    assert place.tags()["v1.1.0"] == place.main()
    assert place.titles()[:2] == ["news 1.1.0 (#1)", "news 1.0.0"]


def test_many_files_go_by_a_pull_request(
    small_chain: dict[str, Path], place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More files than a commit holds reach main in one commit all the same."""
    monkeypatch.setattr(publishing.hub, "MAX_COMMIT_FILES", 3)
    for version in ("1.0.0", "1.1.0"):
        done = place.publish(small_chain[version])
        assert done.outcome == "published"
        assert place.tags()[f"v{version}"] == place.main() == done.commit
        assert place.paths() == files_of(small_chain[version])
    assert place.titles()[:2] == ["news 1.1.0 (#2)", "news 1.0.0 (#1)"]


def test_a_private_dataset(small_chain: dict[str, Path], place: Place) -> None:
    """--private makes the dataset private, and refuses one that is there and is not."""
    place.publish(small_chain["1.0.0"], Options(private=True))
    assert place.api.dataset_info(place.name).private
    assert place.publish(small_chain["1.1.0"], Options(private=True)).outcome == "published"


def test_a_public_dataset_is_not_taken_for_private(
    small_chain: dict[str, Path], place: Place
) -> None:
    """--private on a dataset that everybody sees stops before anything is sent."""
    place.publish(small_chain["1.0.0"])
    with pytest.raises(PublishError, match="is public"):
        place.publish(small_chain["1.1.0"], Options(private=True))
    assert set(place.tags()) == {"v1.0.0"}
