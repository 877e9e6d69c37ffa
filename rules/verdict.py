"""From a tally to a verdict: five outcomes, and why something is unknown. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from rules.kinds import kind_of
from rules.lineage import Capabilities
from rules.query import columns_read
from rules.ruleset import Rule


class Tally(NamedTuple):
    """How the rows of one subject fell. `concerned` is the answer of `subject_when`."""

    subject_id: str
    concerned: bool | None
    leans: int
    warns: int
    fine: int
    excluded: int
    value: Decimal | None
    ratio: Decimal | None
    ratio_fails: bool | None
    ratio_warns: bool | None
    missing: tuple[str, ...]
    subject_missing: tuple[str, ...]
    sources: tuple[str, ...] | None

    @property
    def denominator(self) -> int:
        """Rows that could be judged."""
        return self.leans + self.warns + self.fine


class Verdict(NamedTuple):
    """An outcome; for unknown with its reason and the missing columns."""

    outcome: str
    reason: str | None = None
    missing: tuple[str, ...] = ()


def judge(
    rule: Rule,
    tally: Tally,
    capabilities: Capabilities,
    own_sources: Sequence[str],
    stale_sources: Sequence[str] = (),
) -> Verdict:
    """The outcome of one rule for one subject, which `own_sources` feed. `stale_sources` are those of its sources
    that were not read of late.

    Failures that are certain are told even when other rows could not be judged; passing needs enough judged rows.
    """
    if tally.concerned is False:
        return Verdict("not_applicable")
    if tally.concerned is None:
        return _unknown(rule.by.view, rule, tally.subject_missing, capabilities, own_sources)
    if tally.denominator + tally.excluded == 0:
        return Verdict("not_applicable")
    if behind := tuple(s for s in stale_sources if _feeds(rule, s, capabilities)):
        return Verdict("unknown", "stale_sync", behind)
    return _judged(rule, tally, capabilities, own_sources)


def _judged(rule: Rule, tally: Tally, capabilities: Capabilities, own_sources: Sequence[str]) -> Verdict:
    """The outcome of rows that are there and fresh."""
    judged = tally.denominator
    if not kind_of(rule).judges_share and _beyond(rule, tally):
        absent = kind_of(rule).absent(rule, capabilities, own_sources)
        return Verdict("unknown", "not_provided_by_source", absent) if absent else Verdict("fail")
    sources = own_sources if tally.sources is None else tally.sources
    too_many = Decimal(tally.excluded) > rule.max_missing * (judged + tally.excluded)
    if judged == 0 or too_many:
        return _unknown(rule.view, rule, tally.missing, capabilities, sources)
    return _measured(rule, tally)


def _feeds(rule: Rule, source: str, capabilities: Capabilities) -> bool:
    """The rule may look at what that source holds."""
    if kind_of(rule).reads_anything:
        return True
    return any(capabilities.can_feed(view, column, source) for view, column in columns_read(rule))


def _measured(rule: Rule, tally: Tally) -> Verdict:
    if kind_of(rule).judges_share:
        if tally.ratio_fails is None:
            return Verdict("unknown", "missing_value")
        return Verdict("fail" if tally.ratio_fails else "warn" if tally.ratio_warns else "pass")
    return Verdict("warn" if tally.warns else "pass")


def _beyond(rule: Rule, tally: Tally) -> bool:
    """More rows lean than the tolerance allows, by count and by share."""
    if tally.leans == 0:
        return False
    share = Decimal(tally.leans) > rule.bound(rule.tolerance.max_ratio) * tally.denominator
    return share and tally.leans > rule.bound(rule.tolerance.max_count)


def _unknown(
    view: str, rule: Rule, missing: tuple[str, ...], capabilities: Capabilities, sources: Sequence[str]
) -> Verdict:
    if missing and all(capabilities.cannot_hold(view, c, sources) for c in missing):
        return Verdict("unknown", "not_provided_by_source", missing)
    stated = next((rule.unknown_reason[c] for c in missing if c in rule.unknown_reason), None)
    if stated or missing:
        return Verdict("unknown", stated or "missing_value", missing)
    kind = kind_of(rule)
    return Verdict("unknown", kind.doubt, kind.doubtful if view == rule.view else ())
