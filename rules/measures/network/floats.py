"""What follows from early and late dates: float, free float, the path that drives the finish."""

from collections.abc import Sequence

from rules.measures.network.activity import Activity, Link, Network
from rules.measures.network.passes import Dates, earliest_start, with_lag


def total_float(activity: Activity, early: Dates, late: Dates) -> int:
    """Working minutes by which it may slip. Of an activity that has not begun the float of its start is the same."""
    return activity.calendar.between(early.finishes[activity.index], late.finishes[activity.index])


def free_float(activity: Activity, network: Network, early: Dates, room: int) -> int:
    """Working minutes by which it may slip before anything else moves or is late; `room` is its total float."""
    least = room
    for link in network.out[activity.index]:
        if least <= 0:
            return 0
        if link.after.finished is None and not link.after.takes_earliest:
            least = min(least, _gap(link, early))
    return max(0, least)


def _gap(link: Link, early: Dates) -> int:
    """Working minutes, of the predecessor's calendar, between its end of the dependency and the successor's."""
    before, after = link.before, link.after
    own = early.finishes[before.index] if link.ends in ("FS", "FF") else early.starts[before.index]
    other = early.starts[after.index] if link.ends in ("FS", "SS") else early.finishes[after.index]
    return before.calendar.between(own, with_lag(link, other, -link.lag))


def finish_of(network: Network, early: Dates) -> int:
    """The latest finish of its tasks."""
    return max(early.finishes[a.index] for a in network.activities if a.is_task)


def last_tasks(network: Network, early: Dates) -> list[Activity]:
    """The tasks that end the plan: with the latest finish, and nothing waits for them; else all with that finish."""
    finish = finish_of(network, early)
    latest = [a for a in network.activities if a.is_task and early.finishes[a.index] == finish]
    return [a for a in latest if not any(_is_awaited(link.after, network) for link in network.out[a.index])] or latest


def _is_awaited(activity: Activity, network: Network) -> bool:
    return activity.is_task or bool(network.out[activity.index])


def driving_path(network: Network, early: Dates, ends: Sequence[Activity]) -> set[str]:
    """Ids of the tasks that lead to those ends without a gap: the longest path, with every branch as long."""
    found = {a.index for a in ends}
    for activity in reversed(network.activities):
        if activity.index in found:
            into = network.into[activity.index]
            found.update(link.before.index for link in into if _drives(link, network, early))
    return {a.item_id for a in network.activities if a.index in found and a.is_task}


def _drives(link: Link, network: Network, early: Dates) -> bool:
    """Whether the successor starts where this dependency has it start."""
    after = link.after
    if after.started is not None or after.finished is not None or after.fixed is not None:
        return False
    driven, start = earliest_start(link, network, early), early.starts[after.index]
    return driven == start or (after.minutes > 0 and after.calendar.next_begin(driven) == start)
