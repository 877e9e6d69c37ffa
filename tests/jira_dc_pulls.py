"""What the tests of the Data Center connector share: a site in memory, and pulls of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from fake_clock import FakeClock
from jira_dc_site import Site, Wire, reader, wired

from portfolio.ports import Page, Partition

ISSUES = Partition("issues", "10000")
CENSUS = Partition("census", "10000")
CATALOGUE = Partition("catalogue", "site")


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def site(time: FakeClock) -> Site:
    return Site(time)


@pytest.fixture
def wire(site: Site) -> Iterator[Wire]:
    with wired(site) as wire:
        yield wire


def pull(time: FakeClock, position: str | None = None, partition: Partition = ISSUES, **settings: Any) -> list[Page]:
    return list(reader(time, **settings).pull(partition, position))


def keys(pages: list[Page]) -> list[str]:
    return [row["key"] for page in pages for row in page.rows.get("work_item", ())]


def numbers(keys: list[str]) -> list[int]:
    return [int(key.split("-")[1]) for key in keys]
