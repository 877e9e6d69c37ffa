"""The few issues that the big site is cut from, on a true `JiraSite`, as that site's own routes write them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.message import Message

from sandbox.http import Request, Response, Route
from sandbox.jira.records import Json
from sandbox.jira.routes import BASE, routes
from sandbox.jira.site import START, JiraSite
from sandbox.load.scale import Scale, project_id, project_key
from sandbox.serve import JIRA_EMAIL, JIRA_TOKEN

VARIANTS = 12
"""Models of ordinary issues in each project; one more is the project's epic, its first issue."""
_TYPES = ("Story", "Task", "Bug")
_STATUSES = ("To Do", "In Progress", "In Review", "Done")
_PEOPLE = 40
_WORDS = [
    "interface",
    "warehouse",
    "supplier",
    "delivery",
    "migration",
    "contract",
    "training",
    "release",
    "approval",
    "invoice",
    "scanner",
    "layout",
    "report",
    "staging",
    "acceptance",
    "backup",
    "pallet",
    "conveyor",
    "dashboard",
    "rollout",
    "customs",
    "archive",
    "labelling",
    "forecast",
]


class Model:
    """A site with one project and its model issues for each project of `scale`."""

    def __init__(self, scale: Scale) -> None:
        self.site = JiraSite(email=JIRA_EMAIL, token=JIRA_TOKEN, title="Plumbrule load", time_zone="UTC")
        self._people = [self._person(number) for number in range(_PEOPLE)]
        self._scale = scale
        self._keys = [self._project(project) for project in range(min(scale.projects, scale.issues))]
        self.routes = routes(self.site)

    def answer(self, method: str, path: str) -> Callable[[Request], Response]:
        """Give the true site's handler of a route; `path` is below /rest/api/3."""
        return _handler(self.routes, method, BASE + path)

    def now(self, moment_ms: int) -> None:
        """Set the true site's clock, in epoch milliseconds."""
        self.site.now = datetime.fromtimestamp(moment_ms / 1000, UTC)

    def issues(self, origin: str) -> list[list[Json]]:
        """Give each project's model issues with all fields and changelog; the first is its epic."""
        read = self.answer("GET", "/issue/{issue}")
        query = {"fields": ["*all"], "expand": ["changelog"]}
        ask = Request("GET", "", query, _signed_in(), origin=origin)
        return [[read(replace(ask, params={"issue": key})).document for key in keys] for keys in self._keys]

    def transitions(self, origin: str) -> list[Json]:
        """Give the transitions that every issue has: to each status of the model issues."""
        read = self.answer("GET", "/status")
        known = {one["name"]: one for one in read(Request("GET", "", {}, _signed_in(), origin=origin)).document}
        return [
            {"id": str(11 + 10 * place), "name": name, "to": known[name], "hasScreen": False, "isAvailable": True}
            for place, name in enumerate(_STATUSES)
        ]

    def _person(self, number: int) -> str:
        mail, account = f"person{number:02}@load.example", f"5b10ac8d82e05b22cc7d{number:04x}"
        return self.site.add_user(f"Load Person {number:02}", email=mail, email_visible=False, account_id=account)

    def _project(self, project: int) -> list[str]:
        site, key = self.site, project_key(project)
        lead = self._people[project % _PEOPLE]
        site.add_project(key, f"Load project {key}", lead=lead, category="Load", project_id=project_id(project))
        for place in range(3):
            due = START.date() + timedelta(days=90 * (place - 1))
            site.add_version(
                key, f"{key} {place + 1}.0", start=due - timedelta(days=90), release=due, released=place == 0
            )
        epic = self._issue(project, 0, epic=None)
        return [epic, *(self._issue(project, place, epic=epic) for place in range(1, VARIANTS + 1))]

    def _issue(self, project: int, place: int, *, epic: str | None) -> str:
        site, key, turn = self.site, project_key(project), project * 7 + place
        status = _STATUSES[place % len(_STATUSES)]
        reporter, assignee = self._people[turn % _PEOPLE], self._people[(turn * 3 + 1) % _PEOPLE]
        started = START - timedelta(days=200)
        name = site.add_issue(
            key,
            "Epic" if epic is None else _TYPES[place % len(_TYPES)],
            summary(self._scale, project),  # of the epic, which others repeat as their parent
            created=started,
            issue_id=self._scale.issue_id(project) if epic is None else 1000 + project * 20 + place,
            key=f"{key}-1" if epic is None else None,
            status=status,
            reporter=reporter,
            assignee=assignee,
            priority=("High", "Medium", "Low")[place % 3],
            parent=epic,
            labels=sorted({_WORDS[turn % 24], _WORDS[(turn + 5) % 24]}),
            components=[_WORDS[(turn + 9) % 24].title()],
            versions=[f"{key} {place % 3 + 1}.0"],
            due=date(2026, 12, 1) + timedelta(days=place if epic is not None else VARIANTS),
            description=_prose(turn, 12),
            resolved=START - timedelta(days=3) if status == "Done" else None,
            status_changed=START - timedelta(days=9),
            estimate_hours=Decimal(8 + place),
            remaining_hours=Decimal(place),
            custom={"Story Points": Decimal(1 + place % 8), "Start date": date(2026, 10, 1) + timedelta(days=place)},
        )
        self._entries(name, turn, reporter, assignee)
        if epic is not None and place == 4:
            site.add_link("Blocks", epic, name)
        return name

    def _entries(self, name: str, turn: int, reporter: str, assignee: str) -> None:
        """Add one worklog and one of each change; the templates repeat them."""
        site, at, key = self.site, START - timedelta(days=100), name.rpartition("-")[0]
        site.add_worklog(name, author=assignee, started=at, hours=Decimal(1), comment=_prose(turn, 1))
        for field, before, after in (
            ("status", "To Do", "In Progress"),
            ("assignee", reporter, assignee),
            ("duedate", "2026-11-01", "2026-12-01"),
            ("timeoriginalestimate", "28800", "36000"),
            ("fixVersions", None, f"{key} 1.0"),
            ("status", "In Progress", "In Review"),
            ("Story Points", "3", "5"),
            ("status", "In Review", "In Progress"),
        ):
            site.add_history(name, at=at, author=reporter, field=field, before=before, after=after)
        site.add_comment(name, _prose(turn + 1, 4), author=reporter, at=at)


def summary(scale: Scale, issue: int) -> str:
    """Give an issue's summary, which tells how often it was touched."""
    first, second, third = (_WORDS[(issue // step) % len(_WORDS)] for step in (1, 24, 576))
    again = len(scale.touches.get(issue, ()))
    return f"{first.capitalize()} of {second} for {third}, part {issue}" + (f", revision {again}" if again else "")


def _prose(turn: int, sentences: int) -> str:
    """Write some text, different for each turn."""
    words = [_WORDS[(turn * 5 + place * place) % len(_WORDS)] for place in range(sentences * 8)]
    lines = [" ".join(words[start : start + 8]).capitalize() + "." for start in range(0, len(words), 8)]
    return "\n\n".join("  ".join(lines[start : start + 4]) for start in range(0, len(lines), 4))


def _signed_in() -> Message:
    headers = Message()
    headers["Authorization"] = "Basic " + base64.b64encode(f"{JIRA_EMAIL}:{JIRA_TOKEN}".encode()).decode()
    return headers


def _handler(served: list[Route], method: str, pattern: str) -> Callable[[Request], Response]:
    return next(route.handler for route in served if route.method == method and route.pattern == pattern)
