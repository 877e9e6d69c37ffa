"""Which projects and items the waivers' subjects are, in a snapshot."""
# ruff: noqa: S608 - names are declared in portfolio.model, conditions come from the compiler, values are bound

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portfolio.model import VIEWS
from portfolio.model.subjects import SUBJECTS
from portfolio.ports import Reader
from rules.waivers.waiver import Subject, Waiver

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Reach:
    """What a subject is: whole projects, single items with the project that each is in, or others by kind and id."""

    projects: frozenset[str] = frozenset()
    items: Mapping[str, str] | None = None
    others: frozenset[tuple[str, str]] = frozenset()

    @property
    def homes(self) -> frozenset[str]:
        """Every project that has a part in it."""
        return self.projects | frozenset((self.items or {}).values())

    @property
    def size(self) -> int:
        """How many subjects."""
        return len(self.projects) + len(self.items or {}) + len(self.others)

    def includes(self, other: "Reach") -> bool:
        """All of the other lies in it."""
        own = self.items or {}
        within = all(item in own or project in self.projects for item, project in (other.items or {}).items())
        return within and other.projects <= self.projects and other.others <= self.others

    def holds(self, finding: Row) -> bool:
        """The finding is about one of the subjects. A project's findings are also those of its items."""
        if finding["project_id"] is None:
            return (finding["subject_kind"], finding["subject_id"]) in self.others
        if finding["project_id"] in self.projects:
            return True
        return finding["subject_kind"] == "item" and finding["subject_id"] in (self.items or {})


@dataclass(frozen=True)
class Ticket:
    """An item that a waiver names as its ticket."""

    project_id: str
    is_done: bool
    done_on: date | None


_PROJECTS = "SELECT project_id, key FROM projects ORDER BY project_id"
_TRACKERS = """
SELECT DISTINCT project_id, source, source_project_id, split_part(key, '-', 1) AS prefix FROM work_items
WHERE origin = 'tracker' AND key IS NOT NULL ORDER BY ALL
"""
_TICKETS = """
SELECT key, project_id, status_category = 'done' AS is_done, resolved_on FROM work_items
WHERE list_contains($words, upper(key)) ORDER BY key, item_id
"""


class Reacher:
    """Finds subjects and tickets in one snapshot, each kind of thing asked for once."""

    def __init__(self, reader: Reader, as_of: date, waivers: Sequence[Waiver]) -> None:
        self._reader = reader
        self._as_of = as_of
        texts = [w.subject.text for w in waivers if w.subject and w.subject.kind in ("item", "named")]
        self._items = _by_name(self._found_items(texts))
        self._projects = self._known_projects(waivers)
        self.tickets = self._found_tickets([w.ticket for w in waivers if w.ticket])

    def reach(self, subject: Subject | None) -> Reach:
        """What that subject is; nothing where it is unknown or stands for several."""
        if subject is None:
            return Reach()
        if subject.kind == "select":
            return self._selected(subject)
        word = subject.text.casefold()
        if subject.is_other:
            return Reach(others=frozenset(self._of_kind(subject.kind, word)))
        if subject.kind in ("project", "named") and len(found := self._projects.get(word, set())) == 1:
            return Reach(frozenset(found))
        if subject.kind in ("item", "named") and len(items := self._items.get(word, {})) == 1:
            return Reach(items=items)
        return Reach()

    def _of_kind(self, kind: str, word: str) -> list[tuple[str, str]]:
        """The subject of that kind with that id or, where only one bears it, that name."""
        by = SUBJECTS[kind]
        rows = self._reader.rows(f"SELECT {by.key} AS id, name FROM {by.view} ORDER BY 1")
        ids = [row["id"] for row in rows if row["id"].casefold() == word]
        ids = ids or [row["id"] for row in rows if (row["name"] or "").casefold() == word]
        return [(kind, ids[0])] if len(ids) == 1 else []

    def _selected(self, subject: Subject) -> Reach:
        if subject.predicate is None:
            return Reach()
        view = VIEWS[subject.view]
        bound = {"as_of": self._as_of} if "as_of" in subject.predicate.parameters else {}
        has_items = view.column("item_id") is not None
        columns = "project_id, item_id" if has_items else "project_id"
        rows = self._reader.rows(
            f"SELECT DISTINCT {columns} FROM {view.name} WHERE {subject.predicate.sql} ORDER BY ALL", bound
        )
        if has_items:
            return Reach(items={r["item_id"]: r["project_id"] for r in rows if r["item_id"]})
        return Reach(frozenset(r["project_id"] for r in rows))

    def _known_projects(self, waivers: Sequence[Waiver]) -> dict[str, set[str]]:
        """Projects by what they may be called: key, id, and key or id of a tracker's project."""
        named: dict[str, set[str]] = defaultdict(set)
        for row in self._reader.rows(_PROJECTS):
            named[row["project_id"].casefold()].add(row["project_id"])
            named[row["key"].casefold()].add(row["project_id"])
        words = {w.subject.text.casefold() for w in waivers if w.subject and w.subject.kind in ("project", "named")}
        if words <= named.keys() | self._items.keys():
            return named
        aliases: dict[str, set[str]] = defaultdict(set)
        for row in self._reader.rows(_TRACKERS):
            for name in (row["prefix"], f"{row['source']}:{row['prefix']}", row["source_project_id"]):
                aliases[name.casefold()].add(row["project_id"])
        return {**aliases, **named}

    def _found_items(self, texts: Iterable[str]) -> Sequence[Row]:
        words = sorted({text.upper() for text in texts})
        return self._reader.rows(_ITEMS, {"words": words}) if words else []

    def _found_tickets(self, keys: Sequence[str]) -> dict[str, Ticket]:
        words = sorted({key.upper() for key in keys})
        rows = self._reader.rows(_TICKETS, {"words": words}) if words else []
        return {r["key"].casefold(): Ticket(r["project_id"], bool(r["is_done"]), r["resolved_on"]) for r in rows}


def _by_name(rows: Iterable[Row]) -> dict[str, dict[str, str]]:
    named: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        for name in (row["item_id"], row["key"], f"{row['item_id'].partition(':')[0]}:{row['key']}"):
            if name:
                named[name.casefold()][row["item_id"]] = row["project_id"]
    return named


def _items_sql() -> str:
    """Work items and every record that has an item in a tool, by id or key."""
    parts = []
    for view in VIEWS.values():
        key = next((c for c in ("item_key", "key") if view.column(c)), None)
        if view.column("item_id") and key and view.name not in ("waivers", "findings"):
            parts.append(
                f"SELECT item_id, {key} AS key, project_id FROM {view.name} WHERE item_id IS NOT NULL AND "
                f"(list_contains($words, upper(item_id)) OR list_contains($words, upper({key})) OR "
                f"list_contains($words, upper(split_part(item_id, ':', 1) || ':' || {key})))"
            )
    return " UNION ".join(parts) + " ORDER BY item_id, key"


_ITEMS = _items_sql()
