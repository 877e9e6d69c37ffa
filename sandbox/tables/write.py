"""Writes the tables: some as workbooks, some as CSV of different manners, as a company's tables are."""

import csv
from pathlib import Path
from random import Random

from sandbox.company.records import Company
from sandbox.tables import capacity, money, people

Rows = list[list[object]]


def write_tables(company: Company, folder: Path, seed: int = 7) -> list[Path]:
    """Write all tables below `folder`; returns the files. The same company gives the same rows."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = Random(f"{seed}:tables")
    return [
        _workbook(folder / "budget.xlsx", {"Read me": [["Budgets as approved"]], "Budget": money.budget(company)}),
        _csv(folder / "costs.csv", money.costs(company, rng), encoding="cp1252", delimiter=";"),
        _csv(folder / "suppliers.csv", money.suppliers()),
        _csv(folder / "benefits.csv", money.benefits(company)),
        _workbook(folder / "rates.xlsx", {"Rates": people.rates(company)}),
        _csv(folder / "approved.csv", people.approved(company), encoding="utf-8-sig", delimiter=";"),
        _workbook(folder / "training.xlsx", {"Training": people.training(company)}),
        _workbook(folder / "attestations.xlsx", {"Attestations": people.attestations(company)}),
        _csv(folder / "capacity.csv", people.capacity(company)),
        _csv(folder / "organisation.csv", people.organisation(company)),
        _csv(folder / "staff.csv", capacity.staff(company)),
        _csv(folder / "skills.csv", capacity.skills(company)),
        _csv(folder / "demand.csv", capacity.demand(company)),
        _csv(folder / "envelopes.csv", capacity.envelopes(company)),
    ]


def _csv(path: Path, rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def _workbook(path: Path, sheets: dict[str, Rows]) -> Path:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path
