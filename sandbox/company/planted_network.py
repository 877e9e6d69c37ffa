"""Faults in the networks of plans, planted where the rest of the company stays as it is.

Two come from the cast itself: leads in one plan, and one whose dependencies nobody cared for. The others are set here
on finished records, so that nothing else is drawn or dated anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sandbox.company.records import Company, Endeavour, Issue, Plan, PlanLink, PlanTask, Tracker
from sandbox.company.workdays import workdays_between
from sandbox.pwa.literals import Value
from sandbox.pwa.site import PwaSite

LAGS, OTHER_ENDS, AHEAD, OUTSIDE, UNDATED = "INI-11", "INI-09", "INI-07", "INI-10", "INI-04"

TRUTH: Mapping[str, frozenset[str]] = {
    "SCH-02": frozenset({"INI-02"}),
    "SCH-03": frozenset({LAGS}),
    "SCH-04": frozenset({OTHER_ENDS}),
    "SCH-09": frozenset({AHEAD}),
    "SCH-12": frozenset({"INI-08"}),
    "SCH-13": frozenset({"INI-03", "INI-05"}),
    "SCH-20": frozenset({OUTSIDE}),
    "SCH-23": frozenset({UNDATED}),
}
"""Rule -> projects that it must find. Of the plan without dates SCH-12 and SCH-13 cannot be told."""


def with_network_faults(company: Company) -> Company:
    """The company with these faults in plans and trackers."""
    return replace(company, endeavours=tuple(_planted(e) for e in company.endeavours))


def _planted(endeavour: Endeavour) -> Endeavour:
    plan = endeavour.plan
    if plan is not None and endeavour.key == LAGS:
        return replace(endeavour, plan=_with_lags(plan))
    if plan is not None and endeavour.key == OTHER_ENDS:
        return replace(endeavour, plan=_from_milestones(plan))
    if endeavour.key == OUTSIDE:
        return replace(endeavour, tracker=_outside_its_epic(endeavour.tracker))
    return endeavour


def _with_lags(plan: Plan) -> Plan:
    """Where an open task waits longer than it must, the wait becomes a lag, and its predecessor loses that float."""
    tasks = {t.guid: t for t in plan.tasks}
    links, shorter = [], dict[str, int]()
    for link in plan.links:
        before, after = tasks[link.before], tasks[link.after]
        gap = _gap(before, after) if after.percent < 100 and before.slack_days > 0 else 0
        links.append(replace(link, lag_days=gap) if gap > 0 else link)
        shorter[before.guid] = max(gap, 0)
    kept = tuple(replace(t, slack_days=t.slack_days - shorter.get(t.guid, 0)) for t in plan.tasks)
    return replace(plan, links=tuple(links), tasks=kept)


def _gap(before: PlanTask, after: PlanTask) -> int:
    """Working days between the end of one task and the begin of the other; a milestone lies at the end of its day."""
    return workdays_between(before.finish, after.start) - (0 if after.kind == "milestone" else 1)


def _from_milestones(plan: Plan) -> Plan:
    """What waits for a milestone is tied to its start, which is the same moment as its finish."""
    points = {t.guid for t in plan.tasks if t.kind == "milestone"}

    def tied(link: PlanLink) -> PlanLink:
        return replace(link, type="SS") if link.before in points else link

    return replace(plan, links=tuple(tied(link) for link in plan.links))


def _first_waiting(plan: Plan) -> PlanTask:
    """The earliest task that has not begun."""
    waiting = [t for t in plan.leaves if t.kind == "task" and t.percent == 0 and t.start > plan.status_date]
    return min(waiting, key=lambda t: (t.start, t.index))


def _outside_its_epic(tracker: Tracker) -> Tracker:
    """One open item is now due eight days after the epic that holds it, and still before the project's end."""
    dues = {i.key: i.due for i in tracker.issues if i.due}
    end = max(dues.values())
    chosen = next(i for i in _open_work(tracker.issues) if (moved := _moved(i, dues)) is not None and moved < end)
    return replace(
        tracker,
        issues=tuple(replace(i, due=_moved(i, dues)) if i.key == chosen.key else i for i in tracker.issues),
    )


def _open_work(issues: Sequence[Issue]) -> list[Issue]:
    return [i for i in issues if i.type in ("Story", "Task") and i.category == "new" and i.parent]


def _moved(issue: Issue, dues: Mapping[str, date]) -> date | None:
    held = dues.get(issue.parent or "")
    return None if held is None else held + timedelta(days=8)


def at_the_server(company: Company, site: PwaSite) -> None:
    """Faults that only the server holds, each in the earliest task of its plan that has not begun.

    One is scheduled by hand and has neither start, finish nor duration, which the tool allows. Of the other somebody
    entered the planned start as the actual one, days before it comes.
    """
    plans = {e.key: e.plan for e in company.endeavours if e.plan}
    for row in _rows_of(plans.get(UNDATED), site):
        row["TaskIsManuallyScheduled"] = True
        row["TaskStartDate"] = row["TaskFinishDate"] = row["TaskDuration"] = row["TaskRemainingDuration"] = None
    for row in _rows_of(plans.get(AHEAD), site):
        row["TaskActualStartDate"], row["TaskPercentCompleted"] = row["TaskStartDate"], 1


def _rows_of(plan: Plan | None, site: PwaSite) -> list[dict[str, Value]]:
    return [] if plan is None else list(site.rows("Tasks", TaskId=_first_waiting(plan).guid))
