"""What an error of one write means: for that change alone, for its host, or for the whole run."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from connectors.records import RecordBusy
from portfolio.errors import PlumbruleError, RateLimited, SignInError
from portfolio.ports import Change, Receipt

SILENT = frozenset({"remote.unreachable", "remote.unavailable"})
"""Codes of errors after which more calls to the same host would only wait."""
_REFUSED = frozenset({"remote.refused", "remote.not_found", "remote.removed", "sign_in.permission"})
"""Codes of errors that say that nothing was written."""


class HostSilent(Exception):
    """The host does not answer, after all tries; what was under way has its receipt."""


@dataclass(frozen=True)
class Postponed(Receipt):
    """The receipt of a change whose issue must be left alone for a moment; it is tried again when others are done."""

    why: RecordBusy | None = None


def not_tried(change: Change, host: str) -> Receipt:
    """The receipt of a change that was left because of an earlier one."""
    return Receipt(change, change.remote_id, f"not tried: {host} does not answer", unwritten=True)


def failed(change: Change, error: PlumbruleError) -> Receipt:
    """The receipt of a change that Jira refused or did not answer.

    Raises RateLimited and SignInError again where they concern more than this change: a limit on writes to one issue
    leaves the others alone.
    """
    if isinstance(error, RecordBusy):
        return Postponed(change, change.remote_id, error.what, unwritten=True, why=error)
    limited = isinstance(error, RateLimited)
    if isinstance(error, RateLimited) and not error.one_record:
        raise error
    if isinstance(error, SignInError) and error.code != "sign_in.permission":
        raise error
    words = f"{error.what} {error.remedy}" if isinstance(error, SignInError | RateLimited) else error.what
    return Receipt(change, change.remote_id, words, unwritten=limited or error.code in _REFUSED)


def each(changes: Iterable[Change], write: Callable[[Change], str | None]) -> Iterator[Receipt]:
    """One call a change; `write` gives the remote id. Raises HostSilent after the first that was not answered."""
    for change in changes:
        try:
            remote_id = write(change)
        except PlumbruleError as error:
            yield failed(change, error)
            if error.code in SILENT:
                raise HostSilent from error
        else:
            yield Receipt(change, remote_id)
