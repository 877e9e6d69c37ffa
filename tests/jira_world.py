"""A pretend Jira that people work in while it is read, what it truly holds, and what a store says that it holds.

`World.act` carries out one `Act`; acts that make no sense at the moment do nothing. `truth` is taken from the pretend
site's own tables, not from its answers, and `shown` from the store's: both in the same terms.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import orjson

from sandbox.http import Handler, Request, Response, Route
from sandbox.jira.records import Issue
from sandbox.jira.site import START, JiraSite

Name = Literal[
    "edit", "status", "create", "move", "delete", "archive", "hide", "show", "link", "unlink",
    "book", "correct", "unbook", "book_many", "rename_project", "rekey_project",
]  # fmt: skip
NAMES: tuple[Name, ...] = Name.__args__  # type: ignore[attr-defined]
PAUSES = (timedelta(0), timedelta(milliseconds=1), timedelta(seconds=40), timedelta(minutes=7), timedelta(hours=3))
PROJECTS = ("PAY", "WEB")
WATCHED = {"status", "duedate", "timeoriginalestimate", "assignee", "project"}
"""Fields whose history is read and that acts change."""

Shown = dict[str, Any]


class Act(NamedTuple):
    """One thing that somebody does, `pause` after the last; `one`, `two` choose on what, `value` to what."""

    name: Name
    one: int = 0
    two: int = 0
    value: int = 0
    pause: int = 0


@dataclass
class World:
    """The site, who works in it, and the names that acts choose from."""

    site: JiraSite
    ada: str
    bo: str
    archived: set[int]

    @classmethod
    def begin(cls, edition: Literal["cloud", "data_center"] = "cloud") -> "World":
        """Make a site with two projects of four issues each, some linked, some with time."""
        site = JiraSite(edition=edition, now=START - timedelta(days=30))
        ada = site.add_user("Ada Lindqvist", email="ada@meridian.example")
        bo = site.add_user("Bo Nkemelu", email="bo@meridian.example", time_zone="Pacific/Auckland")
        for key in PROJECTS:
            site.add_project(key, f"Project {key}", lead=ada, pmo={"initiative": key, "currency": "EUR"})
        world = cls(site, ada, bo, set())
        for number in range(8):
            world.act(Act("create", number, pause=3))
        world.act(Act("link", 0, 4))
        world.act(Act("book", 1, value=3))
        world.site.now = START
        return world

    def act(self, act: Act) -> None:
        """Let time pass and carry out an act."""
        self.site.now += PAUSES[act.pause % len(PAUSES)]
        with self.site.lock:
            getattr(self, f"_{act.name}")(act)

    def truth(self) -> Shown:
        """What the site holds that its technical account may see; archived issues apart."""
        visible = [one for one in self.site.issues.values() if self._seen(one)]
        ids = {one.id for one in visible}
        links = (one for one in self.site.links.values() if {one.source, one.target} <= ids)
        return {
            "projects": {str(one.id): (one.key, one.name) for one in self.site.projects.values()},
            "items": {str(one.id): self._item(one) for one in visible},
            "entries": {str(log.id): (str(one.id), _hours(log.seconds)) for one in visible for log in one.worklogs},
            "links": {str(one.id): (str(one.source), str(one.target)) for one in links},
            "changes": Counter(change for one in visible for change in _changes(one)),
        }

    def _item(self, one: Issue) -> Shown:
        return {
            "key": self.site.key_of(one),
            "project": str(one.project_id),
            "title": one.summary,
            "status": one.status,
            "due": one.due,
            "estimate": None if one.estimate_seconds is None else _hours(one.estimate_seconds),
            "spent": _hours(sum(log.seconds for log in one.worklogs)) if one.worklogs else None,
            "updated": _milliseconds(one.updated),
        }

    def _seen(self, one: Issue) -> bool:
        return self.site.sees(one) and one.id not in self.archived

    def _pick(self, number: int) -> Issue | None:
        """An issue of those that people work on: archived ones are read-only in Jira."""
        issues = [one for _, one in sorted(self.site.issues.items()) if one.id not in self.archived]
        return issues[number % len(issues)] if issues else None

    def _touched(self, *issues: Issue) -> None:
        for one in issues:
            one.updated = self.site.now
        self.site.changed()

    def _edit(self, act: Act) -> None:
        if (one := self._pick(act.one)) is None:
            return
        changes: Sequence[dict[str, Any]] = (
            {"summary": f"Title {act.value} \u202e✓"},
            {"due": date(2026, 12, 1) + timedelta(days=act.value)},
            {"estimate_hours": Decimal(act.value) / 4},
            {"assignee": (self.ada, self.bo, None)[act.value % 3]},
        )
        self.site.edit_issue(one.id, author=self.ada, **changes[act.two % len(changes)])

    def _status(self, act: Act) -> None:
        if (one := self._pick(act.one)) is not None:
            self.site.edit_issue(one.id, author=self.bo, status=("To Do", "In Progress", "Done")[act.value % 3])

    def _create(self, act: Act) -> None:
        project = PROJECTS[act.one % 2]
        key = self._project(project).key
        self.site.add_issue(key, "Task", f"Made {act.value}", created=self.site.now, reporter=self.ada)

    def _move(self, act: Act) -> None:
        if (one := self._pick(act.one)) is not None:
            other = next(p for p in self.site.projects.values() if p.id != one.project_id)
            self.site.move_issue(str(one.id), str(other.id))

    def _delete(self, act: Act) -> None:
        if (one := self._pick(act.one)) is not None:
            self.site.delete_issue(one.id)

    def _archive(self, act: Act) -> None:
        if (one := self._pick(act.one)) is not None:
            self.archived.add(one.id)
            self.site.archive_issue(str(one.id))

    def _hide(self, act: Act) -> None:
        if (one := self._pick(act.one)) is not None:
            self.site.hide_issue(one.id)
            self._touched(one)

    def _show(self, act: Act) -> None:
        hidden = sorted(self.site.hidden_issues & self.site.issues.keys() - self.archived)
        if hidden:
            one = self.site.issues[hidden[act.one % len(hidden)]]
            self.site.hide_issue(one.id, hidden=False)
            self._touched(one)

    def _link(self, act: Act) -> None:
        one, two = self._pick(act.one), self._pick(act.two)
        if one is not None and two is not None and one.id != two.id:
            self.site.add_link("Blocks", str(one.id), str(two.id))
            self._touched(one, two)

    def _unlink(self, act: Act) -> None:
        links = [n for n, one in self.site.links.items() if not {one.source, one.target} & self.archived]
        if links:
            gone = self.site.links.pop(links[act.one % len(links)])
            self._touched(self.site.issues[gone.source], self.site.issues[gone.target])

    def _book(self, act: Act) -> None:
        if (one := self._pick(act.one)) is not None:
            author = (self.ada, self.bo)[act.two % 2]
            started = self.site.now - timedelta(days=act.value % 5)
            hours = Decimal(act.value % 9 + 1) / 4
            self.site.add_worklog(str(one.id), author=author, started=started, hours=hours, created=self.site.now)
            self._touched(one)

    def _book_many(self, act: Act) -> None:
        """More than the twenty that an answer about an issue may hold."""
        for number in range(21):
            self._book(replace_act(act, value=number))

    def _correct(self, act: Act) -> None:
        if (number := self._worklog(act.one)) is not None:
            self.site.edit_worklog(number, hours=Decimal(act.value % 9 + 1) / 4)

    def _unbook(self, act: Act) -> None:
        if (number := self._worklog(act.one)) is not None:
            self.site.delete_worklog(number)

    def _worklog(self, number: int) -> int | None:
        known = sorted(n for n, one in self.site.worklogs.items() if one.issue_id not in self.archived)
        return known[number % len(known)] if known else None

    def _rename_project(self, act: Act) -> None:
        self._project(PROJECTS[act.one % 2]).name = f"Renamed {act.value}"
        self.site.changed()

    def _rekey_project(self, act: Act) -> None:
        project = self._project(PROJECTS[act.one % 2])
        project.former_keys.append(project.key)
        project.key = f"{PROJECTS[act.one % 2]}{len(project.former_keys)}"
        for one in self.site.issues_of(project):
            self.site.register_key(one)
        self.site.changed()

    def _project(self, first_key: str) -> Any:
        return next(p for p in self.site.projects.values() if first_key in (p.key, *p.former_keys))


def replace_act(act: Act, **changes: Any) -> Act:
    """The same act with other values."""
    return act._replace(**changes)


def shown(store: Any, source: str = "jira", *, archived: Sequence[int] = ()) -> Shown:
    """What a store holds for present, in the terms of `World.truth`."""
    items = {row["id"]: row for row in _present(store, "work_item") if int(row["native_id"]) not in archived}
    return {
        "projects": {row["native_id"]: (row["key"], row["name"]) for row in _present(store, "project")},
        "items": {row["native_id"]: _shown_item(row) for row in items.values()},
        "entries": {
            _native(row["id"]): (_native(row["work_item_id"]), row["hours"])
            for row in _present(store, "time_entry")
            if row["work_item_id"] in items
        },
        "links": {
            _native(row["id"]): (_native(row["from_id"]), _native(row["to_id"]))
            for row in _present(store, "work_item_link")
            if {row["from_id"], row["to_id"]} <= items.keys()
        },
        "changes": Counter(
            (_native(row["work_item_id"]), row["field"], _milliseconds(row["changed_at"]))
            for row in _present(store, "field_change")
            if row["work_item_id"] in items
        ),
    }


def shown_items(store: Any) -> Shown:
    """The items alone of `shown`."""
    return {row["native_id"]: _shown_item(row) for row in _present(store, "work_item")}


def _shown_item(row: Shown) -> Shown:
    return {
        "key": row["key"],
        "project": _native(row["project_id"]),
        "title": row["title"],
        "status": row["status"],
        "due": row["due_date"],
        "estimate": row["estimate_hours"],
        "spent": row["spent_hours"] or None,
        "updated": _milliseconds(row["updated_at"]),
    }


def _present(store: Any, table: str) -> list[Shown]:
    return store.rows(f"SELECT * FROM {table} WHERE deleted_at IS NULL")


def _native(row_id: str) -> str:
    return row_id.rpartition(":")[2]


def _changes(one: Issue) -> list[tuple[str, str, int]]:
    return [
        (str(one.id), item.field, _milliseconds(entry.created))
        for entry in one.histories
        for item in entry.items
        if item.field in WATCHED
    ]


def _hours(seconds: int) -> Decimal:
    return Decimal(seconds) / 3600


def _milliseconds(at: datetime) -> int:
    at = at.replace(tzinfo=at.tzinfo or UTC)
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def in_small_pages(routes: Sequence[Route], rows: int) -> list[Route]:
    """Let a site answer pages of at most so many rows, whatever is asked for: Jira shrinks pages as it likes."""
    return [Route(one.method, one.pattern, _shrunk(one.handler, rows)) for one in routes]


def _shrunk(handler: Handler, rows: int) -> Handler:
    def handle(request: Request) -> Response:
        if "maxResults" in request.query:
            request = replace(request, query={**request.query, "maxResults": [_least(request.one("maxResults"), rows)]})
        if request.body and b'"maxResults"' in request.body:
            body = request.json()
            request = replace(request, body=orjson.dumps({**body, "maxResults": min(body["maxResults"], rows)}))
        return handler(request)

    return handle


def _least(asked: str, rows: int) -> str:
    return str(min(int(asked), rows))
