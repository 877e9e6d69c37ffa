"""Rates, approved people, training and capacity of the company's staff, and the tree of its units."""

from collections import Counter, defaultdict
from datetime import date, timedelta

from sandbox.company import planted_capacity, planted_daily, planted_mandate, planted_upkeep
from sandbox.company.people import STRETCHED
from sandbox.company.records import Company, Person

Rows = list[list[object]]
WEEKS = 8
LONGEST = 14
"""Weeks that are stated of shared specialists, and of those who have little time."""
RAISE_ON = date(2026, 7, 1)
"""From then on an hour costs four per cent more."""
UNCONFIRMED = "INI-03"
"""Nobody confirmed that its manager is qualified."""
LONG_CONFIRMED = "INI-04"
"""Confirmed once, too long ago."""
CONFIRMED_BY_OTHERS = "INI-06"
"""Confirmed, but by somebody whose word does not count."""
OFFICER = "beatrix.amsel"
"""Who answers for the PMO of the whole company."""
NOT_APPROVED = "tova.levi"
"""Books time and is on no list."""


def rates(company: Company) -> Rows:
    """What an hour of each worker costs, in two stretches, and what a role costs where nobody is named."""
    rows: Rows = [["person", "role", "kind", "rate per hour", "currency", "from date", "to date"]]
    for person in _staff(company):
        if person.id == planted_daily.UNRATED:
            continue
        before, after = person.rate, person.rate * 104 / 100
        rows.append([person.email, None, "cost", before, company.currency, None, RAISE_ON - timedelta(days=1)])
        rows.append([person.email, None, "cost", after, company.currency, RAISE_ON, None])
    return [*rows, [None, "Consultant", "cost", 120, company.currency, None, None]]


def approved(company: Company) -> Rows:
    """Everybody who may book time, by name or e-mail as the PMO happened to write it."""
    rows: Rows = [["person", "role", "approved by"]]
    for number, person in enumerate(_staff(company)):
        if person.id != NOT_APPROVED:
            rows.append([person.name if number % 2 else person.email, person.role, "Beatrix Amsel"])
    return rows


def training(company: Company) -> Rows:
    """A course that every project manager must pass every two years; one passed it too long ago."""
    rows: Rows = [["person", "course", "completed on", "expires on", "mandatory"]]
    managers = sorted({e.tracker.lead for e in company.endeavours})
    for number, manager in enumerate(managers):
        passed = company.today - timedelta(days=800 if number == 0 else 200 + number)
        rows.append([company.person(manager).email, "Project governance", passed, passed + timedelta(days=730), "yes"])
    return rows


def attestations(company: Company) -> Rows:
    """What the PMO confirms of project managers: one confirmation is missing, one of the wrong role, one too old."""
    rows: Rows = [["Project", "Statement", "Date", "Confirmed by", "Role", "Valid until", "Proof", "Remark"]]
    for number, endeavour in enumerate(company.endeavours):
        if endeavour.key == UNCONFIRMED or endeavour.key in planted_capacity.UNCONFIRMED:
            continue
        given = company.today - timedelta(days=500 if endeavour.key == LONG_CONFIRMED else 60 + number)
        role = "Team lead" if endeavour.key == CONFIRMED_BY_OTHERS else "PMO lead"
        proof = f"https://files.meridian.example/pm/{endeavour.key}"
        rows.append([endeavour.key, "PM qualified", given, "Beatrix Amsel", role, None, proof, None])
    return rows


def capacity(company: Company) -> Rows:
    """Hours for projects, a column a week: what everybody had lately, and what the shared specialists will have.

    One of these works half time.
    """
    monday = company.today - timedelta(days=company.today.weekday())
    weeks = [monday + timedelta(weeks=n) for n in range(-planted_upkeep.WEEKS, LONGEST)]
    rows: Rows = [["person", *(f"{day.isocalendar().year}-W{day.isocalendar().week:02}" for day in weeks)]]
    had, coming = planted_upkeep.agreed_hours(company), _coming_hours()
    for person in _staff(company):
        rows.append([person.email, *had[person.id].values(), *coming.get(person.id, [None] * LONGEST)])
    return rows


def organisation(company: Company) -> Rows:
    """The company, its departments and its programmes; each is answered for by who sponsors most of its projects."""
    rows: Rows = [["key", "name", "kind", "parent key", "owner", "pmo level"]]
    rows.append(["MW", company.name, "organisation", None, company.person(OFFICER).email, "controlling"])
    emails = {person.name: person.email for person in company.people}
    for kind in ("department", "programme"):
        sponsors: dict[str, Counter[str]] = defaultdict(Counter)
        for endeavour in company.endeavours:
            name, sponsor = endeavour.tracker.pmo[kind], endeavour.tracker.pmo.get("sponsor")
            if name != planted_mandate.MISSPELT:
                sponsors[name].update([sponsor] if sponsor else [])
        for name, found in sorted(sponsors.items()):
            most = min(found, key=lambda person: (-found[person], person))
            rows.append([name, name, kind, "MW", emails[most], None])
    return rows


def _coming_hours() -> dict[str, list[int | None]]:
    """What the shared specialists will have for some weeks, and people who work part time for longer."""
    hours: dict[str, list[int | None]] = {
        person: [*([given] * WEEKS), *([None] * (LONGEST - WEEKS))]
        for given, person in zip((20, 36), STRETCHED, strict=True)
    }
    return hours | {person: [given] * LONGEST for person, given in planted_capacity.PART_TIME.items()}


def _staff(company: Company) -> list[Person]:
    return [person for person in company.people if person.active and person.role != "Executive"]
