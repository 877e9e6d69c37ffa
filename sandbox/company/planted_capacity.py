"""Who has which fault of capacity and of the portfolio as a whole, and what a check of the demo must find.

`TRUTH` also names what the company leans to anyway, so that it is all that must fail.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from sandbox.company.leanings import Profile
from sandbox.company.records import Endeavour, Person, Plan, PlanAssignment

_CENT = Decimal("0.01")
ENVELOPES: Mapping[str, int] = {
    "IT": 9_000_000,
    "Manufacturing": 500_000,
    "Sales & Service": 9_000_000,
    "Finance & People": 9_000_000,
}
"""What departments may spend, in the company's currency: one has far less than its projects will cost."""

WAITING: Mapping[str, tuple[str, int, int | None]] = {
    "Regional data lake": ("Data engineer", 300, 50),
    "Plant training tour": ("Trainer", 160, None),
}
"""Proposals that wait for a skill: which, hours next month, how likely in per cent (none stated: certain). Trainers
have time, data engineers have little."""

PART_TIME: Mapping[str, int] = {"hedda.nystrom": 4}
"""Hours a week that somebody has for projects: fewer than are planned."""
ONLY_LISTED: Mapping[str, str] = {"Finance & People": "hedda.nystrom"}
"""A department whose list of staff has one person so far."""

TAKES_OVER: Mapping[str, str] = {"INI-14": "rafael.oliveira", "ITSI": "rafael.oliveira"}
"""Projects that a manager runs on top of those that he has."""

EVERYWHERE = "dmytro.kovalenko"
"""Helps a little on so many more projects in one week."""
EVERYWHERE_ON = ("INI-03", "INI-05", "INI-14", "INI-15")
_WEEKS_AHEAD = 6
"""In how many weeks that is."""
_SHARE = 10
"""The part of a task's work that goes over: a tenth."""

UNCONFIRMED = ("INI-02", "INI-09", "INI-14")
"""Projects of one department whose managers nobody confirmed: the same fault three times."""

TRUTH: Mapping[str, frozenset[str]] = {
    "BUD-11": frozenset({"Manufacturing"}),
    "RES-03": frozenset({"Finance & People"}),
    "RES-04": frozenset({"Dmytro Kovalenko"}),
    "RES-05": frozenset({"Meridian Works"}),
    "RES-06": frozenset({"Meridian Works"}),
    "RES-07": frozenset({"Rafael Oliveira"}),
    "RSK-06": frozenset({"Meridian Works"}),
    "RSK-07": frozenset(),
    "REC-05": frozenset({"Manufacturing"}),
    "PMO-01": frozenset(),
    "PMO-02": frozenset(),
    "PMO-03": frozenset(),
    "PMO-04": frozenset({"Meridian Works"}),
    "PMO-05": frozenset(),
    "PMO-06": frozenset(),
    # the demo's file of waivers has one of each, but none that has been idle for a month: that needs a month of checks
    **dict.fromkeys(("REC-26", "REC-27", "REC-28", "REC-31"), frozenset({"Meridian Works"})),
    "REC-29": frozenset(),
}
"""Rule id to names of the subjects for which it must fail; every other one that it applies to must not."""


def managed(profile: Profile) -> Profile:
    """The profile with who runs the project now."""
    return replace(profile, manager=TAKES_OVER.get(profile.key, profile.manager))


def shared_out(endeavours: Sequence[Endeavour], people: Mapping[str, Person], today: date) -> tuple[Endeavour, ...]:
    """The same, with one person put on a small task of several plans in one and the same week."""
    rates = {person.id: person.rate for person in people.values()}
    return tuple(_with_one_more(one, rates, today) if one.key in EVERYWHERE_ON else one for one in endeavours)


def _with_one_more(one: Endeavour, rates: Mapping[str, Decimal], today: date) -> Endeavour:
    """Work and cost of the task stay: what the helper costs less goes to its purchases."""
    assert one.plan is not None  # noqa: S101 - those that are named have a plan
    dearer = [made for made in _ahead(one.plan, today) if rates[made.person or ""] >= rates[EVERYWHERE]]
    if not dearer:  # of another seed's company
        return one
    whole = min(dearer, key=lambda made: (made.work, made.guid))
    rest, part = _split(whole, rates)
    made = [x for a in one.plan.assignments for x in ([rest, part] if a is whole else [a])]
    saved = whole.cost - rest.cost - part.cost
    tasks = (replace(t, fixed_cost=t.fixed_cost + saved) if t.guid == whole.task else t for t in one.plan.tasks)
    return replace(one, plan=replace(one.plan, tasks=tuple(tasks), assignments=tuple(made)))


def _ahead(plan: Plan, today: date) -> Iterator[PlanAssignment]:
    """Work that is not begun and is done in the week that counts."""
    week = today + timedelta(weeks=_WEEKS_AHEAD)
    for made in plan.assignments:
        if made.person and not made.actual_work and made.start <= week and made.finish >= week + timedelta(days=4):
            yield made


def _split(whole: PlanAssignment, rates: Mapping[str, Decimal]) -> tuple[PlanAssignment, PlanAssignment]:
    """Two people in one's place, each at their rate; together they do the same work."""
    amounts = ("units", "baseline_work", "work")
    part = {name: (getattr(whole, name) / _SHARE).quantize(_CENT) for name in amounts}
    rest = {name: getattr(whole, name) - value for name, value in part.items()}
    number = str(uuid5(NAMESPACE_URL, f"{whole.guid}:{EVERYWHERE}"))
    own = rest["work"] * rates[whole.person or ""]
    helper = replace(whole, **part, cost=part["work"] * rates[EVERYWHERE], guid=number, person=EVERYWHERE)
    return replace(whole, **rest, cost=own), helper
