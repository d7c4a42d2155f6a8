"""The stage of pages of a build, alone: in a plain loop, or by the engine with one worker.

python scripts/measuring/pages_alone.py loop|engine PAGES WORK
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from corpus import engine, loading
from corpus.pipeline import stages
from corpus.pipeline.run import cut_shards
from corpus.recipe import Recipe


def main(how: str, pages: str, folder: str) -> None:
    """Do all shards."""
    recipe = Recipe()
    shards = cut_shards(loading.list_inputs([pages], recipe.loading))
    stage = stages.pages(recipe)
    work = engine.Work(folder)
    if how == "engine":
        engine.run(stage, shards, work, engine.Options(1))
    else:
        for shard in shards:
            stage.function(shard.task, shard.name, work)


if __name__ == "__main__":
    main(*sys.argv[1:])
