"""The dump of a whole pretend site through the conformance suite."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from conformance import ConnectorConformance

from connectors.odata_dump.reader import DumpReader
from connectors.odata_dump.settings import OdataDumpSource
from connectors.pwa.wanted import WANTED
from sandbox.company.build import build
from sandbox.company.fill_plans import fill_pwa
from sandbox.http import Server
from sandbox.pwa import PwaSite, routes
from tests.pwa_client import Client


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    site = PwaSite()
    fill_pwa(build(), site)
    with Server(routes(site)) as server:
        yield server


@pytest.fixture(scope="module")
def dumped(served: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every set of the pretend site, page after page, as a script would save it."""
    folder = tmp_path_factory.mktemp("dump")
    client = Client(served.url)
    for entity_set in WANTED:
        with (folder / f"{entity_set}.json").open("w") as out:
            answer = client.set(entity_set)
            while True:
                out.write(answer.text)
                following = answer.document.get("odata.nextLink")
                if not following:
                    break
                answer = client.get(following)
    return folder


class TestDumpConforms(ConnectorConformance):
    networked = False
    may_dangle: ClassVar = {("risk", "owner_id"), ("project", "manager_id")}
    rows_a_part = 10_000

    @pytest.fixture
    def make(self, dumped: Path) -> Callable[[], DumpReader]:
        settings = OdataDumpSource(kind="odata_dump", path=dumped, timezone="Europe/Berlin", currency="EUR")
        return lambda: DumpReader("plans", settings, rows_a_part=self.rows_a_part)


class TestDumpInPartsConforms(TestDumpConforms):
    """On many pages."""

    rows_a_part = 50
