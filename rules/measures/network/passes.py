"""The two passes: how early everything can be, and how late it may be.

As Microsoft Project schedules from the start of a plan: a constraint is kept even against dependencies, recorded starts
and finishes stand, what is scheduled by hand stays, and what remains is not moved behind the status date, which that
tool does only when somebody asks for it. What the tool does with each constraint, with started tasks on either side of
a dependency and with lags is told by MPXJ, https://www.mpxj.org, class MicrosoftScheduler.
"""

from dataclasses import dataclass, replace

from rules.measures.network.activity import Activity, Link, Network


@dataclass(frozen=True)
class Dates:
    """Start and finish of each activity, by its index. `hurried`: deadlines made some of the late ones earlier."""

    starts: list[int]
    finishes: list[int]
    hurried: bool = False


@dataclass(frozen=True)
class Slip:
    """A finish that comes later than computed, by so much working time of the plan's calendar."""

    activity: Activity
    minutes: int


def forward(network: Network) -> Dates:
    """The earliest dates."""
    dates = Dates([0] * len(network.activities), [0] * len(network.activities))
    starts, finishes = dates.starts, dates.finishes
    for at, activity in enumerate(network.activities):
        starts[at], finishes[at] = _earliest(activity, network, dates)
    return dates


def delayed(network: Network, early: Dates, slip: Slip) -> Dates:
    """The earliest dates with a slip: those of `forward` with that one finish moved.

    An activity's dates follow from those of the activities that it waits for. So one that waits for nothing that has
    moved keeps its own, and only what the slip carries along is computed anew.
    """
    dates = Dates(early.starts.copy(), early.finishes.copy())
    at = slip.activity.index
    moved = bytearray(len(network.activities))  # what waits for something that has moved
    dates.finishes[at] = network.calendar.after(early.finishes[at], slip.minutes)
    while at >= 0:
        for link in network.out[at]:
            moved[link.after.index] = 1
        at = moved.find(1, at + 1)
        while at >= 0 and not _moves(network.activities[at], network, dates):
            at = moved.find(1, at + 1)
    return dates


def _moves(activity: Activity, network: Network, dates: Dates) -> bool:
    """Compute its dates anew; whether they are others than before."""
    at = activity.index
    start, finish = _earliest(activity, network, dates)
    if start == dates.starts[at] and finish == dates.finishes[at]:
        return False
    dates.starts[at], dates.finishes[at] = start, finish
    return True


def _earliest(activity: Activity, network: Network, dates: Dates) -> tuple[int, int]:
    if activity.fixed is not None:
        return activity.fixed
    if activity.finished is not None:
        return activity.finished if activity.started is None else activity.started, activity.finished
    if activity.started is not None:
        finish = activity.calendar.after(activity.started, activity.minutes)
        if activity.constraint == "finish_no_earlier_than" and activity.constrained_to is not None:
            finish = max(finish, activity.constrained_to)
        return activity.started, finish
    start = _kept(activity, _first_start(activity, _driven(activity, network, dates)))
    return start, activity.calendar.after(start, activity.minutes)


def _driven(activity: Activity, network: Network, dates: Dates) -> int:
    """Where dependencies alone would have it start; the plan's start where there are none."""
    into = network.into[activity.index]
    if not into:
        return network.start
    starts = [earliest_start(link, network, dates) for link in into]
    return min(starts) if activity.takes_earliest else max(starts)


def _first_start(activity: Activity, moment: int) -> int:
    """The next working minute; a milestone may stand at the end of a working day."""
    return activity.calendar.next_begin(moment) if activity.minutes else moment


def earliest_start(link: Link, network: Network, dates: Dates) -> int:
    """Where that dependency has its successor start."""
    ends, at = link.ends, link.before.index
    if ends == "FS":
        return with_lag(link, dates.finishes[at], link.lag) if link.lag else dates.finishes[at]
    after = link.after
    moment = dates.finishes[at] if ends == "FF" else dates.starts[at]
    if ends != "SS" and after.minutes:
        moment = after.calendar.after(moment, -after.minutes)
    moment = with_lag(link, moment, link.lag)
    return max(moment, network.start) if ends == "FF" else moment


def with_lag(link: Link, moment: int, lag: int) -> int:
    """The moment later by a lag as that dependency counts it; earlier, if negative."""
    if lag == 0:
        return moment
    return moment + lag if link.is_elapsed else link.after.calendar.after(moment, lag)


def _kept(activity: Activity, start: int) -> int:
    """The start with the activity's constraint kept."""
    bound = activity.constrained_to
    if bound is None:
        return start
    kind = activity.constraint
    if kind is not None and kind.startswith(("finish", "must_finish")):
        bound = activity.calendar.after(bound, -activity.minutes)
    if kind in ("must_start_on", "must_finish_on"):
        return bound
    if kind in ("start_no_earlier_than", "finish_no_earlier_than"):
        return max(start, bound)
    if kind in ("start_no_later_than", "finish_no_later_than"):
        return min(start, bound)
    return start


def backward(network: Network, early: Dates, finish: int, *, deadlines: bool = True) -> Dates:
    """The latest dates with which the plan still ends at `finish`, and, where they count, all deadlines are kept."""
    late = Dates([0] * len(network.activities), [0] * len(network.activities))
    hurried = False
    for activity in reversed(network.activities):
        at = activity.index
        if activity.finished is not None:
            late.starts[at], late.finishes[at] = early.starts[at], early.finishes[at]
            continue
        latest = finish
        for link in network.out[at]:
            bound = _latest_finish(link, early, late)
            if bound is not None and bound < latest:
                latest = bound
        if activity.constrained_to is not None and activity.started is None:
            latest = _bounded(activity, latest, activity.constrained_to)
        if deadlines and activity.deadline is not None and activity.deadline < latest:
            latest, hurried = activity.deadline, True
        latest = activity.calendar.last_end(latest)
        late.finishes[at] = latest
        late.starts[at] = activity.calendar.after(latest, -activity.remaining)
    return replace(late, hurried=hurried)


def _latest_finish(link: Link, early: Dates, late: Dates) -> int | None:
    """When its predecessor must be over for that dependency; None where it does not matter any more."""
    before, after = link.before, link.after
    if after.finished is not None or (after.fixed is not None and not after.is_task):
        return None
    if after.takes_earliest and early.starts[before.index] > early.starts[after.index]:
        return None  # another one decides when the summary task begins
    ends = link.ends
    moment = _must_begin(after, late.starts[after.index]) if ends in ("FS", "SS") else late.finishes[after.index]
    moment = with_lag(link, moment, -link.lag)
    if ends in ("FS", "FF"):
        return moment
    if before.started is not None:
        return None
    if before.minutes:
        moment = before.calendar.next_begin(moment)
    return before.calendar.after(moment, before.minutes)


def _must_begin(activity: Activity, late_start: int) -> int:
    """The late start; of a started activity, where its rest begins: nothing that it waits for can be later."""
    if activity.started is None or activity.minutes == 0:
        return late_start
    return activity.calendar.after(activity.started, activity.minutes - activity.remaining)


def _bounded(activity: Activity, latest: int, bound: int) -> int:
    """The finish with the constraint of an activity that has not begun kept."""
    kind = activity.constraint
    if kind in ("must_start_on", "start_no_later_than"):
        bound = activity.calendar.after(bound, activity.minutes)
    if kind in ("must_start_on", "must_finish_on"):
        return bound
    if kind in ("start_no_later_than", "finish_no_later_than"):
        return min(latest, bound)
    return latest
