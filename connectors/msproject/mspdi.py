"""One MSPDI file as parts: project, tasks, links, baselines, resources, assignments, calendars, what was not readable.

Parts are yielded while the file is read, so that memory does not grow with assignments and time-phased data; only
tasks, which refer to each other, are held until the end.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan
from connectors.msproject import rows
from connectors.msproject.calendars import calendar_rows
from connectors.msproject.custom import OwnFields
from connectors.msproject.governance import governed
from connectors.msproject.header import Header, project_row
from connectors.msproject.rejections import Rejections
from connectors.msproject.settings import PlanFields
from connectors.msproject.staffing import account_row, assignment_row
from connectors.msproject.stream import HeaderField, Node, Record, read
from connectors.msproject.timephased import ELEMENT, stretches
from connectors.msproject.values import Fields
from portfolio.ports import Rejected

ROWS_A_PART = 10_000


@dataclass(frozen=True)
class Reading:
    """How a file is read. `stem` is its name without ending, where the file that is read has another name; `native` the
    id of its plan, where that is known from elsewhere."""

    source: str
    zone: ZoneInfo
    timephased: bool = False
    fields: PlanFields = field(default_factory=PlanFields)
    stem: str | None = None
    native: str | None = None
    rows_a_part: int = ROWS_A_PART

    def of(self, stem: str) -> "Reading":
        """The same for a file of that name."""
        return replace(self, stem=stem)


@dataclass
class Part:
    """Rows of a plan by table. The last part also holds what could not be read, and of which tables."""

    project_id: str
    tables: dict[str, rows.Rows]
    last: bool = False
    rejected: list[Rejected] = field(default_factory=list)
    rejected_tables: set[str] = field(default_factory=set)


def identity(path: Path, stem: str) -> str:
    """Native id of the plan in a file: its GUID, else `stem`, the file's name without ending. Reads the head only."""
    for part in read(path):
        if isinstance(part, Record):
            break
        if part.name == "GUID" and (found := plan.guid(part.text)):
            return found
    return stem


def parts(path: Path, reading: Reading) -> Iterator[Part]:
    """Everything in a file. Raises RemoteRefusal where the file as a whole cannot be used."""
    texts: dict[str, str] = {}
    assembly: _Assembly | None = None
    for found in read(path, without=() if reading.timephased else (ELEMENT,)):
        if isinstance(found, HeaderField):
            texts[found.name] = found.text
        else:
            assembly = assembly or _assembly(path, reading, texts)
            assembly.add(found)
            yield from assembly.full()
    yield from (assembly or _assembly(path, reading, texts)).finish()


def _assembly(path: Path, reading: Reading, texts: dict[str, str]) -> "_Assembly":
    stem = reading.stem or path.stem
    native = reading.native or plan.guid(texts.get("GUID")) or stem
    return _Assembly(Header(reading.source, native, stem, reading.zone, texts), reading)


class _Assembly:
    """Takes the records in the order of the file and joins what refers to each other."""

    def __init__(self, header: Header, reading: Reading) -> None:
        self._header = header
        self._reading = reading
        self._rejections = Rejections(header)
        self._own = OwnFields()
        self._pending: dict[str, rows.Rows] = {}
        self._waiting = 0
        self._seen: set[str] = set()
        self._items: dict[int, dict[str, Any]] = {}
        self._summaries: set[str] = set()
        self._accounts: dict[int, str] = {}
        self._calendars: dict[int, str] = {}
        self._named: dict[str, list[str]] = {}
        self._links: list[tuple[Record, rows.Link]] = []
        self._parents: list[tuple[int, str | None]] = []
        self._staffing = plan.Staffing()
        self._governance: dict[str, str] = {}
        self._take: dict[str, tuple[Callable[[Record], None], str]] = {
            "Calendar": (self._calendar, "calendar"),
            "Task": (self._task, "work_item"),
            "Resource": (self._resource, "account"),
            "Assignment": (self._assignment, "assignment"),
        }

    def add(self, record: Record) -> None:
        """One record; a record that cannot be read is kept as rejected."""
        if record.kind in self._take:
            take, table = self._take[record.kind]
            self._rejections.guard(record, table, lambda: take(record))
        else:
            self._own.define(record)

    def full(self) -> Iterator[Part]:
        """A part, where enough has been gathered."""
        if self._waiting >= self._reading.rows_a_part:
            yield self._part()

    def finish(self) -> Iterator[Part]:
        """The rest, once the file is read. The last part has the project."""
        for record, link in self._links:
            self._rejections.guard(record, "work_item_link", lambda link=link: self._link(link))  # type: ignore[misc]
            yield from self.full()
        for item in self._items.values():
            item["assignee_id"] = self._staffing.assignee(item["id"])
            self._put("work_item", item)
            yield from self.full()
        self._pending.setdefault("work_item", [])
        self._pending["project"] = []
        place = Record("Project", 1, Node(dict(self._header.texts)))
        self._rejections.guard(place, "project", lambda: self._put("project", self._project()))
        part = self._part()
        part.last = True
        part.rejected, part.rejected_tables = self._rejections.told(), self._rejections.tables
        yield part

    def _part(self) -> Part:
        tables, self._pending, self._waiting = self._pending, {}, 0
        return Part(self._header.project_id, tables)

    def _project(self) -> dict[str, Any]:
        uid = self._header.fields.whole("CalendarUID") or 0
        row = project_row(self._header, self._items.get(rows.SUMMARY_UID), self._calendars.get(uid), self._governance)
        bearers = self._named.get(self._header.fields.text("Manager") or "", [])
        row["manager_id"] = bearers[0] if len(bearers) == 1 else None
        return row

    def _task(self, record: Record) -> None:
        fields = Fields(record.values, self._header.zone)
        if fields.flag("IsNull"):
            return  # a blank line of the plan: no task stands there
        parent = self._parent(fields)
        self._parents.append((fields.whole("OutlineLevel") or 0, None))  # stays so if the task turns out unreadable
        row = rows.task_row(record, self._header, parent, self._own, self._calendars)
        self._once("UID or GUID", row["id"])
        baselines = rows.baseline_rows(record, self._header, "work_item", row["id"], row["native_id"])
        uid = fields.whole("UID") or 0
        if uid == rows.SUMMARY_UID:
            header = self._header
            baselines += rows.baseline_rows(record, header, "project", header.project_id, header.native_id)
            self._governance, problems = governed(self._own.texts(record.node), self._reading.fields)
            self._rejections.remark(header.native_id, problems)
        self._put("baseline", *baselines)
        self._items[uid] = row
        if row["is_summary"]:
            self._summaries.add(row["id"])
        self._parents[-1] = (self._parents[-1][0], row["id"])
        place = Record(record.kind, record.number, Node({n: record.values.get(n, "") for n in ("UID", "ID", "Name")}))
        self._links += [(place, link) for link in rows.links_of(record, self._header)]

    def _parent(self, fields: Fields) -> str | None:
        """The nearest task above that stands further out; the outline is the order of the file."""
        level = fields.whole("OutlineLevel") or 0
        while self._parents and self._parents[-1][0] >= level:
            self._parents.pop()
        return self._parents[-1][1] if self._parents else None

    def _calendar(self, record: Record) -> None:
        row, days = calendar_rows(record, self._header, self._calendars)
        self._once("UID", row["id"])
        self._calendars[Fields(record.values, self._header.zone).whole("UID") or 0] = row["id"]
        self._put("calendar", row)
        self._put("calendar_day", *days)

    def _resource(self, record: Record) -> None:
        fields = Fields(record.values, self._header.zone)
        if fields.flag("IsNull") or (fields.whole("UID") == 0 and not fields.text("Name")):
            return  # blank line, or the place holder of unassigned work
        department = self._reading.fields.resource_department
        row = account_row(record, self._header, self._own, self._calendars, department)
        self._once("UID or GUID", row["id"])
        baselines = rows.baseline_rows(record, self._header, "account", row["id"], f"resource:{row['native_id']}")
        self._accounts[fields.whole("UID") or 0] = row["id"]
        self._named.setdefault(row["name"] or "", []).append(row["id"])
        self._put("account", row)
        self._put("baseline", *baselines)

    def _assignment(self, record: Record) -> None:
        row = assignment_row(record, self._header, self._items, self._accounts, self._own)
        if row["account_id"] is None and row["work_item_id"] in self._summaries:
            return  # some writers put nobody on a summary task with its rolled-up duration: not work, and not a person
        self._once("UID or GUID", row["id"])
        native = row["id"].partition(":assignment:")[2]
        baselines = rows.baseline_rows(record, self._header, "assignment", row["id"], f"assignment:{native}")
        self._staffing.add(row)
        self._put("assignment", row)
        self._put("baseline", *baselines)
        if self._reading.timephased:
            self._rejections.guard(record, "timephased", lambda: self._put("timephased", *stretches(record.node, row)))

    def _link(self, link: rows.Link) -> None:
        row = rows.link_row(link, self._header, self._items)
        self._once("link", row["id"])
        self._put("work_item_link", row)

    def _once(self, what: str, row_id: str) -> None:
        if row_id in self._seen:
            raise ValueError(f"{what} occurs twice in the file ({row_id})")
        self._seen.add(row_id)

    def _put(self, table: str, *new: dict[str, Any]) -> None:
        self._pending.setdefault(table, []).extend(new)
        self._waiting += len(new)
