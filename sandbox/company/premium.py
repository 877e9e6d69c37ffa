"""What the company keeps in Planner Premium since Project Online was retired: one initiative that moved, two new ones.

The moved one has three parts: its plan as it was last published in Project Online, its successor in Planner Premium
(other ids, same name and initiative key, the same approved plan, two months further on and late by now), and a tracker
project that lived through it all. The people on these plans are on no other one.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random

from sandbox.company.booking import book
from sandbox.company.leanings import Profile
from sandbox.company.moving import carried_on
from sandbox.company.people import MAIL_DOMAIN, person_id
from sandbox.company.plans import make_plan
from sandbox.company.planted_forecast import SLOW
from sandbox.company.records import Company, Endeavour, Person, Plan
from sandbox.company.staffing import Load
from sandbox.company.trackers import draft, finish
from sandbox.company.workdays import monday

RETIRED = date(2026, 9, 30)
"""Project Online's last day."""

MOVED = Profile(
    key="INI-16", name="Field Service Renewal", jira="FSR", manager="deepak.raman", sponsor="Helena Brandauer",
    programme="Customer Growth", department="Sales & Service", goal="Two visits a day more for every technician",
    topics=("scheduling", "van stock", "route planning", "service reports", "warranty"), began=37, weeks=50,
    health="Amber",
)  # fmt: skip
SLIPPED_DAYS = 15
"""Working days by which the moved plan's rest has slipped since the move."""

NEW: tuple[Profile, ...] = (
    Profile(
        key="INI-17", name="Recruiting Portal", jira="RECR", manager="grzegorz.wilk", sponsor="Petra Anders",
        programme="Workplace", department="Finance & People", goal="Every vacancy filled within eight weeks",
        topics=("job pages", "applications", "interviews", "offers"), began=14, weeks=30, lanes=1, size="small",
    ),
    Profile(
        key="INI-18", name="Fleet Electrification", jira="FLEE", manager="rafael.oliveira", sponsor="Jonas Petersen",
        programme="Operations Renewal", department="Manufacturing", goal="Half of the vans electric",
        topics=("charging points", "van models", "drivers"), began=6, weeks=36, lanes=1, size="small",
        phase="plan", baseline="none",
    ),
)  # fmt: skip
"""Initiatives that began in Planner Premium and have no tracker project; the second has no baseline yet."""

_STAFF: tuple[tuple[str, str, str, int], ...] = (
    ("Ravi Menon", "Developer", "Sales & Service", 77),
    ("Clara Hofer", "Business analyst", "Sales & Service", 83),
    ("Samuel Adeyemi", "Developer", "Sales & Service", 79),
    ("Inês Duarte", "Test engineer", "Sales & Service", 69),
    ("Petr Svoboda", "Integration architect", "IT", 104),
    ("Hedda Nyström", "Business analyst", "Finance & People", 82),
    ("Tariq Aziz", "Developer", "IT", 76),
    ("Olga Petrenko", "Process engineer", "Manufacturing", 81),
    ("Luca Moretti", "Site engineer", "Manufacturing", 72),
    ("Freya Holm", "Trainer", "Finance & People", 64),
)
_ON_THE_MOVED = 5


@dataclass(frozen=True)
class Premium:
    """The plans: the `old` one as of `RETIRED`, its `successor`, and `others`."""

    old: Plan
    successor: Plan
    others: tuple[Plan, ...]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """What is in Planner Premium."""
        return (self.successor, *self.others)


def with_premium(company: Company, seed: int = 7) -> tuple[Company, Premium]:
    """The company with the moved initiative's tracker project and the people on these plans, and the plans.

    What the company had before stays as it is.
    """
    staff = tuple(_person(*row) for row in _STAFF)
    people = {p.id: p for p in staff}
    names = list(people)
    weeks = ((monday(company.today) - monday(RETIRED)).days) // 7
    early = replace(MOVED, began=MOVED.began - weeks, health="Green", plan_risks=True, timesheet=True)
    old = make_plan(
        early, names[:_ON_THE_MOVED], people=people, load=Load(), today=RETIRED, rng=Random(f"{seed}:old plan")
    )
    successor = carried_on(old, company.today, SLIPPED_DAYS)
    load = Load()

    def planned(profile: Profile, load: Load) -> Plan:
        rng = Random(f"{seed}:{profile.key}:premium")
        return make_plan(profile, names[_ON_THE_MOVED:], people=people, load=load, today=company.today, rng=rng)

    others = tuple(planned(profile, load) for profile in NEW)
    slow = {p.key: planned(replace(p, slip_days=SLOW[p.key]), load) for p in NEW if p.key in SLOW}
    others = tuple(slow.get(p.key, plan) for p, plan in zip(NEW, others, strict=True))
    made = draft(MOVED, successor, company.today, Random(f"{seed}:{MOVED.key}:tracker"))
    logs = book(made.jobs(), Random(f"{seed}:{MOVED.key}:bookings"))
    tracker, _, links = finish(made, logs, company.today)
    grown = replace(
        company,
        people=(*company.people, *staff),
        endeavours=(*company.endeavours, Endeavour(MOVED.key, tracker, None)),
        links=(*company.links, *links),
    )
    return grown, Premium(old, successor, others)


def before_the_move(company: Company, premium: Premium) -> Company:
    """The company as Project Online knew it on its last day: the moved plan and the people."""
    moved = company.of(MOVED.key)
    return replace(company, today=RETIRED, endeavours=(replace(moved, plan=premium.old),), links=())


def _person(name: str, role: str, department: str, rate: int) -> Person:
    own = person_id(name)
    return Person(
        id=own, name=name, email=f"{own}@{MAIL_DOMAIN}", role=role, department=department, rate=Decimal(rate),
        plan_name=name,
    )  # fmt: skip
