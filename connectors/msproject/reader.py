"""Plans in files as a source: one partition a file, whose position is the hash of what was read, and in which zone."""

import glob
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors import microsoft_plan as plan
from connectors.capabilities import lacking
from connectors.examining import looked
from connectors.msproject import mspdi
from connectors.msproject.coverage import FILLED, NOTES
from connectors.msproject.settings import MspdiSource
from connectors.msproject.stream import BINARY_ENDINGS, SAVE_AS
from portfolio.errors import ConfigurationError, RemoteRefusal
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Scope, Traffic

STREAM = "plan"


class MspdiReader:
    """Reads every plan that `settings.path` names; see portfolio.ports.Connector."""

    kind = "mspdi"

    def __init__(self, name: str, settings: MspdiSource) -> None:
        self.name = name
        self.traffic = Traffic()
        self._settings = settings
        self._identities: dict[tuple[Path, int, int], str] = {}

    def probe(self) -> Probe:
        """Look whether there are files. Raises ConfigurationError where the path names none."""
        files = self._files()
        return Probe("files", "MSPDI", {"files": str(len(files)), "path": str(self._settings.path)})

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """One stage: every file that is there, and every file that was read before and is gone."""
        present = {Partition(STREAM, key, path.name) for key, path in self._files().items()}
        gone = {p for p, at in cursors.items() if p.stream == STREAM and p not in present and at != _gone()}
        return [sorted(present | gone)]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """One page for a file that is new or changed; none for one that is as it was."""
        files = self._files()
        before = json.loads(position) if position else {}
        path = files.get(partition.key)
        if path is None:
            if position != _gone():
                yield self._gone_page(before.get("project"), files)
            return
        content = _digest(path)
        if before.get("hash") == content and before.get("zone") == self._settings.timezone:
            return
        self._refuse_double(partition.key, path, files)
        yield self._page(path, content, before.get("project"), files)

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
        return [*derived, *lacking(FILLED, NOTES)]

    def close(self) -> None:
        """Nothing is kept open between calls."""

    def _files(self) -> dict[str, Path]:
        """Partition key (the path below the configured folder) -> file. Raises ConfigurationError for none."""
        wanted = self._settings.path.expanduser()
        if wanted.is_file():
            return {wanted.name: wanted}
        if wanted.is_dir():
            found, root = [p for p in wanted.iterdir() if p.suffix.lower() == ".xml" and p.is_file()], wanted
        else:
            found = [Path(p) for p in glob.glob(str(wanted), recursive=True) if Path(p).is_file()]  # noqa: PTH207
            root = Path(glob.escape(str(wanted))) if not found else _fixed_part(wanted)
        if not found:
            _refuse_binary_only(self.name, wanted)
            raise ConfigurationError(
                f"source `{self.name}`: no plan file at {wanted}",
                code="mspdi.no_files",
                remedy="Give a file, a folder with *.xml files, or a pattern, and check that the share is mounted.",
                why="an empty folder is not taken for deleted plans",
            )
        return {path.relative_to(root).as_posix(): path for path in sorted(found)}

    def _refuse_double(self, key: str, path: Path, files: Mapping[str, Path]) -> None:
        """Two files with one identity would overwrite each other at every run: the first by name is read."""
        native = mspdi.identity(path)
        for other in sorted(files):
            if other == key:
                return
            if self._identity(files[other]) == native:
                raise RemoteRefusal(
                    f"{path.name} is the same project as {files[other].name} ({native})",
                    code="mspdi.same_project",
                    remedy="Keep one of the two files; plans without GUID are told apart by the names of their files.",
                )

    def _page(self, path: Path, content: str, earlier: str | None, files: Mapping[str, Path]) -> Page:
        found = mspdi.read_plan(path, self.name, self._settings.zone)
        scopes = [s for s in plan.child_scopes(found.project_id) if s.table not in found.rejected_tables]
        if earlier and earlier != found.project_id and earlier not in self._present(files):
            scopes += self._removal(earlier)
        self.traffic.received_bytes += path.stat().st_size
        position = json.dumps({"hash": content, "project": found.project_id, "zone": self._settings.timezone})
        return Page(found.tables, position, scopes, found.rejected, whole=True)

    def _gone_page(self, project_id: str | None, files: Mapping[str, Path]) -> Page:
        """The file is gone. Its plan is gone too, unless another file holds it now (it was moved or renamed)."""
        removed = [] if project_id is None or project_id in self._present(files) else self._removal(project_id)
        return Page({}, _gone(), removed, whole=True)

    def _identity(self, path: Path) -> str | None:
        """Whose plan a file holds, read once a version of it; None where it cannot be read: its own pull tells."""
        try:
            state = path.stat()
            known = (path, state.st_mtime_ns, state.st_size)
            if known not in self._identities:
                self._identities[known] = mspdi.identity(path)
        except (RemoteRefusal, OSError):
            return None
        return self._identities[known]

    def _removal(self, project_id: str) -> list[Scope]:
        """The project is gone. The rows of its plan go out of sight with it, and need not be removed one by one."""
        return [Scope("project", "id", project_id)]

    def _present(self, files: Mapping[str, Path]) -> set[str]:
        natives = (self._identity(path) for path in files.values())
        return {plan.row_id(self.name, "project", native) for native in natives if native}


def _gone() -> str:
    return json.dumps({"gone": True})


def _refuse_binary_only(source: str, wanted: Path) -> None:
    """Raises ConfigurationError for a folder that holds plans, but none of them as XML."""
    binary = sorted(p.name for p in wanted.iterdir() if p.suffix.lower() in BINARY_ENDINGS) if wanted.is_dir() else []
    if binary:
        raise ConfigurationError(
            f"source `{source}`: {wanted} holds Project files (.mpp), such as {binary[0]}, but none as XML",
            code="mspdi.no_files",
            remedy=SAVE_AS,
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fixed_part(pattern: Path) -> Path:
    """The folders of a pattern before its first wildcard."""
    fixed: list[Any] = []
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return Path(*fixed)
