"""The loop that the `jira` library's examples show: search, each issue's worklogs, rows into DuckDB.

`python -m benchmarks.peers.jira_library URL STORE.duckdb`. The library includes the changelog when asked to expand it;
worklogs it gives per issue.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import duckdb
from jira import JIRA

from benchmarks.contenders import EMAIL


def main(url: str, path: str) -> None:
    """Load everything into three tables."""
    client = JIRA(server=url, basic_auth=(EMAIL, os.environ["LOAD_TOKEN"]))
    with duckdb.connect(path) as store:
        store.execute("CREATE TABLE issue (id TEXT, key TEXT, summary TEXT, status TEXT, updated TEXT, spent BIGINT)")
        store.execute("CREATE TABLE worklog (id TEXT, issue TEXT, author TEXT, started TEXT, seconds BIGINT)")
        store.execute("CREATE TABLE change (id TEXT, issue TEXT, field TEXT, before TEXT, after TEXT, changed TEXT)")
        found: Any = client.search_issues("created >= '2000-01-01'", maxResults=0, expand="changelog")
        store.begin()
        for issue in found:
            _store(store, client, issue)
        store.commit()


def _store(store: duckdb.DuckDBPyConnection, client: JIRA, issue: Any) -> None:
    fields = issue.fields
    row = [issue.id, issue.key, fields.summary, fields.status.name, fields.updated, fields.timespent]
    store.execute("INSERT INTO issue VALUES (?, ?, ?, ?, ?, ?)", row)
    for one in client.worklogs(issue.id):
        row = [one.id, issue.id, one.author.accountId, one.started, one.timeSpentSeconds]
        store.execute("INSERT INTO worklog VALUES (?, ?, ?, ?, ?)", row)
    for entry in issue.changelog.histories:
        for item in entry.items:
            row = [
                entry.id,
                issue.id,
                item.field,
                getattr(item, "fromString", None),
                getattr(item, "toString", None),
                entry.created,
            ]
            store.execute("INSERT INTO change VALUES (?, ?, ?, ?, ?, ?)", row)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
