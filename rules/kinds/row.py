"""Kind `row`: does this row lean? A subject fails when more rows lean than its tolerance allows."""

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from portfolio.model import Table
from rules.compile.scope import of_view
from rules.kinds.shape import Compiled, Measured, RuleKind, limit_of
from rules.ruleset import Rule, Tolerance

if TYPE_CHECKING:
    from rules.drafts import Draft
    from rules.verdict import Tally


class RowKind(RuleKind):
    """One finding per row; the subject rolls up by tolerance."""

    name = "row"
    asks = "does this row lean?"
    takes = frozenset({"fail_when", "warn_when", "tolerance", "value", "limit"})
    needs: ClassVar[tuple[str, ...]] = ("fail_when",)

    def compile(self, draft: "Draft", view: Table) -> Compiled:
        """The condition of a row, the column that measures it, and how many may lean."""
        scope = of_view(view, draft.names)
        fails = draft.predicate("fail_when", scope)
        value = draft.entry.value
        if value is not None:
            draft.columns(view, [value], "value")
        warns = draft.predicate("warn_when", scope)
        return Compiled(fails, fails, warns, value, tuple(draft.entry.requires), tolerance(draft))

    def measure(self, rule: Rule, tally: "Tally", outcome: str) -> Measured:
        """Of a view with one row a subject its value; else how many rows lean, or their share where a share may."""
        if rule.per_subject:
            return tally.value, limit_of(rule) if rule.value else None
        if rule.bound(rule.tolerance.max_ratio) > 0:
            return tally.ratio, rule.bound(rule.tolerance.max_ratio)
        return Decimal(tally.leans), rule.bound(rule.tolerance.max_count)


def tolerance(draft: "Draft") -> Tolerance:
    """How many rows may lean."""
    e = draft.entry.tolerance
    draft.number_or_parameter(e.max_ratio, ("tolerance", "max_ratio"))
    draft.number_or_parameter(e.max_count, ("tolerance", "max_count"))
    ratio = e.max_ratio if isinstance(e.max_ratio, str) else Decimal(str(e.max_ratio))
    return Tolerance(ratio, e.max_count)
