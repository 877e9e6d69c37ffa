"""Kind `expect`: do related rows exist? The condition needs no subquery."""
# ruff: noqa: S608 - every part is our own text, a name declared in portfolio.model, or a condition from the compiler

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from portfolio.located_toml import suggest
from portfolio.model import VIEWS, Table
from rules.compile.scope import of_view
from rules.kinds.shape import Compiled, Measured, Rows, RuleKind, key_of, quoted, sql_of
from rules.predicate import Predicate
from rules.ruleset import Related, Rule

if TYPE_CHECKING:
    from rules.drafts import Draft
    from rules.lineage import Capabilities
    from rules.verdict import Tally


class ExpectKind(RuleKind):
    """At least `min` rows of another view, with the same value in column `on`, for which `where` is true."""

    name = "expect"
    asks = "do related rows exist?"
    takes = frozenset({"expect"})
    needs = ("expect",)

    def compile(self, draft: "Draft", view: Table) -> Compiled:
        """What is expected."""
        return Compiled(requires=tuple(draft.entry.requires), related=_related(draft, view))

    def rows(self, rule: Rule) -> Rows:
        """The view's rows with the numbers of related rows that count, and of those that may."""
        on, where = quoted(_of(rule).on), sql_of(_of(rule).where)
        same = key_of(VIEWS[_of(rule).view], _of(rule).on)
        here = key_of(rule.table, _of(rule).on)
        here = f"v.{on}" if here == on else here
        return Rows(
            "joined",
            f"""related AS (
  SELECT {on}, count(*) FILTER (_yes) AS _sure, count(*) FILTER (_yes IS NULL) AS _maybe
  FROM (SELECT {same} AS {on}, ({where}) AS _yes FROM {_of(rule).view}) GROUP BY 1
),
joined AS (
  SELECT v.*, coalesce(_sure, 0) AS _found, coalesce(_maybe, 0) AS _unclear
  FROM {rule.view} v LEFT JOIN related r ON r.{on} = {here}
),
""",
        )

    def leans(self, rule: Rule) -> str:
        """Rows that may or may not count leave the answer open, unless it does not depend on them."""
        return "CASE WHEN _found >= $least_ THEN FALSE WHEN _found + _unclear >= $least_ THEN NULL ELSE TRUE END"

    def value(self, rule: Rule) -> str:
        """How many were found."""
        return "_found"

    def extras(self, rule: Rule) -> Sequence[str]:
        """How many were found."""
        return ("_found",)

    def binds(self, rule: Rule) -> Mapping[str, Any]:
        """How many are expected."""
        return {"least_": rule.bound(_of(rule).least)}

    def conditions(self, rule: Rule) -> Sequence[Predicate | None]:
        """Which related rows count."""
        return (_of(rule).where,)

    def reads(self, rule: Rule) -> Sequence[tuple[str, str]]:
        """Columns of related rows."""
        where = _of(rule).where
        return [(_of(rule).view, name) for name in sorted(where.columns)] if where else []

    def needed_views(self, rule: Rule) -> Sequence[str]:
        """Where the related rows are."""
        return (rule.view, _of(rule).view)

    def absent(self, rule: Rule, capabilities: "Capabilities", sources: Sequence[str]) -> tuple[str, ...]:
        """The related rows, where no source has such records."""
        view = _of(rule).view
        return (view,) if capabilities.cannot_hold_rows(view, sources) else ()

    def measure(self, rule: Rule, tally: "Tally", outcome: str) -> Measured:
        """How many were found, and how many are expected."""
        return tally.value, rule.bound(_of(rule).least)

    def lines(self, rule: Rule) -> Sequence[str]:
        """What is expected."""
        related = _of(rule)
        where = f" where {related.where.text}" if related.where else ""
        return [f"expects  at least {related.least} of {related.view}{where}"]


def _of(rule: Rule) -> Related:
    assert rule.related is not None  # noqa: S101 - compiled so
    return rule.related


def _related(draft: "Draft", view: Table) -> Related | None:
    e = draft.entry.expect
    if e is None:
        return None
    other = draft.view_called(e.view, ("expect", "view"))
    if other is None:
        return None
    on = draft.by.key if e.on is None else e.on
    for side in (view, other):
        if side.column(on) is None and key_of(side, on) == quoted(on):
            hint = suggest(on, side.names)
            place = ("expect",) if e.on is None else ("expect", "on")
            draft.problem(place, "R120", f"view `{side.name}` has no column `{on}`", hint)
    where = draft.condition(e.where, of_view(other, draft.names), ("expect", "where"))
    draft.number_or_parameter(e.min, ("expect", "min"))
    return Related(other.name, on, where, e.min)
