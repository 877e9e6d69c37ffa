"""What every connector must do, as a suite: subclass `ConnectorConformance` once per connector.

    from conformance import ConnectorConformance

    class TestJiraConforms(ConnectorConformance):
        @pytest.fixture
        def make(self, server):                       # any fixtures you like
            return lambda: JiraConnector(...)         # a fresh connector of the same, unchanging source

Class attributes to adapt: `networked = False` for files; `may_dangle = {("work_item", "assignee_id")}` for references
whose target the source is allowed to hide; `resume_points`, how many positions of each partition are resumed from.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from portfolio.model import SOURCE_TABLES, Column, Kind
from portfolio.ports import Connector, Page, Partition, Traffic

Make = Callable[[], Connector]
Rows = dict[str, dict[str, dict[str, Any]]]  # by table, by id

_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.JSON: (str,),
    Kind.TEXTS: (list,),
    Kind.INTEGER: (int,),
    Kind.BOOLEAN: (bool,),
    Kind.DATE: (date,),
    Kind.INSTANT: (datetime,),
    Kind.INDEX: (float, int),
}
_AMOUNTS = (Decimal, int)
_PEOPLE = dict.fromkeys(("account_id", "assignee_id", "reporter_id", "manager_id", "sponsor_id"), ("account",))
_TARGETS: dict[str, tuple[str, ...]] = {
    **_PEOPLE,
    "project_id": ("project",),
    "work_item_id": ("work_item",),
    "parent_id": ("work_item",),
    "version_id": ("version",),
    "calendar_id": ("calendar",),
    "base_id": ("calendar",),
    "assignment_id": ("assignment",),
    "from_id": ("work_item",),
    "to_id": ("work_item",),
    "owner_id": ("project", "work_item", "assignment", "account"),  # of a baseline, or of a risk
}


@dataclass
class Pulled:
    """Everything that one full pull yielded."""

    pages: list[tuple[Partition, Page]] = field(default_factory=list)
    traffic: Traffic = field(default_factory=Traffic)
    """What the connector counted on the way."""

    @property
    def pairs(self) -> Iterable[tuple[str, Mapping[str, Any]]]:
        return ((table, row) for _, page in self.pages for table, rows in page.rows.items() for row in rows)


def pull_all(connector: Connector) -> Pulled:
    """All pages of all stages, from the beginning, in order."""
    connector.probe()
    pulled = Pulled()
    for stage in connector.partitions({}):
        for partition in stage:
            pulled.pages.extend((partition, page) for page in connector.pull(partition, None))
    pulled.traffic = connector.traffic
    return pulled


def going_on(connector: Connector, positions: dict[Partition, str]) -> Iterator[tuple[Partition, Page]]:
    """One whole pull from those positions, as sync does it; they are moved in place, and the connector is closed."""
    try:
        connector.probe()
        for partition, pages in by_partition(connector, positions):
            for page in pages:
                yield partition, page
    finally:
        connector.close()


def by_partition(connector: Connector, positions: dict[Partition, str]) -> Iterator[tuple[Partition, Iterator[Page]]]:
    """Every partition with its pages, also those that have none; positions are moved in place as pages are taken. The
    connector is neither probed nor closed."""
    for stage in connector.partitions(dict(positions)):
        for partition in stage:
            yield partition, _moving(connector, partition, positions)


def _moving(connector: Connector, partition: Partition, positions: dict[Partition, str]) -> Iterator[Page]:
    for page in connector.pull(partition, positions.get(partition)):
        if page.position is not None:
            positions[partition] = page.position
        yield page


def applied(pages: Iterable[Page], onto: Rows | None = None) -> Rows:
    """The tables that those pages make: last wins, scopes remove what is absent from their page."""
    tables: Rows = {name: dict(rows) for name, rows in (onto or {}).items()}
    listed: dict[str, set[str]] = {}  # on the parts so far of something that comes on several pages
    for page in pages:
        if page.part <= 1:
            listed = {}
        for table, rows in page.rows.items():
            listed.setdefault(table, set()).update(row["id"] for row in rows)
        for scope in page.scopes:
            kept = listed.get(scope.table, set())
            there = tables.setdefault(scope.table, {})
            for gone in [i for i, row in there.items() if scope.covers(row) and i not in kept]:
                del there[gone]
        for census in page.censuses:
            there = tables.setdefault(census.table, {})
            for gone in [
                i for i, row in there.items() if row.get(census.column) == census.value and i not in census.ids
            ]:
                del there[gone]
        for table, rows in page.rows.items():
            tables.setdefault(table, {}).update({row["id"]: full(table, row) for row in rows})
    return {name: rows for name, rows in tables.items() if rows}


def full(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its left-out columns as None."""
    return {name: row.get(name) for name in SOURCE_TABLES[table].names}


def misfit(column: Column, value: Any) -> str | None:
    """Why a value may not stand in that column, or None."""
    if value is None:
        return "is required" if column.required else None
    if column.kind is Kind.DATE and isinstance(value, datetime):
        return "is an instant where a date belongs"
    if isinstance(value, bool) != (column.kind is Kind.BOOLEAN):
        return f"{value!r} is not {column.kind}"
    if not isinstance(value, _TYPES.get(column.kind, _AMOUNTS)):
        return f"{value!r} is a {type(value).__name__}, not {column.kind}"
    if column.values and value not in column.values:
        return f"{value!r} is none of {', '.join(column.values)}"
    return None


class ConnectorConformance:
    """The suite. Override the fixture `make`."""

    networked: ClassVar[bool] = True
    may_dangle: ClassVar[set[tuple[str, str]]] = set()
    resume_points: ClassVar[int] = 3

    @pytest.fixture
    def make(self) -> Make:
        pytest.fail("override the fixture `make` with one that returns a factory of connectors")

    @pytest.fixture
    def pulled(self, make: Make, request: pytest.FixtureRequest) -> Pulled:
        """One full pull, shared by the tests of the class: it is plain data."""
        known = request.cls.__dict__.get("_pulled")
        if known is None:
            connector = make()
            known = request.cls._pulled = pull_all(connector)
            connector.close()
        return known

    def test_the_probe_says_who_and_what(self, make: Make) -> None:
        connector = make()
        probe = connector.probe()
        connector.close()
        assert probe.account
        assert probe.deployment
        assert connector.name
        assert connector.kind

    def test_something_is_read(self, pulled: Pulled) -> None:
        assert any(True for _ in pulled.pairs)

    def test_partitions_are_told_apart_by_stream_and_key(self, make: Make) -> None:
        connector = make()
        connector.probe()
        partitions = [p for stage in connector.partitions({}) for p in stage]
        connector.close()
        assert partitions
        assert len({(p.stream, p.key) for p in partitions}) == len(partitions)
        assert all(p.stream and p.key for p in partitions)

    def test_rows_name_known_tables_and_columns_only(self, pulled: Pulled) -> None:
        wrong = {
            f"{table}.{name}"
            for table, row in pulled.pairs
            for name in row
            if table not in SOURCE_TABLES or SOURCE_TABLES[table].column(name) is None
        }
        assert not wrong

    def test_every_value_fits_its_column(self, pulled: Pulled) -> None:
        wrong = {
            f"{table}.{column.name} {why}"
            for table, row in pulled.pairs
            for column in SOURCE_TABLES[table]
            if (why := misfit(column, row.get(column.name)))
        }
        assert not wrong

    def test_ids_are_source_kind_and_native_id(self, make: Make, pulled: Pulled) -> None:
        name = make().name
        wrong = [
            (table, row["id"])
            for table, row in pulled.pairs
            if row["source"] != name or not row["id"].startswith(f"{name}:") or not _kind_and_native(row["id"], name)
        ]
        assert not wrong

    def test_one_id_never_stands_for_two_different_rows(self, pulled: Pulled) -> None:
        seen: dict[tuple[str, str], dict[str, Any]] = {}
        torn = []
        for table, row in pulled.pairs:
            before = seen.setdefault((table, row["id"]), full(table, row))
            if before != full(table, row):
                torn.append((table, row["id"], {k for k, v in before.items() if v != row.get(k)}))
        assert not torn, "what is stored would depend on which partition came last"

    def test_references_lead_to_rows_or_are_none(self, pulled: Pulled) -> None:
        ids: dict[str, set[str]] = {}
        for table, row in pulled.pairs:
            ids.setdefault(table, set()).add(row["id"])
            if table == "reference":  # the words of a table, which lead to what another source has
                ids.setdefault({"project": "project", "person": "account"}[row["kind"]], set()).add(row["refers_as"])
        dangling = {
            (f"{table}.{column}", row[column])
            for table, row in pulled.pairs
            for column, targets in _TARGETS.items()
            if row.get(column) is not None
            and (table, column) not in self.may_dangle
            and not any(row[column] in ids.get(target, ()) for target in targets)
        }
        assert not dangling

    def test_scopes_name_real_columns_and_cover_their_own_page(self, pulled: Pulled) -> None:
        for _, page in pulled.pages:
            for scope in (*page.scopes, *page.censuses):
                assert SOURCE_TABLES[scope.table].column(scope.column) is not None, scope

    def test_rejected_records_say_what_is_wrong(self, pulled: Pulled) -> None:
        for _, page in pulled.pages:
            for rejected in page.rejected:
                assert rejected.native_id
                assert rejected.code
                assert rejected.reason

    def test_pulling_twice_yields_the_same_tables(self, make: Make, pulled: Pulled) -> None:
        connector = make()
        again = pull_all(connector)
        connector.close()
        assert applied(p for _, p in again.pages) == applied(p for _, p in pulled.pages)

    def test_going_on_from_any_position_loses_nothing(self, make: Make, pulled: Pulled) -> None:
        connector = make()
        connector.probe()
        connector.partitions({})
        by_partition: dict[Partition, list[Page]] = {}
        for partition, page in pulled.pages:
            by_partition.setdefault(partition, []).append(page)
        for partition, pages in by_partition.items():
            whole = applied(pages)
            stops = [i for i, page in enumerate(pages) if page.position is not None]
            for stop in [*stops[: self.resume_points], *stops[-1:]]:
                rest = connector.pull(partition, pages[stop].position)
                assert applied(rest, onto=applied(pages[: stop + 1])) == whole, (partition, stop)
        connector.close()

    def test_capabilities_name_real_columns_once(self, make: Make) -> None:
        connector = make()
        connector.probe()
        named = [(c.table, c.column) for c in connector.capabilities()]
        connector.close()
        assert [n for n in named if n[0] not in SOURCE_TABLES or SOURCE_TABLES[n[0]].column(n[1]) is None] == []
        assert len(set(named)) == len(named)

    def test_columns_called_not_available_are_never_filled(self, make: Make, pulled: Pulled) -> None:
        connector = make()
        connector.probe()
        missing = {(c.table, c.column) for c in connector.capabilities() if c.state == "not_available"}
        connector.close()
        filled = {(table, name) for table, row in pulled.pairs for name, value in row.items() if value is not None}
        assert not missing & filled

    def test_traffic_is_counted(self, make: Make, pulled: Pulled) -> None:
        connector = make()
        assert connector.traffic.requests == 0
        connector.close()
        if self.networked:
            assert pulled.traffic.requests > 0
            assert pulled.traffic.received_bytes > 0
            assert sum(pulled.traffic.by_endpoint.values()) == pulled.traffic.requests

    def test_closing_twice_does_no_harm(self, make: Make) -> None:
        connector = make()
        connector.close()
        connector.close()


def _kind_and_native(row_id: str, name: str) -> bool:
    kind, _, native = row_id.removeprefix(f"{name}:").partition(":")
    return bool(kind and native)
