"""Who belongs where and can do what, what departments may spend, and what proposals wait for."""

from datetime import date, timedelta

from sandbox.company.planted_capacity import ENVELOPES, WAITING
from sandbox.company.records import Company

Rows = list[list[object]]


def staff(company: Company) -> Rows:
    """Everybody's department, but that of executives."""
    rows: Rows = [["person", "unit key"]]
    return [*rows, *([p.email, p.department] for p in company.people if p.active and p.role != "Executive")]


def skills(company: Company) -> Rows:
    """What those who work on projects can do: their role."""
    rows: Rows = [["person", "skill", "level"]]
    idle = {"Executive", "Project manager"}
    return [*rows, *([p.email, p.role, "senior"] for p in company.people if p.active and p.role not in idle)]


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
