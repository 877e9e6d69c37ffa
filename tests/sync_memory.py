"""A first-class connector without a tool behind it: a source held in memory, that can be edited and made to fail."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from portfolio.ports import Capability, Page, Partition, Probe, Rejected, Row, Scope, Traffic

AS_OF = datetime(2026, 11, 23, 6, tzinfo=UTC)
PROJECTS = Partition("projects", "all", "list of projects")


def project_row(source: str, native: str, **more: Any) -> dict[str, Any]:
    row = {"id": f"{source}:project:{native}", "source": source, "native_id": native, "key": native.upper()}
    return {**row, "name": f"Project {native}", "kind": "tracker", **more}


def item_row(source: str, project: str, native: str, **more: Any) -> dict[str, Any]:
    row = {"id": f"{source}:item:{native}", "source": source, "native_id": native, "key": f"{project.upper()}-{native}"}
    return {**row, "project_id": f"{source}:project:{project}", "title": f"Item {native}", **more}


def entry_row(source: str, project: str, item: str, native: str, hours: str = "1.25", **more: Any) -> dict[str, Any]:
    row = {"id": f"{source}:time:{native}", "source": source, "project_id": f"{source}:project:{project}"}
    row = {**row, "work_item_id": f"{source}:item:{item}", "spent_on": date(2026, 11, 20), "hours": Decimal(hours)}
    return {**row, **more}


@dataclass
class Source:
    """What the pretend tool holds: projects, and per project a log of changes with growing revisions."""

    name: str = "mem"
    projects: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, dict[str, tuple[int, str, dict[str, Any]]]] = field(default_factory=dict)  # project: id: ...
    gone: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    revision: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    """By stream or partition key: raised one by one, each before a page."""
    probe_fault: Exception | None = None

    def add_project(self, native: str, **more: Any) -> None:
        self.projects[native] = project_row(self.name, native, **more)
        self.rows.setdefault(native, {})

    def put(self, project: str, table: str, row: Mapping[str, Any]) -> None:
        self.revision += 1
        self.rows.setdefault(project, {})[row["id"]] = (self.revision, table, dict(row))

    def put_item(self, project: str, native: str, **more: Any) -> None:
        self.put(project, "work_item", item_row(self.name, project, native, **more))

    def put_entry(self, project: str, item: str, native: str, hours: str = "1.25") -> None:
        self.put(project, "time_entry", entry_row(self.name, project, item, native, hours))

    def remove(self, project: str, row_id: str) -> None:
        self.revision += 1
        _, table, _ = self.rows[project].pop(row_id)
        self.gone.setdefault(project, []).append((self.revision, table, row_id))

    def truth(self) -> dict[str, dict[str, dict[str, Any]]]:
        """What a store must hold, by table and id."""
        tables: dict[str, dict[str, dict[str, Any]]] = {"project": {r["id"]: r for r in self.projects.values()}}
        for rows in self.rows.values():
            for row_id, (_, table, row) in rows.items():
                tables.setdefault(table, {})[row_id] = row
        return tables


class MemoryConnector:
    """Reads a `Source`. Projects come whole with a scope; items come by revision, a few a page."""

    kind = "memory"

    def __init__(self, source: Source, page_size: int = 2, before_page: Any = None) -> None:
        self.source = source
        self.name = source.name
        self.page_size = page_size
        self.before_page = before_page
        self.traffic = Traffic()
        self._lock = threading.Lock()

    def probe(self) -> Probe:
        self._count("probe")
        if self.source.probe_fault is not None:
            raise self.source.probe_fault
        return Probe(account="Pat Tester", deployment="memory")

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        return [[PROJECTS], [Partition("items", native, f"Project {native}") for native in self.source.projects]]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        pages = self._projects() if partition == PROJECTS else self._items(partition.key, int(position or 0))
        while True:
            self._fail_if_told(partition)
            if self.before_page is not None:
                self.before_page(partition)
            self._count(partition.stream)
            page = next(pages, None)
            if page is None:
                return
            yield page

    def capabilities(self) -> Sequence[Capability]:
        return [Capability("project", "health_reported", "not_available", "nobody types it")]

    def close(self) -> None:
        pass

    def _projects(self) -> Iterator[Page]:
        scope = Scope("project", "source", self.name)
        yield Page({"project": list(self.source.projects.values())}, None, [scope], self.source.rejected)

    def _items(self, project: str, after: int) -> Iterator[Page]:
        changed: list[tuple[int, str, str | Row]] = [
            (revision, table, row)
            for revision, table, row in self.source.rows.get(project, {}).values()
            if revision > after
        ]
        changed += [entry for entry in self.source.gone.get(project, []) if entry[0] > after]
        changed.sort(key=lambda entry: entry[0])
        for start in range(0, len(changed), self.page_size):
            part = changed[start : start + self.page_size]
            rows: dict[str, list[Row]] = {}
            scopes = []
            for _, table, what in part:
                if isinstance(what, str):
                    scopes.append(Scope(table, "id", what))
                else:
                    rows.setdefault(table, []).append(what)
            yield Page(rows, str(part[-1][0]), scopes)

    def _fail_if_told(self, partition: Partition) -> None:
        with self._lock:
            waiting = self.source.faults.get(partition.key) or self.source.faults.get(partition.stream)
            if waiting:
                raise waiting.pop(0)

    def _count(self, endpoint: str) -> None:
        with self._lock:
            self.traffic.requests += 1
            self.traffic.received_bytes += 100
            self.traffic.by_endpoint[endpoint] = self.traffic.by_endpoint.get(endpoint, 0) + 1


def small_source(name: str = "mem", projects: int = 3, items: int = 5) -> Source:
    """A source with some projects, items and time entries."""
    source = Source(name)
    for p in range(projects):
        source.add_project(f"p{p}")
        for i in range(items):
            source.put_item(f"p{p}", f"{p}{i:02}", status="Open", estimate_hours=Decimal("7.50"))
            source.put_entry(f"p{p}", f"{p}{i:02}", f"{p}{i:02}")
    return source


def contents(store: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """What the store holds as present, in the form of `Source.truth`: tables by id, filled columns only."""
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for table in ("project", "work_item", "time_entry"):
        for row in store.rows(f"SELECT * FROM {table} WHERE deleted_at IS NULL"):
            filled = {name: value for name, value in row.items() if value is not None}
            tables.setdefault(table, {})[row["id"]] = filled
    return tables
