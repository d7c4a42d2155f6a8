"""What the Hub answers when it does not do something: what passes, and words for what does not."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from corpus.errors import PublishError
from corpus.publishing.contract import Report

ATTEMPTS = 6
"""How often in a row a step may fail before publishing gives up."""

FIRST_SECONDS = 1.0
"""The wait after the first failure; it doubles with each."""

MOST_SECONDS = 60.0

PATIENCE_SECONDS = 900.0
"""Longer than this publishing does not wait because the Hub says so, but asks to come again."""

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""The answers that may be another one soon."""

MOVED = 412
"""Somebody else committed meanwhile."""

CONFLICT = 409
"""It is there already, or both sides changed it."""

QUOTA = re.compile(r"quota|storage\ limit|storage\ space|payment|billing", re.IGNORECASE)


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong: the status of an answer, or none where there was no answer."""

    status: int | None
    message: str
    wait_seconds: float | None = None

    @property
    def is_passing(self) -> bool:
        """Whether it is worth to look again."""
        return self.status is None or self.status in PASSING


def failures() -> tuple[type[Exception], ...]:
    """What `huggingface_hub`, its HTTP client and `hf_xet` raise when a request fails."""
    from huggingface_hub import errors

    return (OSError, RuntimeError, *errors.HfHubHTTPError.__bases__)


def read_failure(error: Exception) -> Failure:
    """What an error of theirs says."""
    response: Any = getattr(error, "response", None)
    cause = error.__cause__
    if response is None and isinstance(error, RuntimeError) and cause is not None:
        response, error = getattr(cause, "response", None), _as_exception(cause, error)
    if response is None:
        return Failure(None, _first_line(error))
    said = getattr(error, "server_message", None) or response.headers.get("X-Error-Message")
    words = " ".join((said or _first_line(error)).split())
    return Failure(response.status_code, words, _wait_of(response))


def _as_exception(cause: BaseException, error: Exception) -> Exception:
    return cause if isinstance(cause, Exception) else error


def _wait_of(response: Any) -> float | None:
    """The seconds that an answer asks to wait, in either of the two ways the Hub has."""
    said = response.headers.get("Retry-After", "")
    if said.strip().isdigit():
        return float(said)
    reset = re.search(r"r=0;t=(\d+)", response.headers.get("RateLimit", "").replace(" ", ""))
    return float(reset[1]) if reset else None


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0].strip() if lines else type(error).__name__


def insist(step: Callable[[], Result], report: Report, where: str) -> Result:
    """What `step` gives; where a failure may pass, it is waited and the step is done again.

    The step must look anew at what is there, because a failed one may have done its work.

    Raises:
        PublishError: It fails for good, or too often.
    """
    wait = FIRST_SECONDS
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return step()
        except failures() as error:
            _refuse_lasting(error, where)
            failure = read_failure(error)
            if attempt == ATTEMPTS or not failure.is_passing:
                raise
            asked = failure.wait_seconds
            if asked is not None and asked > PATIENCE_SECONDS:
                raise PublishError(
                    where,
                    f"the Hub asks to wait {asked:,.0f} seconds ({failure.status})",
                    "run again then: what was sent stays there",
                ) from None
            seconds = wait if asked is None else asked
            wait = min(2 * wait, MOST_SECONDS)
            what = f"{failure.status or 'no answer'}: {failure.message}"
            report(f"waiting {seconds:g} s ({what}), then looking again")
            time.sleep(seconds)
    raise AssertionError  # the last attempt returns or raises


def _refuse_lasting(error: Exception, where: str) -> None:
    """Word what no waiting changes, though it looks like a network that is gone.

    An error of a file on this machine names the file; one of a connection names none.

    Raises:
        PublishError: As said.
    """
    from huggingface_hub import errors

    if isinstance(error, errors.OfflineModeIsEnabled):
        raise PublishError(where, "HF_HUB_OFFLINE is set", "unset it to publish") from None
    if isinstance(error, OSError) and error.filename:
        what = error.strerror or "cannot be read"
        raise PublishError(str(error.filename), what, "look at it, then run again") from None
    if isinstance(error, errors.LocalTokenNotFoundError):
        raise PublishError(where, "nobody is logged in", WORDS[401][1]) from None


@contextmanager
def hub_errors(where: str, token: str | None) -> Iterator[None]:
    """Words what remains of what the Hub, its client or the network did; the token is in no word.

    Raises:
        PublishError: In place of it.
    """
    try:
        yield
    except PublishError as error:
        cleaned = _without_token(error.what, token)
        if cleaned == error.what:
            raise
        raise PublishError(error.where, cleaned, error.remedy) from None
    except failures() as error:
        _refuse_lasting(error, where)
        raise _word(read_failure(error), where, token) from None
    except ValueError as error:  # the client, of a card or a name that it does not take
        what = _without_token(" ".join(str(error).split()), token)
        raise PublishError(where, what, "correct it, then run again") from None


NO_ROOM = ("there is no room", "free space on the Hub or ask for more")

WORDS: dict[int, tuple[str, str]] = {
    401: (
        "the Hub does not know the token",
        "log in with `hf auth login`, or set HF_TOKEN to one that may write",
    ),
    402: NO_ROOM,
    403: (
        "this user may not write there",
        "use a token with the right to write, or ask the owners",
    ),
    404: ("there is no such dataset", "check the name, and who you are logged in as"),
    413: NO_ROOM,
    429: ("too many requests", "run again in some minutes"),
    507: NO_ROOM,
}
"""What an answer means, and what to do now, by its status."""


def _word(failure: Failure, where: str, token: str | None) -> PublishError:
    """The failure in words, with those of the Hub."""
    status = failure.status
    if status is None:
        what, remedy = "the Hub cannot be reached", "check the network, then run again"
    elif status == 403 and QUOTA.search(failure.message):
        what, remedy = NO_ROOM
    elif failure.status in WORDS:
        what, remedy = WORDS[status]
    elif failure.is_passing:
        what, remedy = f"the Hub has trouble ({status})", "run again later"
    else:
        what, remedy = f"the Hub refuses ({status})", "correct it, then run again"
    return PublishError(where, f"{what}: {_without_token(failure.message, token)}", remedy)


def _without_token(text: str, token: str | None) -> str:
    """The text without the token, should an answer repeat it."""
    from huggingface_hub import get_token

    for secret in (token, get_token()):
        if secret:
            text = text.replace(secret, "…")
    return text
