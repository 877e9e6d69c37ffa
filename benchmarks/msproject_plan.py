"""A plan as Microsoft Project writes it, as large as wanted: written in a stream, the same at every start."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

_START = date(2026, 1, 5)
_RESOURCES = 200
_A_SUMMARY = 10


@dataclass(frozen=True)
class Size:
    """Tasks without the summary tasks, assignments a task, days of work an assignment."""

    tasks: int
    assignments_a_task: int = 5
    days: int = 20

    @property
    def assignments(self) -> int:
        """All assignments."""
        return self.tasks * self.assignments_a_task

    @property
    def stretches(self) -> int:
        """All days of work."""
        return self.assignments * self.days

    @property
    def expected(self) -> dict[str, int]:
        """Rows that a complete store must hold, by table."""
        summaries = -(-self.tasks // _A_SUMMARY) + 1
        return {
            "project": 1,
            "work_item": self.tasks + summaries,
            "work_item_link": self.tasks - 1,
            "assignment": self.assignments,
            "account": _RESOURCES,
            "timephased": self.stretches,
            "baseline": self.tasks + self.assignments,
        }


def write(path: Path, size: Size) -> None:
    """Write the plan."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(_lines(size))


def _lines(size: Size) -> Iterator[str]:
    yield (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Project xmlns="http://schemas.microsoft.com/project">\n'
        "<SaveVersion>14</SaveVersion><Name>large.xml</Name><GUID>AAAAAAAA-0000-0000-0000-000000000001</GUID>\n"
        "<Title>A large plan</Title><StartDate>2026-01-05T08:00:00</StartDate><CurrencyCode>EUR</CurrencyCode>\n"
        "<CalendarUID>1</CalendarUID><MinutesPerDay>480</MinutesPerDay><MinutesPerWeek>2400</MinutesPerWeek>\n"
        "<DaysPerMonth>20</DaysPerMonth>\n<Calendars><Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1"
        "</IsBaseCalendar><BaseCalendarUID>-1</BaseCalendarUID><WeekDays>\n"
    )
    for weekday in range(1, 8):
        yield f"<WeekDay><DayType>{weekday}</DayType>{_shifts(works=2 <= weekday <= 6)}</WeekDay>\n"
    yield "</WeekDays></Calendar></Calendars>\n<Tasks>\n"
    yield from _tasks(size)
    yield "</Tasks>\n<Resources>\n"
    for uid in range(1, _RESOURCES + 1):
        yield (
            f"<Resource>\n<UID>{uid}</UID><ID>{uid}</ID><Name>Person {uid}</Name><Type>1</Type><MaxUnits>1</MaxUnits>"
            "<StandardRate>80</StandardRate><StandardRateFormat>2</StandardRateFormat></Resource>\n"
        )
    yield "</Resources>\n<Assignments>\n"
    yield from _assignments(size)
    yield "</Assignments>\n</Project>\n"


def _shifts(*, works: bool) -> str:
    if not works:
        return "<DayWorking>0</DayWorking>"
    times = "".join(
        f"<WorkingTime><FromTime>{a}:00:00</FromTime><ToTime>{b}:00:00</ToTime></WorkingTime>"
        for a, b in (("08", "12"), ("13", "17"))
    )
    return f"<DayWorking>1</DayWorking><WorkingTimes>{times}</WorkingTimes>"


def _tasks(size: Size) -> Iterator[str]:
    yield _task(0, 0, "A large plan", 0, 0, summary=True)
    row = 0
    for uid in range(1, size.tasks + 1):
        if (uid - 1) % _A_SUMMARY == 0:
            row += 1
            yield _task(size.tasks + 1 + uid // _A_SUMMARY, row, f"Phase {uid // _A_SUMMARY + 1}", 1, uid, summary=True)
        row += 1
        yield _task(uid, row, f"Task {uid}", 2, uid)


def _task(uid: int, row: int, name: str, level: int, place: int, *, summary: bool = False) -> str:
    first, last = _span(place)
    hours = 40 if not summary else 0
    link = (
        f"<PredecessorLink><PredecessorUID>{uid - 1}</PredecessorUID><Type>1</Type><LinkLag>0</LinkLag>"
        "<LagFormat>7</LagFormat></PredecessorLink>\n"
    )
    baseline = (
        f"<Baseline><Number>0</Number><Start>{first}T08:00:00</Start><Finish>{last}T17:00:00</Finish>"
        f"<Duration>PT160H0M0S</Duration><Work>PT{hours}H0M0S</Work><Cost>320000</Cost></Baseline>\n"
    )
    return (
        f"<Task>\n<UID>{uid}</UID><ID>{row}</ID><Name>{name}</Name><Type>0</Type><IsNull>0</IsNull>"
        f"<WBS>{row}</WBS><OutlineLevel>{level}</OutlineLevel><Priority>500</Priority><Start>{first}T08:00:00</Start>"
        f"<Finish>{last}T17:00:00</Finish><Duration>PT160H0M0S</Duration><DurationFormat>7</DurationFormat>"
        f"<Work>PT{hours}H0M0S</Work><Summary>{int(summary)}</Summary><Milestone>0</Milestone>"
        f"<PercentComplete>50</PercentComplete><Cost>320000</Cost><RemainingWork>PT{hours}H0M0S</RemainingWork>"
        f"<ConstraintType>0</ConstraintType><CalendarUID>-1</CalendarUID>\n"
        f"{link if uid > 1 and not summary else ''}{'' if summary else baseline}</Task>\n"
    )


def _assignments(size: Size) -> Iterator[str]:
    uid = 0
    for task in range(1, size.tasks + 1):
        days = [_START + timedelta(days=task % 500 + n) for n in range(size.days)]
        for turn in range(size.assignments_a_task):
            uid += 1
            person = (task * 7 + turn * 13) % _RESOURCES + 1
            yield (
                f"<Assignment>\n<UID>{uid}</UID><TaskUID>{task}</TaskUID><ResourceUID>{person}</ResourceUID>"
                f"<Start>{days[0]}T08:00:00</Start><Finish>{days[-1]}T17:00:00</Finish><Units>1</Units>"
                f"<Work>PT{size.days * 2}H0M0S</Work><RemainingWork>PT{size.days * 2}H0M0S</RemainingWork>"
                f"<Cost>{size.days * 16000}</Cost>\n<Baseline><Number>0</Number><Work>PT{size.days * 2}H0M0S</Work>"
                f"<Cost>{size.days * 16000}</Cost></Baseline>\n"
            )
            for day in days:
                yield (
                    f"<TimephasedData><Type>1</Type><UID>{uid}</UID><Start>{day}T08:00:00</Start>"
                    f"<Finish>{day}T17:00:00</Finish><Unit>2</Unit><Value>PT2H0M0S</Value></TimephasedData>\n"
                )
            yield "</Assignment>\n"


def _span(place: int) -> tuple[date, date]:
    first = _START + timedelta(days=place % 500)
    return first, first + timedelta(days=27)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.msproject_plan", description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--tasks", type=int, default=10_000)
    given = parser.parse_args()
    write(given.path, Size(given.tasks))
