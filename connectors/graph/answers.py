"""What answers of Microsoft Graph say in their own way: errors with a code, and limits of a mailbox.

Sources: Microsoft Graph, "Microsoft Graph error responses and resource types" (`error.code`, `error.message`,
`innerError`); "driveItem: createUploadSession" (409 nameAlreadyExists, 412, 416, 507); "Throttling limits"
(Retry-After)
and Exchange Online limits (30 messages a minute of one mailbox).
"""

import re
from datetime import datetime

import orjson
import requests

from connectors.answers import Dialect
from connectors.limits import Allowance, Headers, Limits, Room, Throttle
from portfolio.errors import PlumbruleError, RemoteRefusal

CONFLICT = "graph.conflict"
"""The file is not the one that we looked at, or there is one where none was."""
LOCKED = "graph.locked"
FULL = "graph.full"
RANGE = "graph.range"
"""The bytes that we sent are not those that are expected next."""
TOO_LARGE = "graph.too_large"
REFUSALS = frozenset({CONFLICT, LOCKED, FULL, RANGE, TOO_LARGE})
"""Codes after which nothing has changed there."""

_SENDING = re.compile(r"^(?P<mailbox>.*/users/[^/]+)/(?:sendMail|messages/[^/]+/send)$", re.IGNORECASE)
_REFUSALS = {
    409: (CONFLICT, "has another file there", "Look at the file; what somebody else wrote is left."),
    412: (CONFLICT, "has another version of the file", "Look at the file; what somebody else wrote is left."),
    413: (TOO_LARGE, "takes no request of that size", "Leave formats out of the report, or narrow its scope."),
    416: (RANGE, "expects other bytes next", "Run again; nothing was lost."),
    423: (LOCKED, "has the file locked", "Somebody has it open or checked out; it is written with the next run."),
    507: (FULL, "has no room left", "Make room in the library, or let its owner raise its quota."),
}


def dialect(title: str, permission: str) -> Dialect:
    """How Graph answers. `permission` says what an administrator has to grant."""
    return Dialect(
        title=title,
        sign_in_remedy="Check tenant, app and its secret or certificate under `auth`; they may have expired.",
        permission_remedy=lambda _: permission,
        limits=Limits(throttle=_throttle, room=_room, record=mailbox_of, per_record=Allowance(30, 60.0)),
        message=_said,
        classify=lambda response: _refusal(response, title),
    )


def mailbox_of(method: str, path: str) -> str | None:
    """The mailbox that a call sends a message from; None for a call that sends none."""
    found = _SENDING.match(path) if method == "POST" else None
    return found["mailbox"] if found else None


def _refusal(response: requests.Response, title: str) -> PlumbruleError | None:
    known = _REFUSALS.get(response.status_code)
    if known is None:
        return None
    code, words, remedy = known
    said = _said(response.content)
    return RemoteRefusal(
        f"{title} {words} ({response.status_code}{': ' if said else ''}{said})", code=code, remedy=remedy
    )


def _said(body: bytes) -> str:
    try:
        told = orjson.loads(body)["error"]
        return ": ".join(str(told[key])[:200] for key in ("code", "message") if told.get(key))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def _throttle(_response: requests.Response, _now: datetime) -> Throttle:
    return Throttle(reason="limit of Microsoft Graph")


def _room(headers: Headers) -> Room:
    """SharePoint tells what is left from four fifths of its limit on (`RateLimit-Remaining`, `RateLimit-Limit`)."""
    try:
        left, most = float(headers.get("RateLimit-Remaining", "")), float(headers.get("RateLimit-Limit", ""))
    except ValueError:
        return Room()
    return Room(low=most > 0 and left / most < 0.2)
