"""A report on its way to a receiver: the documents that it is made of, as a mark's body holds them.

Reports write it, connectors carry it, plans keep it byte for byte. The first document is the report itself in the form
that the receiver shows; the others go along as files.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Document:
    """One file: its name, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Delivery:
    """A report of one day in one language. `page_url` is where the whole page stands, where somebody said so.

    `subject` is the line over a mail; None: the title.
    """

    title: str
    day: date
    language: str
    documents: tuple[Document, ...]
    page_url: str | None = None
    subject: str | None = None

    @property
    def main(self) -> Document:
        """The report in the form that the receiver shows."""
        return self.documents[0]

    @property
    def files(self) -> tuple[Document, ...]:
        """What goes along."""
        return self.documents[1:]


def body_of(delivery: Delivery) -> dict[str, Any]:
    """The body of a mark."""
    return {
        "title": delivery.title,
        "day": delivery.day.isoformat(),
        "language": delivery.language,
        "page_url": delivery.page_url,
        "documents": [_packed(document) for document in delivery.documents],
        **({"subject": delivery.subject} if delivery.subject else {}),  # others keep the body, and hash, that they had
    }


def read_delivery(body: Mapping[str, Any]) -> Delivery:
    """The same the other way. Raises ValueError for a body that is none."""
    try:
        documents: Sequence[Document] = [_unpacked(packed) for packed in body["documents"]]
        day = date.fromisoformat(body["day"])
        told = (body["page_url"], body.get("subject"))
        delivery = Delivery(body["title"], day, body["language"], tuple(documents), *told)
    except (KeyError, TypeError, binascii.Error) as error:
        raise ValueError(f"not a report on its way: {error}") from error
    if not documents:
        raise ValueError("not a report on its way: there is no document in it")
    return delivery


def _packed(document: Document) -> dict[str, str]:
    content = base64.b64encode(document.content).decode("ascii")
    return {"name": document.name, "media_type": document.media_type, "base64": content}


def _unpacked(packed: Mapping[str, str]) -> Document:
    return Document(packed["name"], packed["media_type"], base64.b64decode(packed["base64"], validate=True))
