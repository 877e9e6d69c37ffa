"""A table as pages: small ones at once, large ones in pieces, the last of which says what there is in all."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.tabular.rows import reference_id
from connectors.tabular.table import MOST_REJECTED, Survey, Table
from portfolio.ports import Census, Page, Rejected, Scope

PAGE_ROWS = 5_000


def pages_of(
    table: Table, survey: Survey, elsewhere: Mapping[int, str], *, key: str, position: str, moved: Sequence[Scope]
) -> Iterator[Page]:
    """All pages. The last carries the position, everything that could not be read, and what is there in all.

    Rows that are there no more are gone, but not while a row cannot be told apart: it could be any of them. `key` is
    the partition's, under which what the table names is kept; `moved` are scopes that it has left.
    """
    into, title = table.settings.into, table.maker.title
    large = len(survey.keys) > PAGE_ROWS
    rows: list[dict[str, Any]] = []
    for row in table.rows(survey.twice(), elsewhere):
        if large and len(rows) == PAGE_ROWS:
            yield Page({into: rows})
            rows = []
        rows.append(row)
    here = Page({into: rows, "reference": _references(table, key)}, position, rejected=_rejected(table), whole=True)
    scopes = [*moved, Scope("reference", "origin", key)]
    if survey.clear and not large:
        scopes.append(Scope(into, "origin", title))
    censuses = []
    if survey.clear and large:
        ids = frozenset(map(table.maker.row_id, survey.keys))
        censuses = [Census(into, "origin", title, ids, restores=False)]
    yield Page(here.rows, position, scopes, here.rejected, censuses, whole=True)


def _references(table: Table, key: str) -> list[dict[str, Any]]:
    """What the table names, once each, with the place of its first use."""
    source = table.maker.source
    return [
        {
            "id": reference_id(source, key, uses.named),
            "source": source,
            "refers_as": uses.named.refers_as,
            "kind": uses.named.kind,
            "reference": uses.named.reference,
            "place": uses.place,
            "uses": uses.count,
            "origin": key,
        }
        for uses in table.uses.values()
    ]


def _rejected(table: Table) -> list[Rejected]:
    if not table.unlisted:
        return table.rejected
    title = table.maker.title
    more = Rejected(
        f"{title}, and more",
        "tabular.more",
        f"{title}: {table.unlisted:,} more rows cannot be read beyond the first {MOST_REJECTED:,}; most likely the "
        "columns are not what the configuration says",
    )
    return [*table.rejected, more]
