"""Asks a source about stored work items that its census misses, before anything is held for gone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portfolio.ports import Census, Confirming, Connector, Page, Store

_LIVE = "source = $source AND deleted_at IS NULL"


def confirmed(store: Store, connector: Connector, page: Page) -> Page:
    """The page as the source explains it; the page itself where it misses nothing or the source cannot say more.

    Work items that are known as archived are never on a census; they stay, with the records that they hold, without
    being asked for each time. One that is on the census again is asked for: it came back.
    """
    missed = [c for c in page.censuses if c.table == "work_item"]
    if not missed or not isinstance(connector, Confirming):
        return page
    doubtful: list[str] = []
    archived: set[str] = set()
    for census in missed:
        for item, is_archived in _stored(store, connector.name, census):
            if is_archived and item not in census.ids:
                archived.add(item)
            elif is_archived or item not in census.ids:
                doubtful.append(item)
    if archived:
        page = replace(page, censuses=[_keeping(store, connector.name, c, archived) for c in page.censuses])
    return connector.confirm(page, sorted(doubtful)) if doubtful else page


def _stored(store: Store, source: str, census: Census) -> list[tuple[str, bool]]:
    rows = store.rows(
        f"SELECT id, coalesce(is_archived, FALSE) AS is_archived FROM work_item WHERE {_LIVE}"  # noqa: S608 - our names
        f" AND {census.column} = $value",
        {"source": source, "value": census.value},
    )
    return [(row["id"], row["is_archived"]) for row in rows]


def _keeping(store: Store, source: str, census: Census, archived: set[str]) -> Census:
    """The census with the archived items, or with the records of its table that stand in them."""
    if census.table == "work_item":
        return replace(census, ids=census.ids | archived)
    parameters: Mapping[str, Any] = {"source": source, "items": sorted(archived)}
    rows = store.rows(
        f"SELECT id FROM {census.table} WHERE {_LIVE} AND list_contains($items, work_item_id)",  # noqa: S608 - as above
        parameters,
    )
    return replace(census, ids=census.ids | {row["id"] for row in rows})
