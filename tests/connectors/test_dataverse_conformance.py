"""The connector of Planner Premium passes the suite for all connectors: tracked, untracked, in pages of two rows."""

from collections.abc import Callable, Iterator

import pytest
from conformance import ConnectorConformance
from dataverse_site import Environment, harbour, serving

from connectors.dataverse.reader import DataverseReader
from tests.connectors.dataverse_pulls import reader


def small_pages() -> Environment:
    site = harbour()
    site.page_rows = 2
    return site


@pytest.fixture(scope="module")
def tracked() -> Iterator[Environment]:
    with serving(site := small_pages()):
        yield site


@pytest.fixture(scope="module")
def untracked() -> Iterator[Environment]:
    site = small_pages()
    site.tracked.clear()
    with serving(site):
        yield site


class TestDataverseConforms(ConnectorConformance):
    @pytest.fixture
    def make(self, tracked: Environment) -> Callable[[], DataverseReader]:
        return lambda: reader(tracked, timephased=True)


class TestDataverseWithoutTrackingConforms(ConnectorConformance):
    @pytest.fixture
    def make(self, untracked: Environment) -> Callable[[], DataverseReader]:
        return lambda: reader(untracked, timephased=True)
