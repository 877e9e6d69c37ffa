"""The records of a Jira site, told apart from how REST v3 writes them. Moments carry a zone; durations are seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Json = Any
"""A decoded JSON document."""

AccountType = Literal["atlassian", "app", "customer"]

ProjectStatus = Literal["live", "archived", "deleted"]

Edition = Literal["cloud", "data_center"]
"""Which Jira: Cloud (REST v3, accounts, Atlassian documents) or Data Center (REST v2, user keys, wiki text)."""


@dataclass
class User:
    """An account. `email` is shown to others only when `email_visible`, as the person's profile decides.

    On Data Center `account_id` is the user's `key` and `login` the user's `name`.
    """

    account_id: str
    name: str
    email: str | None = None
    email_visible: bool = True
    active: bool = True
    account_type: AccountType = "atlassian"
    time_zone: str = "Europe/Berlin"
    login: str = ""


@dataclass
class Group:
    """A group of accounts, named by their ids."""

    id: str
    name: str
    members: list[str]


@dataclass
class Project:
    """A company-managed project. `status` is where `project/search` finds it."""

    id: int
    key: str
    name: str
    lead: str
    category: str | None = None
    description: str = ""
    status: ProjectStatus = "live"
    former_keys: list[str] = field(default_factory=list)
    properties: dict[str, Json] = field(default_factory=dict)
    next_number: int = 1


@dataclass
class Version:
    """A release of a project."""

    id: int
    project_id: int
    name: str
    start: date | None = None
    release: date | None = None
    released: bool = False
    archived: bool = False
    description: str | None = None


@dataclass
class ChangeItem:
    """One field changed once; `before_id`/`after_id` are what the changelog calls `from` and `to`."""

    field: str
    field_id: str
    custom: bool
    before_id: str | None
    before: str | None
    after_id: str | None
    after: str | None


@dataclass
class History:
    """One entry of an issue's changelog."""

    id: int
    author: str | None
    created: datetime
    items: list[ChangeItem]


@dataclass
class Worklog:
    """Time that one account booked on one issue."""

    id: int
    issue_id: int
    author: str | None
    started: datetime
    seconds: int
    created: datetime
    updated: datetime
    comment: Json = None
    update_author: str | None = None


@dataclass
class Comment:
    """A comment; `body` is an Atlassian document, on Data Center wiki text."""

    id: int
    author: str | None
    body: Json
    created: datetime
    updated: datetime
    properties: dict[str, Json] = field(default_factory=dict)


@dataclass
class Link:
    """`source` does it to `target`: for type Blocks, `source` blocks `target`."""

    id: int
    type: str
    source: int
    target: int


@dataclass
class Issue:
    """One issue. `custom` maps a custom field's id to its JSON value, `remote_links` their id to what was posted."""

    id: int
    project_id: int
    number: int
    type: str
    summary: str
    status: str
    created: datetime
    updated: datetime
    reporter: str | None = None
    creator: str | None = None
    assignee: str | None = None
    priority: str | None = "Medium"
    parent_id: int | None = None
    labels: list[str] = field(default_factory=list)
    components: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    affects: list[int] = field(default_factory=list)
    security: str | None = None
    sprints: list[int] = field(default_factory=list)
    due: date | None = None
    description: Json = None
    environment: Json = None
    resolution: str | None = None
    resolved: datetime | None = None
    status_changed: datetime | None = None
    estimate_seconds: int | None = None
    remaining_seconds: int | None = None
    custom: dict[str, Json] = field(default_factory=dict)
    histories: list[History] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    properties: dict[str, Json] = field(default_factory=dict)
    remote_links: dict[int, Json] = field(default_factory=dict)
    archived: datetime | None = None


@dataclass
class Task:
    """A bulk edit that was run: its accepted issues, what it refused per issue, how often its progress was asked."""

    id: int
    created: datetime
    processed: list[int]
    failed: dict[str, list[str]]
    invalid: int
    total: int
    polls: int = 0
