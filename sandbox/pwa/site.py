"""`PwaSite`: an in-memory Project Web App site. Values are plain Python; moments are local time without zone."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sandbox.pwa.drafts import Drafts
from sandbox.pwa.fields import OWN, CustomField
from sandbox.pwa.literals import NO_ID, Value
from sandbox.pwa.schema import SETS, Column, Edition, EntitySet, Language

_EMPTY: Mapping[str, Value] = {
    "guid": NO_ID, "text": "", "decimal": Decimal(0), "flag": False, "int16": 0, "int32": 0, "byte": 0, "double": 0.0,
    "time": datetime.fromisoformat("1984-01-01"),
}  # fmt: skip
"""What a column that may not be null holds when nothing is said; 1984 is the project server's earliest date."""


SPREAD = (
    "TaskTimephasedDataSet",
    "AssignmentTimephasedDataSet",
    "TaskBaselineTimephasedDataSet",
    "AssignmentBaselineTimephasedDataSet",
)
"""Sets with a row for each day, which have none for a project whose ProjectTimephased says "Disabled"."""


@dataclass(frozen=True)
class TaskLink:
    """A dependency. `type`: 0 FF, 1 FS, 2 SF, 3 SS (F finish, S start). `lag` is in tenths of a minute."""

    id: str
    predecessor: str
    successor: str
    type: int = 1
    lag: int = 0


@dataclass(frozen=True)
class ServerTask:
    """What only the ProjectServer API says of a task. Constraints are coded 0 (as soon as possible) to 7."""

    id: str
    name: str
    constraint_type: int = 0
    constraint_date: datetime | None = None


@dataclass
class PwaSite:
    """Rows by entity set, links and server tasks by project. `language` is what the feed speaks when not asked.

    With `localised_fields`, default custom fields keep the site's language whatever is asked for, as on real sites.
    `segment_refusal` is the status of a server that does not know the segment `[en-us]`; `retired` names what a site
    answers that is no more (`retirement.ANSWERS`). `updates_custom_fields` tells whether drafts take field values by
    REST, which is documented of Project Online alone. `now` is the site's clock, local time without zone.
    """

    language: Language = "fr"
    edition: Edition = "server"
    localised_fields: bool = False
    segment_refusal: int | None = None
    retired: str | None = None
    schema: dict[str, EntitySet] = field(default_factory=lambda: dict(SETS))
    sets: dict[str, list[dict[str, Value]]] = field(default_factory=lambda: {name: [] for name in SETS})
    links: dict[str, list[TaskLink]] = field(default_factory=dict)
    tasks: dict[str, list[ServerTask]] = field(default_factory=dict)
    page_sizes: dict[str, int] = field(default_factory=dict)
    hidden_columns: dict[str, set[str]] = field(default_factory=dict)
    now: datetime = datetime(2026, 11, 23, 7)  # noqa: DTZ001 - local time, as all moments of the site
    fields: list[CustomField] = field(default_factory=lambda: list(OWN))
    drafts: Drafts = field(default_factory=Drafts)
    updates_custom_fields: bool | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        sizes = {s.name: s.page_size if self.edition == "server" else s.online_page_size for s in SETS.values()}
        self.page_sizes = sizes | self.page_sizes
        if self.updates_custom_fields is None:
            self.updates_custom_fields = self.edition == "online"

    @property
    def of_fields(self) -> Language | None:
        """The language of default custom fields, None where they follow the language asked for."""
        return self.language if self.localised_fields else None

    def add(self, set_name: str, **values: Value) -> None:
        """Add a row; columns left out are null, or empty where the server never sends null."""
        entity_set = self.schema[set_name]
        unknown = values.keys() - {c.name for c in entity_set.columns}
        if unknown:
            raise KeyError(f"{set_name} has no column {', '.join(sorted(unknown))}")
        blank = {c.name: None if c.nullable else _EMPTY[c.kind] for c in entity_set.columns}
        with self.lock:
            self.sets[set_name].append(blank | values)

    def rows(self, set_name: str, **equal: Value) -> list[dict[str, Value]]:
        """Rows of a set whose columns have these values. The list is a copy, the rows are not."""
        with self.lock:
            return [r for r in self.sets[set_name] if all(r[name] == value for name, value in equal.items())]

    def served(self, entity_set: EntitySet) -> tuple[Column, ...]:
        """The columns that clients see."""
        hidden = self.hidden_columns.get(entity_set.name, set())
        return tuple(c for c in entity_set.columns if c.name not in hidden)

    def project_id(self, name: str) -> str:
        """The id of the project of that name; LookupError if there is none."""
        for row in self.rows("Projects", ProjectName=name):
            return str(row["ProjectId"])
        raise LookupError(f"no project named {name!r}")

    def touch(self, project: str, at: datetime) -> None:
        """Publish a project again at `at` (local time): also every task gets a new date, as on a real server."""
        with self.lock:
            for row in self.rows("Projects", ProjectId=project):
                row["ProjectModifiedDate"] = row["ProjectLastPublishedDate"] = at
            for row in self.rows("Tasks", ProjectId=project):
                row["TaskModifiedDate"] = at

    def edit(self, set_name: str, change: Mapping[str, Value], at: datetime, **equal: Value) -> int:
        """Change columns of the rows that have these values, publish their projects, and say how many rows it were."""
        with self.lock:
            found = self.rows(set_name, **equal)
            for row in found:
                row.update(change)
            for project in {str(row["ProjectId"]) for row in found if row.get("ProjectId")}:
                self.touch(project, at)
        return len(found)

    def replace(self, set_name: str, keep: Callable[[Mapping[str, Value]], bool]) -> None:
        """Drop the rows of a set that `keep` does not want, without touching any project."""
        with self.lock:
            self.sets[set_name] = [row for row in self.sets[set_name] if keep(row)]

    def delete_task(self, project: str, task: str, at: datetime) -> None:
        """Delete a task with its baseline, assignments and links, and publish the project."""
        with self.lock:
            for name in ("Tasks", "TaskBaselines", "Assignments", "AssignmentBaselines", *SPREAD):
                self.replace(name, lambda row: row["TaskId"] != task)
            self.links[project] = [k for k in self.links.get(project, []) if task not in (k.predecessor, k.successor)]
            self.tasks[project] = [t for t in self.tasks.get(project, []) if t.id != task]
            self.touch(project, at)

    def delete_project(self, project: str) -> None:
        """Delete a project with everything in it. The feed leaves no trace of it."""
        with self.lock:
            for name, entity_set in self.schema.items():
                if any(c.name == "ProjectId" for c in entity_set.columns):
                    self.replace(name, lambda row: row["ProjectId"] != project)
            self.links.pop(project, None)
            self.tasks.pop(project, None)

    def add_custom_field(self, own: CustomField) -> None:
        """Give projects one more custom field, with a column of the feed."""
        with self.lock:
            projects = self.schema["Projects"]
            column = Column(own.column, own.kind, True, own.column)
            self.schema["Projects"] = replace(projects, columns=(*projects.columns, column))
            self.fields.append(own)
            for row in self.sets["Projects"]:
                row[own.column] = None

    def check_out(self, project: str, by: str) -> None:
        """Let a person check a project out, as from the desktop."""
        with self.lock:
            self.drafts.check_out(project, by, self.now)

    def publish(self, project: str) -> None:
        """Publish what the draft of a project changed: from now on the feed shows it."""
        with self.lock:
            draft = self.drafts.of(project)
            for row in self.rows("Projects", ProjectId=project):
                row.update(draft.values)
            draft.values = {}
            self.touch(project, self.now)

    def hide_column(self, set_name: str, column: str) -> None:
        """Serve a set without one of its columns, as an older or differently configured server would."""
        self.schema[set_name].column(column)
        self.hidden_columns.setdefault(set_name, set()).add(column)
