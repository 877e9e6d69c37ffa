"""The two passes: how early everything can be, and how late it may be.

As Microsoft Project schedules from the start of a plan: a constraint is kept even against dependencies, recorded starts
and finishes stand, what is scheduled by hand stays, and what remains is not moved behind the status date, which that
tool does only when somebody asks for it. What the tool does with each constraint, with started tasks on either side of
a dependency and with lags is told by MPXJ, https://www.mpxj.org, class MicrosoftScheduler.
"""

from dataclasses import dataclass

from rules.measures.network.activity import Activity, Link, Network


@dataclass(frozen=True)
class Dates:
    """Start and finish of each activity, by its index. Of a late start that was not kept, where it should have been."""

    starts: list[int]
    finishes: list[int]


@dataclass(frozen=True)
class Slip:
    """A finish that comes later than computed, by so much working time of the plan's calendar."""

    activity: Activity
    minutes: int


def forward(network: Network, slip: Slip | None = None) -> Dates:
    """The earliest dates."""
    dates = Dates([0] * len(network.activities), [0] * len(network.activities))
    for activity in network.activities:
        start, finish = _earliest(activity, network, dates)
        if slip is not None and activity is slip.activity:
            finish = network.calendar.after(finish, slip.minutes)
        dates.starts[activity.index], dates.finishes[activity.index] = start, finish
    return dates


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
    if not activity.into:
        return network.start
    starts = [earliest_start(link, network, dates) for link in activity.into]
    return min(starts) if activity.takes_earliest else max(starts)


def _first_start(activity: Activity, moment: int) -> int:
    """The next working minute; a milestone may stand at the end of a working day."""
    return activity.calendar.begin(activity.calendar.worked(moment)) if activity.minutes else moment


def earliest_start(link: Link, network: Network, dates: Dates) -> int:
    """Where that dependency has its successor start."""
    before, after = link.before, link.after
    moment = dates.finishes[before.index] if link.ends in ("FS", "FF") else dates.starts[before.index]
    if link.ends in ("FF", "SF") and after.minutes:
        moment = after.calendar.after(moment, -after.minutes)
    moment = with_lag(link, moment, link.lag)
    return max(moment, network.start) if link.ends == "FF" else moment


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
    for activity in reversed(network.activities):
        at = activity.index
        if activity.finished is not None:
            late.starts[at], late.finishes[at] = early.starts[at], early.finishes[at]
            continue
        bounds = [found for link in activity.out if (found := _latest_finish(link, early, late)) is not None]
        latest = _bounded(activity, min(bounds, default=finish), finish)
        if deadlines and activity.deadline is not None:
            latest = min(latest, activity.deadline)
        latest = activity.calendar.end(activity.calendar.worked(latest))
        late.finishes[at] = latest
        late.starts[at] = activity.calendar.after(latest, -activity.remaining)
    return late


def _latest_finish(link: Link, early: Dates, late: Dates) -> int | None:
    """When its predecessor must be over for that dependency; None where it does not matter any more."""
    before, after = link.before, link.after
    if after.finished is not None or (after.fixed is not None and not after.is_task):
        return None
    if after.takes_earliest and early.starts[before.index] > early.starts[after.index]:
        return None  # another one decides when the summary task begins
    moment = _must_begin(after, late.starts[after.index]) if link.ends in ("FS", "SS") else late.finishes[after.index]
    moment = with_lag(link, moment, -link.lag)
    if link.ends in ("FS", "FF"):
        return moment
    if before.started is not None:
        return None
    if before.minutes:
        moment = before.calendar.begin(before.calendar.worked(moment))
    return before.calendar.after(moment, before.minutes)


def _must_begin(activity: Activity, late_start: int) -> int:
    """The late start; of a started activity, where its rest begins: nothing that it waits for can be later."""
    if activity.started is None or activity.minutes == 0:
        return late_start
    return activity.calendar.after(activity.started, activity.minutes - activity.remaining)


def _bounded(activity: Activity, latest: int, finish: int) -> int:
    """The finish with the activity's constraint kept."""
    latest = min(latest, finish)
    bound = activity.constrained_to
    if bound is None or activity.started is not None:
        return latest
    kind = activity.constraint
    if kind in ("must_start_on", "start_no_later_than"):
        bound = activity.calendar.after(bound, activity.minutes)
    if kind in ("must_start_on", "must_finish_on"):
        return bound
    if kind in ("start_no_later_than", "finish_no_later_than"):
        return min(latest, bound)
    return latest
