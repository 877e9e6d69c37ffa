"""Plans in files as a source: one partition a file, whose position is the hash of what was read, and how."""

import hashlib
import json
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors import microsoft_plan as plan
from connectors.capabilities import lacking
from connectors.examining import looked
from connectors.msproject import mspdi
from connectors.msproject.coverage import NOT_SPREAD, NOTES, filled
from connectors.msproject.files import digest, plan_files
from connectors.msproject.mspdi import ROWS_A_PART, Part, Reading
from connectors.msproject.opening import Opener
from connectors.msproject.settings import MppSource, MspdiSource
from portfolio.errors import RemoteRefusal
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Scope, Traffic

STREAM = "plan"
_MAPPING_VERSION = 2
"""Raised when files that did not change must be read again, for they are read otherwise."""

_State = tuple[Path, int, int]
"""A version of a file: path, time of change, size."""


class PlanFileReader:
    """Reads every plan that `settings.path` names; see portfolio.ports.Connector."""

    def __init__(
        self, name: str, settings: MspdiSource | MppSource, opener: Opener, *, rows_a_part: int = ROWS_A_PART
    ) -> None:
        self.name = name
        self.kind: str = settings.kind
        self.traffic = Traffic()
        self._settings = settings
        self._opener = opener
        self._reading = Reading(name, settings.zone, settings.timephased, settings.fields, rows_a_part=rows_a_part)
        self._identities: dict[_State, str | None] = {}
        self._claims: dict[str, str] = {}
        self._lock = threading.Lock()
        self._committed: Mapping[str, dict[str, Any]] = {}

    def probe(self) -> Probe:
        """Look whether there are files. Raises ConfigurationError where the path names none, or where what reads
        them is missing."""
        self._opener.check()
        files = self._files()
        detail = {"files": str(len(files)), "path": str(self._settings.path)}
        return Probe("files", self._opener.deployment, detail)

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """One stage: every file that is there, and every file that was read before and is gone."""
        self._committed = {p.key: json.loads(at) for p, at in cursors.items() if p.stream == STREAM}
        present = {
            Partition(STREAM, key, path.name, str(self._committed.get(key, {}).get("project") or ""))
            for key, path in self._files().items()
        }
        gone = {p for p, at in cursors.items() if p.stream == STREAM and p not in present and at != _gone()}
        return [sorted(present | gone)]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """The pages of a file that is new or changed, parts of one plan; none for one that is as it was."""
        files = self._files()
        before = json.loads(position) if position else {}
        path = files.get(partition.key)
        if path is None:
            if position != _gone():
                yield self._gone_page(before.get("project"), files)
            return
        content = digest(path)
        if before.get("hash") == content and before.get("how") == self._how():
            return
        with self._opener.opened(path) as xml:
            self._claim(partition.key, mspdi.identity(xml, path.stem), files)
            for number, part in enumerate(mspdi.parts(xml, self._reading.of(path.stem)), 1):
                yield self._page(part, number, {"hash": content, "how": self._how()}, self._before(before, part, files))
            self.traffic.received_bytes += path.stat().st_size

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """The files that are read, and how old the newest is; see portfolio.ports.Examining."""
        yield from looked("files", self._look_at_files)

    def _look_at_files(self) -> Iterator[Observation]:
        found = self._files()
        newest = max(found.values(), key=lambda path: path.stat().st_mtime)
        changed = datetime.fromtimestamp(newest.stat().st_mtime, UTC)
        told = f"{len(found)} plans; the newest is {newest.name} of {changed:%Y-%m-%d %H:%M} UTC"
        yield Observation("files", "ok", told)

    def capabilities(self) -> Sequence[Capability]:
        """Everything that a plan's file cannot say."""
        derived = [
            Capability("work_item", "status_category", "derived", "from per cent complete and actual dates"),
            Capability("work_item", "assignee_id", "derived", "the resource with the most work on the task"),
        ]
        notes = dict(NOTES) if self._settings.timephased else {**NOTES, ("timephased", ""): NOT_SPREAD}
        return [*derived, *lacking(filled(self._settings), notes)]

    def close(self) -> None:
        """Nothing is kept open between calls."""

    def _files(self) -> dict[str, Path]:
        return plan_files(self.name, self.kind, self._settings.path, self._opener.endings)

    def _how(self) -> str:
        """A short name for how files are read; another one, and they are read again."""
        settings = self._settings.model_dump_json(include={"timezone", "timephased", "fields"})
        return f"{_MAPPING_VERSION}:{hashlib.sha256(settings.encode()).hexdigest()[:12]}"

    def _claim(self, key: str, native: str, files: Mapping[str, Path]) -> None:
        """Two files with one identity would overwrite each other at every run: the first by name is read, or, where
        whose plan a file holds shows only when it is read, the first that was."""
        with self._lock:
            for other, path in files.items():
                if other != key and (other < key or other in self._claims) and self._identity(other, path) == native:
                    raise RemoteRefusal(
                        f"{files[key].name} is the same project as {path.name} ({native})",
                        code=f"{self.kind}.same_project",
                        remedy="Keep one of the two files; plans without GUID are told apart by the names of their"
                        " files.",
                    )
            self._claims[key] = native

    def _page(self, part: Part, number: int, read: Mapping[str, str], gone: Sequence[Scope]) -> Page:
        """`read` is what the file was read as; `gone` removes the plan that it held before."""
        if not part.last:
            return Page(part.tables, part=number)
        scopes = [s for s in self._scopes(part.project_id) if s.table not in part.rejected_tables]
        position = json.dumps({**read, "project": part.project_id})
        part_number = number if number > 1 else 0
        return Page(part.tables, position, [*scopes, *gone], part.rejected, whole=True, part=part_number)

    def _before(self, before: Mapping[str, Any], part: Part, files: Mapping[str, Path]) -> list[Scope]:
        """The plan that the file held before, where that is another one and is in no other file now."""
        earlier = before.get("project")
        if not part.last or earlier in (None, part.project_id) or earlier in self._present(files):
            return []
        return self._removal(str(earlier))

    def _scopes(self, project_id: str) -> list[Scope]:
        """Everything that belongs to the plan is what its pages hold. What is read no more is no suspicious loss."""
        spread = Scope("timephased", "project_id", project_id, "absent" if self._settings.timephased else "deleted")
        own = [Scope(table, "project_id", project_id) for table in ("calendar", "calendar_day")]
        return [*plan.child_scopes(project_id), *own, spread]

    def _gone_page(self, project_id: str | None, files: Mapping[str, Path]) -> Page:
        """The file is gone. Its plan is gone too, unless another file holds it now (it was moved or renamed)."""
        removed = [] if project_id is None or project_id in self._present(files) else self._removal(project_id)
        return Page({}, _gone(), removed, whole=True)

    def _identity(self, key: str, path: Path) -> str | None:
        """Whose plan a file holds: as it was just read, else as its head says, else as it was read when it was the
        same; None where none of them tells: its own pull does."""
        if key in self._claims:
            return self._claims[key]
        try:
            state = path.stat()
            known = (path, state.st_mtime_ns, state.st_size)
            if known not in self._identities:
                self._identities[known] = self._opener.identity(path) or self._as_committed(key, path)
        except (RemoteRefusal, OSError):
            return None
        return self._identities[known]

    def _as_committed(self, key: str, path: Path) -> str | None:
        before = self._committed.get(key, {})
        if before.get("hash") != digest(path):
            return None
        return str(before.get("project", "")).partition(":project:")[2] or None

    def _removal(self, project_id: str) -> list[Scope]:
        """The project is gone. The rows of its plan go out of sight with it, and need not be removed one by one."""
        return [Scope("project", "id", project_id)]

    def _present(self, files: Mapping[str, Path]) -> set[str]:
        natives = (self._identity(key, path) for key, path in files.items())
        return {plan.row_id(self.name, "project", native) for native in natives if native}


def _gone() -> str:
    return json.dumps({"gone": True})
