"""An answer as a table, JSON, JSON lines, CSV or Markdown. Pure.

Numbers keep all their digits: amounts are texts in JSON, as they are everywhere in Plumbrule's JSON for machines.
"""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from plumbrule.listing import Listing
from plumbrule.options import QueryForm
from reports.cells import formula_safe, marked
from reports.spoken import printable
from rules.questions import Answer

_WIDEST = 60
"""Characters of a text that a table in a terminal shows."""


def written(answer: Answer, form: QueryForm) -> str:
    """The whole text."""
    match form:
        case QueryForm.JSON:
            return json.dumps([_object(answer, row) for row in answer.rows], ensure_ascii=False, indent=2)
        case QueryForm.JSONL:
            return "\n".join(json.dumps(_object(answer, row), ensure_ascii=False) for row in answer.rows)
        case QueryForm.CSV:
            return _csv(answer)
        case QueryForm.MARKDOWN:
            head = [_line([marked(name) for name in answer.columns]), _line(["---"] * len(answer.columns))]
            return "\n".join([*head, *(_line([marked(_text(each)) for each in row]) for row in answer.rows)])
        case QueryForm.TABLE:
            return _table(answer)


def names(answer: Answer) -> list[str]:
    """Names of the columns, each once: of several that are called alike the later get a number."""
    found: list[str] = []
    for name in answer.columns:
        number, told = 1, name
        while told in found:
            number += 1
            told = f"{name}_{number}"
        found.append(told)
    return found


def _table(answer: Answer) -> str:
    rows = [dict(zip(names(answer), map(_short, row), strict=True)) for row in answer.rows]
    return Listing(rows, nothing=f"no row ({', '.join(answer.columns)})").as_text()


def _csv(answer: Answer) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_cell(each) for each in row] for row in answer.rows)
    return out.getvalue().rstrip("\n")


def _object(answer: Answer, row: tuple[Any, ...]) -> dict[str, Any]:
    return {name: _plain(each) for name, each in zip(names(answer), row, strict=True)}


def _plain(value: Any) -> Any:
    """What JSON can say, at any depth."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN, which JSON does not know
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else _text(value)


def _text(value: Any) -> str:  # noqa: PLR0911 - one for each kind
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case list() | tuple():
            return ", ".join(map(_text, value))
        case _:
            return printable(str(value))


def _short(value: Any) -> Any:
    if isinstance(value, bool | int | float) or value is None:
        return value
    line = " ".join(_text(value).split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}\u2026"


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return formula_safe(printable(value))
    return value if value is None or (isinstance(value, int | float) and not isinstance(value, bool)) else _text(value)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
