"""A mailbox: drafts, what was sent, attachments that come in pieces.

Sources: Microsoft Graph, "user: sendMail", "Create message", "Update message" (internetMessageId of drafts), "Add
attachment", "attachment: createUploadSession", "message: send".
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sandbox.graph.errors import error

MOST_REQUEST_BYTES = 4 * 1024 * 1024
MOST_ATTACHMENT_AT_ONCE = 3 * 1000 * 1000
MOST_ATTACHMENT = 150 * 1000 * 1000


@dataclass
class Message:
    """One message. `attachments` are name -> content, beside what its MIME holds."""

    id: str
    mail: EmailMessage
    internet_message_id: str
    is_draft: bool
    attachments: dict[str, bytes] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """As a message resource."""
        return {
            "id": self.id, "internetMessageId": self.internet_message_id, "isDraft": self.is_draft,
            "subject": str(self.mail["Subject"]), "hasAttachments": bool(self.attachments),
        }  # fmt: skip


@dataclass
class Mailbox:
    """`keeps_ids`: messages keep the Message-ID that their MIME names. `sent_at` are moments of sending."""

    address: str
    keeps_ids: bool = True
    messages: dict[str, Message] = field(default_factory=dict)
    sent_at: deque[float] = field(default_factory=deque)

    @property
    def sent(self) -> list[Message]:
        """What went out, in order."""
        return [one for one in self.messages.values() if not one.is_draft]

    @property
    def drafts(self) -> list[Message]:
        """What did not."""
        return [one for one in self.messages.values() if one.is_draft]

    def take(self, body: bytes, *, is_draft: bool) -> Message:
        """A message in MIME, in base64."""
        try:
            raw = base64.b64decode(body, validate=True)
        except binascii.Error as bad:
            raise error(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.") from bad
        mail = message_from_bytes(raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)  # noqa: S101 - what that policy makes
        if not mail["To"]:
            raise error(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
        native = f"AAMk{uuid.uuid4().hex}="
        own = str(mail["Message-ID"] or "") if self.keeps_ids else ""
        made = Message(native, mail, own or f"<{uuid.uuid4().hex}@prod.outlook.com>", is_draft)
        self.messages[native] = made
        return made

    def attach(self, message: Message, name: str, content: bytes) -> None:
        """One file of a draft."""
        if len(content) > MOST_ATTACHMENT:
            raise error(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.")
        message.attachments[name] = content
