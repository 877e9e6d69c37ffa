"""Which findings are under which waiver. Pure: findings and waivers in, an overlay out; nothing is changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rules.findings import Waived
from rules.results import judged_id
from rules.ruleset import Rule, RuleSet
from rules.waivers.standing import Standing

Row = Mapping[str, Any]


def overlay(findings: Iterable[Row], standings: Sequence[Standing], rules: RuleSet) -> dict[str, Waived]:
    """What covers each open finding that a waiver in force covers, by finding id.

    Of several the one that lasts longest counts, of these the first by id.
    """
    by_rule: dict[str, list[Standing]] = defaultdict(list)
    for one in standings:
        if one.in_force:
            for rule_id in one.rules:
                by_rule[rule_id].append(one)
    known = {rule.id: rule for rule in rules.known}
    covered = {}
    for finding in findings:
        if finding["state"] != "open":
            continue
        held = [s for s in by_rule.get(finding["rule_id"], ()) if covers(s, finding, known.get(finding["rule_id"]))]
        if held:
            best = min(held, key=_longest_first)
            assert best.ends_on is not None  # noqa: S101 - what is in force has a last day
            covered[finding["id"]] = Waived(best.waiver.id, best.ends_on)
    return covered


def covers(one: Standing, finding: Row, rule: Rule | None) -> bool:
    """The finding's subject is the waiver's, and its value is no worse than was accepted."""
    if not one.reach.holds(finding):
        return False
    bound = one.waiver.until_value
    return bound is None or not worse(finding, bound, rule)


def worse(finding: Row, bound: Decimal, rule: Rule | None) -> bool:
    """The measured value is worse than the bound. A value that is not known counts as worse: it must be looked at."""
    if finding["value"] is None:
        return True
    value, limit = Decimal(str(finding["value"])), finding["threshold"]
    direction = _direction(rule)
    if limit is not None and value != Decimal(str(limit)):
        direction = "higher" if value > Decimal(str(limit)) else "lower"
    return value < bound if direction == "lower" else value > bound


def _direction(rule: Rule | None) -> str:
    """Which values are the worse ones: above a limit that is tightened downwards, below one tightened upwards."""
    named = rule.parameter(rule.limit) if rule and rule.limit else None
    return "lower" if named is not None and named.stricter == "higher" else "higher"


def fully_waived(findings: Iterable[Row], covered: Collection[str]) -> frozenset[tuple[str, str]]:
    """(rule, project or other subject) of which every open finding is under waiver: only then the failure there is."""
    pairs: dict[tuple[str, str], bool] = {}
    for finding in findings:
        if finding["state"] == "open":
            pair = (finding["rule_id"], judged_id(finding))
            pairs[pair] = pairs.get(pair, True) and finding["id"] in covered
    return frozenset(pair for pair, whole in pairs.items() if whole)


def _longest_first(one: Standing) -> tuple[int, str]:
    return -(one.ends_on.toordinal() if one.ends_on else 0), one.waiver.id
