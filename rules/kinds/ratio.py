"""Kind `ratio`: which share of the rows leans?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio.model import Table
from rules.compile.scope import of_ratio, of_view
from rules.kinds.shape import Compiled, Measured, RuleKind, limit_of
from rules.ruleset import Rule

if TYPE_CHECKING:
    from rules.drafts import Draft
    from rules.verdict import Tally


class RatioKind(RuleKind):
    """`count_when` is about a row; `fail_when` and `warn_when` are about the share of the rows that it holds for."""

    name = "ratio"
    asks = "which share of the rows leans?"
    takes = frozenset({"count_when", "fail_when", "warn_when", "limit"})
    needs = ("count_when", "fail_when")
    judges_share = True

    def compile(self, draft: "Draft", view: Table) -> Compiled:
        """The condition of a row, and those of the share."""
        ratio = of_ratio(draft.names)
        counts = draft.predicate("count_when", of_view(view, draft.names))
        fails, warns = draft.predicate("fail_when", ratio), draft.predicate("warn_when", ratio)
        return Compiled(counts, fails, warns, requires=tuple(draft.entry.requires))

    def warns(self, rule: Rule) -> str:
        """No row of its own nearly leans."""
        return "FALSE"

    def measure(self, rule: Rule, tally: "Tally", outcome: str) -> Measured:
        """The share, and the parameter named as its limit."""
        return tally.ratio, limit_of(rule)

    def lines(self, rule: Rule) -> Sequence[str]:
        """What is counted."""
        return [f"counts   {rule.counts.text}"] if rule.counts else []
