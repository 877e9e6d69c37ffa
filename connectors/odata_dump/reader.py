"""A dump of ProjectData as a source: one partition, whose position is the hash of what was read, and how."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from connectors.capabilities import lacking
from connectors.examining import looked
from connectors.msproject.coverage import filled
from connectors.msproject.settings import PlanFiles
from connectors.odata_dump.archive import Dump, dump_at
from connectors.odata_dump.contents import Contents, tables_of
from connectors.odata_dump.settings import OdataDumpSource
from connectors.pwa.normalise import Row, Site
from connectors.pwa.wanted import columns_of
from portfolio.errors import ConfigurationError
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Scope, Traffic

STREAM = "dump"
_MAPPING_VERSION = 3
"""Raised when a dump that did not change must be read again, for it is read otherwise."""
_ROWS_A_PART = 10_000
_MOST_NAMED = 12


class DumpReader:
    """Reads one folder or zip; see portfolio.ports.Connector."""

    kind = "odata_dump"

    def __init__(self, name: str, settings: OdataDumpSource, *, rows_a_part: int = _ROWS_A_PART) -> None:
        self.name = name
        self.traffic = Traffic()
        self._settings = settings
        self._rows_a_part = rows_a_part

    def probe(self) -> Probe:
        """Look what there is, and of when it is. Raises ConfigurationError where there is nothing known."""
        contents = self._contents()
        if not contents.sets and not contents.plans:
            raise ConfigurationError(
                f"source `{self.name}`: no file at {self._settings.path} is one of ProjectData's sets",
                code="dump.nothing_known",
                remedy="Name files after their sets, for instance Projects.json, Tasks.json, Assignments.csv;"
                " docs/project-files.md lists the names.",
            )
        detail = {"sets": ", ".join(sorted(contents.sets)), "plans": str(len(contents.plans))}
        return Probe("files", "ProjectData dump", detail, data_at=self._settings.as_of or newest(contents))

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """The dump is one thing."""
        del cursors
        return [[Partition(STREAM, "all", self._settings.path.name)]]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """The whole dump in parts, where it is another one than before; else nothing.

        Raises RemoteRefusal after the last page where files are damaged: what could be read is kept then, and the next
        run tries again.
        """
        del partition
        now = json.dumps({"hash": self._dump().digest(), "how": self._how()})
        if now == position:
            return
        contents = self._contents()
        contents.again = position is not None
        tables: dict[str, list[Row]] = {}
        part = waiting = 0
        for table, row in contents.rows():
            tables.setdefault(table, []).append(row)
            waiting += 1
            if waiting >= self._rows_a_part:
                part += 1
                yield Page(tables, part=part)
                tables, waiting = {}, 0
        self.traffic.received_bytes += sum(member.size for member in contents.dump.members())
        lost = contents.tidy.tables
        if "project" in lost:  # the budget stands in the project's record
            lost = lost | {"budget_line"}
        whole = sorted(tables_of(contents) - lost)
        scopes = [Scope(table, "source", self.name) for table in whole]
        damage = contents.tidy.failure()
        reached = None if damage else now
        yield Page(tables, reached, scopes, contents.tidy.told(), whole=True, part=part + 1 if part else 0)
        if damage:
            raise damage

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """What is in the dump, what is not read of it, and how old it is; see portfolio.ports.Examining."""
        yield from looked("dump", self._look)

    def _look(self) -> Iterator[Observation]:
        contents = self._contents()
        for _ in contents.rows():  # columns show when records are read
            pass
        of = self._settings.as_of or newest(contents)
        told = f"{', '.join(sorted(contents.sets)) or 'no sets'}; {len(contents.plans)} plans as XML"
        yield Observation("dump", "ok", f"{told}; of {of:%Y-%m-%d}" if of else f"{told}; it does not say of when it is")
        if contents.unread_sets:
            yield Observation("sets", "note", f"known and not read: {', '.join(contents.unread_sets)}")
        if contents.strangers:
            found = f"{len(contents.strangers)} files are of no known set: {_named(contents.strangers)}"
            yield Observation("files", "warning", found, "Name them after their sets, or take them out.")
        for name, columns in sorted(contents.columns.items()):
            if columns.unread:
                found = f"{name}: {len(columns.unread)} columns are not read: {_named(columns.unread)}"
                yield Observation("columns", "note", found)
        if contents.tidy.rejected:
            first = contents.tidy.rejected[0].reason
            found = f"{len(contents.tidy.told())} records or files could not be read, such as: {first}"
            yield Observation("records", "warning", found, "The run keeps them as rejections.")

    def capabilities(self) -> Sequence[Capability]:
        """What this dump cannot fill. Columns that a file lacks show when it is read, as unknown values."""
        contents = self._contents()
        currency = {"currency"} if self._settings.currency else set()
        found: dict[str, set[str]] = {"account": currency, "project": {"time_zone"}}
        for entity_set in contents.sets - self._settings.left_out:
            for targets in _targets(entity_set, contents):
                table, _, column = targets.partition(".")
                found.setdefault(table, set()).add(column)
        if contents.plans:
            for table, columns in filled(PlanFiles(timephased=self._settings.timephased)).items():
                found.setdefault(table, set()).update(columns.split())
        listed = {table: " ".join(columns) for table, columns in found.items()}
        derived = [
            Capability(table, column, "derived", note)
            for table, column, note in (
                ("work_item", "status_category", "from per cent complete and actual dates"),
                ("work_item", "assignee_id", "the resource with the most work on the task"),
            )
            if column in found.get(table, ())
        ]
        return [*derived, *lacking(listed, {})]

    def close(self) -> None:
        """Nothing is kept open between calls."""

    def _dump(self) -> Dump:
        return dump_at(self.name, self._settings.path)

    def _contents(self) -> Contents:
        settings = self._settings
        site = Site(self.name, "", settings.zone, settings.fields, settings.currency)
        return Contents(self._dump(), settings, site)

    def _how(self) -> str:
        settings = self._settings.model_dump_json(exclude={"path", "kind", "as_of"})
        return f"{_MAPPING_VERSION}:{hashlib.sha256(settings.encode()).hexdigest()[:12]}"


def newest(contents: Contents) -> datetime | None:
    """The newest modification or publication of a project in the dump; what comes after it is not in there."""
    found: list[datetime] = []
    for record in contents.records("Projects"):
        values = contents.site.values(record)
        for column in ("ProjectModifiedDate", "ProjectLastPublishedDate"):
            try:
                moment = values.instant(column)
            except ValueError:  # told when the record is read
                continue
            found += [moment.astimezone(UTC)] if moment else []
    return max(found, default=None)


def _targets(entity_set: str, contents: Contents) -> Iterator[str]:
    try:
        columns = columns_of(entity_set, contents.settings.fields)
    except KeyError:  # a set that is known and not read
        return
    for targets in columns.values():
        yield from targets.split()


def _named(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
