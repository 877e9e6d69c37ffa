"""The pretend company's tables: the same rows for the same company, in the manners in which people write them."""

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl

from sandbox.company import build
from sandbox.tables import write_tables
from sandbox.tables.money import SMALL


def cells(path: Path) -> list[list[Any]]:
    """Everything in a file, as rows."""
    if path.suffix == ".xlsx":
        return [list(row) for sheet in openpyxl.load_workbook(path).worksheets for row in sheet.values]
    encoding = "cp1252" if path.name == "costs.csv" else "utf-8-sig"
    with path.open(encoding=encoding, newline="") as file:
        delimiter = ";" if path.name in ("costs.csv", "approved.csv") else ","
        return list(csv.reader(file, delimiter=delimiter))


def test_the_same_company_gives_the_same_rows(tmp_path: Path) -> None:
    first = write_tables(build(), tmp_path / "a")
    second = write_tables(build(), tmp_path / "b")
    assert [path.name for path in first] == [path.name for path in second]
    assert [cells(path) for path in first] == [cells(path) for path in second]
    assert {path.suffix for path in first} == {".csv", ".xlsx"}


def test_budgets_add_up_to_what_was_approved(tmp_path: Path) -> None:
    company = build()
    write_tables(company, tmp_path)
    lines = cells(tmp_path / "budget.xlsx")[2:]
    total = next(row[3] for row in lines if row[0] == "Total")
    approved = sum(
        float(e.plan.budget) for e in company.endeavours if e.plan and e.plan.budget and e.key.startswith("INI")
    )
    planless = sum(1 for e in company.endeavours if e.plan is None and not e.key.startswith("INI"))
    approved += planless * float(SMALL)
    assert planless
    assert total == approved == sum(row[3] for row in lines if row[0] != "Total")


def test_they_are_written_from_the_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--write-tables", str(tmp_path / "out")]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert sorted(ended.stdout.split()) == sorted(str(path) for path in (tmp_path / "out").iterdir())


def test_every_unit_of_the_org_tree_has_somebody_who_answers_for_it(tmp_path: Path) -> None:
    company = build()
    write_tables(company, tmp_path)
    head, *units = cells(tmp_path / "organisation.csv")
    known = {person.email for person in company.people}
    assert units
    assert {row[head.index("owner")] for row in units} <= known
