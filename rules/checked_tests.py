"""Given rows of self-tests use columns and values that exist; a test with a misspelt column would prove nothing."""

from collections.abc import Mapping
from typing import Any

from portfolio.located_toml import suggest
from portfolio.model import VIEWS, Table
from rules.drafts import Draft, Key


def check_self_tests(draft: Draft) -> None:
    """Every test of the rule; mistakes are noted in the draft."""
    for number, test in enumerate(draft.entry.test):
        for view_name, rows in test.given.items():
            place: Key = ("test", number, "given", view_name)
            view = draft.view_called(view_name, place)
            for index, row in enumerate(rows if view else ()):
                _given_row(draft, view, row, (*place, index))  # type: ignore[arg-type]
        for view_name, row in test.each.items():
            if view_name not in test.given:
                what = f"`each.{view_name}` has no rows of `given.{view_name}` to complete"
                draft.problem(("test", number, "each", view_name), "R202", what, at="key")
            elif view := VIEWS.get(view_name):
                _given_row(draft, view, row, ("test", number, "each", view_name))
        for name in set(test.params) - set(draft.names):
            hint = suggest(name, draft.names)
            what = f"parameter `{name}` is not declared"
            draft.problem(("test", number, "params", name), "R122", what, hint, "key")


def _given_row(draft: Draft, view: Table, row: Mapping[str, Any], place: Key) -> None:
    for name, value in row.items():
        column = view.column(name)
        if column is None:
            hint = suggest(name, view.names)
            draft.problem((*place, name), "R120", f"view `{view.name}` has no column `{name}`", hint, at="key")
        elif column.values and value not in column.values:
            hint = f"{suggest(str(value), column.values)} allowed: {', '.join(column.values)}".strip()
            draft.problem((*place, name), "R130", f"`{name}` is never '{value}'", hint)
