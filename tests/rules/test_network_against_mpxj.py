"""Hundreds of random networks, computed by us and by MPXJ's MicrosoftScheduler, which schedules as Microsoft Project
does.

What real plans hardly hold is in them: all kinds of dependencies, leads and lags, every constraint, deadlines and
holidays. Two differences are known, and held to:

- Our free float is never above total float. MPXJ's may be, where a constraint or the end of the plan comes before the
  tasks that wait.
- MPXJ has a task without predecessors that must not finish before a day begin before the plan does; ours begins with
  the plan. Such tasks get no such constraint here.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from rules.measures.network.calendars import Calendars, Saying
from rules.measures.network.rows import TaskResult
from rules.measures.network.worktime import Worktime
from tests.mpp_plans import needs_mpxj
from tests.rules.network_told import MONDAY, computed, link, number, task

pytestmark = needs_mpxj
HOLIDAYS = [MONDAY + timedelta(days=n) for n in (3, 10, 16)]
SHIFTS: dict[str, Any] = {"is_working": True, "minutes": 480, "shifts": "08:00-12:00 13:00-17:00"}
SAYINGS = [
    *(("C", Saying(weekday=n, **SHIFTS)) for n in range(1, 6)),
    *(("C", Saying(starts_on=number(d), ends_on=number(d), is_working=False, minutes=0)) for d in HOLIDAYS),
]
CALENDARS = Calendars({"C": None}, SAYINGS)
ENDS = {"FS": "FINISH_START", "SS": "START_START", "FF": "FINISH_FINISH", "SF": "START_FINISH"}
BY_START = ("must_start_on", "start_no_earlier_than", "start_no_later_than")
BY_FINISH = ("must_finish_on", "finish_no_earlier_than", "finish_no_later_than")
CASES: dict[str, dict[str, Any]] = {
    "finish to start": {},
    "leads and lags": {"lags": (0, 0, 2, -1)},
    "all kinds": {"ends": tuple(ENDS)},
    "all kinds, leads and lags": {"ends": tuple(ENDS), "lags": (0, 0, 2, -1)},
    "deadlines": {"lags": (0, 1), "deadlines": True},
    "everything": {
        "ends": tuple(ENDS),
        "lags": (0, 0, 2, -1),
        "deadlines": True,
        "constraints": (*BY_START, *BY_FINISH),
    },
    **{kind: {"constraints": (kind,)} for kind in (*BY_START, *BY_FINISH)},
}
NETWORKS_A_CASE = 40


@pytest.fixture(scope="module")
def java() -> Iterator[Any]:
    import jpype
    import mpxj  # noqa: F401 - names its jars

    if not jpype.isJVMStarted():
        jpype.startJVM()
    import org.mpxj

    yield org.mpxj


class Both:
    """A network told to both sides."""

    def __init__(self, mpxj: Any, chance: Random) -> None:
        self.mpxj, self.chance = mpxj, chance
        self.file = mpxj.ProjectFile()
        calendar = self.file.addDefaultBaseCalendar()
        self.file.getProjectProperties().setDefaultCalendar(calendar)
        for day in HOLIDAYS:
            calendar.addCalendarException(self._day(day))
        self.tasks: list[Any] = []
        self.rows: list[Any] = []
        self.links: list[Any] = []

    def _day(self, day: date) -> Any:
        from java.time import LocalDate

        return LocalDate.of(day.year, day.month, day.day)

    def _days(self, amount: int) -> Any:
        return self.mpxj.Duration.getInstance(amount, self.mpxj.TimeUnit.DAYS)

    def add(self, constraints: tuple[str, ...], *, follows: bool, deadlines: bool) -> None:
        """One more task of up to six days, a milestone now and then."""
        days, made = self.chance.randint(0, 6), self.file.addTask()
        name = f"T{len(self.tasks):02}"
        made.setName(name)
        made.setDuration(self._days(days))
        made.setActualDuration(self._days(0))
        made.setRemainingDuration(self._days(days))
        made.setMilestone(days == 0)
        dated: dict[str, Any] = {}
        if constraints and self.chance.random() < 0.3:
            kind, day = self.chance.choice(constraints), self._workday()
            if follows or kind != "finish_no_earlier_than":
                made.setConstraintType(getattr(self.mpxj.ConstraintType, kind.upper()))
                made.setConstraintDate(self._day(day).atTime(8 if kind in BY_START else 17, 0))
                dated = {"constraint_kind": kind, "constraint_day": number(day)}
        if deadlines and self.chance.random() < 0.2:
            day = self._workday()
            made.setDeadline(self._day(day).atTime(17, 0))
            dated["deadline_day"] = number(day)
        self.tasks.append(made)
        self.rows.append(task(name, days, is_milestone=days == 0, sequence=len(self.tasks), **dated))

    def tie(self, before: int, ends: str, lag: int) -> None:
        """The newest task waits for an earlier one."""
        relation = self.mpxj.Relation.Builder().predecessorTask(self.tasks[before])
        relation = relation.type(getattr(self.mpxj.RelationType, ENDS[ends])).lag(self._days(lag))
        self.tasks[-1].addPredecessor(relation)
        self.links.append(link(f"T{before:02}>T{len(self.tasks) - 1:02} {ends}{lag:+d}"))

    def _workday(self) -> date:
        days = [MONDAY + timedelta(days=n) for n in range(21)]
        return self.chance.choice([d for d in days if d.weekday() < 5 and d not in HOLIDAYS])

    def schedule(self) -> None:
        self.mpxj.cpm.MicrosoftScheduler().schedule(self.file, self._day(MONDAY).atTime(8, 0))


def random_network(mpxj: Any, seed: str, case: dict[str, Any]) -> Both:
    chance = Random(seed)
    both = Both(mpxj, chance)
    for place in range(chance.randint(2, 12)):
        before = sorted(chance.sample(range(place), min(place, chance.choice((0, 1, 1, 2)))))
        both.add(case.get("constraints", ()), follows=bool(before), deadlines=case.get("deadlines", False))
        for earlier in before:
            both.tie(earlier, chance.choice(case.get("ends", ("FS",))), chance.choice(case.get("lags", (0,))))
    return both


def moment(told: Any) -> int:
    day = date(told.getYear(), told.getMonthValue(), told.getDayOfMonth())
    return number(day) * 1440 + int(told.getHour()) * 60 + int(told.getMinute())


def minutes(mpxj: Any, both: Both, duration: Any) -> float:
    properties = both.file.getProjectProperties()
    return float(duration.convertUnits(mpxj.TimeUnit.MINUTES, properties).getDuration())


def compared(mpxj: Any, both: Both, theirs: Any, ours: TaskResult, time: Worktime) -> Iterator[tuple[str, Any, Any]]:
    """Name, their value, our value; dates as working minutes."""
    dates = {"EarlyStart": ours.early_start, "EarlyFinish": ours.early_finish, "LateStart": ours.late_start,
             "LateFinish": ours.late_finish}  # fmt: skip
    for name, own in dates.items():
        yield name, time.worked(moment(getattr(theirs, f"get{name}")())), time.worked(own or 0)
    yield "TotalSlack", minutes(mpxj, both, theirs.getTotalSlack()), ours.total_float
    free = minutes(mpxj, both, theirs.getFreeSlack())
    yield "FreeSlack", max(0, min(free, ours.total_float or 0)), ours.free_float


@pytest.mark.parametrize("name", CASES)
def test_mpxj_schedules_the_same(java: Any, name: str, capsys: Any) -> None:
    time = CALENDARS.worktime("C")
    assert time is not None
    counted: Counter[str] = Counter()
    different = []
    for number_of in range(NETWORKS_A_CASE):
        both = random_network(java, f"{name} {number_of}", CASES[name])
        both.schedule()
        found = computed(both.rows, both.links, CALENDARS, calendar_id="C")
        for made in both.tasks:
            place = str(made.getName())
            for what, theirs, ours in compared(java, both, made, found.tasks[place], time):
                counted[what] += 1
                if theirs != ours:
                    different.append((number_of, place, what, theirs, ours))

    with capsys.disabled():
        print(f"\n{name}: {counted.total()} values of {NETWORKS_A_CASE} networks, {len(different)} differ")
    assert different == []
    assert counted.total() > 6 * 4 * NETWORKS_A_CASE
