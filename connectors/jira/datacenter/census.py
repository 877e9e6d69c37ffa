"""Which issues of a project exist: Jira tells nobody that one was deleted, so they are counted, if need be listed."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from connectors.jira.datacenter.issues import ORDER, Reading
from connectors.jira.datacenter.search import count_of, page_of
from connectors.jira.datacenter.times import MINUTE_MS
from connectors.jira.datacenter.walk import Found, Walk
from connectors.jira.normalise.governance import ID_KINDS
from connectors.jira.positions import read_position, write_position
from portfolio.ports import Census, Page

IDS_A_PAGE = 1000
WEEK_MS = 7 * 24 * 60 * MINUTE_MS


def census_pages(of: Reading, project: str, position: str | None, reading: int) -> Iterator[Page]:
    """One page without rows, or none where nothing can be gone: the number is that of the last census and of what was
    created since.

    Two counts cost less than a list. What they miss (one issue deleted and another moved here) shows after a week.
    Issues are also listed when they are read in another way: a register may have lost records to another mapping.
    """
    now = of.time.now_ms()
    taken = read_position(position)
    recent = taken.get("reading") == reading and now - taken.get("observed_ms", 0) <= WEEK_MS
    if recent and "issues" in taken and _nothing_gone(of, project, taken):
        return
    ids: dict[str, set[str]] = defaultdict(set)
    for issues in _listed(of, project):
        for issue in issues:
            native = str(issue["id"])
            kind = of.site.kind_of((issue.get("fields") or {}).get("issuetype") or {})
            ids["work_item"].add(of.site.id("item", native))
            if kind in ID_KINDS:
                ids[kind].add(of.site.id(ID_KINDS[kind], native))
    place = of.site.id("project", project)
    censuses = [Census(table, "project_id", place, frozenset(ids[table])) for table in ("work_item", *ID_KINDS)]
    yield Page({}, write_position(observed_ms=now, issues=len(ids["work_item"]), reading=reading), censuses=censuses)


def _nothing_gone(of: Reading, project: str, taken: dict[str, int]) -> bool:
    created = count_of(of.http, f"project = {project} AND created >= {of.time.since(taken['observed_ms'])}")
    return count_of(of.http, f"project = {project}") == taken["issues"] + created


def _listed(of: Reading, project: str) -> Iterator[list[Any]]:
    reach = of.reach(IDS_A_PAGE)

    def ask(bound: str, start: int) -> Found:
        created = f" AND created >= {bound}" if bound else ""
        jql = f"project = {project}{created} {ORDER}"
        return page_of(of.http, jql, ["issuetype", "created"], start=start, rows=reach.page_rows)

    return Walk(ask, reach).pages()
