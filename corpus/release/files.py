"""Where the files of a release lie: names only, no bytes."""

from __future__ import annotations

from corpus.schema import FOLDERS


def config_folder(config: str, version: str) -> str:
    """Where the files of a config lie: a folder for each batch, the sample in one of its own.

    >>> config_folder("default", "1.2.0"), config_folder("sample", "1.2.0")
    ('data/v1.2.0', 'sample')
    """
    return FOLDERS[config] if config == "sample" else f"{FOLDERS[config]}/v{version}"


def data_files(config: str) -> str:
    """The pattern of all files of a config, in all batches.

    >>> data_files("default"), data_files("sample")
    ('data/*/train-*.parquet', 'sample/train-*.parquet')
    """
    folder = FOLDERS[config] if config == "sample" else f"{FOLDERS[config]}/*"
    return f"{folder}/train-*.parquet"
