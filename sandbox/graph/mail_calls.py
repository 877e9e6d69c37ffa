"""What Exchange Online answers through Graph."""

from __future__ import annotations

import base64
import binascii
import re

from sandbox.graph.errors import error, mail_denied
from sandbox.graph.mailbox import MOST_ATTACHMENT, MOST_ATTACHMENT_AT_ONCE, MOST_REQUEST_BYTES, Mailbox, Message
from sandbox.graph.site import Caller, GraphSite
from sandbox.graph.uploads import Uploads
from sandbox.messages import Request, Response

_FILTER = re.compile(r"internetMessageId eq '((?:[^']|'')*)'")
_READ = frozenset({"Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite"})


class MailCalls:
    """Calls below /users/{mailbox}."""

    def __init__(self, site: GraphSite, uploads: Uploads) -> None:
        self._site = site
        self._uploads = uploads

    def send_mail(self, request: Request, caller: Caller) -> Response:
        """POST sendMail with MIME: 202 and no body."""
        box = self._box(request, caller, {"Mail.Send"})
        _small(request)
        if request.headers.get("Content-Type", "").partition(";")[0] != "text/plain":
            raise error(400, "BadRequest", "The sandbox takes MIME content as text/plain.")
        self._count(box)
        box.take(request.body, is_draft=False)
        return Response(202)

    def messages(self, request: Request, caller: Caller) -> Response:
        """GET messages, filtered by internetMessageId."""
        box = self._box(request, caller, _READ)
        found = list(box.messages.values())
        if wanted := request.one("$filter"):
            match = _FILTER.fullmatch(wanted)
            if match is None:
                raise error(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.")
            found = [m for m in found if m.internet_message_id == match[1].replace("''", "'")]
        most = int(request.one("$top", "10"))
        return Response.of_json({"value": [message.shown() for message in found[:most]]})

    def create(self, request: Request, caller: Caller) -> Response:
        """POST messages with MIME: a draft, 201."""
        box = self._box(request, caller, {"Mail.ReadWrite"})
        _small(request)
        return Response.of_json(box.take(request.body, is_draft=True).shown(), status=201)

    def update(self, request: Request, caller: Caller) -> Response:
        """PATCH a draft."""
        message = self._draft(request, caller)
        message.internet_message_id = str(request.json().get("internetMessageId", message.internet_message_id))
        return Response.of_json(message.shown())

    def delete(self, request: Request, caller: Caller) -> Response:
        """DELETE a message."""
        box = self._box(request, caller, {"Mail.ReadWrite"})
        del box.messages[self._message(box, request).id]
        return Response(204)

    def send(self, request: Request, caller: Caller) -> Response:
        """POST send of a draft: 202."""
        box = self._box(request, caller, {"Mail.Send"})
        message = self._message(box, request)
        if not message.is_draft:
            raise error(400, "ErrorInvalidOperation", "The message was sent already.")
        self._count(box)
        message.is_draft = False
        return Response(202)

    def attach(self, request: Request, caller: Caller) -> Response:
        """POST attachments: a file of less than 3 MB."""
        message = self._draft(request, caller)
        _small(request)
        given = request.json()
        try:
            content = base64.b64decode(given["contentBytes"], validate=True)
        except (KeyError, binascii.Error) as bad:
            raise error(400, "ErrorInvalidRequest", "contentBytes is missing or no base64.") from bad
        if given.get("@odata.type") != "#microsoft.graph.fileAttachment" or len(content) >= MOST_ATTACHMENT_AT_ONCE:
            raise error(413, "RequestEntityTooLarge", "Use an upload session for attachments of 3 MB and more.")
        self._box(request, caller, {"Mail.ReadWrite"}).attach(message, str(given["name"]), content)
        return Response.of_json({"id": f"{message.id}-{len(message.attachments)}", "name": given["name"]}, status=201)

    def attach_in_pieces(self, request: Request, caller: Caller) -> Response:
        """POST attachments/createUploadSession."""
        box, message = self._box(request, caller, {"Mail.ReadWrite"}), self._draft(request, caller)
        item = request.json()["AttachmentItem"]
        if item.get("attachmentType") != "file" or not 0 < int(item["size"]) <= MOST_ATTACHMENT:
            raise error(400, "ErrorInvalidRequest", "AttachmentItem is not valid.")

        def done(content: bytes) -> Response:
            box.attach(message, str(item["name"]), content)
            return Response(201, headers={"Location": f"{request.origin}/attachments/{len(message.attachments)}"})

        return self._uploads.start(request, int(item["size"]), done, of_mail=True)

    def _box(self, request: Request, caller: Caller, wanted: frozenset[str] | set[str]) -> Mailbox:
        if not caller.permissions & wanted:
            raise mail_denied()
        found = self._site.mailboxes.get(request.params["mailbox"].lower())
        if found is None:
            raise error(404, "ErrorInvalidUser", f"The requested user '{request.params['mailbox']}' is invalid.")
        if caller.user is not None and caller.user.lower() != found.address.lower():
            raise mail_denied()
        return found

    def _message(self, box: Mailbox, request: Request) -> Message:
        found = box.messages.get(request.params["message"])
        if found is None:
            raise error(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        return found

    def _draft(self, request: Request, caller: Caller) -> Message:
        message = self._message(self._box(request, caller, {"Mail.ReadWrite"}), request)
        if not message.is_draft:
            raise error(400, "ErrorInvalidOperation", "The message was sent already.")
        return message

    def _count(self, box: Mailbox) -> None:
        """At most so many messages a minute (Exchange Online limits, "Message rate limit")."""
        now = self._site.monotonic()
        while box.sent_at and box.sent_at[0] <= now - 60:
            box.sent_at.popleft()
        if len(box.sent_at) >= self._site.sends_a_minute:
            wait = str(max(1, int(box.sent_at[0] + 60 - now) + 1))
            raise error(429, "ApplicationThrottled", "Application is over its MessageRate limit.",
                        headers={"Retry-After": wait})  # fmt: skip
        box.sent_at.append(now)


def _small(request: Request) -> None:
    if len(request.body) > MOST_REQUEST_BYTES:
        raise error(413, "RequestEntityTooLarge", "The request exceeds the maximum size of 4 MB.")
