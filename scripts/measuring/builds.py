"""Builds of generated crawls, measured: time by stage, memory, and the digest of the release."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.measuring.processes import Blow, Ran, watch

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a benchmark finds its articles and puts its crawls and releases."""

    articles: Path
    folder: Path
    seed: int = 1

    def crawl(self, n_pages: int, forms: str | None = None) -> Path:
        """The folder of the pages of a crawl, made if it is not there yet."""
        out = self.folder / f"crawl-{n_pages}{'-' + forms if forms else ''}"
        if not (out / "done").exists():
            shutil.rmtree(out, ignore_errors=True)
            command = [sys.executable, str(ROOT / "scripts" / "make_crawl")]
            command += [str(self.articles), str(out), "--pages", str(n_pages)]
            command += ["--seed", str(self.seed), *(["--formats", forms] if forms else [])]
            subprocess.run(command, check=True, stdout=sys.stderr)
            (out / "done").touch()
        return out / "pages"


@dataclass(frozen=True, slots=True)
class Built:
    """A build that came to its end; `stages` tells when each began, in seconds."""

    ran: Ran
    digest: str
    n_read: int
    n_kept: int
    stages: dict[str, float]

    def row(self) -> dict[str, Any]:
        """What is written down of it."""
        return {
            "pages": self.n_read,
            "kept": self.n_kept,
            "seconds": round(self.ran.seconds, 1),
            "cpu_seconds": round(self.ran.cpu_seconds, 1),
            "pages_per_second": round(self.n_read / self.ran.seconds, 1),
            "parent_mb": round(self.ran.parent.own / 1e6),
            "parent_resident_mb": round(self.ran.parent.resident / 1e6),
            "worker_mb": round(self.ran.worker.own / 1e6),
            "worker_resident_mb": round(self.ran.worker.resident / 1e6),
            "stages": {name: round(end - begin, 1) for name, begin, end in self.spans()},
            "stage_mb": {name: self.peaks(begin, end) for name, begin, end in self.spans()},
            "release": self.digest[:16],
        }

    def spans(self) -> list[tuple[str, float, float]]:
        """Each stage, when it began and when it ended."""
        ends = [*self.stages.values(), self.ran.seconds][1:]
        return [(*stage, end) for stage, end in zip(self.stages.items(), ends, strict=True)]

    def peaks(self, begin: float, end: float) -> list[int]:
        """The most memory of its own, in MB, that the parent had then, and that a worker had."""
        looks = [(0, 0), *(look[1:] for look in self.ran.looks if begin <= look[0] < end)]
        return [round(max(sizes) / 1e6) for sizes in zip(*looks, strict=True)]


def build(pages: Path, out: Path, options: Sequence[str] = (), blows: Sequence[Blow] = ()) -> Built:
    """Build a release of the pages; `out` must not be there."""
    ran = run_build(pages, out, options, blows)
    if ran.code != 0:
        raise SystemExit(f"the build failed: {ran.lines[-3:]}")
    counts = json.loads(ran.stdout)
    return Built(ran, digest_of(out), counts["read"], counts["kept"], stage_begins(ran))


def run_build(
    pages: Path, out: Path, options: Sequence[str] = (), blows: Sequence[Blow] = ()
) -> Ran:
    """Run a build, whatever becomes of it."""
    command = [sys.executable, "-m", "corpus.cli", "build", str(pages), "--out", str(out)]
    command += ["--version", "1.0.0", "--json", *options]
    return watch(command, blows, ROOT)


def stage_begins(ran: Ran) -> dict[str, float]:
    """When each stage began, from the progress that a build reports as JSON lines."""
    begins: dict[str, float] = {}
    for moment, line in ran.lines:
        if line.startswith("{"):
            begins.setdefault(json.loads(line)["stage"], moment)
    return begins


def digest_of(folder: Path) -> str:
    """One digest of all files of a release, by name."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            own = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()} {own}\n".encode())
    return total.hexdigest()
