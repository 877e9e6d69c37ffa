"""Records of a file that could not be read, kept with their place; the others go on."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress

from connectors.msproject.header import Header
from connectors.msproject.stream import Record
from connectors.msproject.values import Fields
from portfolio.ports import Rejected

_BODY_CHARACTERS = 4000
_MOST = 1000
"""Rejections of one file that are told one by one; a file with more is not a plan that somebody will mend by hand."""


class Rejections:
    """What could not be read of one file, and the tables that are therefore not known to be whole."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._kept: list[Rejected] = []
        self._more = 0
        self.tables: set[str] = set()

    def guard(self, record: Record, table: str, act: Callable[[], None]) -> None:
        """Do it; a ValueError rejects the record."""
        try:
            act()
        except ValueError as problem:
            self._reject(record, str(problem))
            self.tables.add(table)
            if table in ("work_item", "assignment", "account"):
                self.tables.add("baseline")
            if table == "work_item":
                self.tables.update(("assignment", "work_item_link"))
            if table in ("work_item", "assignment"):
                self.tables.add("timephased")
            if table == "calendar":
                self.tables.add("calendar_day")

    def remark(self, native_id: str, problems: Sequence[str]) -> None:
        """Tell of values that were left out of a row that is kept."""
        self._kept += [
            Rejected(native_id, f"mspdi.bad_project_word_{number}", f"{self._header.file_stem}: {problem}")
            for number, problem in enumerate(problems, 1)
        ]

    def told(self) -> list[Rejected]:
        """All that are kept, and how many more there were."""
        if not self._more:
            return self._kept
        reason = f"{self._header.file_stem}: {self._more} more records could not be read"
        return [*self._kept, Rejected(f"{self._header.native_id}:more", "mspdi.many_bad_records", reason)]

    def _reject(self, record: Record, reason: str) -> None:
        if len(self._kept) >= _MOST:
            self._more += 1
            return
        fields = Fields(record.values, self._header.zone)
        uid = ""
        with suppress(ValueError):
            uid = f", UID {fields.whole('UID')}" if fields.whole("UID") is not None else ""
        place = f"{record.kind} number {record.number}{uid}"
        body = json.dumps(record.values, ensure_ascii=False)[:_BODY_CHARACTERS]
        self._kept.append(
            Rejected(
                f"{self._header.native_id}:{record.kind}:{record.number}",
                f"mspdi.bad_{record.kind.lower()}",
                f"{self._header.file_stem}, {place}: {reason}",
                body,
            )
        )
