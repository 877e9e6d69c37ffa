"""Who belongs where and can do what, what departments may spend, and what proposals wait for."""

from datetime import date, timedelta

from sandbox.company.planted_capacity import ENVELOPES, ONLY_LISTED, WAITING
from sandbox.company.records import Company

Rows = list[list[object]]


def staff(company: Company) -> Rows:
    """Everybody's department, but that of executives."""
    rows: Rows = [["person", "unit key"]]
    for person in company.people:
        listed = ONLY_LISTED.get(person.department, person.id)
        if person.active and person.role != "Executive" and person.id == listed:
            rows.append([person.email, person.department])
    return rows


def skills(company: Company) -> Rows:
    """What those who work on projects can do: their role."""
    rows: Rows = [["person", "skill", "level"]]
    for person in company.people:
        if person.active and person.role not in ("Executive", "Project manager"):
            rows.append([person.email, person.role, "senior"])
    return rows


def demand(company: Company) -> Rows:
    """Hours of skills that proposals want next month."""
    rows: Rows = [["proposal", "skill", "month start", "hours", "probability ratio"]]
    first = company.today.replace(day=1)
    month = (first + timedelta(days=32)).replace(day=1)
    for proposal, (skill, hours, likely) in WAITING.items():
        rows.append([proposal, skill, month, hours, None if likely is None else f"{likely}%"])
    return rows


def envelopes(company: Company) -> Rows:
    """What each department may spend this year."""
    rows: Rows = [["unit key", "amount", "currency", "from date", "to date", "approved by"]]
    year = company.today.year
    for department, amount in ENVELOPES.items():
        rows.append([department, amount, company.currency, date(year, 1, 1), date(year, 12, 31), "Helena Brandauer"])
    return rows
