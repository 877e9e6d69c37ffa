"""What an admin says about tables in files: where they are, what their columns mean, how values are written."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Into = Literal[
    "budget_line",
    "cost",
    "invoice",
    "rate",
    "supplier",
    "approved_resource",
    "org_unit",
    "benefit",
    "training_record",
    "attestation",
    "capacity_week",
    "risk",
    "envelope",
    "staff_member",
    "skill",
    "skill_demand",
    "stakeholder",
    "artefact",
    "gate",
    "proposal",
]
Constant = str | bool | int | float | date


class UnpivotSettings(BaseModel):
    """A wide table: one column for each month or week, turned into a row for each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    into: str = Field(description="field that the headers state, for instance period_start or week_start")
    value: str = Field(description="field that the cells state, for instance amount or available_hours")
    header_format: str | None = Field(
        None, min_length=2, description="how the headers write the day, for instance MM/YYYY; left out: 2026-11"
    )
    columns: dict[str, date] = Field(
        default_factory=dict, description="the columns one by one, header = day, where their headers are no dates"
    )


class TableSettings(BaseModel):
    """One table: files of one shape, and what their columns mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    into: Into = Field(description="what its rows are")
    path: Path = Field(description="one file, a folder of *.csv and *.xlsx, or a pattern such as budgets/*.xlsx")
    sheet: str | None = Field(None, min_length=1, description="sheet of a workbook; left out: the one that fits")
    header_row: int = Field(1, ge=1, description="row that holds the headers, from 1")
    columns: dict[str, str] = Field(default_factory=dict, description="field = header; left out: headers in our words")
    constants: dict[str, Constant] = Field(
        default_factory=dict, description="field = value that holds for every row, where the file does not state it"
    )
    values: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="field = { their word = ours }, for instance state = { bezahlt = paid }"
    )
    date_format: str | None = Field(
        None, min_length=2, description="how texts write days, for instance DD.MM.YYYY; left out: 2026-11-23"
    )
    decimal: Literal[".", ","] | None = Field(None, description="decimal sign of numbers written as text")
    thousands: Literal[",", ".", " ", "'"] | None = Field(None, description="sign between thousands in such numbers")
    delimiter: str | None = Field(None, min_length=1, max_length=1, description="sign between columns of a CSV")
    encoding: str | None = Field(None, min_length=1, description="encoding of a CSV; left out: UTF-8, or by its mark")
    key: list[str] = Field(
        default_factory=list, description="fields or headers that tell rows apart; left out: those of docs/tables.md"
    )
    skip_blank: bool = Field(True, description="leave blank rows out; false: the first blank row ends the table")
    unpivot: UnpivotSettings | None = Field(None, description="for tables with a column for each month or week")


class TabularSource(BaseModel):
    """Tables that people keep as CSV or XLSX: budgets, costs, rates, approved resources, the org tree and others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["tabular"]
    tables: list[TableSettings] = Field(min_length=1, description="the tables, each with its files and columns")
