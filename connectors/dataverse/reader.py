"""An environment of Dataverse as a source: projects and resources whole, large tables by their changes, baselines."""

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from connectors.dataverse import examine, kinds, normalise, survey
from connectors.dataverse.baselines import STREAM as BASELINE
from connectors.dataverse.baselines import Baselines
from connectors.dataverse.changes import Reader
from connectors.dataverse.client import Dataverse, connect_http
from connectors.dataverse.lookups import Lookups, Staffing
from connectors.dataverse.normalise import Row
from connectors.dataverse.presence import Presence
from connectors.dataverse.provided import capabilities
from connectors.dataverse.settings import DataverseSource
from connectors.dataverse.stream import Kind, Plans, TableStream
from connectors.dataverse.tables import ASSIGNMENTS, DEPENDENCIES, TASKS, TIME, Table
from connectors.dataverse.tables import PROJECTS as TABLE
from connectors.dataverse.unread import Unread
from connectors.microsoft.signing import signing
from connectors.microsoft.tokens import Resource
from connectors.odd_answers import tells_odd_answers
from connectors.pacing import Clock
from portfolio.errors import RemoteRefusal
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Scope, Survey, Traffic

PROJECTS = Partition("projects", "all", "projects")
RESOURCES = Partition("resources", "all", "resources")
TABLES: Mapping[Partition, Table] = {
    Partition("tasks", "all", "tasks"): TASKS,
    Partition("dependencies", "all", "dependencies"): DEPENDENCIES,
    Partition("assignments", "all", "assignments"): ASSIGNMENTS,
    Partition("time", "all", "time entries"): TIME,
}

_MAPPING_VERSION = 1
"""Raised when tables must be read again although they did not change, because we read more of them."""


@tells_odd_answers
class DataverseReader:
    """Reads one environment; see portfolio.ports.Connector."""

    kind = "dataverse"

    def __init__(
        self, name: str, settings: DataverseSource, *, folder: Path | None = None, clock: Clock | None = None
    ) -> None:
        self.name = name
        self.traffic = Traffic()
        self._settings = settings
        self._signing = signing(
            Resource(name, settings.url, folder, settings.ca_bundle), settings.auth, self.traffic, clock
        )
        self._http = connect_http(settings, self._signing, self.traffic, clock)
        self._dataverse = Dataverse(self._http)
        self._presence = Presence(self._dataverse, settings.fields)
        url = settings.url.rstrip("/")
        here = normalise.Environment(name, url, settings.zone, settings.fields, settings.currency)
        self._lookups = Lookups(self._dataverse, self._presence, here)
        self._staffing = Staffing(self._dataverse, self._presence, self._lookups)
        self._baselines = Baselines(self._dataverse, self._presence, self._lookups)

    def probe(self) -> Probe:
        """Sign in, and see whether the tables of Planner Premium are there."""
        account, organisation = examine.who(self._dataverse, self._way())
        self._presence.of(TASKS)
        deployment = f"Dataverse, {organisation}"
        return Probe(
            account,
            deployment,
            {"url": self._settings.url},
            self._signing.expires_on(),
            expiring=self._signing.expiring,
        )

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """Projects and resources; then the large tables that are there, and baselines that are new or gone.

        Raises RemoteRefusal where the environment shows no project although its tasks were read before.
        """
        if not self._lookups.projects and any(partition in TABLES for partition in cursors):
            raise RemoteRefusal(
                "the environment shows no project at all, although their tasks were read before",
                code="dataverse.all_gone",
                remedy="Check the security roles of the account; if all were deleted, take the source out.",
                why="nothing was deleted",
            )
        tables = [partition for partition, table in TABLES.items() if self._presence.has(table)]
        return [[PROJECTS, RESOURCES], [*tables, *self._baselines.partitions(cursors)]]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """Pages of one partition."""
        if partition == PROJECTS:
            yield self._projects()
        elif partition == RESOURCES:
            yield self._resources()
        elif partition.stream == BASELINE:
            yield from self._baselines.pages(partition.key, position)
        else:
            yield from self._stream(TABLES[partition]).pages(position)

    def capabilities(self) -> Sequence[Capability]:
        """What this environment, with this account, cannot fill."""
        settings = self._settings
        return capabilities(self._presence, settings.fields, currency=settings.currency, timephased=settings.timephased)

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """Account, tables, tracking, rights, columns; see portfolio.ports.Examining."""
        return examine.environment(self._dataverse, self._presence, self._lookups, self._settings, self._way())

    def survey(self) -> Survey:
        """Plans, and columns of the admin's own; see `portfolio.ports.Surveying`."""
        probe, rows = self.probe(), self._projects().rows["project"]
        return survey.survey(probe, rows, examine.logical(self._dataverse.column_names(TABLE.entity_set)))

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _way(self) -> str:
        """How the account signed in; with the person or app whose tokens we hold, which a look at the token shows."""
        auth = self._settings.auth
        return f"by {auth.type}" if auth.type == "bearer" else f"by {auth.type} as {self._signing.account()}"

    def _projects(self) -> Page:
        """All project rows; projects that the list does not show any more are gone."""
        unread, here, rows = Unread(), self._lookups.here, []
        for record in self._lookups.projects:
            read = unread.read(
                "project",
                record,
                lambda r: here.id_of("project", here.values(r).text("msdyn_projectid")),
                lambda r: normalise.project_row(r, here),
            )
            if read is not None:
                row, problems = read
                unread.remark("project_word", row["id"], problems)
                rows.append(row)
        scopes = unread.safe([Scope("project", "source", self.name)], "project")
        return Page({"project": rows}, None, scopes, unread.rejected, whole=True)

    def _resources(self) -> Page:
        """Accounts: resources, places in teams that wait for somebody, managers who are neither."""
        unread, here = Unread(), self._lookups.here
        rows: list[Row] = []
        for column, records, make in (
            ("bookableresourceid", self._lookups.resources, normalise.resource_row),
            ("msdyn_projectteamid", self._lookups.placeholders, normalise.placeholder_row),
        ):
            for record in records:
                row = unread.read(
                    "resource",
                    record,
                    lambda r, column=column: here.id_of("account", here.values(r).text(column)),  # type: ignore[misc]
                    lambda r, make=make: make(r, here),  # type: ignore[misc]
                )
                rows += [row] if row is not None else []
        rows += [normalise.user_row(user, record, here) for user, record in self._lookups.managers.items()]
        scopes = unread.safe([Scope("account", "source", self.name)], "resource")
        return Page({"account": rows}, None, scopes, unread.rejected, whole=True)

    def _stream(self, table: Table) -> TableStream:
        timephased = self._settings.timephased and table is ASSIGNMENTS
        reader = Reader(
            self._dataverse,
            self._presence,
            table,
            active_only=table is not TASKS,
            again_where_untracked=timephased,
        )
        plans = self._staffing if table is TASKS else Plans()
        return TableStream(reader, self._kind(table), self._reading(table, timephased=timephased), plans)

    def _kind(self, table: Table) -> Kind:
        made = {
            TASKS.name: lambda: kinds.task_kind(self.name, self._lookups, self._staffing),
            DEPENDENCIES.name: lambda: kinds.dependency_kind(self.name, self._lookups),
            ASSIGNMENTS.name: lambda: kinds.assignment_kind(
                self.name, self._lookups, timephased=self._settings.timephased
            ),
            TIME.name: lambda: kinds.entry_kind(self.name, self._lookups),
        }
        return made[table.name]()

    def _reading(self, table: Table, *, timephased: bool) -> str:
        """How a table's rows are made: when this changes, the table is read anew."""
        columns = sorted(self._presence.of(table).columns)
        how = f"{_MAPPING_VERSION} {self._settings.zone.key} {timephased} {' '.join(columns)}"
        return f"{zlib.crc32(how.encode()):08x}"
