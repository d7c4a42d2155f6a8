"""The order of a stage: what waits, what runs, what is done, and what to do when a worker dies.

It is the same for every backend. A backend gives hands: they take jobs and tell what became of
them, nothing else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from corpus.engine.jobs import Job, Outcome, read_notes
from corpus.engine.poison import LEFT_OUT, MAX_DEATHS, Search, find_piece
from corpus.engine.stages import Done, Pieces, Result, Shard, Stage, digest_of
from corpus.engine.stores import TRIALS
from corpus.engine.work import Work
from corpus.errors import EngineError

MAX_LEFT_OUT = 100
"""Pieces of one shard that may be left out; beyond it something other than a page is wrong."""

MAX_SEARCHES = 3
"""Searches through one shard that find nothing before it is given up."""

OnDone = Callable[[Done], None]


class Hands(Protocol):
    """Who does jobs: processes of this machine, or of a cluster."""

    def n_free(self) -> int:
        """How many more jobs they take now."""

    def give(self, ticket: int, job: Job) -> None:
        """Have a job done; only while `n_free` is positive."""

    def collect(self) -> list[Outcome]:
        """What became of at least one of the jobs given; waits for it."""

    def drop(self) -> None:
        """End all jobs that are given, whatever becomes of them; others may be given then."""

    def close(self) -> None:
        """End all of them, when none has a job."""


@dataclass(slots=True)
class _Hunt:
    """A search for the piece of a shard that ends every worker, and the task it tries now."""

    pieces: Pieces
    search: Search
    trial: Any


@dataclass(slots=True, eq=False)
class _Turn:
    """A shard that is not done yet: the task as it stands, and its misfortunes so far."""

    shard: Shard
    task: Any
    deaths: int = 0
    all_deaths: int = 0
    left_out: int = 0
    searches: int = 0
    hunt: _Hunt | None = None


@dataclass(slots=True)
class Schedule:
    """One stage on its way."""

    stage: Stage
    work: Work
    hands: Hands
    on_done: OnDone | None
    waiting: deque[_Turn] = field(default_factory=deque)
    running: dict[int, _Turn] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    tickets: int = 0

    def finish(self, shards: Sequence[Shard]) -> list[Result]:
        """The results of all shards, in their order.

        Raises:
            EngineError: Workers die on a shard, and not because of one piece of it.
            CorpusError: The first error of a worker; other errors as they were raised.
        """
        _check_names(shards)
        self.results = read_notes(self.stage, list(shards), self.work)
        for shard in shards:
            if shard.name in self.results:
                self._tell(Done(shard.name, self.results[shard.name], skipped=True))
            else:
                self.waiting.append(_Turn(shard, shard.task))
        try:
            self._work_off()
        finally:
            if self.running or self.waiting:
                self.hands.drop()
        return [self.results[shard.name] for shard in shards]

    def _work_off(self) -> None:
        while self.waiting or self.running:
            while self.waiting and self.hands.n_free() > 0:
                self._start(self.waiting.popleft())
            for outcome in self.hands.collect():
                self._take(self.running.pop(outcome.ticket), outcome)

    def _start(self, turn: _Turn) -> None:
        shard = turn.shard
        task, work = turn.task, self.work
        if turn.hunt is not None:
            task, work = turn.hunt.trial, replace(work, trial=f"{self.stage.name}-{shard.name}")
            work.remove("")
        digest = digest_of(self.stage, shard)
        self.tickets += 1
        self.running[self.tickets] = turn
        job = Job(self.stage.name, self.stage.function, shard.name, digest, task, work)
        self.hands.give(self.tickets, job)

    def _take(self, turn: _Turn, outcome: Outcome) -> None:
        turn.all_deaths += outcome.death is not None
        if turn.hunt is not None:
            self._advance(turn, turn.hunt, died=outcome.death is not None)
        elif outcome.error is not None:
            raise outcome.error
        elif outcome.death is not None:
            self._mourn(turn, outcome.death)
        else:
            name = turn.shard.name
            self.results[name] = outcome.result
            self._tell(Done(name, outcome.result, False, turn.all_deaths, turn.left_out))
            return
        self.waiting.appendleft(turn)

    def _mourn(self, turn: _Turn, death: str) -> None:
        """A worker died on the shard: run it again, or look for the piece that does it."""
        turn.deaths += 1
        if turn.deaths < MAX_DEATHS:
            return
        if self.stage.pieces is None or turn.searches == MAX_SEARCHES:
            alone = " but on none of its pages alone" if turn.searches else ""
            raise self._give_up(turn, f"{turn.all_deaths} workers died on it ({death}){alone}")
        if turn.left_out == MAX_LEFT_OUT:
            raise self._give_up(turn, f"more than {MAX_LEFT_OUT} of its pages end every worker")
        search = find_piece(turn.task, self.stage.pieces)
        turn.hunt = _Hunt(self.stage.pieces, search, next(search))

    def _give_up(self, turn: _Turn, what: str) -> EngineError:
        return EngineError(
            f"{self.stage.name}, shard {turn.shard.name}",
            what,
            "if memory ran out, use fewer workers; what is finished is kept for the next run",
        )

    def _advance(self, turn: _Turn, hunt: _Hunt, died: bool) -> None:
        """Go on with a search after a trial; with its piece left out the shard runs again."""
        try:
            hunt.trial = hunt.search.send(died)
        except StopIteration as found:
            turn.hunt = None
            self.work.remove(f"{TRIALS}/{self.stage.name}-{turn.shard.name}/")
            if found.value is None:
                turn.searches += 1
                turn.deaths = 0
            else:
                turn.left_out += 1
                turn.task = hunt.pieces.without(turn.task, found.value, LEFT_OUT)
                # The next death is one of the same kind: no need to see three of it again.
                turn.deaths = MAX_DEATHS - 1

    def _tell(self, done: Done) -> None:
        if self.on_done is not None:
            self.on_done(done)


def _check_names(shards: Sequence[Shard]) -> None:
    seen: set[str] = set()
    for shard in shards:
        if shard.name in seen or "." in shard.name or "/" in shard.name or not shard.name:
            raise EngineError(
                f"shard {shard.name!r}",
                "its name is empty, taken, or has a dot or a slash",
                "this is a fault of the library: please report it",
            )
        seen.add(shard.name)
