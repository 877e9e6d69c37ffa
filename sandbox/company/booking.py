"""Worklogs: everybody's working days, walked one by one, so that no day holds more hours than a person works."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sandbox.company.records import Worklog
from sandbox.company.workdays import at_work, workdays

DAY_LIMIT = Decimal(9)
LEAST = Decimal(4)  # hours worth an entry; less is carried to another day
STEP = Decimal("0.25")


@dataclass(frozen=True)
class Job:
    """`hours` that `person` is to book on `issue` between two days, both included."""

    issue: str
    person: str
    hours: Decimal
    start: date
    end: date


def book(jobs: Sequence[Job], rng: Random) -> dict[str, list[Worklog]]:
    """Worklogs by issue. What does not fit into a person's days stays unbooked."""
    by_person: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        by_person[job.person].append(job)
    booked: dict[str, list[Worklog]] = defaultdict(list)
    for person in sorted(by_person):
        for job, log in _year(by_person[person], rng):
            booked[job.issue].append(log)
    return dict(booked)


def _year(jobs: Sequence[Job], rng: Random) -> list[tuple[Job, Worklog]]:
    daily = {job: job.hours / max(1, len(workdays(job.start, job.end))) for job in jobs}
    owed = dict.fromkeys(jobs, Decimal(0))
    entries = []
    for day in workdays(min(j.start for j in jobs), max(j.end for j in jobs)):
        running = [j for j in jobs if j.start <= day <= j.end]
        room = DAY_LIMIT
        for job in running:
            owed[job] += daily[job]
        for job in sorted(running, key=lambda j: -owed[j]):
            if owed[job] < LEAST and day != job.end:
                continue
            hours = min(owed[job], room) // STEP * STEP
            if hours <= 0:
                continue
            owed[job] -= hours
            entries.append((job, _entry(job.person, day, DAY_LIMIT - room, hours, rng)))
            room -= hours
    return entries


def _entry(person: str, day: date, before: Decimal, hours: Decimal, rng: Random) -> Worklog:
    """Work starts at about eight; it is typed in the same evening, or one to three days later."""
    started = at_work(day, rng, 7, 9) + timedelta(minutes=int(before * 60))
    typed: datetime = started + timedelta(minutes=int(hours * 60) + rng.randint(1, 30))
    if rng.random() < 0.2:
        typed += timedelta(days=1)
    return Worklog(person, started, hours, typed)
