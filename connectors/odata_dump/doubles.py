"""The same record in two files of a dump: of copies one counts, of others the first file's, and that is told. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from typing import Any

from connectors.pwa import timephased

Record = Mapping[str, Any]

_BASELINE = "BaselineNumber"
_DAY = "TimeByDay"
KEYS: Mapping[str, tuple[str, ...]] = {
    "Projects": ("ProjectId",),
    "Resources": ("ResourceId",),
    "Tasks": ("TaskId",),
    "Assignments": ("AssignmentId",),
    "ProjectBaselines": ("ProjectId", _BASELINE),
    "TaskBaselines": ("TaskId", _BASELINE),
    "AssignmentBaselines": ("AssignmentId", _BASELINE),
    "Risks": ("RiskId",),
    "Issues": ("IssueId",),
    "Deliverables": ("DeliverableId",),
    "ProjectWorkflowStageDataSet": ("ProjectId", "StageId"),
    "TimesheetLines": ("TimesheetLineId",),
    "TimesheetLineActualDataSet": ("TimesheetLineId", _DAY, "AdjustmentIndex"),
    timephased.TASKS: ("TaskId", _DAY),
    timephased.BASELINES: ("TaskId", _DAY, _BASELINE),
    timephased.ASSIGNMENTS: ("AssignmentId", _DAY),
    timephased.ASSIGNMENT_BASELINES: ("AssignmentId", _DAY, _BASELINE),
}
"""Columns that name a record of a set, as ProjectData's metadata has it."""


class Doubles:
    """Looks through the files of one set, one after the other. Keeps some 150 bytes a record."""

    def __init__(self, entity_set: str) -> None:
        self._key = KEYS.get(entity_set, ())
        self._files: list[str] = []
        self._seen: dict[bytes, tuple[int, bytes]] = {}

    def begin(self, file: str) -> None:
        """What comes now is of that file."""
        self._files.append(file)

    def earlier(self, record: Record) -> tuple[str, bool] | None:
        """The file before this one that holds the record, and whether it says the same there; None for a new one.

        What lacks a part of its key is never taken for another. Within one file the last counts, as on a live site.
        """
        named = [_plain(record.get(column)) for column in self._key]
        if not named or None in named:
            return None
        key, content = _hash(named), _hash(_said(record))
        now = len(self._files) - 1
        number, before = self._seen.get(key, (now, b""))
        if number == now:
            self._seen[key] = (now, content)
            return None
        return self._files[number], before == content

    def name(self, record: Record) -> str:
        """The record's key, for people."""
        return ", ".join(f"{column} {record.get(column)}" for column in self._key)


def _said(record: Record) -> Iterator[str]:
    """What a record says, however the file writes it: a CSV has texts where JSON has numbers, and no nulls."""
    for column in sorted(record):
        value = _plain(record[column])
        if value is not None:
            yield column
            yield value


def _plain(value: Any) -> str | None:
    """A value as text: numbers without idle zeros, GUIDs without braces, small letters."""
    if value is None or value == "":
        return None
    text = str(value).strip().strip("{}").casefold()
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return str(number.normalize()) if number.is_finite() else text


def _hash(parts: Any) -> bytes:
    found = blake2b(digest_size=16)
    for part in parts:
        found.update(f"{part}\0".encode("utf-8", "surrogatepass"))
    return found.digest()
