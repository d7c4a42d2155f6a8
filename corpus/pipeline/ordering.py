"""The rows of a build put in order, a group of shards at a time, once duplicates are known."""

from __future__ import annotations

from dataclasses import dataclass

from corpus import release as releasing
from corpus.engine import Work
from corpus.pipeline.store import WorkStore
from corpus.pipeline.verdicts import Groups
from corpus.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Ordering:
    """What the stage `order` needs to know of the whole build.

    These are the names of all shards, and where the verdicts on their articles lie.
    """

    shards: tuple[str, ...]
    verdicts: Groups

    def tasks(self) -> list[tuple[str, tuple[int, ...]]]:
        """The groups of shards, by name."""
        return self.verdicts.tasks(len(self.shards))

    def group(self, places: tuple[int, ...], work: Work) -> releasing.Group:
        """The shards at these places, with the verdicts as deduplication left them."""
        names = [self.shards[place] for place in places]
        return releasing.Group(places, names, self.verdicts.read(WorkStore(work), places))

    def leave(self, group: releasing.Group, shard: str, work: Work, recipe: Recipe) -> int:
        """Leave the rows of a group sorted; how many articles the release has of them."""
        n_rows = releasing.batch_rows(self.verdicts.n)
        return releasing.order_rows(work, group, recipe.release, run_name(shard), n_rows)


def run_name(group: str) -> str:
    """Under which name a group's rows lie."""
    return f"order/{group}"


def order_rows(task: tuple[int, ...], shard: str, work: Work, how: Ordering, recipe: Recipe) -> int:
    """Sort the rows of a group of shards; how many articles the release has of them."""
    return how.leave(how.group(task, work), shard, work, recipe)
