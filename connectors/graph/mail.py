"""Mails reports from a mailbox of Exchange Online, through Microsoft Graph.

A mail is sent once a day and report, under a Message-ID that is made from both. Where the answer to a sending is lost,
or is an error that came after the deed, the mailbox is asked for that Message-ID before anything is repeated; a later
run of the same day asks first, too. Without the right to read the mailbox it is never repeated.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, TypeVar

from connectors.examining import looked
from connectors.graph.answers import REFUSALS
from connectors.graph.carrying import GraphCarrier
from connectors.graph.connection import Connection, Grants
from connectors.graph.mailbox import MOST_ATTACHMENT_BYTES, MOST_REQUEST_BYTES, Mailbox
from connectors.graph.permissions import mail_permissions
from connectors.graph.settings import GraphMailReceiver
from connectors.mail.message import message, message_id, parts_of
from connectors.odd_answers import tells_odd_answers
from connectors.pacing import Clock
from connectors.receivers import Refused, Unknown
from portfolio.delivery import Delivery, read_delivery
from portfolio.errors import PlumbruleError, RateLimited, RemoteError, SignInError
from portfolio.ports import Change, Channel, Observation

T = TypeVar("T")
LOOKS_AFTER_SECONDS = (2.0, 8.0, 20.0)
"""A message that was accepted is in the mailbox within seconds; so long after a doubtful answer we look for it."""
_TRIES = 2


@tells_odd_answers
class GraphMailList(GraphCarrier):
    """The `Publisher` of one list of people."""

    channel: ClassVar[Channel] = "message"
    title: ClassVar[str] = "a mail list"
    refusals: ClassVar[frozenset[str]] = REFUSALS
    settings: GraphMailReceiver

    def __init__(self, name: str, settings: GraphMailReceiver, clock: Clock) -> None:
        super().__init__(name)
        self.settings = settings
        self._clock = clock

    def connect(self, link: Connection) -> None:
        """Take the connection that reports go over."""
        super().connect(link)
        self._mailbox = Mailbox(link.http, self.settings.mailbox, link.beside)

    def send(self, change: Change, delivery: Delivery) -> str | None:
        """Send one mail to all of the list; returns its Message-ID."""
        own_id = self._own_id(change)
        if change.action == "update" and self._went_out(own_id, (0.0,)):  # an earlier run does not know what became
            return own_id
        mail = self._mail(change, delivery)
        if len(base64.b64encode(mail)) <= MOST_REQUEST_BYTES:
            self._sent(own_id, lambda: self._mailbox.send(mail))
            return own_id
        draft = self._draft(own_id, delivery)
        self._sent(own_id, lambda: self._mailbox.send_draft(draft))
        return own_id

    def preview(self, change: Change) -> Mapping[str, bytes]:
        """The mail, whole, also where it would go out as a draft with its files."""
        return {} if change.mark.body is None else {"mail.eml": self._mail(change, read_delivery(change.mark.body))}

    def examine(self) -> Iterator[Observation]:
        """What the app may do, and whether what was sent can be looked up."""
        grants: list[Grants] = []

        def signs_in() -> Iterator[Observation]:
            grants.append(self._link.grants())
            yield Observation("sign-in", "ok", f"{self._link.signing.account()}, for {self.settings.mailbox}")
            yield from mail_permissions(grants[0], self.settings.mailbox)

        yield from looked("sign-in", signs_in)
        if grants:
            yield from looked("mailbox", self._can_be_read)

    def _own_id(self, change: Change) -> str:
        return message_id(self.settings.sender, self.name, change.mark.name)

    def _mail(self, change: Change, delivery: Delivery) -> bytes:
        return message(self.settings, self._own_id(change), delivery).as_bytes()

    def _can_be_read(self) -> Iterator[Observation]:
        try:
            self._mailbox.may_be_read()
        except SignInError as error:
            remedy = "Grant Mail.ReadBasic.All; without it a mail whose fate is unknown is neither found nor repeated."
            yield Observation("mailbox", "warning", f"what was sent cannot be looked up: {error.what}", remedy)
            return
        yield Observation("mailbox", "ok", "what was sent can be looked up by its Message-ID")

    def _sent(self, own_id: str, deed: Callable[[], None]) -> None:
        """Do it; where nobody knows whether it was done, look, and repeat only what is certain not to have been."""
        for last in (*[False] * (_TRIES - 1), True):
            try:
                deed()
            except RateLimited:
                raise
            except RemoteError as error:
                if self._went_out(own_id, LOOKS_AFTER_SECONDS, error):
                    return
                if last:
                    why = f"{error.what}; it is not in the mailbox so far, and the next run of today looks again"
                    raise Unknown(why) from error
            else:
                return

    def _went_out(self, own_id: str, after_seconds: tuple[float, ...], why: PlumbruleError | None = None) -> bool:
        """Whether the mailbox holds the message as sent. Raises Unknown where it cannot be asked."""
        for seconds in after_seconds:
            if seconds:
                self._clock.sleep(seconds)
            try:
                found = self._mailbox.find(own_id)
            except RateLimited:
                raise
            except PlumbruleError as error:
                told = f"{why.what}; " if why else "an earlier run does not know whether it was sent; "
                raise Unknown(
                    f"{told}it cannot be looked up ({error.what}), so it is not sent again: look whether it came"
                ) from error
            if found is not None and not found.is_draft:
                return True
        return False

    def _draft(self, own_id: str, delivery: Delivery) -> str:
        """A draft with all its files. Where that fails nothing was sent: the draft is taken away again."""
        text_and_page = message(self.settings, own_id, delivery, with_files=False).as_bytes()
        _, files = parts_of(delivery)
        for document in files:
            if len(document.content) > MOST_ATTACHMENT_BYTES:
                raise Refused(f"{document.name} has more than the 150 MB that Outlook takes; nothing was sent")
        self._forget_draft(own_id)
        try:
            draft = self._mailbox.draft(text_and_page, own_id)
            for document in files:
                self._mailbox.attach(draft, document)
        except (RateLimited, SignInError):
            self._forget_draft(own_id)
            raise
        except PlumbruleError as error:
            self._forget_draft(own_id)
            raise Refused(f"{error.what} {error.remedy} Nothing was sent.") from error
        return draft

    def _forget_draft(self, own_id: str) -> None:
        """Take away a draft of ours that an earlier try left; one that stays does no harm."""
        try:
            found = self._mailbox.find(own_id)
            if found is not None and found.is_draft:
                self._mailbox.discard(found.id)
        except PlumbruleError:
            return
