"""Whatever happens on the way to the Hub: main and tags are as before or complete."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_place import Place, client_environment, files_of, on_server
from hub_server import Fault

from corpus import publishing
from corpus.errors import PublishError, VersionError
from corpus.pipeline.publication import pack
from corpus.publishing import MANIFEST, Options, hub_errors

COMMIT, TAG, CREATE = "/commit/", "/tag/", "/repos/create"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited, without the waiting."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> Iterator[Place]:
    """A dataset of the server of the tests, which does not exist yet."""
    with on_server(tmp_path, monkeypatch) as place:
        yield place


def assert_whole(place: Place, small_chain: dict[str, Path], *versions: str) -> None:
    """These versions are there, each one commit and one tag; main is at the last."""
    assert set(place.tags()) == {f"v{version}" for version in versions}
    for version in versions:
        assert place.paths(f"v{version}") == files_of(small_chain[version])
    titles = [title for title in place.titles() if title.startswith("news")]
    assert titles == [f"news {version}" for version in versions[::-1]]
    assert place.main() == place.tags()[f"v{versions[-1]}"]


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        *(("lose", part) for part in (CREATE, COMMIT, TAG, "/commits/", "/tree/", "/whoami")),
        *(("503", part) for part in (CREATE, COMMIT, TAG, "/refs")),
        *(("drop", part) for part in (COMMIT, TAG, "/tree/")),
        *(("429", part) for part in (COMMIT, "/refs", "/tree/")),
    ],
)
def test_what_passes_is_waited_for(
    small_chain: dict[str, Path], place: Place, waits: list[float], part: str, kind: str
) -> None:
    """A 503, a 429, a closed connection or a lost answer at any request costs a wait, no more."""
    assert place.server is not None
    headers = {"Retry-After": "7"} if kind == "429" else {}
    status = int(kind) if kind.isdigit() else None
    place.server.faults.append(Fault("*", part, status, headers, lose=kind == "lose"))
    done = place.publish(small_chain["1.0.0"])
    assert done.outcome == "published"
    assert_whole(place, small_chain, "1.0.0")
    assert place.server.faults[0].times == 0
    assert waits in ([[7], [8]] if kind == "429" else [[1]])  # the client itself waits one more


@pytest.mark.parametrize("part", ["/preupload/", "/xet-write-token/"])
def test_trouble_with_large_files_passes(
    small_chain: dict[str, Path], place: Place, part: str
) -> None:
    """A 503 where large files go is waited for, by the client of the Hub or by its client."""
    assert place.server is not None
    place.server.faults.append(Fault("*", part, 503))
    place.publish(small_chain["1.0.0"])
    assert_whole(place, small_chain, "1.0.0")


@pytest.mark.parametrize("part", [COMMIT, TAG, "/merge"])
@pytest.mark.parametrize("kind", ["503", "lose"])
def test_pull_requests_meet_the_same(
    small_chain: dict[str, Path],
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    kind: str,
) -> None:
    """A release that goes by a pull request is one commit on main whatever answer is lost."""
    assert place.server is not None
    monkeypatch.setattr(publishing.hub, "MAX_COMMIT_FILES", 5)
    status = int(kind) if kind.isdigit() else None
    place.server.faults.append(Fault("POST", part, status, lose=kind == "lose", times=2, skip=0))
    place.publish(small_chain["1.0.0"])
    assert place.titles()[0] == "news 1.0.0 (#1)"
    assert place.tags() == {"v1.0.0": place.main()}
    assert place.paths() == files_of(small_chain["1.0.0"])


def test_a_pull_request_goes_on(
    small_chain: dict[str, Path], place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that dies with its pull request half full leaves main alone; the next one fills it."""
    assert place.server is not None
    monkeypatch.setattr(publishing.hub, "MAX_COMMIT_FILES", 5)
    place.server.faults.append(Fault("POST", COMMIT, 403, skip=1))
    place.api.create_repo(place.name, repo_type="dataset")
    before = place.state()
    with pytest.raises(PublishError, match="may not write"):
        place.publish(small_chain["1.0.0"])
    assert place.state() == before
    place.publish(small_chain["1.0.0"])
    assert place.titles()[0] == "news 1.0.0 (#1)"
    assert place.paths("v1.0.0") == files_of(small_chain["1.0.0"])


def test_a_pull_request_from_an_old_main_is_closed(
    small_chain: dict[str, Path], place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where main moved since, a new pull request takes the place of the one that was left."""
    assert place.server is not None
    monkeypatch.setattr(publishing.hub, "MAX_COMMIT_FILES", 5)
    place.server.faults.append(Fault("POST", COMMIT, 403, skip=1))
    with pytest.raises(PublishError):
        place.publish(small_chain["1.0.0"])
    place.write("notes.md", b"theirs")
    place.publish(small_chain["1.0.0"])
    assert place.titles()[:2] == ["news 1.0.0 (#2)", "somebody else's"]
    assert place.paths() == files_of(small_chain["1.0.0"]) | {"notes.md"}


@pytest.mark.parametrize("many", [False, True])
def test_a_head_that_moves_stops_the_release(
    small_chain: dict[str, Path], place: Place, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    """A commit of somebody else between reading and committing is seen, said, and stays."""
    assert place.server is not None
    place.publish(small_chain["1.0.0"])
    if many:
        monkeypatch.setattr(publishing.hub, "MAX_COMMIT_FILES", 5)
    tags = place.tags()

    def somebody_commits() -> None:
        dataset = place.server.store.dataset(place.name)
        file = {"notes.md": place.server.store.put_regular(b"theirs")}
        tree = {**dataset.tree("main"), **file}
        dataset.add_commit("refs/heads/main", tree, "theirs", "", "somebody")
        dataset.save()

    part = "/merge" if many else COMMIT
    place.server.faults.append(Fault("POST", part, call=somebody_commits, passes=True))
    if many:  # a merge takes both; what it makes is looked at
        place.publish(small_chain["1.1.0"])
    else:
        with pytest.raises(PublishError, match=r"somebody else committed to main .*theirs"):
            place.publish(small_chain["1.1.0"])
        assert place.titles()[0] == "theirs"
        assert place.tags() == tags
        place.publish(small_chain["1.1.0"])
    assert place.read("notes.md") == b"theirs"
    assert place.paths("v1.1.0") == files_of(small_chain["1.1.0"]) | {"notes.md"}
    assert set(place.tags()) == {"v1.0.0", "v1.1.0"}


def test_a_commit_on_top_of_a_lost_one(small_chain: dict[str, Path], place: Place) -> None:
    """Where a commit's answer is lost and somebody commits on top, the first one is tagged."""
    assert place.server is not None
    faults = place.server.faults
    faults.append(Fault("POST", COMMIT, lose=True))
    write = lambda: place.write("notes.md", b"theirs")  # noqa: E731
    faults.append(Fault("GET", "/refs", skip=3, call=write, passes=True))
    place.publish(small_chain["1.0.0"])
    assert place.titles()[:2] == ["somebody else's", "news 1.0.0"]
    assert place.paths("v1.0.0") == files_of(small_chain["1.0.0"])


def test_a_tag_that_somebody_makes_meanwhile(small_chain: dict[str, Path], place: Place) -> None:
    """A tag that is made elsewhere between the look and the tagging is not taken for ours."""
    assert place.server is not None

    def tag() -> None:
        dataset = place.server.store.dataset(place.name)
        dataset.refs["refs/tags/v1.0.0"] = list(dataset.history("main"))[-1][0]
        dataset.save()

    place.server.faults.append(Fault("POST", TAG, call=tag, passes=True))
    with pytest.raises(VersionError, match=r"the tag v1\.0\.0 leads to"):
        place.publish(small_chain["1.0.0"])


def test_a_release_without_its_tag_comes_first(small_chain: dict[str, Path], place: Place) -> None:
    """After a run that died before the tag, the next version waits until that one is finished."""
    assert place.server is not None
    place.server.faults.append(Fault("POST", TAG, 403))
    with pytest.raises(PublishError, match="may not write"):
        place.publish(small_chain["1.0.0"])
    assert place.tags() == {}
    with pytest.raises(PublishError, match=r"1\.0\.0 is there without its tag.* publish 1\.0\.0"):
        place.publish(small_chain["1.1.0"])
    n_bytes = place.server.store.xet.n_bytes()
    assert place.publish(small_chain["1.0.0"]).outcome == "published"
    assert place.server.store.xet.n_bytes() == n_bytes
    place.publish(small_chain["1.1.0"])
    assert_whole(place, small_chain, "1.0.0", "1.1.0")


def test_another_build_of_the_version_is_refused(
    small_chain: dict[str, Path], place: Place, tmp_path: Path
) -> None:
    """Another release with a number that is there, tagged or not, is refused."""
    other = build_other(small_chain["1.0.0"], tmp_path / "other")
    place.publish(small_chain["1.0.0"])
    with pytest.raises(VersionError, match="which is not this release"):
        place.publish(other)
    place.api.delete_tag(place.name, tag="v1.0.0", repo_type="dataset")
    with pytest.raises(VersionError, match=r"another release of version 1\.0\.0 is there"):
        place.publish(other)
    assert place.titles()[0] == "news 1.0.0"


def build_other(folder: Path, out: Path) -> Path:
    """A release of the same version with another manifest."""
    shutil.copytree(folder, out)
    text = (out / MANIFEST).read_text(encoding="utf-8")
    (out / MANIFEST).write_text(text + " ", encoding="utf-8")
    return out


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault("*", "/refs", 403, message="Storage quota exceeded"), "there is no room: Storage"),
        (Fault("POST", CREATE, 402, message="Payment required"), "there is no room"),
        (Fault("POST", COMMIT, 413, message="Too large"), "there is no room"),
        (Fault("POST", COMMIT, 400, message="bad path"), r"the Hub refuses \(400\)|bad path"),
        (Fault("*", "/refs", 429, {"Retry-After": "4000"}), "asks to wait 4,000 seconds"),
        (Fault("*", "/refs", 429, times=99), "too many requests"),
        (Fault("*", "/refs", 503, times=99), r"the Hub has trouble \(503\)"),
        (Fault("*", "/refs", times=99), "the Hub cannot be reached"),
        (Fault("POST", COMMIT, 403, message="the bearer hf_tester may not"), "bearer … may not"),
    ],
)
def test_errors_are_worded(
    small_chain: dict[str, Path], place: Place, fault: Fault, message: str
) -> None:
    """No room, no right, too many requests, a Hub in trouble or away: each in a line of its own."""
    assert place.server is not None
    place.server.faults.append(fault)
    with pytest.raises(PublishError, match=message) as caught:
        place.publish(small_chain["1.0.0"])
    assert "\n" not in str(caught.value)
    assert "hf_tester" not in str(caught.value)


@pytest.mark.parametrize(
    ("token", "name", "message"),
    [
        ("wrong", "org/news", "does not know the token.*hf auth login"),
        ("hf_reader", "org/news", "may not write there"),
        (None, "stranger/news", "may not write there"),
    ],
)
def test_who_may_not_publish_is_told(
    small_chain: dict[str, Path], place: Place, token: str | None, name: str, message: str
) -> None:
    """A token that is wrong or may only read, or another's dataset, is said with what to do."""
    where = f"hf://datasets/{name}"
    with pytest.raises(PublishError, match=message) as caught:
        publishing.publish(pack(small_chain["1.0.0"]), where, Options(token=token), print)
    assert "wrong" not in str(caught.value)


def test_who_is_not_logged_in_is_told(
    small_chain: dict[str, Path], place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a token the way to one is named."""
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))
    with pytest.raises(PublishError, match="nobody is logged in; log in with `hf auth login`"):
        place.publish(small_chain["1.0.0"])


def test_offline_is_told(
    small_chain: dict[str, Path], place: Place, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    """HF_HUB_OFFLINE is named at once, not waited for."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(PublishError, match="HF_HUB_OFFLINE is set; unset it"):
        place.publish(small_chain["1.0.0"])
    assert waits == []


def test_a_file_that_goes_is_told(
    small_chain: dict[str, Path], place: Place, tmp_path: Path, waits: list[float]
) -> None:
    """A file that is removed while the release is published is named, and not waited for."""
    folder = shutil.copytree(small_chain["1.0.0"], tmp_path / "r")
    parcel = pack(folder)
    (folder / "croissant.json").unlink()
    place.api.create_repo(place.name, repo_type="dataset")
    with pytest.raises(PublishError, match=r"croissant\.json"):
        place.send(parcel)
    assert waits == []
    assert place.titles() == ["initial commit"]


@pytest.mark.parametrize(
    ("where", "options", "message"),
    [
        ("hf://org/news", Options(), "is no dataset of the Hub; give hf://datasets/ORG/NAME"),
        ("hf://datasets/news", Options(), "is no dataset of the Hub"),
        ("hf://datasets/org/news@a", Options(create_pr=True), "a pull request goes to main"),
    ],
)
def test_names_that_cannot_be_are_told(
    small_chain: dict[str, Path], where: str, options: Options, message: str
) -> None:
    """What is no dataset of the Hub is refused before anything is asked of it."""
    with pytest.raises(PublishError, match=message):
        publishing.publish(pack(small_chain["1.0.0"]), where, options, print)


def test_the_wait_is_short_enough_to_be_patient() -> None:
    """A Hub that is away is waited for between half a minute and five."""
    waits = [hub_errors.FIRST_SECONDS * 2**n for n in range(hub_errors.ATTEMPTS - 1)]
    assert 30 <= sum(min(wait, hub_errors.MOST_SECONDS) for wait in waits) <= 300


@pytest.mark.parametrize(("part", "lose"), [("/xet-write-token/", True), (COMMIT, True)])
def test_a_killed_publisher_leaves_nothing_half(
    small_chain: dict[str, Path], place: Place, tmp_path: Path, part: str, lose: bool
) -> None:
    """SIGKILL before the commit or behind it: as before or whole, and finished by the next run.

    `scripts/bench_publishing` kills at twenty moments.
    """
    assert place.server is not None
    place.publish(small_chain["1.0.0"])
    before = place.state()
    started: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        os.kill(started[0].pid, signal.SIGKILL)

    place.server.faults.append(Fault("*", part, call=kill, lose=lose))
    words = ["publish", str(small_chain["1.1.0"]), place.where]
    environment = client_environment(place.server, tmp_path / "home")
    with subprocess.Popen([sys.executable, "-m", "corpus.cli", *words], env=environment) as one:
        started.append(one)
        assert one.wait() == -signal.SIGKILL
    committed = part == COMMIT
    assert place.tags() == before[1]
    assert (place.main() == before[0]) != committed
    n_bytes = place.server.store.xet.n_bytes()
    place.publish(small_chain["1.1.0"])
    assert_whole(place, small_chain, "1.0.0", "1.1.0")
    if committed:
        assert place.server.store.xet.n_bytes() == n_bytes


def test_the_command_tells_no_token(
    small_chain: dict[str, Path], place: Place, tmp_path: Path
) -> None:
    """The command, its debug log included, prints the token nowhere, whether it works or not."""
    assert place.server is not None
    environment = client_environment(place.server, tmp_path / "home")
    del environment["HF_TOKEN"]
    environment |= {"HF_DEBUG": "1", "HF_HUB_VERBOSITY": "debug"}
    for token, status in ((place.server.token, 0), ("hf_wrong", 1)):
        words = ["publish", str(small_chain["1.0.0"]), place.where, "--token", token]
        done = subprocess.run(
            [sys.executable, "-m", "corpus.cli", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        assert token not in done.stdout + done.stderr
