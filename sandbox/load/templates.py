"""Model issues cut into templates of bytes, and issues, worklogs and changes written from them in microseconds.

In a model's JSON the text `@NAME@` stands for a text of the issue, `"@#NAME@"` for a number or a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import orjson

from sandbox.jira.records import Json
from sandbox.jira.routes import BASE
from sandbox.jira.shapes import duration, moment
from sandbox.load.model import VARIANTS, Model, summary
from sandbox.load.scale import Scale

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPENT = {"timespent", "aggregatetimespent"}
_EMBEDDED_WORKLOGS = 20
_EXPANSIONS = frozenset({"changelog", "transitions"})
_NOT_NAVIGABLE = {"timetracking", "worklog", "comment", "attachment"}


def stamp(at_ms: int) -> bytes:
    """Write a moment as Jira does."""
    return moment(_EPOCH + timedelta(milliseconds=at_ms)).encode()


class Templates:
    """What issues look like for one origin (`http://127.0.0.1:1234`) and one version of the interface, "2" or "3"."""

    def __init__(self, scale: Scale, model: Model, origin: str, version: str = "3") -> None:
        self._scale = scale
        base = BASE.removesuffix("3") + version
        self._link = f"{origin}{base}/issue/@ID@"
        self._transitions = model.transitions(origin)
        documents = model.issues(origin)
        if version == "2":
            documents = [[_older(document, base) for document in each] for each in documents]
            self._transitions = _older(self._transitions, base)
        self._models = [[self._slotted(document) for document in each] for each in documents]
        self._worklogs = [[self._worklog(document) for document in each] for each in documents]
        self._changes = [[_changes(document) for document in each] for each in documents]
        self._shapes: dict[tuple[tuple[str, ...], frozenset[str]], list[list[bytes]]] = {}

    def issue(self, issue: int, shape: list[list[bytes]]) -> bytes:
        """Write an issue in a shape that `shape` gave."""
        scale = self._scale
        template = shape[scale.project(issue)][self._variant(issue)]
        spent = sum(scale.seconds(issue, place) for place in range(scale.worklogs_of(issue)))
        values = {
            b"ID": b"%d" % scale.issue_id(issue),
            b"KEY": scale.key(issue).encode(),
            b"SUMMARY": summary(scale, issue).encode(),
            b"CREATED": stamp(scale.created_ms(issue)),
            b"UPDATED": stamp(scale.updated_ms(issue)),
            b"SPENT": b"%d" % spent,
            b"SPENT_TEXT": _duration(spent),
        }
        if b"%(WORKLOGS)b" in template:
            count = scale.worklogs_of(issue)
            values[b"WORKLOG_COUNT"] = b"%d" % count
            values[b"WORKLOGS"] = _listed([self.worklog(issue, p) for p in range(min(count, _EMBEDDED_WORKLOGS))])
        if b"%(CHANGES)b" in template:
            count = scale.changes_of(issue)
            values[b"CHANGE_COUNT"] = b"%d" % count
            values[b"CHANGES"] = _listed([self.change(issue, p) for p in reversed(range(count))])
        return template % values

    def worklog(self, issue: int, place: int) -> bytes:
        """Write a worklog."""
        scale, at = self._scale, stamp(self._scale.worklog_ms(issue, place))
        seconds = scale.seconds(issue, place)
        return self._worklogs[scale.project(issue)][self._variant(issue)] % {
            b"ID": b"%d" % scale.issue_id(issue),
            b"WORKLOG": b"%d" % scale.entry_id(issue, place),
            b"AT": at,
            b"SECONDS": b"%d" % seconds,
            b"SECONDS_TEXT": _duration(seconds),
        }

    def change(self, issue: int, place: int) -> bytes:
        """Write an entry of the changelog, oldest first; those of a touch change the status."""
        values = {b"CHANGE": b"%d" % self._scale.entry_id(issue, place)}
        _, template = self._change(issue, place)
        return template % (values | {b"AT": stamp(self._scale.change_ms(issue, place))})

    def changed_field(self, issue: int, place: int) -> str:
        """Give the id of the field that an entry of the changelog tells of."""
        return self._change(issue, place)[0]

    def _change(self, issue: int, place: int) -> tuple[str, bytes]:
        changes = self._changes[self._scale.project(issue)][self._variant(issue)]
        return changes[place % len(changes)]

    def shape(self, fields: Sequence[str], expand: Iterable[str] = ()) -> list[list[bytes]]:
        """Give the templates, by project and model, of issues with these fields (`*all`, `-comment`, … as in REST).

        `expand` may name `changelog` and `transitions`; others are passed over.
        """
        asked = tuple(fields), frozenset(expand) & _EXPANSIONS
        if asked not in self._shapes:
            self._shapes[asked] = [[_shaped(one, *asked) for one in each] for each in self._models]
        return self._shapes[asked]

    def _variant(self, issue: int) -> int:
        number = self._scale.number(issue)
        return 0 if number == 1 else 1 + number % VARIANTS

    def _slotted(self, document: Json) -> dict[str, Json]:
        fields: dict[str, Json] = dict(document["fields"])
        fields |= {"summary": "@SUMMARY@", "created": "@CREATED@", "updated": "@UPDATED@"}
        fields |= dict.fromkeys(_SPENT, "@#SPENT@")
        spent = {"timeSpent": "@SPENT_TEXT@", "timeSpentSeconds": "@#SPENT@"}
        booked = {"total": "@#WORKLOG_COUNT@", "worklogs": "@#WORKLOGS@"}
        fields |= {"timetracking": fields["timetracking"] | spent, "worklog": fields["worklog"] | booked}
        counts = dict.fromkeys(("maxResults", "total"), "@#CHANGE_COUNT@")
        changelog = {"startAt": 0, **counts, "histories": "@#CHANGES@"}
        head = {"id": "@ID@", "self": self._link, "key": "@KEY@"}
        return {**document, **head, "fields": fields, "changelog": changelog, "transitions": self._transitions}

    def _worklog(self, document: Json) -> bytes:
        worklog = document["fields"]["worklog"]["worklogs"][0]
        moments = dict.fromkeys(("created", "updated", "started"), "@AT@")
        names = {"id": "@WORKLOG@", "issueId": "@ID@", "self": f"{self._link}/worklog/@WORKLOG@"}
        amounts = {"timeSpent": "@SECONDS_TEXT@", "timeSpentSeconds": "@#SECONDS@"}
        return _template(worklog | moments | names | amounts)


def _changes(document: Json) -> list[tuple[str, bytes]]:
    """Cut the entries of a changelog, oldest first, each with the one field that it tells of."""
    entries = sorted(document["changelog"]["histories"], key=lambda one: int(one["id"]))
    slots = {"id": "@CHANGE@", "created": "@AT@"}
    return [(entry["items"][0]["fieldId"], _template(entry | slots)) for entry in entries]


def _shaped(document: Mapping[str, Json], asked: Sequence[str], expand: frozenset[str]) -> bytes:
    kept = {**document, "fields": {name: document["fields"][name] for name in _chosen(list(document["fields"]), asked)}}
    return _template({name: value for name, value in kept.items() if name not in _EXPANSIONS - expand})


def _older(value: Json, base: str) -> Json:
    """Write what version 3 says as version 2 does: links to itself, and plain text in place of documents."""
    if isinstance(value, dict):
        if value.get("type") == "doc":
            return "\n\n".join(
                part["text"] for block in value["content"] for part in block["content"] if "text" in part
            )
        return {name: _older(one, base) for name, one in value.items()}
    if isinstance(value, list):
        return [_older(one, base) for one in value]
    return value.replace(BASE, base) if isinstance(value, str) else value


def _chosen(known: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Give the fields that `fields` asks for; unknown names are passed over, as Jira does."""
    without = {name[1:] for name in asked if name.startswith("-")}
    if "*all" in asked:
        return [name for name in known if name not in without]
    navigable = "*navigable" in asked or len(without) == len(asked)
    return [
        name for name in known if name not in without and (name in asked or (navigable and name not in _NOT_NAVIGABLE))
    ]


def _template(document: Mapping[str, Json]) -> bytes:
    text = orjson.dumps(document).replace(b"%", b"%%")
    return re.sub(rb"@([A-Z_]+)@", rb"%(\1)b", re.sub(rb'"@#([A-Z_]+)@"', rb"%(\1)b", text))


def _listed(values: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(values) + b"]"


@lru_cache(maxsize=4096)
def _duration(seconds: int) -> bytes:
    return duration(seconds).encode()
