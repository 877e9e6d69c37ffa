"""Kind `metric`: is a measure of the subject beyond a limit?"""

from typing import TYPE_CHECKING

from portfolio.located_toml import suggest
from portfolio.model import Table
from rules.compile.scope import of_view
from rules.kinds.shape import Compiled, Measured, RuleKind
from rules.ruleset import Rule

if TYPE_CHECKING:
    from rules.drafts import Draft
    from rules.verdict import Tally

LIMITS = {"fail_below": "<", "fail_above": ">", "warn_below": "<", "warn_above": ">"}
"""Parameters that are limits, and the sign between the measure and each."""


class MetricKind(RuleKind):
    """`metric = "view.column"` of a view with one row a subject, held against parameters that are called limits."""

    name = "metric"
    asks = "is this measure beyond a limit?"
    takes = frozenset({"metric"})
    needs = ("metric",)
    warned_by = "`warn_below` or `warn_above`"

    def view(self, draft: "Draft") -> Table | None:
        """The view of the measure."""
        return view_of_metric(draft)

    def compile(self, draft: "Draft", view: Table) -> Compiled:
        """The limits as conditions."""
        column = column_of_metric(draft, view)
        if column is None:
            return Compiled()
        limits = {name: sign for name, sign in LIMITS.items() if name in draft.names}
        fail = " OR ".join(f"{column} {sign} ${name}" for name, sign in limits.items() if name.startswith("fail"))
        warn = " OR ".join(f"{column} {sign} ${name}" for name, sign in limits.items() if name.startswith("warn"))
        if not fail:
            draft.problem((), "R201", "a metric needs parameter `fail_below` or `fail_above`")
            return Compiled()
        scope = of_view(view, draft.names)
        fails = draft.condition(fail, scope, ("metric",))
        warns = draft.condition(warn or None, scope, ("metric",))
        return Compiled(fails, fails, warns, column, (*draft.entry.requires, column))

    def may_warn(self, draft: "Draft") -> bool:
        """Where it has a limit to warn at."""
        return any(name in draft.names for name in LIMITS if name.startswith("warn"))

    def measure(self, rule: Rule, tally: "Tally", outcome: str) -> Measured:
        """The measure, and the limit that it passed; when it passed none, the one that would fail it."""
        limits = [(n, rule.bound(f"${n}")) for n in LIMITS if rule.parameter(n)]
        for name, limit in limits:
            below, above = name.endswith("below"), name.endswith("above")
            if tally.value is not None and ((below and tally.value < limit) or (above and tally.value > limit)):
                return tally.value, limit
        return tally.value, limits[0][1] if limits else None


def view_of_metric(draft: "Draft") -> Table | None:
    """The view that `metric` names; that of the rule where it names none."""
    metric = draft.entry.metric
    if not metric:
        return draft.view_called(draft.entry.view, ("view",))
    return draft.view_called(metric.partition(".")[0], ("metric",))


def column_of_metric(draft: "Draft", view: Table) -> str | None:
    """The column that `metric` names; None with the mistake noted."""
    if not draft.entry.metric:
        return None
    column = draft.entry.metric.partition(".")[2]
    if view.column(column) is None:
        hint = suggest(column, view.names)
        draft.problem(("metric",), "R120", f"view `{view.name}` has no column `{column}`", hint)
        return None
    if view.key != (draft.by.key,):
        what = f"view `{view.name}` has not one row a {draft.by.name}"
        draft.problem(("metric",), "R202", what, "use kind `row`, or another `subject`")
    return column
