"""The YAML head of the card, which the Hub and `datasets` read: configs, features, sizes."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from corpus.recipe import Card
from corpus.release.files import data_files
from corpus.release.manifest import ConfigEntry, Manifest
from corpus.schema import SCHEMAS, SPLITS


def render_head(manifest: Manifest, card: Card) -> str:
    """The YAML without its marks, the same for the same release."""
    from huggingface_hub import DatasetCardData

    data = DatasetCardData(
        language=["zh"],
        license=card.license or "unknown",
        license_name=card.license_name or None,
        license_link=card.license_link or None,
        pretty_name=card.pretty_name or manifest.name,
        size_categories=[size_category(manifest.n_articles)],
        task_categories=["text-generation"],
        task_ids=["language-modeling"],
        annotations_creators=["machine-generated"],
        language_creators=["found"],
        multilinguality=["monolingual"],
        source_datasets=["original"],
        tags=["chinese", "web", "zhcorpus"],
        configs=[_config(name) for name in manifest.configs_here()],
        dataset_info=[_dataset_info(name, manifest) for name in manifest.configs_here()],
    )
    return data.to_yaml(line_break="\n")


def _config(name: str) -> dict[str, Any]:
    files = [{"split": SPLITS[name], "path": data_files(name)}]
    default = {"default": True} if name == "default" else {}
    return {"config_name": name, **default, "data_files": files}


def _dataset_info(name: str, manifest: Manifest) -> dict[str, Any]:
    """What `datasets` checks on loading: a wrong number here breaks every user's load."""
    entry: ConfigEntry = manifest.configs[name]
    split = {"name": SPLITS[name], "num_bytes": entry.bytes, "num_examples": entry.rows}
    return {
        "config_name": name,
        "features": [_feature(field) for field in SCHEMAS[name]],
        "splits": [split],
        "download_size": sum(file.bytes for file in manifest.files_of(name)),
        "dataset_size": entry.bytes,
    }


def _feature(field: pa.Field) -> dict[str, Any]:
    kind = field.type
    if pa.types.is_struct(kind):
        return {"name": field.name, "struct": [_feature(child) for child in kind]}
    if pa.types.is_list(kind):
        return {"name": field.name, "list": _items(kind.value_type)}
    return {"name": field.name, "dtype": _dtype(kind)}


def _items(kind: pa.DataType) -> Any:
    return [_feature(child) for child in kind] if pa.types.is_struct(kind) else _dtype(kind)


def _dtype(kind: pa.DataType) -> str:
    names = {"double": "float64"}
    return names.get(str(kind), str(kind))


def size_category(n: int) -> str:
    """The Hub's word for a number of rows.

    >>> size_category(0), size_category(1000), size_category(2_500_000)
    ('n<1K', '1K<n<10K', '1M<n<10M')
    """
    steps = ["1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T"]
    for power, (low, high) in enumerate(zip(["", *steps], steps, strict=False)):
        if n < 10 ** (power + 3):
            return f"{low}<n<{high}" if low else f"n<{high}"
    return f"n>{steps[-1]}"
