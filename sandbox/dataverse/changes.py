"""Change tracking: delta links, what has changed since one, and when one is too old.

(Microsoft, "Use change tracking to synchronize data with external systems".) A token is the number of the last change
and the time at which it was given: `919058!08/22/2017 08:21:20`. A row that came and went since is told as deleted,
though the client never saw it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from sandbox.dataverse import paging
from sandbox.dataverse.calls import MOST_ROWS, Call
from sandbox.dataverse.errors import BAD_QUERY, EXPIRED_VERSION_STAMP, NOT_ALLOWED, NOT_TRACKED, refuse
from sandbox.dataverse.paging import Place
from sandbox.dataverse.schema import Column, Table
from sandbox.dataverse.shapes import record
from sandbox.dataverse.site import Deletion, Row
from sandbox.http import Response

_STAMP = "%m/%d/%Y %H:%M:%S"
_ALONE = ("$filter", "$orderby", "$expand", "$top")


def need_tracking(call: Call, table: Table) -> None:
    """Refuse to track where the query, the table or the caller's privileges do not allow it."""
    mixed = [name for name in _ALONE if name in call.request.query]
    if mixed:
        refuse(400, BAD_QUERY, f"The query parameter {mixed[0]} is not supported when tracking changes")
    if table.entity_set not in call.site.tracked:
        refuse(400, NOT_TRACKED, f"Entity {table.logical} isn't enabled for change tracking.")
    if call.caller.depth != "organization":
        message = (
            f"Principal user (Id={call.caller.user}, type=8) is missing prvRead{table.logical} privilege at "
            "organization depth, which retrieving changes needs."
        )
        refuse(403, NOT_ALLOWED, message)


def link(call: Call, table: Table, version: int) -> str:
    """The link at which what changes after `version` can be had."""
    selected = call.request.one("$select")
    asked = f"$select={quote(selected, safe=',')}&" if selected else ""
    token = quote(f"{version}!{call.site.now.strftime(_STAMP)}", safe="")
    return f"{call.root}/{table.entity_set}?{asked}$deltatoken={token}"


def delta(call: Call, table: Table, columns: Iterable[Column]) -> Response:
    """Answer GET {set}?$deltatoken=…: changed rows, then deleted ones, then the next delta link."""
    need_tracking(call, table)
    since = _since(call)
    place = paging.read(call.request) or Place(1, 0, "", True, str(call.site.version))
    found = _changed(call, table, since)
    shown = found[place.at : place.at + (call.page_size or MOST_ROWS)]
    document: dict[str, object] = {"@odata.context": f"{call.root}/$metadata#{table.entity_set}/$delta"}
    document["value"] = [_told(call, table, one, list(columns)) for one in shown]
    end = place.at + len(shown)
    if end < len(found):
        following = Place(place.page + 1, end, "", True, place.version)
        document["@odata.nextLink"] = paging.link(call.request, call.root, table.key, following)
    else:
        document["@odata.deltaLink"] = link(call, table, int(place.version))
    return call.answer(document)


def count(call: Call, table: Table) -> int:
    """How many rows were changed or deleted since the token."""
    need_tracking(call, table)
    return len(_changed(call, table, _since(call)))


def _since(call: Call) -> int:
    """The change that a token names; the refusal of an expired one where it is too old, or none of ours."""
    version, _, stamp = call.request.one("$deltatoken").partition("!")
    try:
        given = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
        known = int(version) <= call.site.version
    except ValueError:
        known = False
    if not known or call.site.now - given > timedelta(days=call.site.expire_days):
        message = "Version stamp associated with the client has expired. Please perform a full sync."
        refuse(call.site.expired_status, EXPIRED_VERSION_STAMP, message)
    return int(version)


def _changed(call: Call, table: Table, since: int) -> Sequence[Row | Deletion]:
    rows = [row for row in call.visible(table) if _version(row) > since]
    gone = [one for one in call.site.deleted[table.entity_set] if one.version > since]
    return [*sorted(rows, key=_version), *gone]


def _version(row: Row) -> int:
    return int(str(row["versionnumber"]))


def _told(call: Call, table: Table, one: Row | Deletion, columns: list[Column]) -> dict[str, object]:
    if isinstance(one, Deletion):
        context = f"{call.root}/$metadata#{table.entity_set}/$deletedEntity"
        return {"@odata.context": context, "id": one.key, "reason": "deleted"}
    return record(call.site, table, one, columns, call.annotations)
