"""One mailbox of Exchange Online, as Microsoft Graph serves it.

Sources: Microsoft Graph, "user: sendMail" (MIME in base64 as text/plain; 202), "Create message" (a draft in MIME; 4 MB
at most), "Add attachment" and "Attach large files to Outlook messages" (below 3 MB at once, up to 150 MB by a session),
"message: send", "List messages" ($filter on internetMessageId).
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from connectors.graph.uploading import Upload
from connectors.http import Http
from portfolio.delivery import Document

MOST_REQUEST_BYTES = 4 * 1024 * 1024
"""Of a message in MIME, in base64: so the message itself has 3 MiB at most."""
MOST_AT_ONCE_BYTES = 3 * 1000 * 1000 - 1
"""Of one attachment in one request."""
MOST_ATTACHMENT_BYTES = 150 * 1000 * 1000
_PLAIN = {"Content-Type": "text/plain"}


@dataclass(frozen=True)
class Found:
    """A message in the mailbox. `is_draft`: it has not been sent."""

    id: str
    is_draft: bool


class Mailbox:
    """Sends, and looks up what was sent. POSTs are never repeated here: who calls decides."""

    def __init__(self, http: Http, address: str, beside: Callable[[str], Http]) -> None:
        self._http = http
        self._home = f"/users/{quote(address, safe='@')}"
        self._beside = beside

    def send(self, mail: bytes) -> None:
        """A whole message at once. Accepted is not yet delivered."""
        body = base64.b64encode(mail)
        self._http.request("POST", f"{self._home}/sendMail", body=body, headers=_PLAIN)

    def find(self, message_id: str) -> Found | None:
        """The message of that Message-ID, wherever in the mailbox it is; one that was sent before a draft of it."""
        wanted = message_id.replace("'", "''")
        params = {"$filter": f"internetMessageId eq '{wanted}'", "$select": "id,isDraft,internetMessageId"}
        rows = self._http.get_json(f"{self._home}/messages", params)["value"]
        found = [Found(str(row["id"]), row.get("isDraft") is True) for row in rows]
        return min(found, key=lambda one: one.is_draft, default=None)

    def may_be_read(self) -> None:
        """Raises what keeps us from looking up messages."""
        self._http.get_json(f"{self._home}/messages", {"$top": 1, "$select": "id"})

    def draft(self, mail: bytes, message_id: str) -> str:
        """A draft of a message without its files; returns its id. Its Message-ID is ours also where the mailbox gave
        another."""
        response = self._http.request("POST", f"{self._home}/messages", body=base64.b64encode(mail), headers=_PLAIN)
        made: Mapping[str, Any] = response.json()
        native = str(made["id"])
        if made.get("internetMessageId") != message_id:
            renamed = orjson.dumps({"internetMessageId": message_id})
            self._http.request("PATCH", self._of(native), body=renamed, read_only=True)
        return native

    def attach(self, draft: str, document: Document) -> None:
        """Put a file to a draft."""
        if len(document.content) <= MOST_AT_ONCE_BYTES:
            body = {
                "@odata.type": "#microsoft.graph.fileAttachment",
                "name": document.name,
                "contentType": document.media_type.partition(";")[0],
                "contentBytes": base64.b64encode(document.content).decode("ascii"),
            }
            self._http.post_json(f"{self._of(draft)}/attachments", body)
            return
        item = {"attachmentType": "file", "name": document.name, "size": len(document.content)}
        session = self._http.post_json(
            f"{self._of(draft)}/attachments/createUploadSession", {"AttachmentItem": item}, read_only=True
        )
        upload = Upload(self._beside(str(session["uploadUrl"])), resumable=False)
        try:
            upload.send(document.content)
        finally:
            upload.close()

    def send_draft(self, draft: str) -> None:
        """Send a draft; it can be sent once only."""
        self._http.request("POST", f"{self._of(draft)}/send", body=b"")

    def discard(self, draft: str) -> None:
        """Delete a draft."""
        self._http.delete(self._of(draft))

    def _of(self, native: str) -> str:
        return f"{self._home}/messages/{quote(native, safe='')}"
