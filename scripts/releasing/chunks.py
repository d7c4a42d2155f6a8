"""The bytes that the Hub does not have yet, counted by its own client, hf-xet, in a local store."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sent:
    """Bytes of some files, and how many of them the store did not have."""

    total: int
    new: int

    @property
    def share(self) -> float:
        """The new bytes as a share of all."""
        return self.new / max(self.total, 1)


class ChunkStore:
    """A store of chunks below a folder, into which hf-xet cuts files as it does for the Hub."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made; what the client keeps for itself goes there, too."""
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["HF_XET_CACHE"] = str(folder / "cache")  # read when the client is loaded
        import hf_xet

        self._session = hf_xet.XetSession()
        self._endpoint = f"local://{folder}/store"

    def send(self, paths: Sequence[Path]) -> Sent:
        """Put these files into the store, as one commit."""
        with self._session.new_upload_commit(endpoint=self._endpoint) as commit:
            uploads = [commit.start_upload_file(str(path)) for path in paths]
        metrics = [upload.result().dedup_metrics for upload in uploads]
        return Sent(sum(m.total_bytes for m in metrics), sum(m.new_bytes for m in metrics))
