"""Runs a peer on comparison keys: `python peers.py PEER KEYS.parquet OUT.json [--signatures N]`.

Needs the peer and pyarrow, nothing of this library, so that it can run in an environment of its
own. KEYS has a column `key`; all peers get its character 5-grams and 128 values. OUT says the
seconds, of processor and clock, and the cluster of each key (its own number where it is alone).
"""

from __future__ import annotations

import json
import os
import pickle
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

GRAM = 5
VALUES = 128
WORKERS = 2


def read_keys(path: str) -> list[str]:
    """The keys."""
    import pyarrow.parquet as pq

    keys: list[str] = pq.read_table(path)["key"].to_pylist()
    return keys


def grams(key: str) -> list[bytes]:
    """The different character 5-grams of a key."""
    return [gram.encode() for gram in {key[n : n + GRAM] for n in range(len(key) - GRAM + 1)}]


def join(n: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """The cluster of each of `n`, when these pairs are joined."""
    parents = list(range(n))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = place = parents[parents[place]]
        return place

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parents[high] = low
    return [root(place) for place in range(n)]


def datasketch(path: str) -> list[int]:
    """MinHash and LSH at threshold .8, as its documentation shows them."""
    from datasketch import MinHash, MinHashLSH

    keys = read_keys(path)
    index = MinHashLSH(threshold=0.8, num_perm=VALUES)
    pairs = []
    for place, key in enumerate(keys):
        signature = MinHash(num_perm=VALUES)
        signature.update_batch(grams(key))
        pairs += [(place, other) for other in index.query(signature)]
        index.insert(place, signature)
    return join(len(keys), pairs)


def text_dedup(path: str) -> list[int]:
    """Its command `minhash`, on keys with a blank between characters, so that these are words."""
    keys = read_keys(path)
    with tempfile.TemporaryDirectory() as folder:
        spaced = Path(folder, "spaced.parquet")
        _write(spaced, {"text": [" ".join(key) for key in keys]})
        command = [sys.executable, "-m", "text_dedup.minhash", "--path", "parquet"]
        command += ["--data_files", str(spaced), "--split", "train", "--column", "text"]
        command += ["--cache_dir", f"{folder}/cache", "--output", f"{folder}/out", "--debug"]
        command += ["--ngram", str(GRAM), "--num_perm", str(VALUES), "--threshold", "0.8"]
        command += ["--num_proc", str(WORKERS)]
        subprocess.run(command, check=True, capture_output=True)
        with Path(folder, "out", "uf.pkl").open("rb") as file:
            found = pickle.load(file)
    pairs = [(int(one), int(other)) for one, other in found.parent.items()]
    return join(len(keys), pairs)


class Blanks:
    """A word tokenizer of datatrove that splits at blanks."""

    def word_tokenize(self, text: str) -> list[str]:
        """The characters of a key that was spaced."""
        return text.split()


def _trove_signature(folder: str, config: Any) -> Any:
    from datatrove.pipeline.dedup import minhash

    # Its own tokenizers are looked for as soon as a step is made, whether it is to use one or not.
    minhash.load_word_tokenizer = lambda _: Blanks()
    return minhash.MinhashDedupSignature(folder, config=config)


def _trove_config() -> Any:
    from datatrove.pipeline.dedup.minhash import MinhashConfig

    return MinhashConfig(n_grams=GRAM, num_buckets=16, hashes_per_bucket=8)


def datatrove(path: str) -> list[int]:
    """Its three steps, 16 buckets of 8."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup.minhash import MinhashDedupBuckets, MinhashDedupCluster
    from datatrove.pipeline.readers import ParquetReader

    keys, config = read_keys(path), _trove_config()
    with tempfile.TemporaryDirectory() as folder:
        half = (len(keys) + 1) // 2
        for number in range(WORKERS):
            part = keys[number * half : (number + 1) * half]
            _write(Path(folder, f"in/{number}.parquet"), {"text": [" ".join(key) for key in part]})

        def run(steps: list[Any], tasks: int) -> None:
            LocalPipelineExecutor(
                steps, tasks=tasks, workers=min(tasks, WORKERS), logging_dir=f"{folder}/log{tasks}"
            ).run()

        run([ParquetReader(f"{folder}/in"), _trove_signature(f"{folder}/sig", config)], WORKERS)
        run([MinhashDedupBuckets(f"{folder}/sig", f"{folder}/buckets", config=config)], 16)
        cluster = MinhashDedupCluster(
            f"{folder}/buckets", f"{folder}/out", config=config, save_cluster_id=True
        )
        run([cluster], 1)
        clusters = list(range(len(keys)))
        for number in range(WORKERS):
            for name in Path(folder, "out").glob(f"{number:06d}.clusters"):
                for place, label in struct.iter_unpack("<II", name.read_bytes()):
                    clusters[number * half + place] = len(keys) + label
    return clusters


def _write(path: Path, columns: dict[str, list[str]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


PEERS: dict[str, Callable[[str], list[int]]] = {
    "datasketch": datasketch,
    "text-dedup": text_dedup,
    "datatrove": datatrove,
}


def sign(peer: str, keys: list[str]) -> None:
    """Make the signatures of these keys and throw them away."""
    if peer == "datasketch":
        from datasketch import MinHash

        for key in keys:
            MinHash(num_perm=VALUES).update_batch(grams(key))
    else:
        with tempfile.TemporaryDirectory() as folder:
            step = _trove_signature(folder, _trove_config())
            for key in keys:
                step.get_signature(step.get_shingles(" ".join(key)))


def cpu_seconds() -> float:
    """Of this process, and of its children that have ended."""
    return sum(os.times()[:4])


def main() -> None:
    """Run, say how long it took."""
    peer, path, out, *rest = sys.argv[1:]
    begin, cpu = time.perf_counter(), cpu_seconds()
    found: dict[str, Any] = {}
    if rest:
        keys = read_keys(path)[: int(rest[1])]
        sign(peer, keys[:10])  # what is imported and made once
        begin, cpu = time.perf_counter(), cpu_seconds()
        sign(peer, keys)
    else:
        found["clusters"] = PEERS[peer](path)
    found["seconds"] = time.perf_counter() - begin
    found["cpu_seconds"] = cpu_seconds() - cpu
    Path(out).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
