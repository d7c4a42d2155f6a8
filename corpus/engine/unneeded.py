"""What a worker does without, though a library it uses would import it."""

from __future__ import annotations

import gc
import sys

UNNEEDED = frozenset({"pandas"})
"""Arrow imports pandas, where it is installed, to see whether what it is given is a Series. Workers
give it none, and the import costs each a third of a second and 40 MB."""


RARELY = (100_000, 20, 50)
"""How many more objects there are before Python looks for such as hold each other, and how many
such looks go by before it looks at older ones, too. Pages leave none behind; with Python's own 700
a look comes with every third page, goes through all that is known of 32 of them, and takes 3 % of
the time of a build."""


def rarely_look_for_cycles() -> None:
    """From here on objects that only hold each other may stay for some more pages."""
    gc.set_threshold(*RARELY)


def refuse_unneeded() -> None:
    """From here on these modules are as if they were not installed."""
    sys.meta_path.insert(0, _Refuser())


class _Refuser:
    """A finder of modules that is asked before all others."""

    def find_spec(self, name: str, *_: object) -> None:
        """Nothing is known of it here; what is refused is not looked for elsewhere."""
        if name in UNNEEDED:
            raise ModuleNotFoundError(f"a worker does without {name}", name=name)
