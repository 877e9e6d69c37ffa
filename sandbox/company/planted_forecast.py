"""Faults that only forecasts, flow and movement show, on top of the company as it is.

Nothing here draws from the company's generators, and issues that are added come after all others: whoever has no fault
of these keeps every key and every number. `TRUTH` says which project has which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sandbox.company.history import latest
from sandbox.company.leanings import Profile
from sandbox.company.records import Change, Issue, Sprint
from sandbox.company.workdays import ZONE, add_workdays, at_work, monday

SLOW: Mapping[str, int] = {"INI-17": 16}
"""Plans that lost so many working days since they began, more than a tenth of what was approved; made anew with that
slip, all others as they were."""

SILENT_COSTS: Mapping[str, tuple[int, ...]] = {"INI-17": (60, 75)}
"""Projects without booked time whose only costs were posted so many days ago."""

JUGGLING = "INI-04"
"""One person has begun five defects at once, which came into a sprint that was running."""

FADING = "INI-11"
"""Defects that were done: many four months ago, fewer in each four weeks since."""

UNSTABLE = "INI-10"
"""Half of what is still to do was estimated at half, until ten days ago."""

_FADES: Mapping[int, int] = {9: 3, 13: 5}
"""Whole weeks ago -> defects done in that week."""

COME_LAST: Mapping[str, int] = {JUGGLING: 5, FADING: sum(_FADES.values())}
"""How many issues of a project come after all others, whenever they were created."""

TRUTH: Mapping[str, frozenset[str]] = {
    "SCH-17": frozenset({"INI-17"}),
    "SCH-19": frozenset({"INI-03"}),  # so late that its next milestone is more than a quarter ahead
    "CLO-07": frozenset({"INI-12"}),  # its baseline was never taken
    "FLO-02": frozenset({JUGGLING}),
    "FLO-03": frozenset({FADING}),
    # more work than planned (grown, neglected, juggled), a pace that was lost, and an end that has passed
    "FLO-04": frozenset({"INI-04", "INI-05", "INI-09", "INI-12"}),
    "SCO-03": frozenset({UNSTABLE}),
    "SCO-06": frozenset({JUGGLING}),
    "BUD-02": frozenset(SILENT_COSTS),
    # overspent; spending faster than the plan; and one that bought much of late, at whose pace a week is wanting
    "BUD-08": frozenset({"INI-02", "INI-05", "INI-06"}),
}
"""Rule -> keys of the projects for which it must fail."""


def planted_issues(profile: Profile, issues: Sequence[Issue], sprints: Sequence[Sprint], today: date) -> list[Issue]:
    """Issues that come on top of the project's own, under the keys that follow theirs."""
    rng = Random(f"{profile.key}:planted forecast")
    made: list[Issue] = []
    if profile.key == JUGGLING:
        made = _begun_at_once(profile, issues, sprints, today, rng)
    if profile.key == FADING:
        made = _done_long_ago(profile, issues, today, rng)
    return [replace(one, key=f"{profile.jira}-{n}") for n, one in enumerate(made, start=len(issues) + 1)]


def _defect(profile: Profile, title: str, who: str, created: datetime, due: date) -> Issue:
    return Issue(
        key="", type="Bug", summary=title, status="To Do", category="new", reporter=profile.manager, created=created,
        updated=created, assignee=who, due=due, estimate_hours=Decimal(4), remaining_hours=Decimal(4), priority="High",
    )  # fmt: skip


def _begun_at_once(
    profile: Profile, issues: Sequence[Issue], sprints: Sequence[Sprint], today: date, rng: Random
) -> list[Issue]:
    """All on the desk of one who has work in progress already, a few days into the last closed sprint."""
    busy = sorted(
        i.assignee for i in issues if i.status == "In Progress" and i.assignee and i.type in ("Story", "Task")
    )
    sprint = [s for s in sprints if s.state == "closed"][-1]
    made = []
    for number in range(COME_LAST[JUGGLING]):
        created = at_work(add_workdays(sprint.start.date(), 3), rng, 8, 10)
        moves = [
            Change(created + timedelta(hours=1), profile.manager, "Sprint", None, str(sprint.number)),
            Change(at_work(add_workdays(monday(today), -2), rng), busy[0], "status", "To Do", "In Progress"),
        ]
        issue = _defect(
            profile, f"Crash when leaving {profile.topics[number]}", busy[0], created, add_workdays(today, 9)
        )
        made.append(
            replace(
                issue,
                status="In Progress",
                category="indeterminate",
                history=tuple(moves),
                sprints=(sprint.number,),
                updated=latest(created, moves),
            )
        )
    return made


def _done_long_ago(profile: Profile, issues: Sequence[Issue], today: date, rng: Random) -> list[Issue]:
    who = sorted({i.assignee for i in issues if i.assignee and i.category == "done" and i.type == "Task"})
    made = []
    for weeks, count in _FADES.items():
        week = monday(today) - timedelta(weeks=weeks)
        for number in range(count):
            person = who[number % len(who)]
            created = at_work(week, rng, 8, 9)
            moves = [
                Change(created + timedelta(hours=1), person, "status", "To Do", "In Progress"),
                Change(at_work(week + timedelta(days=2), rng), person, "status", "In Progress", "Done"),
            ]
            title = f"Wrong total in {profile.topics[number % len(profile.topics)]}, {week:%B}"
            issue = _defect(profile, title, person, created, week + timedelta(days=3))
            made.append(
                replace(
                    issue,
                    status="Done",
                    category="done",
                    history=tuple(moves),
                    resolved=moves[-1].at,
                    updated=moves[-1].at,
                    remaining_hours=Decimal(0),
                )
            )
    return made


def estimated_anew(profile: Profile, issues: Sequence[Issue], today: date) -> list[Issue]:
    """The project's issues; in an unstable one everything to do was estimated at half until ten days ago."""
    if profile.key != UNSTABLE:
        return list(issues)
    at = datetime.combine(add_workdays(monday(today), -6), datetime.min.time(), tzinfo=ZONE) + timedelta(hours=11)
    return [_doubled(i, profile, at) if i.status == "To Do" and i.type in ("Story", "Task") else i for i in issues]


def _doubled(issue: Issue, profile: Profile, at: datetime) -> Issue:
    if issue.estimate_hours is None:
        return issue
    seconds = int(issue.estimate_hours * 3600)
    change = Change(at, profile.manager, "timeoriginalestimate", str(seconds // 2), str(seconds))
    history = tuple(sorted((*issue.history, change), key=lambda c: c.at))
    return replace(issue, history=history, updated=max(issue.updated, at))
