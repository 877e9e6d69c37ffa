"""Faults planted between projects, and in their reserves: who waits for whom in a circle, who blocks what is done.

Everything is chosen by rank among what a project has, so that nothing is drawn and the rest of the company stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sandbox.company.records import Company, Issue, IssueLink, Tracker

CIRCLE = ("WHA", "PRED")
"""An item of each waits for one of the other."""
HEALTHY_SUPPLIER = ("CPOR", "DEAL")
"""The first, which is on its way, delivers to the second in time."""
STALE_BLOCK = "SUPQ"
"""Open work of it still blocks something that is done."""

RESERVE = Decimal(30_000)
"""What a budget sets aside for risks, out of the money for work."""
RESERVES: Mapping[str, Decimal | None] = {"INI-02": Decimal(20_000), "INI-03": Decimal(80_000), "INI-13": None}
"""Others: too little for what may happen, much for much, and a budget without such a line."""
CONTINGENCY = "Contingency"

TRUTH: Mapping[str, frozenset[str]] = {
    "DEP-03": frozenset({"INI-02", "INI-09"}),
    "DEP-05": frozenset({"INI-05", "INI-08", "INI-09"}),
    "DEP-06": frozenset({"INI-11"}),
    "RSK-05": frozenset({"INI-02"}),
}
"""Rule -> keys of the projects for which it must fail; for every other one that it applies to it must not.

DEP-05 follows from blocks that were there before: ERP Migration reports red and supplies two, Data Platform spends a
quarter too much and supplies one, and Warehouse Automation, whose cost index is 0.75, is in the circle.
"""


def reserve(key: str) -> Decimal:
    """What the budget of that project sets aside; zero where it has no such line."""
    return RESERVES.get(key, RESERVE) or Decimal(0)


def with_dependencies(company: Company) -> Company:
    """The company with these links."""
    trackers = {e.tracker.key: e.tracker for e in company.endeavours}
    return replace(company, links=(*company.links, *_circle(trackers), _in_time(trackers), _stale(trackers)))


def _circle(trackers: Mapping[str, Tracker]) -> list[IssueLink]:
    one, other = (_waiting(trackers[key]) for key in CIRCLE)
    return [IssueLink("Blocks", one[0].key, other[-1].key), IssueLink("Blocks", other[-1].key, one[0].key)]


def _in_time(trackers: Mapping[str, Tracker]) -> IssueLink:
    supplier, consumer = (trackers[key] for key in HEALTHY_SUPPLIER)
    running = [i for i in _open(supplier) if i.status == "In Progress" and i.assignee]
    return IssueLink("Blocks", running[0].key, _waiting(consumer)[-1].key)


def _stale(trackers: Mapping[str, Tracker]) -> IssueLink:
    tracker = trackers[STALE_BLOCK]
    done = [i for i in tracker.issues if i.type == "Story" and i.category == "done"]
    return IssueLink("Blocks", _waiting(tracker)[0].key, done[0].key)


def _open(tracker: Tracker) -> Sequence[Issue]:
    work = [i for i in tracker.issues if i.type in ("Story", "Task") and i.category != "done" and i.due]
    return sorted(work, key=lambda i: (str(i.due), i.key))


def _waiting(tracker: Tracker) -> Sequence[Issue]:
    return [i for i in _open(tracker) if i.status == "To Do" and i.assignee and "Start date" in i.custom]
