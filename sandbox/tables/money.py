"""Budgets, costs, invoices, suppliers and benefits of the company's projects, as its PMO writes them down."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sandbox.company.planted_closed import SUPPLIER, charges
from sandbox.company.planted_dependencies import CONTINGENCY, reserve
from sandbox.company.planted_forecast import SILENT_COSTS
from sandbox.company.records import Company, Endeavour

Rows = list[list[object]]
SHARES = {"Work": 70, "Licences": 15, "Purchases": 10, "Travel": 5}
"""Per cent of a budget, by category."""
SUPPLIERS = (("S-100", "Brightwater Systems"), ("S-101", "Kessler Fördertechnik"), ("S-102", "Nordlicht Consulting"))
"""Who may be bought from."""
SUSPENDED = ("S-103", "Atelier Soleil")
"""May be bought from no more; one invoice is of theirs."""
UNAPPROVED = "INI-10"
"""Its budget lines carry no approval."""
OVERSPENT = "INI-08"
"""Spends more on travel than its line."""
SMALL = Decimal(80_000)
"""Budget of a project that has no plan."""
MISSPELT = "INI-80"
"""Stands in the costs; there is no such project."""


def budget(company: Company) -> Rows:
    """One line for each project and category, with a row that adds them up."""
    rows: Rows = [["Project no.", "Line", "Category", "Approved (EUR)", "Approved by", "Approved on"]]
    total = Decimal(0)
    for endeavour in funded(company):
        assert endeavour.plan is not None and endeavour.plan.budget is not None  # noqa: S101 - funded
        approval = [endeavour.tracker.pmo["sponsor"], endeavour.plan.created]
        if endeavour.key == UNAPPROVED:
            approval = [None, None]
        for number, (category, share) in enumerate(SHARES.items(), start=1):
            amount = endeavour.plan.budget * share / 100
            total += amount
            amount -= reserve(endeavour.key) if category == "Work" else 0
            rows.append([endeavour.key, f"{endeavour.key}/{number}", category, amount, *approval])
        if reserve(endeavour.key):
            line = f"{endeavour.key}/{len(SHARES) + 1}"
            rows.append([endeavour.key, line, CONTINGENCY, reserve(endeavour.key), *approval])
    for endeavour in company.endeavours:
        if endeavour.plan is None and not endeavour.key.startswith("INI"):  # run without a plan, not without money
            total += SMALL
            approval = [endeavour.tracker.pmo.get("sponsor"), company.today - timedelta(days=200)]
            rows.append([endeavour.tracker.key, f"{endeavour.tracker.key}/1", "Work", SMALL, *approval])
    return [*rows, ["Total", None, None, total, None, None]]


def costs(company: Company, rng: Random) -> Rows:
    """Vouchers of travel and licences, in the manner of a German accounting system."""
    rows: Rows = [["Projekt", "Belegnr.", "Kategorie", "Lieferant", "Betrag", "Belegdatum"]]
    number = 4000
    for endeavour in funded(company):
        assert endeavour.plan is not None and endeavour.plan.budget is not None  # noqa: S101 - funded
        for category in ("Reise", "Lizenzen"):
            share = Decimal(SHARES["Travel" if category == "Reise" else "Licences"]) / 100
            spent = endeavour.plan.budget * share / 4
            if endeavour.key == OVERSPENT and category == "Reise":
                spent *= 5
            for part in (1, 2):
                number += 1
                day = company.today - timedelta(days=rng.randrange(10, 200))
                supplier = rng.choice(SUPPLIERS)[1]
                rows.append([endeavour.tracker.key, number, category, supplier, german(spent / part), german_day(day)])
    for project, voucher, amount, day in charges(number + 2, company.today):
        rows.append([project, voucher, "Arbeit", SUPPLIER, german(amount), german_day(day)])
    return [
        *rows,
        [MISSPELT, number + 1, "Reise", SUPPLIERS[0][1], german(Decimal("812.5")), german_day(company.today)],
        *_silent(company, number + 2),
    ]


def _silent(company: Company, number: int) -> Rows:
    """Old vouchers of projects that have had none since."""
    rows: Rows = []
    for key, ages in SILENT_COSTS.items():
        for age in ages:
            day = german_day(company.today - timedelta(days=age))
            rows.append([key, number + len(rows), "Lizenzen", SUPPLIERS[2][1], german(Decimal(1800)), day])
    return rows


def suppliers() -> Rows:
    """Who may be bought from, and one who may not."""
    rows: Rows = [["number", "name", "state"]]
    for number, name in SUPPLIERS:
        rows.append([number, name, "approved"])
    return [*rows, [*SUSPENDED, "suspended"]]


def benefits(company: Company) -> Rows:
    """What projects were approved for: one is measured too late, one brings less than it promised."""
    rows: Rows = [["project", "name", "owner", "unit", "planned amount", "realised amount", "due on", "measured on"]]
    for endeavour in company.endeavours:
        goal = endeavour.tracker.pmo.get("goal")
        if not goal or not endeavour.key.startswith("INI"):
            continue
        due, realised, measured = company.today + timedelta(days=200), None, None
        if endeavour.key == "INI-12":
            due = company.today - timedelta(days=60)
        if endeavour.key == "INI-06":
            due, realised, measured = company.today, 55, company.today - timedelta(days=5)
        manager = company.person(endeavour.tracker.lead).email
        rows.append([endeavour.key, goal, manager, "per cent", 100, realised, due, measured])
    return rows


def funded(company: Company) -> Iterator[Endeavour]:
    """Projects with an approved budget."""
    return (e for e in company.endeavours if e.key.startswith("INI") and e.plan is not None and e.plan.budget)


def german(amount: Decimal) -> str:
    """1.234,50"""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def german_day(day: date) -> str:
    """23.11.2026"""
    return f"{day:%d.%m.%Y}"
