"""One small Jira Cloud site on a wire, exchange by exchange, for tests of its connector: import the fixtures."""

from typing import Any

import orjson
import pytest
from jira_records import FIELDS, user
from jira_wire import SITE, reader, wired

from portfolio.ports import Page, Partition

ISSUES = Partition("issues", "10000")
LATER = 1_795_413_600_000
"""The server's time, in ms."""
SERVER = {"baseUrl": SITE, "deploymentType": "Cloud", "serverTime": "2026-11-23T06:00:00.000+0000"}
PROJECT = {"id": "10000", "key": "PAY", "name": "Payments", "lead": {"accountId": "acc-ada", "displayName": "Ada"}}
OTHER = {"id": "10001", "key": "WEB", "name": "Web"}


def listed(*values: Any, **more: Any) -> dict[str, Any]:
    return {"startAt": 0, "maxResults": 100, "total": len(values), "isLast": True, "values": list(values)} | more


@pytest.fixture
def wire():
    """The wire with what every run asks for; projects are missing."""
    with wired() as wire:
        wire.on("GET", "/serverInfo", SERVER)
        wire.on("GET", "/field", FIELDS)
        wire.on("GET", "/status", [])
        wire.on("GET", "/issuetype", [])
        wire.on("POST", "/changelog/bulkfetch", {"issueChangeLogs": []})
        yield wire


@pytest.fixture
def site(wire):
    """The wire with two projects."""
    wire.on("GET", "/project/search", listed(PROJECT, OTHER))
    wire.on("GET", "/user/bulk", listed(user("ada")))
    return wire


def pull(partition: Partition = ISSUES, position: str | None = None, **settings: Any) -> list[Page]:
    return list(reader(**settings).pull(partition, position))


def reading(key: str = "PAY", names: tuple[int, int] = (0, 0), **settings: Any) -> int:
    """The way in which these settings read project 10000 of that key."""
    return reader(**settings)._catalogue().site.reading_of("10000", key, names)


def at(numbers: dict[str, int], key: str = "PAY", **settings: Any) -> str:
    """A stored position of that reading."""
    return orjson.dumps({**numbers, "reading": reading(key, **settings)}).decode()


def keys(pages: Any) -> list[str]:
    return [row["key"] for page in pages for row in page.rows.get("work_item", ())]


def streams(connector: Any, cursors: dict[Partition, str]) -> list[tuple[str, str]]:
    """Stream and key of every partition, in order."""
    return [(p.stream, p.key) for stage in connector.partitions(cursors) for p in stage]
