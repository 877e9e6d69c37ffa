"""Tempo's worklogs as time entries. Pure.

An entry belongs to the rows of a Jira source: it names Jira's issue by its id and a person by the account id (Cloud)
or user key (Data Center), and no project.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson

from portfolio.ports import Rejected, Row

_SECONDS_AN_HOUR = Decimal(3600)
_HUNDREDTH = Decimal("0.01")
_BODY_CHARACTERS = 4000


class Unreadable(ValueError):
    """A worklog that is not what the interface promises; the message says which value."""


@dataclass(frozen=True)
class Home:
    """What names the rows: the source, the Jira source that it belongs to, and the attribute of the account."""

    source: str
    jira: str
    account_attribute: str = "_Account_"

    def entry_id(self, worklog: Any) -> str:
        """Our id of a worklog, by Tempo's."""
        return f"{self.source}:time:{native(worklog, 'tempoWorklogId')}"


@dataclass
class Read:
    """Rows of a page, and the records that could not be read."""

    rows: list[Row] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """A kind of Tempo's records: its name for people, the key of its id, and the kind in ids of ours."""

    name: str
    id_key: str
    ours: str


WORKLOG = Kind("worklog", "tempoWorklogId", "time")
ACCOUNT = Kind("account", "id", "billing")


def read_all(
    records: Iterable[Any], home: Home, make: Callable[[Mapping[str, Any], Home], Row], kind: Kind = WORKLOG
) -> Read:
    """Every record that can be read, and the rest as rejections; none is lost."""
    read = Read()
    for number, record in enumerate(records, 1):
        try:
            if not isinstance(record, dict):
                raise Unreadable(f"a {kind.name} was due, not {record!r:.60}")
            read.rows.append(make(record, home))
        except Unreadable as why:
            known = record.get(kind.id_key) if isinstance(record, dict) else None
            named = f"{home.source}:{kind.ours}:{known}" if known else f"{kind.name} number {number} of its page"
            body = orjson.dumps(record).decode()[:_BODY_CHARACTERS]
            read.rejected.append(
                Rejected(named, f"tempo.bad_{kind.name}", f"{kind.name} {known or number}: {why}", body)
            )
    return read


def cloud_row(worklog: Mapping[str, Any], home: Home) -> Row:
    """A worklog of REST v4. Its day is the person's own; seconds are whole."""
    return {
        "id": home.entry_id(worklog.get("tempoWorklogId")),
        "source": home.source,
        "work_item_id": f"{home.jira}:item:{native(_part(worklog, 'issue').get('id'), 'issue.id')}",
        "account_id": f"{home.jira}:account:{native(_part(worklog, 'author').get('accountId'), 'author.accountId')}",
        "spent_on": day(worklog.get("startDate"), "startDate"),
        "hours": hours(worklog.get("timeSpentSeconds"), "timeSpentSeconds"),
        "billable_hours": _optional_hours(worklog.get("billableSeconds"), "billableSeconds"),
        "billing_account": _attribute(_part(worklog, "attributes").get("values"), home.account_attribute),
        "created_at": instant(worklog.get("createdAt"), "createdAt"),
        "updated_at": instant(worklog.get("updatedAt"), "updatedAt"),
    }


def data_center_row(worklog: Mapping[str, Any], home: Home) -> Row:
    """A worklog of the servlet of Data Center: `started` without zone, `worker` a user key."""
    issue = _part(worklog, "issue")
    project = issue.get("projectId")
    attributes = _part(worklog, "attributes")
    return {
        "id": home.entry_id(worklog.get("tempoWorklogId")),
        "source": home.source,
        "project_id": f"{home.jira}:project:{project}" if project else None,
        "work_item_id": f"{home.jira}:item:{native(issue.get('id') or worklog.get('originTaskId'), 'issue.id')}",
        "account_id": f"{home.jira}:account:{native(worklog.get('worker'), 'worker')}",
        "spent_on": day(worklog.get("started"), "started"),
        "hours": hours(worklog.get("timeSpentSeconds"), "timeSpentSeconds"),
        "billable_hours": _optional_hours(worklog.get("billableSeconds"), "billableSeconds"),
        "billing_account": _attribute(list(attributes.values()), home.account_attribute),
        "created_at": None,  # dateCreated states no zone, and the server's is not told
        "updated_at": None,
    }


def native(value: Any, what: str) -> str:
    """An id, which Tempo writes as a number or as text. Raises Unreadable."""
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
        return str(value).strip()
    raise Unreadable(f"{what} is missing")


def hours(seconds: Any, what: str) -> Decimal:
    """Whole seconds as hours at a hundredth. Raises Unreadable."""
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 0:
        raise Unreadable(f"{what} is {seconds!r:.60}, not a number of seconds")
    return (Decimal(seconds) / _SECONDS_AN_HOUR).quantize(_HUNDREDTH, ROUND_HALF_UP)


def day(value: Any, what: str) -> date:
    """The day of `2026-11-23` or `2026-11-23 00:00:00.000`. Raises Unreadable."""
    try:
        return date.fromisoformat(value[:10])
    except (TypeError, ValueError) as error:
        raise Unreadable(f"{what} is {value!r:.60}, not a date") from error


def instant(value: Any, what: str) -> datetime | None:
    """A moment, UTC. Raises Unreadable."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Unreadable(f"{what} is {value!r:.60}, not a moment") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _optional_hours(seconds: Any, what: str) -> Decimal | None:
    return None if seconds is None else hours(seconds, what)


def _part(worklog: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = worklog.get(name)
    return value if isinstance(value, dict) else {}


def _attribute(values: Any, wanted: str) -> str | None:
    """The value of the work attribute that holds the account's key."""
    if not wanted or not isinstance(values, list):
        return None
    found = (v.get("value") for v in values if isinstance(v, dict) and v.get("key") == wanted)
    return next((str(value) for value in found if value), None)
