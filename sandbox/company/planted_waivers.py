"""Waivers that are not in order, kept as issues of projects that lean: each shows one way to get them wrong.

They come last in their trackers, under the keys that follow, and draw from generators of their own. Waivers of
departments, people and the organisation are not kept in a tracker; the demo has them in a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from sandbox.company.people import person_id
from sandbox.company.records import Change, Company, Endeavour, Issue, Tracker, Value
from sandbox.company.workdays import add_workdays, at_work, monday

OVER, EMPTY, RENEWED, LONG, UNSAID = "INI-08", "INI-05", "INI-02", "INI-10", "INI-04"

TRUTH: Mapping[str, frozenset[str]] = {
    "REC-07": frozenset({OVER}),
    "REC-08": frozenset({EMPTY}),
    "REC-11": frozenset({RENEWED}),
    "REC-12": frozenset({LONG}),
    "REC-13": frozenset({UNSAID}),
}
"""Rule -> keys of the projects for which it must fail, and no other."""


@dataclass(frozen=True)
class _Written:
    """A waiver as somebody wrote it: first and last day from today, None where it says none."""

    rule: str
    first: int
    last: int | None
    reason: str
    subject: str | None = None
    granted: bool = True


_MONTH = 31
_OF_PROJECT: Mapping[str, tuple[_Written, ...]] = {
    OVER: (_Written("PRO-08", -48, -6, "The manager is on leave until the middle of November"),),
    EMPTY: (_Written("FLO-01", -13, 60, "The supplier's queue decides", subject="DATA-99000"),),
    RENEWED: tuple(
        _Written("RSK-01", -10 - _MONTH * turn, 20 - _MONTH * turn, "The risk's owner is on parental leave")
        for turn in (3, 2, 1, 0)
    ),
    LONG: (_Written("ART-06", -30, 300, "Dealers are told by their regional managers"),),
    UNSAID: (_Written("BUD-01", -9, None, "Finance will decide some day", granted=False),),
}
"""One is over though its fault is not, one names an item that is not there, one is the third renewal of another, one
lasts most of a year, and one was asked for without a last day."""


COME_LAST: Mapping[str, int] = {key: len(rows) for key, rows in _OF_PROJECT.items()}
"""How many issues of a project come after all others, whenever they were created."""


def with_waivers(company: Company) -> Company:
    """The company with these waivers."""
    return replace(company, endeavours=tuple(_with_own(e, company.today) for e in company.endeavours))


def _with_own(endeavour: Endeavour, today: date) -> Endeavour:
    rows = _OF_PROJECT.get(endeavour.key, ())
    tracker = endeavour.tracker
    rng = Random(f"{endeavour.key}:planted waivers")
    first = 1 + max((int(i.key.rpartition("-")[2]) for i in tracker.issues), default=0)
    made = [_issue(tracker, f"{tracker.key}-{n}", row, today, rng) for n, row in enumerate(rows, start=first)]
    return replace(endeavour, tracker=replace(tracker, issues=(*tracker.issues, *made))) if made else endeavour


def _issue(tracker: Tracker, key: str, row: _Written, today: date, rng: Random) -> Issue:
    starts = today + timedelta(days=row.first)
    asked = at_work(add_workdays(monday(starts), -3), rng)
    custom: dict[str, Value] = {
        "Rule": row.rule,
        "Reason": row.reason,
        "Requested by": tracker.lead,
        "Starts": starts,
        "Compensating action": "The PMO looks at it each month",
    }
    if row.last is not None:
        custom["Expires"] = today + timedelta(days=row.last)
    if row.subject:
        custom["Subject"] = row.subject
    issue = Issue(
        key=key, type="Waiver", summary=f"Waiver of {row.rule}", status="Open", category="new", reporter=tracker.lead,
        created=asked, updated=asked, custom=custom, assignee=tracker.lead,
    )  # fmt: skip
    if not row.granted:
        return issue
    move = Change(at_work(add_workdays(asked.date(), 1), rng), tracker.lead, "status", "Open", "Approved")
    granted = {**custom, "Approved by": person_id(tracker.pmo["sponsor"])}
    return replace(issue, status="Approved", category="indeterminate", custom=granted, history=(move,), updated=move.at)
