"""zhcorpus: scraped Chinese web pages in, a clean, deduplicated, versioned dataset out.

    article = corpus.extract(data)                       # one page: bytes or text
    repaired = corpus.repair(text)                       # .text and .edits
    release = corpus.build(sources, out, version="1.0.0")
    dataset = corpus.load(out)                           # a datasets.Dataset
    found = corpus.verify(out)                           # .is_sound and .findings
    corpus.publish(out, "hf://datasets/org/name")        # whole there, or nothing

What these names need is imported when they are first used: `import corpus` itself is light.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from corpus.version import __version__

if TYPE_CHECKING:
    from corpus.cleaning import repair
    from corpus.loading import read
    from corpus.pipeline import build, extract
    from corpus.pipeline.explain import explain
    from corpus.pipeline.publication import publish, versions
    from corpus.release.diff import diff
    from corpus.release.export import export
    from corpus.release.load import Release, load
    from corpus.release.verify import verify

__all__ = [
    "Release",
    "__version__",
    "build",
    "diff",
    "explain",
    "export",
    "extract",
    "load",
    "publish",
    "read",
    "repair",
    "verify",
    "versions",
]

_ROOMS = {
    "Release": "corpus.release",
    "build": "corpus.pipeline",
    "diff": "corpus.release",
    "explain": "corpus.pipeline.explain",
    "export": "corpus.release",
    "extract": "corpus.pipeline",
    "load": "corpus.release",
    "publish": "corpus.pipeline.publication",
    "read": "corpus.loading",
    "repair": "corpus.cleaning",
    "verify": "corpus.release",
    "versions": "corpus.pipeline.publication",
}


def __getattr__(name: str) -> Any:
    """The public name `name`, from the room it lives in."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'corpus' has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
