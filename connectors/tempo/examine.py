"""What there is to know of a Tempo before a run: whose time it shows, and what it keeps back."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from connectors.examining import looked
from connectors.http import Http
from connectors.tempo.approvals import Approvals
from connectors.tempo.client import pages
from connectors.tempo.deletions import Deletions
from connectors.tempo.months import Span
from portfolio.ports import Observation


def cloud(http: Http, month: Span, moment: datetime, teams: Sequence[int]) -> Iterator[Observation]:
    """Time of a month, billing accounts, deletions, approvals: each asked for once. Writes nothing."""
    yield from looked("time", lambda: [_time(http, month)])
    yield from looked("billing accounts", lambda: [_accounts(http)])
    yield from looked("deletions", lambda: [_deletions(http, moment)])
    if teams:
        yield from looked("approvals", lambda: [_approvals(http, month, teams)])


def people_of(month: Span, entries: int, people: int) -> Observation:
    """How much a month holds. Tempo shows fewer entries to whom it trusts less, and says nothing of it."""
    found = f"{entries} entries of {people} people from {month.first} to {month.last}"
    if people > 1:
        return Observation("time", "ok", found)
    remedy = "Where more people booked time, let the account view the worklogs of all teams (Tempo permissions)."
    return Observation("time", "note", found, remedy)


def _time(http: Http, month: Span) -> Observation:
    seen: dict[str, str] = {}
    for found in pages(http, "4/worklogs", month.dates):
        for one in found:
            if isinstance(one, dict):
                seen[str(one.get("tempoWorklogId"))] = str((one.get("author") or {}).get("accountId"))
    return people_of(month, len(seen), len(set(seen.values())))


def _accounts(http: Http) -> Observation:
    listed = {str(one.get("key")): one for found in pages(http, "4/accounts", {}) for one in found}
    budgeted = sum(one.get("monthlyBudget") is not None for one in listed.values())
    return Observation("billing accounts", "ok", f"{len(listed)}, {budgeted} of them with a monthly budget")


def _deletions(http: Http, moment: datetime) -> Observation:
    if Deletions(http).is_open(moment):
        return Observation("deletions", "ok", "the audit feed tells them")
    what = "the audit feed is closed to this token, so recent months are read whole at every run"
    return Observation("deletions", "note", what, "Give the token the right to view the audit log.")


def _approvals(http: Http, month: Span, teams: Sequence[int]) -> Observation:
    approvals = Approvals(http, teams)
    approvals.look(month)
    return Observation("approvals", "ok", f"timesheets of {approvals.people} people in {len(teams)} teams")
