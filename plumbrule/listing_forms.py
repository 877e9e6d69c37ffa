"""A listing, or several, as a table, JSON, JSON lines, CSV, Markdown, SARIF or JUnit. Pure; same rows, same bytes.

Numbers keep all their digits: amounts are texts in JSON, as they are everywhere in Plumbrule's JSON for machines. Names
of columns and values are the same in every language.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from plumbrule.listed_cases import as_junit, as_sarif
from plumbrule.listing import Listing, Row, Section, heading, shown
from plumbrule.options import Form
from reports.cells import formula_safe, marked
from reports.spoken import printable


def written(listing: Listing, form: Form) -> str:  # noqa: PLR0911 - one for each form
    """The whole text, without the last line end. SARIF and JUnit are only asked of listings whose rows are cases."""
    match form:
        case Form.TABLE:
            return listing.as_text()
        case Form.JSON:
            return _json(listing.rows if listing.document is None else listing.document)
        case Form.JSONL:
            return "\n".join(json.dumps(plain(row), ensure_ascii=False) for row in listing.rows)
        case Form.CSV:
            return _csv(listing.keys, listing.rows)
        case Form.MARKDOWN:
            return "\n".join(_markdown(listing))
        case Form.SARIF:
            return as_sarif(listing)
        case Form.JUNIT:
            return as_junit(listing)


def written_sections(sections: Sequence[Section], form: Form, document: Any = None) -> str:
    """Several tables in one text: as lines and CSV one of several begins with the column `section`."""
    many = len(sections) > 1
    match form:
        case Form.JSON:
            told = [{"title": one.title, "rows": one.listing.rows} for one in sections]
            return _json(told if document is None else document)
        case Form.JSONL | Form.CSV:
            keys = list(dict.fromkeys(key for one in sections for key in one.listing.keys))
            rows = [{**({"section": one.title} if many else {}), **row} for one in sections for row in one.listing.rows]
            return written(Listing(rows, columns=dict.fromkeys([*(["section"] * many), *keys], "text")), form)
        case Form.MARKDOWN:
            parts = ["\n".join([f"## {marked(one.title)}", "", *_markdown(one.listing)]) for one in sections]
        case _:
            parts = [f"{one.title}\n{one.listing.as_text()}" for one in sections]
    return "\n\n".join(parts)


def plain(value: Any) -> Any:
    """What JSON can say, at any depth: amounts, days and instants as texts."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN, which JSON does not know
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else text_of(value)


def text_of(value: Any) -> str:  # noqa: PLR0911 - one for each kind
    """A value as text that other programs read; nothing for what is unknown."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case list() | tuple():
            return ", ".join(map(text_of, value))
        case Mapping():
            return json.dumps(plain(value), ensure_ascii=False)
        case _:
            return printable(shown(value))


def _json(value: Any) -> str:
    return json.dumps(plain(value), ensure_ascii=False, indent=2)


def _csv(keys: Sequence[str], rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(keys)
    writer.writerows([_cell(row.get(key)) for key in keys] for row in rows)
    return out.getvalue().rstrip("\n")


def _cell(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return formula_safe(text_of(value)) if isinstance(value, str | list | tuple) else text_of(value)


def _markdown(listing: Listing) -> list[str]:
    keys = listing.shown_keys
    if not listing.rows and not listing.columns:
        return [marked(listing.nothing)]
    numbers = {key for key, kind in listing.columns.items() if kind == "number"}
    rule = ["---:" if key in numbers else "---" for key in keys]
    head = [_line([marked(heading(key)) for key in keys]), _line(rule)]
    return [*head, *(_line([marked(text_of(row.get(key))) for key in keys]) for row in listing.rows)]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
