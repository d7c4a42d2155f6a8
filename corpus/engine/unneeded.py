"""What a worker does without, though a library it uses would import it."""

from __future__ import annotations

import sys

UNNEEDED = frozenset({"pandas"})
"""Arrow imports pandas, where it is installed, to see whether what it is given is a Series. Workers
give it none, and the import costs each a third of a second and 40 MB."""


def refuse_unneeded() -> None:
    """From here on these modules are as if they were not installed."""
    sys.meta_path.insert(0, _Refuser())


class _Refuser:
    """A finder of modules that is asked before all others."""

    def find_spec(self, name: str, *_: object) -> None:
        """Nothing is known of it here; what is refused is not looked for elsewhere."""
        if name in UNNEEDED:
            raise ModuleNotFoundError(f"a worker does without {name}", name=name)
