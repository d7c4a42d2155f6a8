"""Where the files of a release lie: names only, no bytes."""

from __future__ import annotations

from corpus.schema import FOLDERS, SINGLE, SPLITS


def config_folder(config: str, version: str) -> str:
    """Where the files of a config lie: a folder for each batch, or one of its own (`SINGLE`).

    >>> config_folder("default", "1.2.0"), config_folder("sample", "1.2.0")
    ('data/v1.2.0', 'sample')
    """
    return FOLDERS[config] if config in SINGLE else f"{FOLDERS[config]}/v{version}"


def data_files(config: str) -> str:
    """The pattern of all files of a config, in all batches.

    >>> data_files("sample"), data_files("validation")
    ('sample/train-*.parquet', 'validation/*/validation-*.parquet')
    """
    folder = FOLDERS[config] if config in SINGLE else f"{FOLDERS[config]}/*"
    return f"{folder}/{SPLITS[config]}-*.parquet"


def file_path(config: str, version: str, number: int, total: int) -> str:
    """Where the `number`th of `total` files of a config lies, from 0.

    >>> file_path("noise", "1.0.0", 0, 12)
    'noise/v1.0.0/train-00000-of-00012.parquet'
    """
    return f"{config_folder(config, version)}/{SPLITS[config]}-{number:05d}-of-{total:05d}.parquet"
