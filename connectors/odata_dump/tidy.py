"""What of a dump could not be read: records, whole files, and records that two files tell differently."""

from collections.abc import Mapping
from typing import Any

from connectors.pwa.tidy import Tidy
from portfolio.errors import PlumbruleError, RemoteRefusal
from portfolio.ports import Rejected

_MOST_TOLD = 1000
_MOST_NAMED = 12


class TidyDump(Tidy):
    """Rejected records of a dump: a thousand are told one by one."""

    def __init__(self) -> None:
        super().__init__("dump")
        self.tables: set[str] = set()
        self._files: dict[str, str] = {}
        self._told: set[tuple[str, str]] = set()
        self._more = 0

    def refuse(self, table: str, record: Mapping[str, Any], key: str, reason: str) -> None:
        """Keep a record as rejected; the table is then not known to be whole."""
        self.tables.add(table)
        if len(self.rejected) < _MOST_TOLD:
            self.reject(table, record, key, reason)
        else:
            self._more += 1

    def note(self, rejected: Rejected, *tables: str) -> None:
        """Something larger than a record, once."""
        self.tables.update(tables)
        if (rejected.native_id, rejected.code) not in self._told:
            self._told.add((rejected.native_id, rejected.code))
            self.rejected.append(rejected)

    def damaged(self, file: str, problem: Exception, *tables: str) -> None:
        """A file of which some could not be read, and the tables of which it is a part."""
        what = problem.what if isinstance(problem, PlumbruleError) else str(problem)
        self._files[file] = what
        self.note(Rejected(file, "dump.bad_file", f"{file}: {what}"), *tables)

    def doubled(self, file: str, first: str, name: str) -> None:
        """A record that another file holds as well, and tells differently. That one counts, so nothing is missing."""
        native = f"{file}: {name}"
        if len(self.rejected) >= _MOST_TOLD and (native, "dump.doubled_record") not in self._told:
            self._told.add((native, "dump.doubled_record"))
            self._more += 1
            return
        reason = f"{name} stands in {first} and in {file}, and they differ; {first} was read, as the first by name"
        self.note(Rejected(native, "dump.doubled_record", reason))

    def told(self) -> list[Rejected]:
        """All, and how many more there were."""
        if not self._more:
            return self.rejected
        return [*self.rejected, Rejected("more", "dump.many_bad_records", f"{self._more} more could not be read")]

    def failure(self) -> RemoteRefusal | None:
        """What ends the pull as not complete: files that are damaged."""
        if not self._files:
            return None
        listed = [f"{file}: {what}" for file, what in sorted(self._files.items())]
        more = len(listed) - _MOST_NAMED
        count = "a file is" if len(listed) == 1 else f"{len(listed)} files are"
        return RemoteRefusal(
            f"{count} damaged: {'; '.join(listed[:_MOST_NAMED])}" + (f"; and {more} more" if more > 0 else ""),
            code="dump.bad_file",
            remedy="Save these files again, or take them out. The others were read; of the tables of which these are a"
            " part nothing counts as deleted until then.",
        )
