"""`python -m benchmarks.reference URL STORE.duckdb`: the floor that ours is held against.

The least that gets issues, worklogs and changes of a Jira into DuckDB: pages with everything inline on a pool of
threads, typed decoding of the wanted fields only, Arrow columns, one writer. It trusts every answer: no retries, no
rate limits, no deletions, no refetch of what is cut off, no cursor per page, no mapping, no report. Nobody should run
their reporting on it.
"""

from __future__ import annotations

import base64
import os
import queue
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import urllib3

from benchmarks.contenders import EMAIL

_SYSTEM_FIELDS = ("summary", "issuetype", "status", "project", "parent", "priority", "resolution", "resolutiondate")
_MORE_FIELDS = ("assignee", "reporter", "created", "updated", "duedate", "labels", "timespent", "worklog")
_FIELDS = [*_SYSTEM_FIELDS, *_MORE_FIELDS, "timeoriginalestimate", "timeestimate", "customfield_10016"]
_THREADS = 10
_TOKEN = re.compile(rb'"nextPageToken":"([^"]+)"')


class Named(msgspec.Struct):
    id: str = ""
    name: str = ""
    key: str = ""


class Account(msgspec.Struct):
    accountId: str = ""  # noqa: N815 - Jira's name


class Worklog(msgspec.Struct):
    id: str
    started: str
    timeSpentSeconds: int  # noqa: N815 - Jira's name
    author: Account | None = None


class Worklogs(msgspec.Struct):
    worklogs: list[Worklog] = []


class Item(msgspec.Struct):
    field: str
    fromString: str | None = None  # noqa: N815 - Jira's name
    toString: str | None = None  # noqa: N815 - Jira's name


class History(msgspec.Struct):
    id: str
    created: str
    items: list[Item]
    author: Account | None = None


class Changelog(msgspec.Struct):
    histories: list[History] = []


class Fields(msgspec.Struct):
    summary: str
    issuetype: Named
    status: Named
    project: Named
    created: str
    updated: str
    worklog: Worklogs
    labels: list[str] = []
    parent: Named | None = None
    priority: Named | None = None
    resolution: Named | None = None
    resolutiondate: str | None = None
    assignee: Account | None = None
    reporter: Account | None = None
    duedate: str | None = None
    timeoriginalestimate: int | None = None
    timeestimate: int | None = None
    timespent: int | None = None
    customfield_10016: float | None = None


class Issue(msgspec.Struct):
    id: str
    key: str
    fields: Fields
    changelog: Changelog


class Page(msgspec.Struct):
    issues: list[Issue]


_MOMENT, _HOURS = pa.timestamp("ms"), pa.decimal128(12, 4)
_TABLES = {
    "issue": pa.schema(
        [(name, pa.string()) for name in ("id", "key", "summary", "type", "status", "project", "parent", "priority")]
        + [(name, pa.string()) for name in ("resolution", "assignee", "reporter", "duedate")]
        + [("labels", pa.list_(pa.string())), ("resolved", _MOMENT), ("created", _MOMENT), ("updated", _MOMENT)]
        + [("estimate", _HOURS), ("remaining", _HOURS), ("spent", _HOURS), ("points", pa.decimal128(12, 2))]
    ),
    "worklog": pa.schema(
        [("id", pa.string()), ("issue", pa.string()), ("author", pa.string()), ("started", _MOMENT), ("hours", _HOURS)]
    ),
    "change": pa.schema(
        [(name, pa.string()) for name in ("id", "issue", "author", "field", "before", "after")] + [("at", _MOMENT)]
    ),
}


class Reader:
    """Reads pages on threads and hands Arrow tables over."""

    def __init__(self, url: str, token: str) -> None:
        sign_in = base64.b64encode(f"{EMAIL}:{token}".encode()).decode()
        headers = {"Authorization": f"Basic {sign_in}", "Accept-Encoding": "gzip", "Content-Type": "application/json"}
        self._pool = urllib3.PoolManager(maxsize=_THREADS, headers=headers, retries=False)
        self._url = f"{url}/rest/api/3"
        self.tables: queue.Queue[dict[str, pa.Table] | None] = queue.Queue(16)

    def projects(self) -> list[str]:
        """Give the ids of all projects."""
        answer = self._pool.request("GET", f"{self._url}/project/search?maxResults=100", decode_content=True)
        return [one["id"] for one in msgspec.json.decode(answer.data)["values"]]

    def read(self, queries: Sequence[str]) -> None:
        """Read what the queries find, side by side; None ends the tables."""
        try:
            with ThreadPoolExecutor(_THREADS) as pool:
                list(pool.map(self._pages, queries))
        finally:
            self.tables.put(None)

    def _pages(self, jql: str) -> None:
        body = {"jql": jql, "fields": _FIELDS, "expand": "changelog", "maxResults": 100}
        decoder = msgspec.json.Decoder(Page)
        while True:
            answer = self._pool.request("POST", f"{self._url}/search/jql", body=msgspec.json.encode(body))
            token = _TOKEN.search(answer.data, max(0, len(answer.data) - 400))
            self.tables.put(_columns(decoder.decode(answer.data).issues))
            if token is None:
                return
            body["nextPageToken"] = token.group(1).decode()


def _columns(issues: list[Issue]) -> dict[str, pa.Table]:
    rows = {"issue": [_issue_row(one) for one in issues]}
    rows["worklog"] = [row for one in issues for row in _worklog_rows(one)]
    rows["change"] = [row for one in issues for row in _change_rows(one)]
    return {name: _table(rows[name], schema) for name, schema in _TABLES.items()}


def _table(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _issue_row(issue: Issue) -> tuple[Any, ...]:
    f = issue.fields
    people = (_name(f.priority), _name(f.resolution), _account(f.assignee), _account(f.reporter), f.duedate)
    names = (f.issuetype.name, f.status.name, f.project.id, f.parent.id if f.parent else None)
    moments = (_moment(f.resolutiondate), _moment(f.created), _moment(f.updated))
    amounts = (_hours(f.timeoriginalestimate), _hours(f.timeestimate), _hours(f.timespent))
    points = None if f.customfield_10016 is None else Decimal(str(f.customfield_10016))
    return (issue.id, issue.key, f.summary, *names, *people, f.labels, *moments, *amounts, points)


def _worklog_rows(issue: Issue) -> Iterator[tuple[Any, ...]]:
    for one in issue.fields.worklog.worklogs:
        yield one.id, issue.id, _account(one.author), _moment(one.started), _hours(one.timeSpentSeconds)


def _change_rows(issue: Issue) -> Iterator[tuple[Any, ...]]:
    for entry in issue.changelog.histories:
        at, author = _moment(entry.created), _account(entry.author)
        for item in entry.items:
            yield f"{entry.id}:{item.field}", issue.id, author, item.field, item.fromString, item.toString, at


def _name(named: Named | None) -> str | None:
    return named.name if named else None


def _account(account: Account | None) -> str | None:
    return account.accountId if account else None


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _hours(seconds: int | None) -> Decimal | None:
    return None if seconds is None else Decimal(seconds) / 3600


def _write(store: duckdb.DuckDBPyConnection, tables: dict[str, pa.Table]) -> None:
    store.begin()
    for name, table in tables.items():
        store.register("batch", table)
        store.execute(f"DELETE FROM {name} USING batch WHERE {name}.id = batch.id")
        store.execute(f"INSERT INTO {name} SELECT * FROM batch")
        store.unregister("batch")
    store.commit()


def main(url: str, path: str) -> None:
    """Pull everything, or what changed since the newest update in the store."""
    store = duckdb.connect(path, config={"threads": 2})
    store.execute("SET checkpoint_threshold = '1GB'")
    for name, schema in _TABLES.items():
        store.register("empty", schema.empty_table())
        store.execute(f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM empty")
    reader = Reader(url, os.environ["LOAD_TOKEN"])
    found = store.execute("SELECT epoch_ms(max(updated)) FROM issue").fetchone()
    newest = found[0] if found else None
    if newest is None:
        queries = [f"project = {project} ORDER BY updated ASC" for project in reader.projects()]
    else:
        queries = [f"updated >= {newest} ORDER BY updated ASC"]
    thread = threading.Thread(target=reader.read, args=(queries,))
    thread.start()
    waiting: list[dict[str, pa.Table]] = []
    while (tables := reader.tables.get()) is not None:
        waiting.append(tables)
        if len(waiting) == 10:
            _flush(store, waiting)
    _flush(store, waiting)
    thread.join()
    store.close()


def _flush(store: duckdb.DuckDBPyConnection, waiting: list[dict[str, pa.Table]]) -> None:
    if waiting:
        _write(store, {name: pa.concat_tables([tables[name] for tables in waiting]) for name in _TABLES})
        waiting.clear()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
