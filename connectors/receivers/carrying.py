"""Carries reports to a receiver one by one: a failure of one is a receipt, and the others go on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from portfolio.delivery import Delivery, read_delivery
from portfolio.errors import PlumbruleError, RateLimited, SignInError
from portfolio.ports import Change, Channel, Missing, Receipt, Review, Row, Traffic

_NOTHING_DONE = frozenset({"remote.refused", "remote.not_found", "remote.removed", "remote.rate_limited"})
"""Codes of errors that say for certain that nothing was taken."""


class Refused(Exception):
    """The receiver cannot or will not take it; nothing was written. The message is for who sends."""


class Unknown(Exception):
    """Nobody knows whether it was taken. The message is for who sends."""


class Carrier:
    """A `Publisher` of reports to one receiver. What differs is `send` and `take_back`.

    Both return, or raise Refused, Unknown or a PlumbruleError. `channel` says whether reports are pages that are kept
    up to date, or messages that are sent once.
    """

    channel: ClassVar[Channel]
    title: ClassVar[str]
    """What such a receiver is called."""
    refusals: ClassVar[frozenset[str]] = frozenset()
    """Codes of errors of its own that say for certain that nothing was taken."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.traffic = Traffic()

    def send(self, change: Change, delivery: Delivery) -> str | None:
        """Bring one report; returns the id that the receiver gave."""
        raise NotImplementedError

    def take_back(self, change: Change) -> None:
        """Remove a page that we made; one that is gone already is no mistake."""
        raise Refused(f"{self.title} takes nothing back")

    def preview(self, change: Change) -> Mapping[str, bytes]:
        """What would be sent, by file name: for most receivers the documents as they are. Raises ValueError."""
        if change.mark.body is None:
            return {}
        return {document.name: document.content for document in read_delivery(change.mark.body).documents}

    def preflight(self, changes: Sequence[Change]) -> Sequence[Missing]:
        """What the account lacks; most receivers tell only when they are sent to."""
        return ()

    def apply(self, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt a change. Raises SignInError where the sign-in is refused, RateLimited where we are to stop."""
        for change in changes:
            yield self._receipt(change)

    def review(self, publications: Sequence[Row]) -> Review:
        """Nothing to tell: what became of a report there is seen when it is written again."""
        return Review()

    def close(self) -> None:
        """Give connections back."""

    def _receipt(self, change: Change) -> Receipt:
        if why := self._objection(change):
            return Receipt(change, change.remote_id, why, unwritten=True)
        try:
            if change.mark.body is None:
                self.take_back(change)
                return Receipt(change)
            return Receipt(change, self.send(change, read_delivery(change.mark.body)))
        except (Refused, ValueError) as error:
            return Receipt(change, change.remote_id, str(error), unwritten=True)
        except Unknown as error:
            return Receipt(change, change.remote_id, str(error))
        except (RateLimited, SignInError):
            raise
        except PlumbruleError as error:
            certain = error.code in _NOTHING_DONE | self.refusals
            doubt = "Nobody knows whether it came, and it is not sent again: look there."
            then = doubt if self.channel == "message" and not certain else error.remedy
            return Receipt(change, change.remote_id, f"{error.what}. {then}".rstrip(". ") + ".", unwritten=certain)

    def _objection(self, change: Change) -> str:
        mark = change.mark
        if mark.source != self.name:
            return f"it belongs to {mark.source}, not to {self.name}"
        if mark.channel != self.channel or mark.target_kind != "receiver":
            return f"{self.title} takes reports, no {mark.channel} on a {mark.target_kind}"
        return ""
