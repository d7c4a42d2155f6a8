"""How much an input may expand: the guard against small archives that unpack to terabytes."""

from __future__ import annotations

import errno

GRACE_BYTES = 100_000_000
"""An input of any size may expand to so much: text in many copies compresses well."""


class TooMuchError(OSError):
    """An archive is beyond a limit of the recipe; `what` says which."""

    def __init__(self, what: str) -> None:
        """Word it."""
        super().__init__(errno.EFBIG, what)
        self.what = what


class Budget:
    """Counts what an input, its archives and the archives in them expand to, all together."""

    def __init__(self, n_bytes: int, max_expansion: int) -> None:
        """An input of `n_bytes`, 0 where unknown, may give `max_expansion` times as many bytes."""
        self._max_expansion = max_expansion
        self._allowed = GRACE_BYTES + max_expansion * n_bytes
        self._is_known = n_bytes > 0
        self._n_out = 0

    def receive(self, n_bytes: int) -> None:
        """Count bytes that came in, where their number was not known before."""
        if not self._is_known:
            self._allowed += self._max_expansion * n_bytes

    def spend(self, n_bytes: int) -> None:
        """Count bytes that came out.

        Raises:
            TooMuchError: They are more than the input may give.
        """
        self._n_out += n_bytes
        if self._n_out > self._allowed:
            raise TooMuchError(f"expands to more than {self._max_expansion} times its size")
