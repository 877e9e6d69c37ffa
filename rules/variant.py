"""A rule as it is in force for some of its subjects, and how what its variants yield becomes one run of the rule."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rules.results import RuleRun
from rules.ruleset import Rule


@dataclass(frozen=True)
class Variant:
    """One rule with the parameters, severity and mode that policy gives it for some of its subjects.

    `subjects` None: every one, also one that its population does not list. `without` are taken out of them.
    """

    rule: Rule
    subjects: frozenset[str] | None = None
    without: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """It is for every subject."""
        return self.subjects is None and not self.without

    def concerns(self, subject: str) -> bool:
        """Whether the subject is one of those that it is for."""
        return subject not in self.without and (self.subjects is None or subject in self.subjects)


def whole(rules: Iterable[Rule]) -> tuple[Variant, ...]:
    """Each rule as it stands, for every subject."""
    return tuple(Variant(rule) for rule in rules)


def merged(
    variants: Sequence[Variant], runs: Iterable[RuleRun], off: Mapping[str, Collection[str]]
) -> Iterator[RuleRun]:
    """One run a rule from the runs of its variants, which stand one after the other. `off` are the subjects, by rule,
    for which a rule is off: they have no result."""
    pairs = zip(variants, runs, strict=True)
    for rule_id, group in groupby(pairs, key=lambda pair: pair[0].rule.id):
        parts = [run for _, run in group]
        yield replace(_one(parts), off=frozenset(off.get(rule_id, ())))


def _one(parts: Sequence[RuleRun]) -> RuleRun:
    if len(parts) == 1:
        return parts[0]
    return RuleRun(
        parts[0].rule_id,
        tuple(sorted((r for part in parts for r in part.results), key=lambda r: r.subject_id)),
        tuple(sorted((s for part in parts for s in part.leaning), key=lambda s: s.judged_id)),
        frozenset().union(*(part.undecided for part in parts)),
        frozenset().union(*(part.gone for part in parts)),
        next((part.error for part in parts if part.error), None),
        milliseconds=sum(part.milliseconds for part in parts),
    )
