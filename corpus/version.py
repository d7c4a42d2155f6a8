"""The version of the library. Datasets have versions of their own."""

__version__ = "0.1.0"
