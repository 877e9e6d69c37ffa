"""docs/tables.md: each table with its columns and a sample file, made from the shapes that the connector reads."""

from connectors.tabular.shapes import TABLES, Field, Shape, shape
from portfolio.model import SOURCE_TABLES, Kind

SAMPLES = {
    "project": "INI-07",
    "person": "li.wei@example.com",
    "owner": "li.wei@example.com",
    "currency": "EUR",
    "category": "Travel",
    "number": "L-12",
    "approved_by": "Grace Example",
    "supplier": "Acme GmbH",
    "name": "Acme GmbH",
    "role": "Architect",
    "key": "IT",
    "parent_key": "HQ",
    "unit_key": "IT",
    "skill": "Data engineering",
    "proposal": "New data platform",
    "course": "Project governance",
    "topic": "project_manager_qualified",
    "attested_by": "Grace Example",
    "url": "https://files.example.com/45",
    "unit": "hours a month",
    "interest": "short outages",
    "title": "Charter of the archive",
    "location": "https://files.example.com/46",
    "version": "1.2",
    "decided_by": "Grace Example",
    "requested_by": "Grace Example",
    "cause": "Supplier",
    "response": "Second source",
}
"""A value of each field, as files state it; by kind where none stands here."""
_BY_KIND = {
    Kind.MONEY: "1200.50",
    Kind.HOURS: "20",
    Kind.DATE: "2026-11-23",
    Kind.BOOLEAN: "yes",
    Kind.RATIO: "0.3",
    Kind.TEXT: "text",
    Kind.INTEGER: "2",
}
_WORDS = {
    Kind.MONEY: "amount",
    Kind.HOURS: "hours",
    Kind.DATE: "day",
    Kind.BOOLEAN: "yes or no",
    Kind.RATIO: "fraction or per cent",
    Kind.TEXT: "text",
    Kind.INTEGER: "whole number",
}

_INTRODUCTION = """\
# Tables that people keep

Budgets, rates, the list of approved suppliers: what a PMO keeps in spreadsheets and no tool has. A source of kind
`tabular` reads them from CSV and XLSX.

    [sources.finance]
    kind = "tabular"

    [[sources.finance.tables]]
    into = "budget_line"                       # what its rows are: one of the tables below
    path = "budgets/*.xlsx"                    # a file, a folder, or a pattern; from the configuration's folder
    sheet = "Budget"                           # left out: the one sheet whose headers fit
    header_row = 3                             # left out: 1
    columns = { project = "Project no.", amount = "Budget (EUR)" }
    constants = { currency = "EUR" }           # what the file does not state
    values = { category = { Reise = "Travel" } }

`columns` says which header is which field. A field that it does not name is found under its own name (`period_start`,
also written `Period start`). Headers that are no field are left alone; `plumbrule doctor` lists them.

## How projects and people are named

A row names its project by the PMO's key (`INI-07`), by the tracker's key (`WHA`), by `source:key`, by the plan's GUID,
or by name, in this order; a person by `source:login`, by e-mail, or by full name. Case does not matter, nor do braces
around a GUID, also after `source:`. A table makes no project and no person: what it names and nobody knows is told with
its place and a suggestion, on the console, on the page and by `plumbrule doctor`. Its rows are kept, and come in once
the project is there; the file need not be read again. A name that two projects or two people bear leads nowhere: use
the key or the e-mail.

## How values are written

- Days: `2026-11-23`; a month `2026-11` is its first day, a week `2026-W48` its Monday. Anything else needs
  `date_format`, for instance `"DD.MM.YYYY"`. Cells that a spreadsheet holds as days need nothing.
- Numbers: `1234.50`. `1,234` and `1.234` could mean two things and are refused until `decimal` and `thousands` are
  stated. Numbers of a spreadsheet need nothing. `(12.50)` is below zero. A percentage is no amount.
- Parts of a whole, such as probabilities: `0.3`, `30 %`, or a cell shown as a percentage. `30` alone is refused.
- Yes and no: yes, no, true, false, y, n, x, 1, 0, ja, nein, oui, non, 是, 否.
- Words of a closed list: as below, whatever their case; others are translated by `values`.
- Currencies: ISO 4217 codes. Amounts of different currencies are never added.
- CSV: UTF-8, or UTF-16 with its mark; else state `encoding`. The `delimiter` is found by the headers.

## Wide tables

One column for each month or week becomes a row for each cell that is filled:

    [[sources.staff.tables]]
    into = "capacity_week"
    path = "capacity.xlsx"
    unpivot = { into = "week_start", value = "available_hours" }

The headers are days, months or weeks as above, or as `header_format` says (`"MM/YYYY"`), or are named one by one:
`columns = { "First half" = 2026-01-01 }`.

## What is told, and what is read nevertheless

A row that cannot be read is kept as an unreadable record, with file, sheet, row, column, what was found and what was
expected; the others are read. Its last readable version stays. A missing column or sheet fails that table only, and
names those that are there.

- Blank rows, and rows that begin with Total, Sum, Summe, 合计 and the like, are left out.
- Two rows with the same key are both told and neither is read: nobody can tell which counts. `key` states what else
  tells rows apart, by fields or headers. Of two files with the same record the earlier one counts, in the order of the
  configuration, then by name.
- Rows that are alike but for the words in which they name their project or person (once by its key, once by its name)
  are one record too, wherever in the source they stand. That shows once it is known whom they mean: all of them are
  then told, with file, sheet and row, and none counts.
- Of a rate, a supplier and an approved resource the last day does not lie before the first: such a row is not read.
- Of cells merged over rows, a text or day holds for each row; an amount does not, and is told.
- A formula that was never computed, and an error such as `#REF!`, is told.
- `.xls`, password-protected, damaged and half-copied files are told, and so are archives that unpack beyond measure.
  Macros are never run. Hidden rows are read.
- A file as it was (by its content) is not read again. A row that left the file is gone, and so are the rows of a file
  that was removed; a great loss at once is held back, as with every source. Where a pattern gives no file at all, what
  was read before stays.
- A file of a million rows is read in pieces; it takes about 200 MB of memory and a minute or two.

## What comes before what

- Budget: lines of tables, else lines that a tool holds, else the budget field of the plan; never two of them together.
- Cost of an hour: the person's rate of that day, else the rate of the person's role (which `approved_resource` states),
  else the rate that a tool states for the login.
- Available hours: `capacity_week`, else the person's share of full time in the plans.
- The objective of a project: what its tools state, where that has a metric, a target and a day; else a `benefit`.
- Gates, documents and proposals of tables stand beside those of tools; gates are in order within the table, or the
  project of the tool, that keeps them. Whether a document's link opens is what `link_alive` says: Plumbrule follows
  none.
- Department and programme of a project are those of its tools; `org_unit` says what they lie in, up to five levels.
- Demand for a skill: `skill_demand` times its probability, and what plans hold for a generic resource of that name.
"""


def tables_page() -> str:
    """The page, as Markdown."""
    return "\n".join([_INTRODUCTION, "## The tables\n", *(_section(shape(table)) for table in TABLES)])


def sample_file(here: Shape) -> str:
    """A small CSV with every field of that table."""
    return f"{','.join(here.fields)}\n{','.join(_sample(field) for field in here.fields.values())}\n"


def _section(here: Shape) -> str:
    needs = ", ".join(f"`{name}`" for name in here.needs)
    one_of = " or ".join(f"`{name}`" for name in here.needs_one_of)
    told = " and ".join(part for part in (needs, f"one of {one_of}" if one_of else "") if part)
    sample = "\n".join(f"    {line}" for line in sample_file(here).splitlines())
    return "\n".join(
        [
            f"### {here.table}\n",
            f"{SOURCE_TABLES[here.table].doc} Every row needs {told}. {_keys(here)}\n",
            "| Field | Type | What it is | Empty means |\n| --- | --- | --- | --- |",
            *(_row(field) for field in here.fields.values()),
            f"\n{sample}\n",
        ]
    )


def _keys(here: Shape) -> str:
    ways = []
    for key in here.keys:
        fields = ", ".join(f"`{name}`" for name in key.fields)
        when = " and ".join(f"`{name}`" for name in key.when)
        ways.append(f"{fields} where the file has {when}" if when else fields)
    return f"Rows are told apart by {', else by '.join(ways)}."


def _row(field: Field) -> str:
    column = field.column
    kind = {"project": "a project", "person": "a person"}.get(field.refers or "", _WORDS.get(column.kind, "text"))
    values = f" One of {', '.join(f'`{value}`' for value in column.values)}." if column.values else ""
    doc = f"{column.doc[:1].upper()}{column.doc[1:]}."
    return f"| `{field.name}` | {kind} | {doc}{values} | {column.null} |"


def _sample(field: Field) -> str:
    if field.column.values:
        return field.column.values[0]
    return SAMPLES.get(field.name, _BY_KIND[field.column.kind])
