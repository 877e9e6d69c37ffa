"""The kinds of rules, each in a room of its own behind one shape (`rules.kinds.shape`)."""

from rules.kinds.attest import AttestKind
from rules.kinds.expect import ExpectKind
from rules.kinds.metric import MetricKind
from rules.kinds.plugin import PluginKind
from rules.kinds.ratio import RatioKind
from rules.kinds.row import RowKind
from rules.kinds.shape import Compiled, Rows, RuleKind
from rules.kinds.trend import TrendKind
from rules.ruleset import Rule

KINDS: dict[str, RuleKind] = {
    kind.name: kind
    for kind in (RowKind(), RatioKind(), MetricKind(), ExpectKind(), TrendKind(), AttestKind(), PluginKind())
}
"""Every kind, by the word that a rule names it with."""


def kind_of(rule: Rule) -> RuleKind:
    """The kind of a compiled rule."""
    return KINDS[rule.kind]


__all__ = ["KINDS", "Compiled", "Rows", "RuleKind", "kind_of"]
