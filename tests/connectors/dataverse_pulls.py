"""Pulls of a small environment of Dataverse, as sync does them."""

from typing import Any

from conformance import Rows, applied, by_partition
from dataverse_site import Environment

from connectors.dataverse.reader import DataverseReader
from connectors.dataverse.settings import DataverseSource
from connectors.pacing import Clock
from portfolio.ports import Page, Partition

PULLED = "dv"


def settings(url: str, **more: Any) -> DataverseSource:
    return DataverseSource.model_validate(
        {"kind": "dataverse", "url": url, "auth": {"type": "bearer", "token": "geheim"}, **more}
    )


def reader(site: Environment, sleeps: list[float] | None = None, **more: Any) -> DataverseReader:
    """A connector whose waiting takes no time; waits of a second and more are noted in `sleeps`."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds
        if sleeps is not None and seconds >= 1:
            sleeps.append(seconds)

    clock = Clock(sleep=sleep, monotonic=lambda: now[0])
    return DataverseReader(PULLED, settings(site.url, **more), clock=clock)


def pulled(site: Environment, positions: dict[Partition, str] | None = None, **more: Any) -> dict[str, list[Page]]:
    """One whole pull by a new connector; positions are moved in place."""
    source = reader(site, **more)
    source.probe()
    try:
        steps = by_partition(source, {} if positions is None else positions)
        return {p.stream if p.key == "all" else f"{p.stream}:{p.key}": list(pages) for p, pages in steps}
    finally:
        source.close()


def tables(pages: dict[str, list[Page]], onto: Rows | None = None) -> Rows:
    """What those pages make of the tables."""
    return applied([page for found in pages.values() for page in found], onto)


def rejected(pages: dict[str, list[Page]]) -> dict[str, str]:
    """Reasons by code of everything that could not be read."""
    return {r.code: r.reason for found in pages.values() for page in found for r in page.rejected}


def rows(site: Environment, table: str, **more: Any) -> dict[str, dict[str, Any]]:
    """Rows of a pull by the native part of their id."""
    found = tables(pulled(site, **more)).get(table, {})
    return {row_id.split(":", 2)[2]: row for row_id, row in found.items()}
