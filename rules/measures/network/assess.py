"""Everything that is computed of one project: its tasks one by one, and the plan as a whole."""

from collections.abc import Iterable, Mapping, Sequence

from rules.measures.network.activity import Activity, Network
from rules.measures.network.assemble import Assembly, assemble, plan_calendar
from rules.measures.network.calendars import Calendars
from rules.measures.network.floats import driving_path, finish_of, free_float, last_tasks, total_float
from rules.measures.network.ordering import order
from rules.measures.network.passes import Dates, Slip, backward, delayed, forward
from rules.measures.network.rows import LinkRow, PlanResult, PlanRow, TaskResult, TaskRow
from rules.measures.network.spans import evening

TEST_DELAY_DAYS = 600
"""Working days of eight hours by which the critical path test delays a task: what the DCMA's assessment takes."""
_TEST_DELAY = TEST_DELAY_DAYS * 480


def assess(
    plan: PlanRow, tasks: Sequence[TaskRow], links: Iterable[LinkRow], calendars: Calendars
) -> tuple[list[TaskResult], PlanResult | None]:
    """Results of the tasks, and of the plan; None of a tracker, which as a whole has no finish."""
    stated = plan.calendar_id is not None
    if not plan.keeps_links:
        unknown = [TaskResult(t.item_id, problem="links_not_read") for t in tasks if t.is_leaf and not t.is_external]
        return unknown, PlanResult(plan.project_id, is_calendar_stated=stated) if plan.is_plan else None
    found: list[TaskResult] = []
    whole = PlanResult(plan.project_id, is_calendar_stated=stated)
    for assembly in assemble(plan, tasks, links, calendars):
        network, problems = _ordered(assembly)
        if problems:
            found += _partly(network, problems)
            continue
        early = forward(network)
        finish = finish_of(network, early)
        late = backward(network, early, finish)
        found += _computed(network, early, late, finish)
        if plan.is_plan:
            whole = _whole(plan, network, early, late, calendars)
    return found, whole if plan.is_plan else None


def _ordered(assembly: Assembly) -> tuple[Network, dict[str, str]]:
    """The network of what can be computed, and the problems of all tasks of which not everything can be."""
    problems = dict(assembly.problems)
    tasks = [a for a in assembly.activities if a.is_task]
    if assembly.start is None:
        return Network((), (), (), 0, assembly.calendar), {
            t.item_id: problems.get(t.item_id, "no_start") for t in tasks
        }
    barred = [a for a in assembly.activities if a.item_id in problems] if problems else []
    found = order(assembly.activities, assembly.links, barred)
    problems |= {a.item_id: "in_a_circle" for a in found.in_circles if a.is_task}
    for waiting in found.waiting:
        if waiting.is_task:
            problems.setdefault(waiting.item_id, "waits_for_such")
    if problems:
        problems = {t.item_id: problems.get(t.item_id, "finish_not_known") for t in tasks}
    return Network(found.placed, found.into, found.out, assembly.start, assembly.calendar), problems


def _partly(network: Network, problems: Mapping[str, str]) -> list[TaskResult]:
    """Early dates where they depend on nothing unknown; the rest waits for a finish that nobody can compute."""
    early = forward(network)
    placed = {a.item_id: a for a in network.activities if a.is_task}
    return [_early_only(item_id, placed.get(item_id), early, problem) for item_id, problem in problems.items()]


def _early_only(item_id: str, activity: Activity | None, early: Dates, problem: str) -> TaskResult:
    if activity is None:
        return TaskResult(item_id, problem=problem)
    at = activity.index
    known = None if activity.finished is not None else problem
    return TaskResult(item_id, early.starts[at], early.finishes[at], problem=known)


def _computed(network: Network, early: Dates, late: Dates, finish: int) -> list[TaskResult]:
    ends = [a for a in network.activities if a.is_task and early.finishes[a.index] == finish]
    path = driving_path(network, early, ends)
    found = []
    for task in network.activities:
        if not task.is_task:
            continue
        at, on_path = task.index, task.item_id in path
        if not task.is_open:
            found.append(
                TaskResult(task.item_id, early.starts[at], early.finishes[at], on_longest_path=on_path),
            )
            continue
        room = total_float(task, early, late)
        found.append(
            TaskResult(
                task.item_id,
                early.starts[at],
                early.finishes[at],
                late.starts[at] if task.started is None else early.starts[at],
                late.finishes[at],
                room,
                free_float(task, network, early, room),
                on_path,
            )
        )
    return found


def _whole(plan: PlanRow, network: Network, early: Dates, late: Dates, calendars: Calendars) -> PlanResult:
    finish = finish_of(network, early)
    calendar = plan_calendar(plan, calendars) or network.calendar
    path = slack = None
    if plan.status_day is not None:
        path = calendar.between(evening(calendar, plan.status_day), finish)
    if plan.baseline_finish_day is not None:
        slack = calendar.between(finish, evening(calendar, plan.baseline_finish_day))
    tested, moved = critical_path_test(network, early, late)
    return PlanResult(
        plan.project_id,
        finish,
        path,
        slack,
        None if tested is None else tested.item_id,
        moved,
        is_calendar_stated=plan.calendar_id is not None,
    )


def critical_path_test(network: Network, early: Dates, late: Dates) -> tuple[Activity | None, int | None]:
    """The earliest open task without float to the finish, and how far the end of the plan moves when it is delayed.

    Deadlines are left out here: they make tasks urgent that do not drive the finish. Nothing to test in a plan without
    open tasks.
    """
    finish = finish_of(network, early)
    if late.hurried:
        late = backward(network, early, finish, deadlines=False)
    critical = [a for a in network.activities if a.is_open and total_float(a, early, late) <= 0]
    if not critical:
        return None, None
    first = min(critical, key=lambda a: (early.starts[a.index], early.finishes[a.index], a.sequence, a.item_id))
    then = delayed(network, early, Slip(first, _TEST_DELAY))
    ends = max(then.finishes[last.index] for last in last_tasks(network, early))
    return first, network.calendar.between(finish, ends)
