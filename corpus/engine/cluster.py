"""A cluster: the same jobs as Ray core tasks. The working folder must be one that all nodes see.

Ray is used for nothing but running a function somewhere: no objects, no actors, no data sets. A
task takes the pickled job and returns the pickled outcome, a few hundred bytes.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from corpus.engine.answers import answer
from corpus.engine.jobs import Job, Outcome
from corpus.engine.stages import Options
from corpus.engine.unneeded import give_back_tables, keep_memory, rarely_look_for_cycles
from corpus.errors import EngineError
from corpus.version import __version__

AHEAD = 2
"""Tasks given for each core of the cluster: one that runs and one that a node has ready. A cluster
that grows by itself sees from those that wait that it should."""

STORE_BYTES = 80_000_000
"""Size of the object store of a cluster of this machine, the least that Ray takes: it is unused."""


def open_ray(options: Options) -> RayHands:
    """Tasks of the cluster at `options.ray_address`, or of one that is started on this machine.

    In a process that is connected to a cluster already, that one is used and left as it is.

    Raises:
        EngineError: Ray is not installed, or no cluster answers at the address.
    """
    try:
        import ray
    except ModuleNotFoundError:
        raise EngineError(
            "backend ray", "Ray is not installed", 'pip install "zhcorpus[ray]"'
        ) from None
    is_ours = not ray.is_initialized()
    if is_ours:
        _connect(ray, options)
    return RayHands(ray, _task_of(ray), options.workers, is_ours)


def _connect(ray: Any, options: Options) -> None:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        if options.ray_address is not None:
            ray.init(options.ray_address, **quiet)
        else:
            own = {"num_cpus": options.workers, "object_store_memory": STORE_BYTES}
            with _our_path():
                ray.init("local", include_dashboard=False, **own, **quiet)
    except (ConnectionError, TimeoutError, ValueError, RuntimeError) as error:
        where = f"Ray at {options.ray_address or 'this machine'}"
        remedy = "look with `ray status` whether it runs"
        raise EngineError(where, str(error).partition("\n")[0], remedy) from error


@contextmanager
def _our_path() -> Iterator[None]:
    """Processes that are started inside find the modules that this one finds."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _task_of(ray: Any) -> Any:
    # Deaths are counted here, not by Ray: after three of them comes the search for the page.
    return ray.remote(num_cpus=1, max_retries=0)(_do)


def _do(message: bytes, versions: tuple[str, ...]) -> bytes:
    """A task: the outcome of a job, unless this node would give other bytes than the others."""
    own = library_versions()
    if own != versions:
        found = ", ".join(sorted(set(own) - set(versions)))
        wanted = ", ".join(sorted(set(versions) - set(own)))
        what = f"has {found}, the run has {wanted}"
        error = EngineError(f"node {os.uname().nodename}", what, "install the same versions")
        return pickle.dumps(Outcome(0, error=error))
    rarely_look_for_cycles()
    keep_memory()
    outcome = answer(message)
    give_back_tables()
    return outcome


@cache
def library_versions() -> tuple[str, ...]:
    """What must be the same on all nodes for the same bytes: this library, Arrow, Python."""
    from importlib import metadata  # here, as only a cluster needs it

    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    arrow = f"pyarrow {metadata.version('pyarrow')}"
    return f"zhcorpus {__version__}", arrow, python


@dataclass(slots=True)
class RayHands:
    """Tasks that are under way: at most `workers`, or `AHEAD` for each core of the cluster."""

    ray: Any
    task: Any
    workers: int | None
    is_ours: bool
    under_way: dict[Any, int] = field(default_factory=dict)

    def n_free(self) -> int:
        """Tasks that may still be given; the cluster may have grown meanwhile."""
        cores = int(self.ray.cluster_resources().get("CPU", 1))
        return (self.workers or AHEAD * cores) - len(self.under_way)

    def give(self, ticket: int, job: Job) -> None:
        """Have the cluster run it."""
        self.under_way[self.task.remote(pickle.dumps(job), library_versions())] = ticket

    def collect(self) -> list[Outcome]:
        """The outcomes of the tasks that ended; a lost node is the death of its tasks."""
        done, _ = self.ray.wait(list(self.under_way), num_returns=1)
        return [self._outcome(reference, self.under_way.pop(reference)) for reference in done]

    def _outcome(self, reference: Any, ticket: int) -> Outcome:
        errors = self.ray.exceptions
        try:
            outcome: Outcome = pickle.loads(self.ray.get(reference))  # noqa: S301 - from `_do`
        except errors.RayTaskError as error:
            # It never came to the job: this library is missing there, or is another one.
            what = str(error.cause or error).rpartition("\n")[2]
            raise EngineError("a node", what, "install this library on all nodes") from error
        except errors.RayError as error:
            return Outcome(ticket, death=type(error).__name__)
        return Outcome(ticket, outcome.result, outcome.error)

    def drop(self) -> None:
        """End the tasks that are under way."""
        for reference in self.under_way:
            self.ray.cancel(reference, force=True)
        self.under_way.clear()

    def close(self) -> None:
        """Leave the cluster, and end it if it was started here."""
        self.drop()
        if self.is_ours:
            self.ray.shutdown()
