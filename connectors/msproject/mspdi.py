"""One MSPDI file as one page: project, tasks, links, baselines, resources, assignments, and what could not be read."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan
from connectors.msproject import rows
from connectors.msproject.header import Header, project_row
from connectors.msproject.stream import HeaderField, Record, read
from connectors.msproject.values import Fields
from portfolio.ports import Rejected

_BODY_CHARACTERS = 4000


@dataclass
class PlanRows:
    """The rows of one plan by table, and the records that could not be read."""

    project_id: str
    tables: dict[str, rows.Rows]
    rejected: list[Rejected] = field(default_factory=list)
    rejected_tables: set[str] = field(default_factory=set)


def identity(path: Path) -> str:
    """Native id of the plan in a file: its GUID, else the file's name without ending. Reads the head only."""
    for part in read(path):
        if isinstance(part, Record):
            break
        if part.name == "GUID" and plan.guid(part.text):
            return plan.guid(part.text) or path.stem
    return path.stem


def read_plan(path: Path, source: str, zone: ZoneInfo) -> PlanRows:
    """Everything in a file. Raises RemoteRefusal where the file as a whole cannot be used."""
    texts: dict[str, str] = {}
    assembly: _Assembly | None = None
    for part in read(path):
        if isinstance(part, HeaderField):
            texts[part.name] = part.text
        else:
            assembly = assembly or _assembly(path, source, zone, texts)
            assembly.add(part)
    return (assembly or _assembly(path, source, zone, texts)).finish()


def _assembly(path: Path, source: str, zone: ZoneInfo, texts: dict[str, str]) -> "_Assembly":
    native = plan.guid(texts.get("GUID")) or path.stem
    return _Assembly(Header(source, native, path.stem, zone, texts))


class _Assembly:
    """Takes the records in the order of the file and joins what refers to each other."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._out = PlanRows(header.project_id, {})
        self._items: dict[int, dict[str, Any]] = {}
        self._seen: set[str] = set()
        self._summaries: set[str] = set()
        self._accounts: dict[int, str] = {}
        self._definitions: list[Record] = []
        self._names: dict[str, str] = {}
        self._links: list[tuple[Record, rows.Link]] = []
        self._parents: list[tuple[int, str | None]] = []
        self._remaining_cost: Decimal | None = None

    def add(self, record: Record) -> None:
        """One record; a record that cannot be read is kept as rejected."""
        if record.kind == "ExtendedAttribute":
            self._definitions.append(record)
            self._names = rows.field_names(self._definitions)
            return
        take, table = {
            "Task": (self._task, "work_item"),
            "Resource": (self._resource, "account"),
            "Assignment": (self._assignment, "assignment"),
        }[record.kind]
        self._guard(record, table, lambda: take(record))

    def finish(self) -> PlanRows:
        """The whole plan, once the file is read."""
        for record, link in self._links:
            self._guard(record, "work_item_link", lambda link=link: self._link(link))  # type: ignore[misc]
        by_item = plan.assignees(self._out.tables.get("assignment", []))
        for item in self._items.values():
            item["assignee_id"] = by_item.get(item["id"])
        with_project: list[dict[str, Any]] = []
        place = Record("Project", 1, dict(self._header.texts), {})
        self._guard(place, "project", lambda: with_project.append(self._project()))
        self._out.tables["project"] = with_project
        return self._out

    def _project(self) -> dict[str, Any]:
        return project_row(self._header, self._items.get(rows.SUMMARY_UID), self._remaining_cost)

    def _task(self, record: Record) -> None:
        fields = Fields(record.values, self._header.zone)
        if fields.flag("IsNull"):
            return  # a blank line of the plan: no task stands there
        parent = self._parent(fields)
        self._parents.append((fields.whole("OutlineLevel") or 0, None))  # stays so if the task turns out unreadable
        row = rows.task_row(record, self._header, parent, self._names)
        self._once("UID or GUID", row["id"])
        baselines = rows.baseline_rows(record, self._header, "work_item", row["id"], row["native_id"])
        uid = fields.whole("UID") or 0
        if uid == rows.SUMMARY_UID:
            header = self._header
            baselines += rows.baseline_rows(record, header, "project", header.project_id, header.native_id)
            self._remaining_cost = fields.money("RemainingCost") or Decimal(0)
        self._put("work_item", row)
        self._put("baseline", *baselines)
        self._items[uid] = row
        if row["is_summary"]:
            self._summaries.add(row["id"])
        self._parents[-1] = (self._parents[-1][0], row["id"])
        self._links += [(record, link) for link in rows.links_of(record, self._header)]

    def _parent(self, fields: Fields) -> str | None:
        """The nearest task above that stands further out; the outline is the order of the file."""
        level = fields.whole("OutlineLevel") or 0
        while self._parents and self._parents[-1][0] >= level:
            self._parents.pop()
        return self._parents[-1][1] if self._parents else None

    def _resource(self, record: Record) -> None:
        fields = Fields(record.values, self._header.zone)
        if fields.flag("IsNull") or (fields.whole("UID") == 0 and not fields.text("Name")):
            return  # blank line, or the place holder of unassigned work
        row = rows.account_row(record, self._header)
        self._once("UID or GUID", row["id"])
        self._accounts[fields.whole("UID") or 0] = row["id"]
        self._put("account", row)

    def _assignment(self, record: Record) -> None:
        row = rows.assignment_row(record, self._header, self._items, self._accounts)
        if row["account_id"] is None and row["work_item_id"] in self._summaries:
            return  # some writers put nobody on a summary task with its rolled-up duration: not work, and not a person
        self._once("UID or GUID", row["id"])
        native = row["id"].partition(":assignment:")[2]
        baselines = rows.baseline_rows(record, self._header, "assignment", row["id"], native)
        self._put("assignment", row)
        self._put("baseline", *baselines)

    def _link(self, link: rows.Link) -> None:
        row = rows.link_row(link, self._header, self._items)
        self._once("link", row["id"])
        self._put("work_item_link", row)

    def _once(self, what: str, row_id: str) -> None:
        if row_id in self._seen:
            raise ValueError(f"{what} occurs twice in the file ({row_id})")
        self._seen.add(row_id)

    def _put(self, table: str, *new: dict[str, Any]) -> None:
        self._out.tables.setdefault(table, []).extend(new)

    def _guard(self, record: Record, table: str, act: Callable[[], None]) -> None:
        try:
            act()
        except ValueError as problem:
            self._out.rejected.append(self._reject(record, str(problem)))
            self._out.rejected_tables.add(table)
            if table in ("work_item", "assignment"):
                self._out.rejected_tables.add("baseline")

    def _reject(self, record: Record, reason: str) -> Rejected:
        fields = Fields(record.values, self._header.zone)
        uid = ""
        with suppress(ValueError):
            uid = f", UID {fields.whole('UID')}" if fields.whole("UID") is not None else ""
        place = f"{record.kind} number {record.number}{uid}"
        body = json.dumps({**record.values, **record.nested}, ensure_ascii=False)[:_BODY_CHARACTERS]
        return Rejected(
            f"{self._header.native_id}:{record.kind}:{record.number}",
            f"mspdi.bad_{record.kind.lower()}",
            f"{self._header.file_stem}, {place}: {reason}",
            body,
        )
