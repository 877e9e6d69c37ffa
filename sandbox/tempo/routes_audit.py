"""The audit log of Tempo: which worklogs were deleted.

`GET …/1/events/deleted/types/worklog?updatedFrom&limit&lastEvaluatedKey`. Public clients ask for it below `audit` and
below `papertrail`; they send a whole moment (a bare day is refused), get ids as text, and go on with the opaque
`metadata.lastEvaluatedKey` until there is none. Tempo keeps the log for 180 days.
"""

import base64
import binascii
from datetime import UTC, datetime, timedelta

from sandbox.http import Response
from sandbox.tempo.call import Call, Json, moment, refuse
from sandbox.tempo.records import Deletion

KEPT = timedelta(days=180)
_MOST = 1000


def deleted(call: Call) -> Response:
    """Give what was deleted at or after a moment, oldest first."""
    call.need("audit:view")
    since = max(_moment(call.request.one("updatedFrom")), call.site.now - KEPT)
    found = sorted((one for one in call.site.deletions if one.at >= since), key=lambda one: (one.at, one.worklog_id))
    start, size = _place(call.request.one("lastEvaluatedKey")), max(call.number("limit", 50, _MOST), 1)
    shown = found[start : start + size]
    metadata: dict[str, Json] = {"limit": size}
    if start + size < len(found):
        metadata["lastEvaluatedKey"] = _key(start + size)
    return Response.of_json({"metadata": metadata, "results": [_event(one) for one in shown]})


def _event(one: Deletion) -> Json:
    return {"tempoWorklogId": str(one.worklog_id), "jiraWorklogId": str(one.jira_id), "deletedAt": moment(one.at)}


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        at = None
    if at is None:
        refuse(400, "'updatedFrom' must be valid on the format: 'yyyy-MM-ddTHH:mm:ss'")
    return at.replace(tzinfo=at.tzinfo or UTC)


def _key(place: int) -> str:
    return base64.b64encode(f"place/{place}".encode()).decode()


def _place(key: str) -> int:
    if not key:
        return 0
    try:
        return int(base64.b64decode(key, validate=True).decode().removeprefix("place/"))
    except (binascii.Error, ValueError):
        refuse(400, "'lastEvaluatedKey' is not known")


ROUTES = (
    ("GET", "/audit/1/events/deleted/types/worklog", deleted),
    ("GET", "/papertrail/1/events/deleted/types/worklog", deleted),
)
