"""Damage to releases on the Hub is found where they lie, through its own client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_place import Place, build_chain, on_server
from huggingface_hub import HfFileSystem

import corpus
from corpus.errors import SourceError, VersionError
from corpus.release import read_manifest


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Releases by version, to be read only."""
    return build_chain(tmp_path_factory.mktemp("chain"))


@pytest.fixture
def place(
    chain: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A dataset with the first two of them."""
    HfFileSystem.clear_instance_cache()
    with on_server(tmp_path, monkeypatch) as place:
        place.publish(chain["1.0.0"])
        place.publish(chain["1.1.0"])
        yield place
    HfFileSystem.clear_instance_cache()


@pytest.mark.parametrize("quick", [False, True])
def test_damage_on_the_hub_is_found(place: Place, chain: dict[str, Path], quick: bool) -> None:
    """What somebody else committed over a file or beside it is named, by a quick look too."""
    file = read_manifest(chain["1.1.0"]).files_of("default")[0]
    data = bytearray((chain["1.1.0"] / file.path).read_bytes())
    data[len(data) // 2] ^= 1
    place.write(file.path, bytes(data))
    place.write("noise/v0.9.0/train-00000-of-00001.parquet", bytes(data))
    found = {(f.check, f.where) for f in corpus.verify(place.where, quick=quick).findings}
    assert ("check_bytes", file.path) in found
    assert ("check_presence", "noise/v0.9.0/train-00000-of-00001.parquet") in found
    assert corpus.verify(f"{place.name}@v1.1.0", quick=quick).findings == ()


def test_what_the_hub_has_not_is_worded(place: Place) -> None:
    """A version or dataset that there is not is an error that says so."""
    with pytest.raises(VersionError, match=r"has no v9\.9\.9"):
        corpus.verify(f"{place.name}@v9.9.9")
    with pytest.raises(SourceError, match="nor a dataset"):
        corpus.diff("org/other", place.where)
