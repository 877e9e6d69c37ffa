"""Puts a Microsoft plan together: rows with sums, baseline, links, assignments, project fields."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID, uuid5

from sandbox.company.costing import CENT, GENERIC_RATE, Costed, Terms, cost_tasks, guid
from sandbox.company.layout import PHASES, as_plan_links, lay_out, with_leads, worsened
from sandbox.company.leanings import Profile
from sandbox.company.people import assignable
from sandbox.company.records import Person, Plan, PlanAssignment, PlanIssue, PlanRisk, PlanTask, TimesheetDay
from sandbox.company.schedule import Scheduled, schedule
from sandbox.company.staffing import Load
from sandbox.company.workdays import add_workdays, monday, workdays, workdays_between

ZERO = Decimal(0)
_LOGS = UUID("7d0c1b52-7f0e-5b39-9a58-0a7be3c7c2a4")
MUST_START_ON, MUST_FINISH_ON = 2, 3  # codes of Microsoft Project


def first_day(profile: Profile, today: date) -> date:
    """The Monday on which work on the project began."""
    return monday(today) - timedelta(weeks=profile.began)


def make_plan(
    profile: Profile, team: Sequence[str], *, people: dict[str, Person], load: Load, today: date, rng: Random
) -> Plan:
    """The project's plan as published after the last status date, the Friday before `today`."""
    begin, status = first_day(profile, today), monday(today) - timedelta(days=3)
    elapsed = workdays_between(begin, status) + 1
    network = lay_out(profile.weeks, profile.lanes, profile.topics, rng)
    links = with_leads(network.links, network.slots) if profile.leads else network.links
    if profile.poor_logic:
        links = worsened(links, rng)
    scheduled = schedule(network, links, elapsed, profile.slip_days, rng)
    guids = [guid(rng) for _ in network.slots]
    terms = Terms(profile, begin, elapsed, team, assignable(people.values()), people)
    costed = cost_tasks(scheduled, guids, terms, load, rng)
    leaves = [_leaf(s, c, guids, terms) for s, c in zip(scheduled, costed, strict=True)]
    if profile.slip_days:
        leaves[-1] = replace(leaves[-1], deadline=leaves[-1].baseline_finish)
    tasks = [_row(t, profile.baseline) for t in _with_summaries(leaves, profile.plan_name or profile.name, rng)]
    top = tasks[0]
    assignments = tuple(a for c in costed for a in c.assignments)
    return Plan(
        guid=guid(rng),
        name=profile.plan_name or profile.name,
        key=profile.key if profile.key_in_plan else None,
        owner=profile.manager,
        start=top.start,
        finish=top.finish,
        status_date=status,
        created=begin - timedelta(days=24),
        baseline_on=begin - timedelta(days=4) if profile.baseline != "none" else None,
        baseline_kind=profile.baseline,
        tasks=tuple(tasks),
        links=as_plan_links(links, guids),
        assignments=assignments,
        budget=None if profile.no_budget else _budget(leaves),
        reported_health=profile.health,
        earned_value_stale=profile.stale_earned_value,
        fields=_fields(profile),
        risks=tuple(_risks(profile, today, rng)) if profile.plan_risks else (),
        issues=tuple(_issues(profile, today)) if profile.plan_risks else (),
        timesheet=tuple(_timesheet(leaves, assignments, today)) if profile.timesheet else (),
    )


def _fields(profile: Profile) -> dict[str, str | None]:
    return {
        "Programme": profile.programme,
        "Department": profile.department,
        "Phase": profile.phase.capitalize(),
        "Method": profile.method,
        "StrategyGoal": profile.goal,
        "SizeClass": profile.size,
        "Sponsor": profile.sponsor,
    }


def _budget(leaves: Sequence[PlanTask]) -> Decimal:
    """Approved budget: the approved cost and a reserve of 8 %, in full thousands."""
    thousands = sum((t.baseline_cost for t in leaves), ZERO) * Decimal("1.08") / 1000
    return thousands.to_integral_value() * 1000


def _leaf(task: Scheduled, costed: Costed, guids: Sequence[str], terms: Terms) -> PlanTask:
    def span(offset: int, days: int) -> tuple[date, date]:
        """First and last day; a milestone lies on the last day of the work before it."""
        last = add_workdays(terms.first_day, max(0, offset + days - 1))
        return (add_workdays(terms.first_day, offset) if days else last), last

    slot, made = task.slot, costed.assignments
    approved = _approved_cost(made, terms) + costed.baseline_fixed
    actual = sum((a.actual_cost for a in made), ZERO) + (costed.fixed * task.percent / 100).quantize(CENT)
    start, finish = span(task.start, task.days)
    baseline_start, baseline_finish = span(slot.start, slot.days)
    begun = max(0, min(terms.elapsed - slot.start, slot.days))
    hard = terms.profile.poor_logic and task.days > 0 and task.percent < 100 and slot.number % 2
    return PlanTask(
        guid=guids[slot.number],
        index=0,
        name=slot.name,
        wbs="",
        level=2,
        kind="task" if task.days else "milestone",
        parent=None,
        phase=PHASES[slot.phase][0],
        start=start,
        finish=finish,
        days=task.days,
        percent=task.percent,
        baseline_start=baseline_start,
        baseline_finish=baseline_finish,
        baseline_days=slot.days,
        baseline_work=sum((a.baseline_work for a in made), ZERO),
        baseline_cost=approved,
        work=sum((a.work for a in made), ZERO),
        actual_work=sum((a.actual_work for a in made), ZERO),
        cost=sum((a.cost for a in made), ZERO) + costed.fixed,
        actual_cost=actual,
        fixed_cost=costed.fixed,
        planned_value=(approved * begun / slot.days).quantize(CENT) if slot.days else ZERO,
        earned_value=(approved * task.percent / 100).quantize(CENT),
        slack_days=task.slack_days,
        actual_start=start if task.percent else None,
        actual_finish=finish if task.percent == 100 else None,
        constraint=(MUST_START_ON, MUST_FINISH_ON)[slot.number // 2 % 2] if hard else 0,
    )


def _approved_cost(assignments: Sequence[PlanAssignment], terms: Terms) -> Decimal:
    rates = [terms.people[a.person].rate if a.person else GENERIC_RATE for a in assignments]
    return sum((a.baseline_work * rate for a, rate in zip(assignments, rates, strict=True)), ZERO)


def _with_summaries(leaves: Sequence[PlanTask], name: str, rng: Random) -> list[PlanTask]:
    """The project summary, then each phase with its leaves; amounts of a summary are the sums below it."""
    top = _summary(name, 0, list(leaves), None, rng)
    rows = [replace(top, wbs="0")]
    for number, (phase, *_) in enumerate(PHASES, start=1):
        own = [t for t in leaves if t.phase == phase]
        above = replace(_summary(phase, 1, own, top.guid, rng), wbs=str(number))
        rows.append(above)
        rows += [replace(t, wbs=f"{number}.{n}", parent=above.guid) for n, t in enumerate(own, start=1)]
    return [replace(row, index=index) for index, row in enumerate(rows)]


def _summary(name: str, level: int, below: list[PlanTask], parent: str | None, rng: Random) -> PlanTask:
    start, finish = min(t.start for t in below), max(t.finish for t in below)
    baseline_start, baseline_finish = min(t.baseline_start for t in below), max(t.baseline_finish for t in below)
    length = sum(t.days for t in below)
    percent = sum(t.days * t.percent for t in below) // length
    done = all(t.percent == 100 for t in below)

    def total(column: str) -> Decimal:
        return sum((getattr(t, column) for t in below), ZERO)

    return PlanTask(
        guid=guid(rng),
        index=0,
        name=name,
        wbs="",
        level=level,
        kind="summary",
        parent=parent,
        phase=name if level else "",
        start=start,
        finish=finish,
        days=workdays_between(start, finish) + 1,
        percent=100 if done else min(percent, 99),
        baseline_start=baseline_start,
        baseline_finish=baseline_finish,
        baseline_days=workdays_between(baseline_start, baseline_finish) + 1,
        baseline_work=total("baseline_work"),
        baseline_cost=total("baseline_cost"),
        work=total("work"),
        actual_work=total("actual_work"),
        cost=total("cost"),
        actual_cost=total("actual_cost"),
        fixed_cost=ZERO,
        planned_value=total("planned_value"),
        earned_value=total("earned_value"),
        slack_days=min(t.slack_days for t in below),
        actual_start=start if any(t.percent for t in below) else None,
        actual_finish=finish if done else None,
    )


def _row(task: PlanTask, baseline: str) -> PlanTask:
    """Without a true baseline the server has nothing to compute planned and earned value from."""
    if baseline == "full":
        return task
    return replace(task, baseline_work=ZERO, baseline_cost=ZERO, planned_value=ZERO, earned_value=ZERO)


def _risks(profile: Profile, today: date, rng: Random) -> list[PlanRisk]:
    titles = ("Integrator's key consultant leaves", "Cut-over weekend too short", "Old customising not documented")
    return [
        PlanRisk(
            guid=guid(rng),
            title=title,
            owner=profile.manager,
            probability=rng.choice((20, 40, 60)),
            cost=Decimal(rng.choice((15_000, 40_000, 90_000))),
            due=today + timedelta(days=30 + 20 * n),
            created=today - timedelta(days=120 - n),
            mitigation="Agreed with the integrator's account manager",
        )
        for n, title in enumerate(titles)
    ]


def _issues(profile: Profile, today: date) -> list[PlanIssue]:
    """An issue log as it is found: one entry in hand, one that nobody owns, one put off, one resolved."""
    manager = profile.manager

    def day(distance: int) -> date:
        return today + timedelta(days=distance)

    entries = (
        PlanIssue("", "Test system not available in the mornings", manager, "(2) Medium", day(9), day(-12)),
        PlanIssue("", "Two suppliers deliver different interface versions", None, "(1) High", None, day(-33)),
        PlanIssue("", "Meeting room too small for the committee", manager, "(3) Low", None, day(-70), "(2) Postponed"),
        PlanIssue(
            "", "Licence keys ran out", manager, "(1) High", day(-40), day(-61), "(3) Closed", "More were bought"
        ),
    )
    return [replace(entry, guid=str(uuid5(_LOGS, f"{profile.key}:{entry.title}"))) for entry in entries]


def _timesheet(leaves: Sequence[PlanTask], made: Sequence[PlanAssignment], today: date) -> list[TimesheetDay]:
    """Two weeks in which one member of the team used the plan tool's own timesheet."""
    first = monday(today) - timedelta(weeks=2)
    running = next(a for a in made if a.person and a.actual_work and a.finish >= first)
    days = workdays(max(first, running.start), min(running.finish, monday(today) - timedelta(days=3)))
    return [TimesheetDay(running.person or "", running.task, running.guid, day, Decimal("1.5")) for day in days]
