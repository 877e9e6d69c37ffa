"""The page of a census with what Jira said of the issues that it misses; both editions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.jira.normalise.context import Site
from connectors.jira.normalise.pages import Rows
from portfolio.ports import Page, Row


def project_of(issue: Any) -> str:
    """Native id of an issue's project; `None` where the record does not say, which is nobody's."""
    fields = issue.get("fields") if isinstance(issue, dict) else None
    project = fields.get("project") if isinstance(fields, dict) else None
    return str(project.get("id") if isinstance(project, dict) else None)


def with_answers(
    page: Page,
    site: Site,
    rows: Rows,
    *,
    archived: Collection[str],
    reasons: Mapping[str, str],
    undecided: Collection[str] = (),
) -> Page:
    """The page with the rows of issues that are there, of which the `archived` ones are called so, and with the reasons
    of those that are gone; nothing is concluded of the undecided ones. All by native id."""
    tables: dict[str, Sequence[Row]] = dict(rows.lists(site))
    tables["work_item"] = [{**row, "is_archived": row["native_id"] in archived} for row in tables.get("work_item", ())]
    told = {site.id("item", native): reason for native, reason in reasons.items()}
    kept = {site.id("item", native) for native in undecided}
    return replace(
        page,
        rows={t: [*page.rows.get(t, ()), *tables.get(t, ())] for t in {*page.rows, *tables}},
        rejected=[*page.rejected, *rows.rejected],
        scopes=[*page.scopes, *rows.scopes],
        censuses=[replace(c, reasons=told, ids=c.ids | kept) if c.table == "work_item" else c for c in page.censuses],
    )
