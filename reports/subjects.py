"""SQL that names what a finding is about: a work item, or a governance record such as a risk or an invoice."""

from portfolio.model import VIEWS, Table

_TITLES = ("title", "name", "number")
"""Columns that call a record something, in the order of preference."""


OTHERS_NAMED = """LEFT JOIN (
  SELECT 'department' AS kind, department_id AS id, name FROM departments
  UNION ALL SELECT 'programme', programme_id, name FROM programmes
  UNION ALL SELECT 'person', person_id, name FROM people
) n ON n.kind = f.subject_kind AND n.id = f.subject_id"""
"""SQL that gives findings `f` the names `n` of departments, programmes and people that they are about."""


def subject_cte() -> str:
    """The CTE `subject` (id, key, url, title): one row per work item and per governance record.

    Work items have views of their own; a record that an item holds is found by that item's id, any other by its own.
    Several records may share one item (a register kept in one page), so rows are told apart by id first.
    """
    records = " UNION ALL ".join(_select(view) for view in VIEWS.values() if _holds_records(view))
    items = "SELECT item_id AS id, key, url, title FROM work_items"
    held = """
    SELECT id, min(key) AS key, CAST(NULL AS VARCHAR) AS url, min(title) AS title FROM record
    WHERE id NOT IN (SELECT item_id FROM work_items) GROUP BY id
    """
    return f"WITH record AS ({records}), subject AS ({items} UNION ALL {held})"


def _holds_records(view: Table) -> bool:
    return {"item_id", "item_key"} <= set(view.names) and view.name != "time_entries"


def _select(view: Table) -> str:
    title = next((name for name in _TITLES if view.column(name)), "CAST(NULL AS VARCHAR)")
    number = f"coalesce(item_id, {view.key[0]})"
    return f"SELECT {number} AS id, item_key AS key, {title} AS title FROM {view.name}"  # noqa: S608 - our own views
