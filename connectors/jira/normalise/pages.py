"""One page of issues, with their worklogs and histories, to rows, scopes and rejections."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.jira.normalise.changes import FIELD_CHANGE, field_changes
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.governance import ID_KINDS, governance_row
from connectors.jira.normalise.items import work_item_row
from connectors.jira.normalise.links import link_rows
from connectors.jira.normalise.people import account_key, account_rows
from connectors.jira.normalise.records import Person, history_of, worklog_of
from connectors.jira.normalise.rejections import rejected
from connectors.jira.normalise.sprints import sprint_row, sprints_of
from connectors.jira.normalise.values import UNREADABLE, reason
from connectors.jira.normalise.worklogs import TIME_ENTRY, time_entry
from portfolio.columns import ColumnRows, by_column
from portfolio.ports import Rejected, Row, Scope

_PEOPLE_FIELDS = ("assignee", "reporter", "creator")
_FIELD = FIELD_CHANGE.index("field")
_WORK_ITEM = TIME_ENTRY.index("work_item_id")


@dataclass(frozen=True)
class RawPage:
    """What Jira answered for one page; by issue id the whole list of worklogs, where it is known, and the histories."""

    issues: Sequence[Any]
    worklogs: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    histories: Mapping[str, Iterable[Any]] = field(default_factory=dict)
    retyped: bool = False
    """The issues may have been of other kinds before, by another mapping."""


@dataclass
class Rows:
    """Rows by table and id; a row that is seen twice is kept once. What there is most of stands in two lists of its
    own, values in the order of their columns: whoever writes them keeps the last of those with one id."""

    tables: dict[str, dict[str, Row]] = field(default_factory=dict)
    time_entries: list[tuple[Any, ...]] = field(default_factory=list)
    field_changes: list[tuple[Any, ...]] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    users: dict[str, Any] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        """Keep a row."""
        rows = self.tables.get(table)
        if rows is None:
            rows = self.tables[table] = {}
        rows[row["id"]] = row

    def met(self, user: Any) -> None:
        """Remember somebody; the first sight counts."""
        try:
            if user is None or (user.account_id if type(user) is Person else user["accountId"]) in self.users:
                return
        except (KeyError, TypeError):
            pass  # nobody, or named in another way
        if key := account_key(user):
            self.users.setdefault(key, user)

    def join(self, others: "Rows") -> None:
        """Add the rows of issues that were read later. Of one that came twice, as when it changes while a search goes
        on, only the worklogs of the second time count."""
        again = self.tables.get("work_item", {}).keys() & others.tables.get("work_item", {}).keys()
        if again:
            self.time_entries = [entry for entry in self.time_entries if entry[_WORK_ITEM] not in again]
        for table, rows in others.tables.items():
            self.tables.setdefault(table, {}).update(rows)
        self.time_entries += others.time_entries
        self.field_changes += others.field_changes
        self.scopes += others.scopes
        self.rejected += others.rejected
        self.users = {**others.users, **self.users}

    def lists(self, site: Site) -> dict[str, Sequence[Row]]:
        """The rows as a Page wants them, accounts included."""
        for row in account_rows(site, self.users.values()):
            self.add("account", row)
        lists = {table: by_column(list(rows.values())) for table, rows in self.tables.items()}
        if self.time_entries:
            lists["time_entry"] = ColumnRows.of(TIME_ENTRY, self.time_entries)
        if self.field_changes:
            lists["field_change"] = ColumnRows.of(FIELD_CHANGE, self.field_changes)
        return lists


def read_page(site: Site, raw: RawPage, watched: dict[str, str]) -> Rows:
    """Everything on the page that can be read; each record that cannot is rejected alone."""
    rows = Rows()
    read_issues(rows, site, raw.issues, raw.worklogs)
    read_histories(rows, site, raw.histories, watched, retyped=raw.retyped)
    return rows


def read_issues(rows: Rows, site: Site, issues: Iterable[Any], worklogs: Mapping[str, Sequence[Any]]) -> None:
    """Add what the issues themselves hold, and their worklogs."""
    for issue in issues:
        try:
            item = work_item_row(site, issue)
            links = link_rows(site, issue)
        except UNREADABLE as why:
            rows.rejected.append(rejected(site, "item", issue, "issue.unreadable", reason(why)))
            continue
        rows.add("work_item", item)
        for name in _PEOPLE_FIELDS:
            rows.met(issue["fields"].get(name))
        _add_links(rows, item, links)
        _add_sprints(rows, site, issue["fields"])
        _add_worklogs(rows, site, item, worklogs.get(item["native_id"]))
        _add_governance(rows, site, issue, item)


def read_histories(
    rows: Rows, site: Site, histories: Mapping[str, Iterable[Any]], watched: dict[str, str], *, retyped: bool = False
) -> None:
    """Add the histories of the issues that were read. `retyped`: see RawPage."""
    for item in rows.tables.get("work_item", {}).values():
        was_retyped = _add_changes(rows, site, item, histories.get(item["native_id"], ()), watched)
        if was_retyped or retyped:
            others = [table for table in ID_KINDS if table != item["kind"]]
            rows.scopes += [Scope(table, "work_item_id", item["id"]) for table in others]


def _add_links(rows: Rows, item: Row, links: list[Row]) -> None:
    """All links of this issue are on the page, so others that start or end at it are gone."""
    rows.scopes += [Scope("work_item_link", "from_id", item["id"]), Scope("work_item_link", "to_id", item["id"])]
    for link in links:
        rows.add("work_item_link", link)


def _add_sprints(rows: Rows, site: Site, fields: dict[str, Any]) -> None:
    for sprint in sprints_of(site, fields):
        try:
            if site.id("sprint", str(sprint["id"])) not in rows.tables.get(
                "sprint", ()
            ):  # the same few again and again
                rows.add("sprint", sprint_row(site, sprint))
        except UNREADABLE as why:
            rows.rejected.append(rejected(site, "sprint", sprint, "sprint.unreadable", reason(why)))


def _add_worklogs(rows: Rows, site: Site, item: Row, worklogs: Sequence[Any] | None) -> None:
    """Where the whole list was read, worklogs that are no longer in it are gone."""
    if worklogs is None:
        return
    rows.scopes.append(Scope("time_entry", "work_item_id", item["id"]))
    for worklog in worklogs:
        try:
            told = worklog_of(worklog)
            rows.time_entries.append(time_entry(site, item, told))
        except UNREADABLE as why:
            said = f"{item['key']}: {reason(why)}"
            rows.rejected.append(rejected(site, "time", worklog, "worklog.unreadable", said))
        else:
            rows.met(told.author)


def _add_changes(rows: Rows, site: Site, item: Row, histories: Iterable[Any], watched: dict[str, str]) -> bool:
    """Adds the history; says whether the issue ever was of another type, so that another table may hold a row of it."""
    known = len(rows.field_changes)
    for history in histories:
        try:
            told = history_of(history)
            changes = field_changes(site, item, told, watched)
        except UNREADABLE as why:
            said = f"{item['key']}: {reason(why)}"
            rows.rejected.append(rejected(site, "change", history, "change.unreadable", said))
            continue
        if changes:
            rows.field_changes += changes
            rows.met(told.author)
    return "issuetype" in [change[_FIELD] for change in rows.field_changes[known:]]


def _add_governance(rows: Rows, site: Site, issue: dict[str, Any], item: Row) -> None:
    kind = item["kind"]
    try:
        row = governance_row(site, issue, kind)
    except UNREADABLE as why:
        rows.rejected.append(rejected(site, ID_KINDS[kind], issue, f"{kind}.unreadable", reason(why)))
        return
    if row is not None:
        rows.add(kind, row)
        for user in _named_people(site, issue["fields"]):
            rows.met(user)


def _named_people(site: Site, fields: dict[str, Any]) -> list[Any]:
    return [site.field_ids.value(fields, role) for role in ("approved_by", "decided_by")]
