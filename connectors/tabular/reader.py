"""Tables in files as a source: one partition a file, whose position is what was read of it, and how."""

import hashlib
import json
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.capabilities import lacking
from connectors.examining import looked
from connectors.tabular import files
from connectors.tabular.examine import examined
from connectors.tabular.faults import unusable
from connectors.tabular.files import TableFile
from connectors.tabular.opening import copied, digest
from connectors.tabular.pages import pages_of
from connectors.tabular.settings import TabularSource
from connectors.tabular.shapes import shape
from connectors.tabular.table import Survey, also_in, open_table
from portfolio.errors import ConfigurationError, PlumbruleError
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Scope, Traffic

STREAM = "table"
_VERSION = 2
"""Raised when the same file would give other rows."""
_GONE = json.dumps({"gone": True})


class TabularReader:
    """Reads the tables of `settings`; see portfolio.ports.Connector."""

    kind = "tabular"

    def __init__(self, name: str, settings: TabularSource) -> None:
        self.name = name
        self.traffic = Traffic()
        self._settings = settings
        self._lock = threading.Lock()
        self._surveys: dict[str, Survey] = {}
        self._digests: dict[tuple[Path, int, int], str] = {}
        self._cursors: dict[str, dict[str, Any]] = {}

    def probe(self) -> Probe:
        """Look whether there are files. Raises ConfigurationError where no table has any."""
        found, absent = files.find(self._settings.tables)
        if not found:
            raise ConfigurationError(
                f"source `{self.name}`: none of its tables has a file: {absent[0].settings.path}",
                code="tabular.no_files",
                remedy="Correct `path`, and check that the share is mounted.",
                why="an empty folder is not taken for tables that ended",
            )
        return Probe("files", "CSV and XLSX", {"files": str(len(found))})

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """One stage: every file that is there, every table without one, and files that were read and are gone."""
        found, absent = files.find(self._settings.tables)
        self._cursors = {p.key: json.loads(at) for p, at in cursors.items() if p.stream == STREAM}
        here = {Partition(STREAM, file.key, file.label) for file in found}
        here |= {Partition(STREAM, one.key, one.settings.path.name) for one in absent}
        gone = {
            Partition(STREAM, key, key.partition(":")[2])
            for key, position in self._cursors.items()
            if key not in {p.key for p in here} and "gone" not in position and files.orphaned(position, absent)
        }
        return [sorted(here | gone)]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """The table's rows where it is new or changed; nothing where it is as it was."""
        found, absent = files.find(self._settings.tables)
        before = json.loads(position) if position else {}
        file = next((file for file in found if file.key == partition.key), None)
        if file is not None:
            yield from self._read(file, found, before)
        elif any(one.key == partition.key for one in absent):
            raise unusable(
                f"there is no file {partition.key.partition(':')[2]}",
                "no_files",
                "Correct `path`, and check that the share is mounted. What was read before is kept.",
            )
        elif before and "gone" not in before:
            yield Page({}, _GONE, self._scopes(before["into"], before["origin"], partition.key), whole=True)

    def capabilities(self) -> Sequence[Capability]:
        """Everything that the tables that are there do not state. Headers are looked at, rows are not."""
        filled: dict[str, set[str]] = {}
        for file in files.find(self._settings.tables)[0]:
            names = {shape(file.into).fields[name].column.name for name in self._fields(file)}
            filled.setdefault(file.into, set()).update(names)
            if any(field.refers for field in map(shape(file.into).fields.get, self._fields(file)) if field):
                filled["reference"] = {"refers_as", "kind", "reference", "place", "uses"}
        return lacking({table: " ".join(sorted(names)) for table, names in filled.items()}, {})

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """Files, rows, columns that mean nothing, and how old the newest is; see portfolio.ports.Examining."""
        yield from looked("files", lambda: examined(self.name, self._settings))

    def close(self) -> None:
        """Nothing is kept open between calls."""

    def _read(self, file: TableFile, found: Sequence[TableFile], before: Mapping[str, Any]) -> Iterator[Page]:
        ahead = files.earlier(found, file)
        state = self._state(file, ahead)
        if all(before.get(name) == value for name, value in state.items()):
            return
        with copied(file.path) as copy:
            table = open_table(copy.file, file.label, self.name, file.settings)
            survey = table.survey()
            elsewhere = also_in(survey.keys, self._surveyed(ahead))
            position = {
                **state,
                "digest": copy.digest,
                "origin": table.maker.title,
                "fields": sorted(table.fields),
                "path": str(file.settings.path),
                "into": file.into,
            }
            earlier_origin = before.get("origin")
            moved = self._scopes(file.into, earlier_origin, file.key)[:1] if earlier_origin else []
            own = moved if earlier_origin != table.maker.title else []
            self.traffic.received_bytes += copy.size
            told = json.dumps(position)
            yield from pages_of(table, survey, elsewhere, key=file.key, position=told, moved=own)

    def _state(self, file: TableFile, ahead: Sequence[TableFile]) -> dict[str, Any]:
        """What, unchanged, makes reading again needless: the file, how it is read, and the files that count before."""
        others = hashlib.sha256()
        for other in ahead:
            others.update(f"{other.key}\0{self._digest_or_none(other)}\0{files.shape_of(other.settings)}\0".encode())
        return {
            "version": _VERSION,
            "digest": self._digest(file.path),
            "shape": files.shape_of(file.settings),
            "ahead": others.hexdigest()[:16] if ahead else "",
        }

    def _surveyed(self, ahead: Sequence[TableFile]) -> dict[str, Survey]:
        """Keys of the files that count before; one that cannot be read tells of itself, and holds nobody up."""
        surveys: dict[str, Survey] = {}
        for file in ahead:
            with self._lock:
                known = self._surveys.get(file.key)
                if known is None:
                    try:
                        with copied(file.path) as copy:
                            known = open_table(copy.file, file.label, self.name, file.settings).survey()
                    except PlumbruleError:
                        known = Survey()
                    self._surveys[file.key] = known
            surveys[file.label] = known
        return surveys

    def _fields(self, file: TableFile) -> set[str]:
        """Fields of a file: as it was read last where it is unchanged, else by its headers."""
        known = self._cursors.get(file.key, {})
        try:
            if known.get("digest") == self._digest(file.path) and known.get("shape") == files.shape_of(file.settings):
                return set(known["fields"])
            with copied(file.path) as copy:
                return open_table(copy.file, file.label, self.name, file.settings).fields
        except PlumbruleError:  # its own pull tells
            return {*file.settings.columns, *file.settings.constants} & set(shape(file.into).fields)

    def _scopes(self, into: str, origin: str, key: str) -> list[Scope]:
        """Everything that was read of a table is gone."""
        return [Scope(into, "origin", origin), Scope("reference", "origin", key)]

    def _digest_or_none(self, file: TableFile) -> str | None:
        try:
            return self._digest(file.path)
        except PlumbruleError:
            return None

    def _digest(self, path: Path) -> str:
        """Hash of a file, computed once a run and state: it says more than the day of a file, which copying keeps."""
        try:
            state = path.stat()
        except OSError:
            return digest(path)
        known = (path, state.st_mtime_ns, state.st_size)
        with self._lock:
            if known not in self._digests:
                self._digests[known] = digest(path)
            return self._digests[known]
