"""Failures that the PMO accepted for a time, kept as issues: one ends soon, one was granted by who asks."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sandbox.company.governance import Register, moved, record
from sandbox.company.people import person_id
from sandbox.company.records import Issue, Value


@dataclass(frozen=True)
class _Accepted:
    """A waiver of a project: the PMO's rule, for how many days from today, why, and what is done instead."""

    rule: str
    days: int
    reason: str
    instead: str
    by_sponsor: bool = True


_OF_PROJECT = {
    "INI-08": _Accepted("SCH-06", 9, "Rolling-wave plan, logic is added at gate 2", "Weekly review of open ends"),
    "INI-03": _Accepted("SCH-10", 60, "The plant's crew is not in the resource pool", "Foreman's list, monthly"),
    "INI-09": _Accepted("HYG-04", 45, "Work is pulled, not estimated", "Throughput is watched", by_sponsor=False),
}


def waivers(register: Register) -> list[Issue]:
    """The waiver of this project, if it has one; asked for and decided last week."""
    accepted = _OF_PROJECT.get(register.profile.key)
    if accepted is None:
        return []
    friday = register.last_friday
    grants = person_id(register.profile.sponsor) if accepted.by_sponsor else register.profile.manager
    custom: dict[str, Value] = {
        "Rule": accepted.rule,
        "Reason": accepted.reason,
        "Requested by": register.profile.manager,
        "Approved by": grants,
        "Starts": friday,
        "Expires": register.today + timedelta(days=accepted.days),
        "Compensating action": accepted.instead,
    }
    title = f"Waiver of {accepted.rule}"
    issue = record(register, "waiver:1", "Waiver", title, created=friday, status="Approved", custom=custom)
    return [moved(register, replace(issue, assignee=register.profile.manager), "Open", friday)]
