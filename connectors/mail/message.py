"""The mail that a report is: HTML with a text beside it, and files. Pure; the same report makes the same bytes."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

from portfolio.delivery import Delivery, Document

IDS = uuid.UUID("8a1f0d5e-0b6e-5d3c-8f2e-7a6c5b4d3e2f")
_DOT_STUFFED = SMTP.clone(max_line_length=900)
"""Lines of a mail have 998 characters at most (RFC 5322, 2.1.1)."""


class Addressed(Protocol):
    """Who writes to whom."""

    @property
    def sender(self) -> str:
        """Address that mails come from."""
        ...

    @property
    def to(self) -> Sequence[str]:
        """Addresses of who gets them."""
        ...


def message_id(sender: str, *named: str) -> str:
    """A Message-ID that is the same for the same names, in the domain of the sender (RFC 5322, 3.6.4)."""
    return f"<{uuid.uuid5(IDS, chr(10).join(named))}@{sender.rpartition('@')[2]}>"


def message(people: Addressed, own_id: str, delivery: Delivery, *, with_files: bool = True) -> EmailMessage:
    """The mail. Its date is the report's day, so that the same report makes the same bytes."""
    mail = EmailMessage(policy=_DOT_STUFFED)
    mail["Subject"] = " ".join((delivery.subject or delivery.title).split())
    mail["From"] = people.sender
    mail["To"] = ", ".join(people.to)
    mail["Date"] = format_datetime(datetime.combine(delivery.day, time(), UTC))
    mail["Message-ID"] = own_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes are not sent back
    text, files = parts_of(delivery)
    page = delivery.main.content.decode("utf-8")
    if text is not None:
        mail.set_content(text.content.decode("utf-8"), cte="quoted-printable")
        mail.add_alternative(page, subtype="html", cte="quoted-printable")
    else:
        mail.set_content(page, subtype="html", cte="quoted-printable")
    for document in files if with_files else ():
        kind, _, subtype = document.media_type.partition(";")[0].partition("/")
        mail.add_attachment(document.content, maintype=kind, subtype=subtype, filename=document.name)
    return _same_boundaries(mail, own_id)


def parts_of(delivery: Delivery) -> tuple[Document | None, tuple[Document, ...]]:
    """The text that stands beside the page, if there is one, and the files that go along."""
    text = next((d for d in delivery.files if d.media_type.startswith("text/plain")), None)
    return text, tuple(d for d in delivery.files if d is not text)


def _same_boundaries(mail: EmailMessage, own_id: str) -> EmailMessage:
    """Boundaries from the id: the standard library would draw them by chance."""
    seed = uuid.uuid5(IDS, own_id).hex
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{seed}_{number}")
    return mail
