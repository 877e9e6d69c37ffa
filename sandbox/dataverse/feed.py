"""A page of a table: chosen, ordered, cut, with a next link or a delta link at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.dataverse import changes, paging
from sandbox.dataverse.calls import MOST_ROWS, Call
from sandbox.dataverse.errors import BAD_QUERY, refuse
from sandbox.dataverse.expanding import expanded
from sandbox.dataverse.paging import Place
from sandbox.dataverse.query import Test, compile_filter, compile_order, need, sort_key
from sandbox.dataverse.schema import Column, Table
from sandbox.dataverse.shapes import record
from sandbox.dataverse.site import Row
from sandbox.http import Request, Response

OPTIONS = ("$select", "$filter", "$orderby", "$top", "$count", "$expand", "$skiptoken", "$deltatoken")


@dataclass(frozen=True)
class Choice:
    """What a client asked for of one table."""

    columns: tuple[Column, ...]
    named: bool
    test: Test | None
    order: tuple[tuple[str, bool], ...]
    top: int | None


def page(call: Call) -> Response:
    """Answer GET {set}: everything, a page of it, or what has changed."""
    table, request = call.table(), call.request
    _check_options(request)
    chosen = choice(request, table)
    if request.one("$deltatoken"):
        return changes.delta(call, table, chosen.columns)
    if call.tracks or _tracking(request):
        changes.need_tracking(call, table)
    rows = _ordered(_found(call, table, chosen), table, chosen)
    return _cut(call, table, chosen, rows)


def count(call: Call) -> Response:
    """Answer GET {set}/$count: a plain number, of a delta as well."""
    table = call.table()
    if call.request.one("$deltatoken"):
        number = changes.count(call, table)
    else:
        number = min(len(_found(call, table, choice(call.request, table))), MOST_ROWS)
    return Response.of_text(f"\ufeff{number}")


def choice(request: Request, table: Table) -> Choice:
    """Read the options; 400 for what the table does not know."""
    kinds = {c.name: c.kind for c in table.columns}
    names = [name for name in request.listed("$select") if name != "*"]
    for name in names:
        need(name, kinds, table.logical)
    text, order, top = request.one("$filter"), request.one("$orderby"), request.one("$top")
    if top and not top.isdigit():
        refuse(400, BAD_QUERY, f"Invalid value '{top}' for $top query option found. The $top query option requires a "
                               "non-negative integer value.")  # fmt: skip
    return Choice(
        columns=tuple(c for c in table.columns if not names or c.name in names),
        named=bool(names),
        test=compile_filter(text, kinds, table.logical) if text else None,
        order=tuple(compile_order(order, kinds, table.logical)) if order else (),
        top=int(top) if top else None,
    )


def _check_options(request: Request) -> None:
    if "$skip" in request.query:
        refuse(400, BAD_QUERY, "Skip Clause is not supported in CRM")
    for name in request.query:
        if name.startswith("$") and name not in OPTIONS:
            refuse(400, BAD_QUERY, f"The query parameter {name} is not supported")


def _tracking(request: Request) -> bool:
    place = paging.read(request)
    return place is not None and place.tracking


def _found(call: Call, table: Table, chosen: Choice) -> list[Row]:
    rows = call.visible(table)
    return rows if chosen.test is None else [row for row in rows if chosen.test(row)]


def _ordered(rows: list[Row], table: Table, chosen: Choice) -> list[Row]:
    rows.sort(key=sort_key(table.key))
    for column, descending in reversed(chosen.order):
        rows.sort(key=sort_key(column), reverse=descending)
    return rows


def _cut(call: Call, table: Table, chosen: Choice, rows: Sequence[Row]) -> Response:
    place = paging.read(call.request) or Place(1, 0, "", call.tracks, str(call.site.version) if call.tracks else "")
    begin = place.at if chosen.order else sum(str(row[table.key]) <= place.last for row in rows)
    size = chosen.top if chosen.top is not None else call.page_size or MOST_ROWS
    shown = rows[begin : begin + min(size, MOST_ROWS)]
    document: dict[str, object] = {"@odata.context": context(call, table, chosen)}
    if call.request.one("$count") == "true":
        document["@odata.count"] = min(len(rows), MOST_ROWS)
    document["value"] = [
        record(call.site, table, row, chosen.columns, call.annotations) | expanded(call, table, row) for row in shown
    ]
    end = begin + len(shown)
    if chosen.top is None and end < len(rows):
        following = Place(place.page + 1, end, str(shown[-1][table.key]), place.tracking, place.version)
        document["@odata.nextLink"] = paging.link(call.request, call.root, table.key, following)
    elif place.tracking:
        document["@odata.deltaLink"] = changes.link(call, table, int(place.version))
    return call.answer(document)


def context(call: Call, table: Table, chosen: Choice) -> str:
    """The context address, which tells what was selected."""
    names = f"({','.join(c.name for c in chosen.columns)})" if chosen.named else ""
    return f"{call.root}/$metadata#{table.entity_set}{names}"
