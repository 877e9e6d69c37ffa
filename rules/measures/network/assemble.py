"""Builds the networks of a project from its rows: of a plan one, of a tracker one for each chain of items."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rules.measures.network.activity import Activity, Link
from rules.measures.network.calendars import Calendars
from rules.measures.network.rows import LinkRow, PlanRow, TaskRow
from rules.measures.network.spans import WallClock, evening, morning
from rules.measures.network.summaries import Summaries
from rules.measures.network.worktime import DAY, ROUND_THE_CLOCK, Worktime, standard


@dataclass(frozen=True)
class Assembly:
    """Activities that belong together, not yet in order, all dependencies between them, and what is wrong with some of
    them, by item id."""

    activities: Sequence[Activity]
    links: Sequence[Link]
    problems: Mapping[str, str]
    start: int | None
    calendar: Worktime


def plan_calendar(plan: PlanRow, calendars: Calendars) -> Worktime | None:
    """The calendar that the plan states, else Monday to Friday with its hours a day; None for one that is not there."""
    if plan.calendar_id is None:
        return standard(plan.minutes_per_day or 480)
    return calendars.worktime(plan.calendar_id)


def assemble(plan: PlanRow, tasks: Sequence[TaskRow], links: Iterable[LinkRow], calendars: Calendars) -> list[Assembly]:
    """The networks of one project. Of a plan whose dependencies may not be read there is nothing to build."""
    own = plan_calendar(plan, calendars)
    builder = _Builder(plan, own or standard(), {} if own else _without(tasks), calendars)
    builder.add_tasks(tasks)
    builder.add_links(links)
    return builder.networks()


def _without(tasks: Iterable[TaskRow]) -> dict[str, str]:
    return {task.item_id: "no_calendar" for task in tasks if task.calendar_id is None}


class _Builder:
    def __init__(self, plan: PlanRow, calendar: Worktime, problems: dict[str, str], calendars: Calendars) -> None:
        self._plan = plan
        self._calendar = calendar
        self._calendars = calendars
        self._problems = problems
        self._activities: dict[str, Activity] = {}
        self._elsewhere: dict[str, Activity] = {}
        self._links: list[Link] = []
        self._summaries = Summaries(calendar)
        self._starts: dict[str, int] = {}
        self._clock = WallClock(plan.time_zone)

    def add_tasks(self, tasks: Sequence[TaskRow]) -> None:
        for row in tasks:
            if row.start_day is not None:
                self._starts[row.item_id] = row.start_day
            if self._plan.is_plan and not row.is_leaf:
                self._summaries.add(row, self._day_bound(row), self._deadline(row, self._calendar))
            elif made := self._activity(row):
                self._activities[row.item_id] = made
                if self._plan.is_plan:
                    self._summaries.add_leaf(row, made)

    def add_links(self, links: Iterable[LinkRow]) -> None:
        for row in links:
            before = self._before(row)
            after = self._activities.get(row.to_id) or self._summaries.entered(row.to_id, row.ends)
            if row.lag is None and row.elapsed_lag is None:
                self._problems.setdefault(row.to_id, "no_lag")
            elif before is not None and after is not None:
                elapsed = row.elapsed_lag
                lag = elapsed if elapsed is not None else row.lag or 0
                self._links.append(Link(before, after, row.ends, lag, elapsed is not None))

    def networks(self) -> list[Assembly]:
        points, ties = self._summaries.joined()
        everything = [*self._activities.values(), *self._elsewhere.values(), *points]
        links = [*self._links, *ties]
        if self._plan.is_plan:
            has_tasks = any(a.is_task for a in everything)
            return [self._assembly(everything, links, self._plan.start_day)] if has_tasks else []
        return [self._assembly(chain, own, None) for chain, own in _chains(everything, links)]

    def _assembly(self, activities: Sequence[Activity], links: Sequence[Link], day: int | None) -> Assembly:
        if day is None:
            day = min((self._starts[a.item_id] for a in activities if a.item_id in self._starts), default=None)
        start = None if day is None else morning(self._calendar, day)
        held = {a.item_id for a in activities}
        problems = {item: problem for item, problem in self._problems.items() if item in held}
        return Assembly(activities, links, problems, start, self._calendar)

    def _before(self, row: LinkRow) -> Activity | None:
        """The predecessor; of another project, an activity that lies where that project has it."""
        if row.from_project_id == self._plan.project_id:
            return self._activities.get(row.from_id) or self._summaries.left(row.from_id, row.ends)
        day = row.from_finish_day if row.ends in ("FS", "FF") else row.from_start_day
        if day is None:
            self._problems.setdefault(row.to_id, "no_predecessor_dates")
            return None
        if row.from_id not in self._elsewhere:
            first, last = row.from_start_day, row.from_finish_day
            span = self._clock.span(self._calendar, (first, day if last is None else last))
            self._elsewhere[row.from_id] = Activity(row.from_id, self._calendar, fixed=span, is_task=False)
        return self._elsewhere[row.from_id]

    def _activity(self, row: TaskRow) -> Activity | None:
        """None for a finished item of which nobody knows when: it holds nothing back."""
        calendar = self._calendar_of(row)
        if row.is_done or row.is_external:
            span = self._known_span(row, calendar)
            if span is None:
                return None
            if row.is_external:
                return Activity(row.item_id, calendar, fixed=span, is_task=False)
            return Activity(row.item_id, calendar, started=span[0], finished=span[1], sequence=row.sequence or 0)
        minutes = self._minutes(row, calendar)
        made = Activity(
            row.item_id,
            calendar,
            minutes=minutes,
            remaining=_remaining(row, minutes),
            started=self._started(row, calendar),
            deadline=self._deadline(row, calendar),
            sequence=row.sequence or 0,
        )
        if row.is_manual and row.start_day is not None and row.due_day is not None:
            days, instants = (row.start_day, row.due_day), (row.start_at, row.finish_at)
            made.fixed = self._clock.span(calendar, days, instants)
        made.constraint, made.constrained_to = self._constraint(row, calendar)
        return made

    def _started(self, row: TaskRow, calendar: Worktime) -> int | None:
        """Of a begun task the recorded start, which is also the scheduled one."""
        day = row.actual_start_day if row.actual_start_day is not None else row.start_day
        return self._clock.start(calendar, day, row.start_at) if row.is_begun and day is not None else None

    def _calendar_of(self, row: TaskRow) -> Worktime:
        if row.elapsed_minutes is not None:
            return ROUND_THE_CLOCK
        if row.calendar_id is None:
            return self._calendar
        found = self._calendars.worktime(row.calendar_id)
        if found is None:
            self._problems.setdefault(row.item_id, "no_calendar")
        return found or self._calendar

    def _minutes(self, row: TaskRow, calendar: Worktime) -> int:
        """The duration; without one, the working time from start to due date; 0 and a problem without those."""
        minutes = row.minutes if row.elapsed_minutes is None else row.elapsed_minutes
        if minutes is None and row.is_milestone:
            return 0
        if minutes is None and row.start_day is not None and row.due_day is not None:
            minutes = calendar.between(row.start_day * DAY, (row.due_day + 1) * DAY)
        if minutes is None or minutes < 0:
            self._problems.setdefault(row.item_id, "no_duration" if minutes is None else "negative_duration")
            return 0
        return minutes

    def _constraint(self, row: TaskRow, calendar: Worktime) -> tuple[str | None, int | None]:
        """A tracker computes no dates: the start that people typed is the earliest that they mean."""
        if not self._plan.is_plan:
            day = row.start_day
            return (None, None) if day is None else ("start_no_earlier_than", morning(calendar, day))
        kind, day = row.constraint_kind, row.constraint_day
        if kind is None or day is None:
            return None, None
        by_start = kind in ("must_start_on", "start_no_earlier_than", "start_no_later_than")
        return kind, morning(calendar, day) if by_start else evening(calendar, day)

    def _day_bound(self, row: TaskRow) -> int | None:
        """Where a summary task may begin at the earliest, the one constraint that moves what is below it."""
        if row.constraint_kind != "start_no_earlier_than" or row.constraint_day is None:
            return None
        return morning(self._calendar, row.constraint_day)

    def _deadline(self, row: TaskRow, calendar: Worktime) -> int | None:
        day = row.deadline_day
        if not row.is_leaf and row.constraint_kind == "finish_no_later_than" and row.constraint_day is not None:
            day = row.constraint_day if day is None else min(day, row.constraint_day)
        return None if day is None else evening(calendar, day)

    def _known_span(self, row: TaskRow, calendar: Worktime) -> tuple[int, int] | None:
        finish = row.finished_day if row.finished_day is not None else row.due_day
        start = row.actual_start_day if row.actual_start_day is not None else row.start_day
        if finish is None:
            return None
        return self._clock.span(calendar, (start, finish), (row.start_at, row.finish_at))


def _remaining(row: TaskRow, minutes: int) -> int:
    """What is left of the duration, in the same time."""
    if not row.is_begun or row.remaining_minutes is None or row.remaining_minutes < 0:
        return minutes
    if row.elapsed_minutes is None:
        return min(row.remaining_minutes, minutes)
    return minutes * row.remaining_minutes // row.minutes if row.minutes else 0


def _chains(activities: Sequence[Activity], links: Sequence[Link]) -> list[tuple[list[Activity], list[Link]]]:
    """Items that hang together by dependencies, and those; what comes from elsewhere joins nothing."""
    first: dict[int, int] = {id(a): id(a) for a in activities}

    def root(node: int) -> int:
        while first[node] != node:
            first[node] = first[first[node]]
            node = first[node]
        return node

    known = [link for link in links if link.after.is_task]  # what leads out of the tracker moves nothing in it
    for link in known:
        if link.before.is_task:
            first[root(id(link.before))] = root(id(link.after))
    chains: dict[int, tuple[list[Activity], list[Link]]] = {}
    for activity in activities:
        if activity.is_task:
            chains.setdefault(root(id(activity)), ([], []))[0].append(activity)
    joined: set[tuple[int, int]] = set()
    for link in known:
        chain, before = root(id(link.after)), link.before
        chains[chain][1].append(link)
        if not before.is_task and (chain, id(before)) not in joined:
            joined.add((chain, id(before)))
            chains[chain][0].append(before)
    return list(chains.values())
