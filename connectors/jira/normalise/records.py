"""Records of which an answer holds thousands, as typed objects: a dictionary for each costs twice as much to make, and
three times as much memory to go through.

Nearly every value may be anything, for it is judged where it is read; points in time are read by the decoder, which
takes no longer than to take them as texts. What does not come from a typed decoder (Data Center,
records of an unforeseen shape, tests) is put into the same form first, so that there is one mapper of each record. The
garbage collector does not look through them (`gc`): JSON holds no cycles.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from connectors.jira.normalise.values import record

Moment = Annotated[datetime, msgspec.Meta(tz=True)] | int | None
"""With its zone, or an epoch number, as Jira writes them in histories; a record in which it is anything else is decoded
in another way."""


class Person(msgspec.Struct, rename="camel", omit_defaults=True, gc=False):
    """Who wrote a record, as Jira Cloud names people."""

    account_id: Any = None
    account_type: Any = None
    display_name: Any = None
    email_address: Any = None
    active: Any = None
    time_zone: Any = None


class Change(msgspec.Struct, rename="camel", omit_defaults=True, gc=False):
    """One field's change: what stood there before and after, as ids and as shown."""

    field: Any = None
    field_id: Any = None
    before: Any = msgspec.field(name="from", default=None)
    before_shown: Any = msgspec.field(name="fromString", default=None)
    after: Any = msgspec.field(name="to", default=None)
    after_shown: Any = msgspec.field(name="toString", default=None)


class History(msgspec.Struct, omit_defaults=True, gc=False):
    """One entry of a changelog."""

    id: Any = None
    author: Person | None = None
    created: Moment = None
    items: list[Change] | None = None


class Worklog(msgspec.Struct, rename="camel", omit_defaults=True, gc=False):
    """Time that somebody booked on an issue."""

    id: Any = None
    issue_id: Any = None
    author: Person | None = None
    started: Moment = None
    time_spent_seconds: Any = None
    created: Moment = None
    updated: Moment = None


def history_of(raw: Any) -> History:
    """An entry of a changelog, typed or as a dictionary. Raises what UNREADABLE lists."""
    if type(raw) is History:
        return raw
    told = record(raw, "history entry").get
    return History(told("id"), told("author"), told("created"), [_change(item.get) for item in told("items") or ()])


def _change(told: Any) -> Change:
    return Change(told("field"), told("fieldId"), told("from"), told("fromString"), told("to"), told("toString"))


def worklog_of(raw: Any) -> Worklog:
    """A worklog, typed or as a dictionary. Raises what UNREADABLE lists."""
    if type(raw) is Worklog:
        return raw
    told = record(raw, "worklog").get
    seconds, created, updated = told("timeSpentSeconds"), told("created"), told("updated")
    return Worklog(told("id"), told("issueId"), told("author"), told("started"), seconds, created, updated)


def plain(raw: Any) -> Any:
    """A typed record as the dictionary that it was made of, without what nobody looks at; all else as it is."""
    return msgspec.to_builtins(raw) if isinstance(raw, msgspec.Struct) else raw
