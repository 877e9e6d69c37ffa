"""The report's tables as data: typed columns and plain values, for CSV, Excel and Parquet.

Ids of datasets and columns are stable and English; labels are in the report's language. A value is a str, int, bool,
Decimal, float, date, datetime or None for "not available"; colours, severities and the like are codes, which a format
for people puts into words by `Column.context`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Literal

from reports.model import ReportModel
from reports.words import Words

Kind = Literal["text", "term", "whole", "decimal", "ratio", "index", "flag", "day", "moment", "link"]
Value = str | int | bool | Decimal | float | date | datetime | None
Values = tuple[Value, ...]


@dataclass(frozen=True)
class Field:
    """One column. `context` is that of the words for its codes; `width` is in characters, for formats that have one."""

    id: str
    label: str
    kind: Kind = "text"
    context: str = ""
    width: int = 14


@dataclass(frozen=True)
class Dataset:
    """One table. `total` counts also rows that the report itself left out."""

    id: str
    label: str
    fields: tuple[Field, ...]
    rows: Sequence[Values]
    total: int


Maker = Callable[[ReportModel, Words], Dataset]


def dataset(
    name: str, label: str, fields: Iterable[Field], rows: Iterable[Values], total: int | None = None
) -> Dataset:
    """A dataset whose rows were all given, or so many of `total`."""
    found = list(rows)
    return Dataset(name, label, tuple(fields), found, len(found) if total is None else total)


def exact(value: float | None) -> float | None:
    """A ratio without the noise of its last binary digits; what is no number is not available."""
    return None if value is None or not isfinite(value) else round(value, 6)
