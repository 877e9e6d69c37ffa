"""A small environment of its own, served on loopback: two projects, one of 25 tasks."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from dataverse_client import Dataverse

from sandbox.dataverse import Column, DataverseSite, routes
from sandbox.http import Server

BRIDGE = "11111111-1111-4111-8111-111111111111"
TOWER = "22222222-2222-4222-8222-222222222222"


def task(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


@pytest.fixture
def site() -> DataverseSite:
    site = DataverseSite()
    site.add_column("msdyn_projects", Column("pb_initiativekey", "text", length=20))
    site.add_column("msdyn_projects", Column("pb_health", "choice", labels=((1, "Green"), (2, "Red"))))
    for key, name in ((BRIDGE, "Bridge"), (TOWER, "Dan's Tower")):
        site.add(
            "msdyn_projects", key, msdyn_subject=name, msdyn_progress=0.4, msdyn_effort=80.5,
            msdyn_finish=datetime(2026, 12, 1, 17, tzinfo=UTC), msdyn_schedulemode=192350001,
        )  # fmt: skip
    for number in range(25):
        site.add(
            "msdyn_projecttasks", task(number), msdyn_subject=f"Task {number}", _msdyn_project_value=BRIDGE,
            msdyn_displaysequence=float(number), msdyn_effort=float(number % 5), msdyn_ismilestone=number == 24,
        )  # fmt: skip
    return site


@pytest.fixture
def server(site: DataverseSite) -> Iterator[Server]:
    with Server(routes(site)) as server:
        yield server
        assert server.failures == []


@pytest.fixture
def client(server: Server) -> Dataverse:
    return Dataverse(server.url)
