"""What a struck trial left, beside what an undisturbed one left: rows and writes lost, and rows and writes too many."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from portfolio.model import SOURCE_TABLES
from soak.world import Kind, World

_READ = (*SOURCE_TABLES, "rejection", "capability", "cursor")
_MATCHED = ("initiative", "initiative_project", "match_suggestion", "person", "account_person", "reference_match")
_CHECKED = ("rule_result", "level_score", "waiver_state", "publication")
_REMEMBERED = ("finding", "finding_event", "project_snapshot")
"""What also tells of checks that went before, so that a run without one of its sources leaves a trace here, rightly."""
_ONLY = {"cursor": "WHERE stream <> 'census'"}
"""A census is taken by whichever run comes second, so its cursor tells how many runs there were."""
_OF_PROJECTS = {"rule_result": "WHERE project_id IS NOT NULL", "level_score": "WHERE level <> 'organisation'"}
"""Rules about the organisation and its units measure findings that were, so they tell of such runs too."""
_SELECTED = {"publication": "* REPLACE (remote_id IS NOT NULL AS remote_id)"}
"""A tool numbers what it is given in the order in which it comes; `_receipts` sees whether the number is right."""
_MESSAGES = frozenset({"card", "post", "mail", "office mail", "event"})
_SHOWN = 12


@dataclass(frozen=True)
class Left:
    """Everything that a trial left: rows by table, writes by kind, and messages that nobody can vouch for."""

    rows: dict[str, Counter[str]]
    writes: dict[str, Counter[str]]
    untold: int
    """Messages of which the ledger says that they were tried and not confirmed: these are never sent again."""


@dataclass(frozen=True)
class Difference:
    """Counts, and the first few cases in words."""

    rows_lost: int = 0
    rows_doubled: int = 0
    writes_lost: int = 0
    writes_doubled: int = 0
    cases: tuple[str, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether both are the same."""
        return not (self.rows_lost or self.rows_doubled or self.writes_lost or self.writes_doubled)


def is_smooth(made: World) -> bool:
    """Whether every run of the trial that came to check had all of its sources whole."""
    with duckdb.connect(str(made.store), read_only=True) as connection:
        broken = "SELECT count(*) FROM source_run WHERE outcome <> 'complete'"
        return connection.sql(broken).fetchall() == [(0,)]


def left(made: World, kind: Kind, *, smooth: bool) -> Left:
    """Look at the store and the receivers. `smooth`: no run lacked a source, so that memory counts too."""
    tables: tuple[str, ...] = _READ
    if kind != "pull":
        tables += _MATCHED
    if kind == "quiet":
        tables += _CHECKED + (_REMEMBERED if smooth else ())
    only = _ONLY if smooth else _ONLY | _OF_PROJECTS
    with duckdb.connect(str(made.store), read_only=True) as connection:
        rows = {
            name: Counter(map(repr, connection.sql(_select(name, only)).fetchall()))
            for name in tables
            if kind != "loud" or name not in ("work_item", "cursor", "field_change")  # our marks change the issues
        }
        pending = "SELECT count(*) FROM publication WHERE channel = 'message' AND state = 'pending'"
        [[untold]] = connection.sql(pending).fetchall()
        links = "SELECT target, name, remote_id FROM publication WHERE channel = 'remote_link' AND state = 'done'"
        receipts = connection.sql(links).fetchall()
    writes = {} if kind == "pull" else {name: Counter(found) for name, found in _written(made, smooth=smooth)}
    writes["receipt"] = Counter(_receipts(made, receipts))
    return Left(rows, writes, untold)


def _select(name: str, only: Mapping[str, str]) -> str:
    return f"SELECT {_SELECTED.get(name, '*')} FROM {name} {only.get(name, '')}"


def _receipts(made: World, receipts: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """Links of which the ledger holds the very number that the tool gave them."""
    for issue, name, number in receipts:
        link = made.sandbox.jira.issues[int(issue)].remote_links.get(int(number), {})
        if link.get("globalId") == name:
            yield _text(issue, name)


def difference(truth: Left, struck: Left, *, smooth: bool) -> Difference:
    """Hold one against the other. Where a run lacked a source, a message may rightly differ, but none came twice."""
    cases: list[str] = []
    counts: Counter[str] = Counter()
    for name, rows in struck.rows.items():
        lost, more = truth.rows[name] - rows, rows - truth.rows[name]
        counts["rows lost"] += lost.total()
        counts["rows doubled"] += more.total()
        cases += [f"{name} lost {row}" for row in lost] + [f"{name} too many {row}" for row in more]
    untold = struck.untold
    for name, found in struck.writes.items():
        gone, again = truth.writes[name] - found, found - truth.writes[name]
        missing = gone.total()
        if name in _MESSAGES:
            excused = min(missing, untold)
            untold, missing = untold - excused, missing - excused
            if not smooth:
                missing = 0 if found else missing
                again = Counter({text: number - 1 for text, number in found.items() if number > 1})
        counts["writes lost"] += missing
        counts["writes doubled"] += again.total()
        cases += [f"{name} lost {text}" for text in gone if missing] + [f"{name} too many {text}" for text in again]
    return Difference(
        counts["rows lost"], counts["rows doubled"], counts["writes lost"], counts["writes doubled"],
        tuple(case[:400] for case in cases[:_SHOWN]),
    )  # fmt: skip


def _written(made: World, *, smooth: bool) -> Iterator[tuple[str, list[str]]]:
    """What stands in each tool because of us, a text each, the same one twice where it stands there twice.

    Of reports only where they stand, unless `smooth`: they tell of findings that were.
    """
    issues = list(made.sandbox.jira.issues.values())
    projects = list(made.sandbox.jira.projects.values())
    yield "property", [_text(issue.id, name, body) for issue in issues for name, body in issue.properties.items()]
    yield "project property", [_text(p.id, name, body) for p in projects for name, body in p.properties.items()]
    yield "web link", [_text(issue.id, body) for issue in issues for body in issue.remote_links.values()]
    yield "label", [_text(issue.id, label) for issue in issues for label in issue.labels]
    yield "comment", [_text(issue.id, c.properties) for issue in issues for c in issue.comments]
    yield "card", [_text(card) for card in made.hooks.cards]
    yield "post", [_text(post) for post in made.hooks.posts]
    yield "event", [_text(event) for event in made.hooks.events.values()]
    yield "mail", [_text(to, str(mail["Message-ID"])) for to, mail in made.mail.mails]
    pages = made.wiki.pages.values()
    yield "wiki page", [_text(page.title, page.storage if smooth else "", sorted(page.attachments)) for page in pages]
    box = made.sandbox.graph.mailboxes["pmo@meridian.example"]
    yield "office mail", [_text(str(m.mail["Subject"]), m.internet_message_id) for m in box.sent]
    [library] = made.sandbox.graph.libraries.values()
    yield "file", [_text(path, len(content) if smooth else 0) for path, content in library.files().items()]
    archive = made.folder / "archive"
    files = [path for path in archive.rglob("*") if path.is_file()]
    yield "archived", [_text(str(p.relative_to(archive)), p.stat().st_size if smooth else 0) for p in files]


def _text(*parts: Any) -> str:
    return json.dumps(parts, sort_keys=True, default=str)
