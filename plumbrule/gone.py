"""Issues that we made for findings and somebody deleted: named for people, and what becomes of them."""

from collections.abc import Iterable, Iterator

from plumbrule.notes import Note
from plumbrule.settings import Settings
from portfolio.ports import Row
from reports.plan import Plan
from reports.publications import mark_key, row_key
from sync import DuckStore

_FINDINGS = """
SELECT f.id, f.rule_id || ' ' || coalesce(w.key, i.key, f.subject_id) AS named
FROM finding f LEFT JOIN work_item w ON f.subject_kind = 'item' AND w.id = f.subject_id
LEFT JOIN initiative i ON i.id = f.project_id
"""


def creates_again(settings: Settings) -> bool:
    """Whether an issue that somebody deleted is made again while its finding is open."""
    made = settings.writeback.finding_issues
    return made is not None and made.if_deleted == "create_again"


def told_gone(store: DuckStore, settings: Settings, rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Of each ledger row of an issue that is gone: what is missing, and what happens now."""
    rows = list(rows)
    names = {row["id"]: row["named"] for row in store.rows(_FINDINGS)} if rows else {}
    then = "the next plan makes it again" if creates_again(settings) else "it is not made again"
    for row in rows:
        finding = row["name"].rpartition("-")[2]
        named = f"for {names[finding]}" if finding in names else f"with the label {row['name']}"
        what = f"the issue {named} in {row['target']} was deleted, or is hidden from the account"
        yield f"{what}, while its finding is open", then


def on_gone(plan: Plan, publications: Iterable[Row], store: DuckStore, settings: Settings) -> Iterator[Note]:
    """Issues that were found deleted, and that this plan makes again or leaves so. Removals need no note."""
    removed = {mark_key(change.mark) for change in plan.changes if change.action == "remove"}
    gone = [row for row in publications if row["state"] == "gone" and row_key(row) not in removed]
    again = creates_again(settings)
    then = "it is made again" if again else "it is not made again"
    other = "leave" if again else "create_again"
    for what, _ in told_gone(store, settings, gone):
        remedy = f'`if_deleted = "{other}"` in `finding_issues` does otherwise; or ask for a waiver of the finding.'
        yield Note("writeback.issue_gone", f"{what}; {then}", remedy)
