"""What is wrong in the company, by the check of the published catalogue that it is meant for: who must fail, and why.

Told from the cast's table and the generators' own constants, never from what anybody computed. A project that stands
here under no check is healthy there: nothing may be found in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.company import (
    planted_capacity,
    planted_daily,
    planted_dependencies,
    planted_forecast,
    planted_governance,
    planted_mandate,
    planted_network,
    planted_plans,
    planted_upkeep,
    planted_waivers,
)
from sandbox.company.leanings import LATE_SUPPLIER, PROFILES, UNOWNED_SUPPLIER, Profile
from sandbox.company.people import SHARED_BY
from sandbox.company.premium import MOVED, NEW

LONELY_PLAN = "Energy Monitoring in the Plants"
"""The plan that is only similar to a tracker's project; nobody joined them, so it stands alone under its name."""

_EVERYBODY = (*PROFILES, MOVED, *NEW)
_CPI_LIMIT = 0.9
_SLIPPED_DAYS = 10
"""A slip of more working days than this is planted to be noticed."""
_ENOUGH_STAKEHOLDERS = 3
_REPORTS_EVERY_WEEKS = 2
_UNDECIDED_DAYS = 15
_GROWTH_LIMIT = 0.1


@dataclass(frozen=True)
class Planted:
    """One kind of fault: the check that is there for it, the keys of who has it, and how it came there."""

    check: str
    who: frozenset[str]
    why: str


def _those(holds: Callable[[Profile], bool]) -> frozenset[str]:
    return frozenset(p.key for p in _EVERYBODY if holds(p))


def _tracker(key: str) -> str:
    """The initiative of that tracker's project."""
    return next(p.key for p in _EVERYBODY if p.jira == key)


_LATE = _those(lambda p: p.slip_days > _SLIPPED_DAYS) | {MOVED.key}
_VERY_LATE = _those(lambda p: p.slip_days > _SLIPPED_DAYS)
_DEAR = _those(lambda p: p.cpi < _CPI_LIMIT)
_ILL_CHOSEN = _those(lambda p: p.poor_logic)
_NEGLECTED = _those(lambda p: p.neglected_risks)
_FLOW = _those(lambda p: p.neglected_flow)
_ORPHANED = _those(lambda p: p.inactive_assignee)
_SHARING = frozenset(key for keys in SHARED_BY.values() for key in keys)
_UNDATED = _those(lambda p: p.baseline != "full")

FAULTS: tuple[Planted, ...] = (
    Planted("ART-01", _those(lambda p: "Charter" in p.missing_documents), "there is no charter"),
    Planted("ART-03", _those(lambda p: p.stakeholders < _ENOUGH_STAKEHOLDERS), "hardly a stakeholder is written down"),
    Planted("ART-05", _UNDATED, "the plan was never baselined, or with nothing in it"),
    Planted(
        "BUD-01",
        _those(lambda p: p.no_budget) | {"ENRG"} | {p.key for p in NEW},
        "no budget; of a tracker without its plan, and in Planner Premium, nobody keeps one",
    ),
    Planted("BUD-03", _DEAR, "an hour's value costs more than planned"),
    Planted("BUD-04", _DEAR, "going on like this ends above the budget"),
    Planted("BUD-05", frozenset({"INI-05"}), "dear and nearly spent; the other dear one has nothing left to spend"),
    Planted("BUD-06", _DEAR, "spent ahead of what is done"),
    Planted("BUD-07", frozenset({"INI-02"}), "a quarter too dear, and nearly at its end"),
    Planted("BUD-09", _those(lambda p: p.uncovered_invoices > 0), "invoices without a budget line"),
    Planted("BUD-13", frozenset({"INI-10"}), "its lines in the budget table carry no approval"),
    Planted("BUD-14", frozenset({"INI-08"}), "five times the travel of the others"),
    Planted(
        "CLO-01",
        _those(lambda p: p.phase == "close" and "Acceptance" in p.missing_documents),
        "closes without an acceptance",
    ),
    Planted("CLO-02", _those(lambda p: p.open_at_closure), "closes with open items"),
    Planted("CLO-03", _those(lambda p: p.unpaid_invoices > 0), "closes with unpaid invoices"),
    Planted("CLO-06", frozenset({"INI-12"}), "its benefit was due two months ago and is not measured"),
    Planted("CLO-09", frozenset({"INI-06"}), "brought 55 of the 100 per cent that it promised"),
    Planted("DEP-01", frozenset({_tracker(UNOWNED_SUPPLIER[1])}), "waits for work that nobody is assigned to"),
    Planted(
        "DEP-02",
        frozenset({_tracker(LATE_SUPPLIER[1]), _tracker(planted_dependencies.CIRCLE[0])}),
        "waits for work that ends after it is needed; of two that wait for each other one always does",
    ),
    Planted("DEP-04", _FLOW, "blocked for weeks"),
    Planted("FLO-01", _FLOW | _ORPHANED, "work begun long ago"),
    Planted("HYG-02", _FLOW, "work in progress that belongs to nobody"),
    Planted("HYG-03", _FLOW | _ORPHANED, "work in progress that nobody touched for weeks"),
    Planted("HYG-04", _FLOW, "committed work without an estimate"),
    Planted("PRO-07", _those(lambda p: p.approved_after_weeks > 0), "approved weeks after work began"),
    Planted("PRO-08", _those(lambda p: p.silent_weeks > _REPORTS_EVERY_WEEKS), "no report for weeks"),
    Planted(
        "PRO-09",
        _those(lambda p: p.health == "Green" and (p.cpi < _CPI_LIMIT or p.slip_days > _SLIPPED_DAYS)),
        "reported green, and is not",
    ),
    Planted("PRO-11", _those(lambda p: p.health == "Red" and not p.recovery_plan), "red without a recovery plan"),
    Planted(
        "PRO-13",
        frozenset({"INI-03", "INI-04", "INI-06", LONELY_PLAN, *planted_capacity.UNCONFIRMED}) | {p.key for p in NEW},
        "nobody confirmed the manager, or long ago, or somebody whose word does not count; never asked for plans alone",
    ),
    Planted("REC-04", _NEGLECTED, "a lesson that led to nothing"),
    Planted("REC-06", frozenset({"INI-08"}), "its waiver ends next week"),
    Planted("REC-10", frozenset({"INI-09"}), "its waiver was granted by who asked for it"),
    Planted("RES-09", _ORPHANED, "work assigned to somebody who left"),
    Planted("RES-10", frozenset({"INI-02", "INI-12"}), "somebody on no list books time; a suspended supplier bills"),
    Planted("RES-11", _those(lambda p: p.manager == "chiara.lombardi"), "the manager's training has lapsed"),
    Planted("RSK-01", _NEGLECTED, "a risk without owner or probability"),
    Planted("RSK-02", _NEGLECTED, "a risk that nobody reviewed for months"),
    Planted("RSK-03", _NEGLECTED, "a likely threat without a response"),
    Planted("RSK-04", _NEGLECTED, "a risk whose day has passed"),
    Planted("RSK-08", frozenset({"INI-03", LONELY_PLAN}), "an entry of the plan's issue log belongs to nobody"),
    Planted("SCH-01", _ILL_CHOSEN, "tasks without predecessor or successor"),
    Planted("SCH-05", _ILL_CHOSEN, "dates nailed down"),
    Planted("SCH-06", _ILL_CHOSEN, "so much float that logic must be missing"),
    Planted("SCH-07", _VERY_LATE, "ends after the date that was promised"),
    Planted("SCH-10", _those(lambda p: p.unstaffed), "tasks that nobody is assigned to"),
    Planted("SCH-11", _LATE | set(planted_forecast.SLOW), "what should be done is not"),
    Planted("SCH-14", _LATE, "fewer tasks done than should be"),
    Planted(
        "SCH-15",
        _those(lambda p: p.open_at_closure or (p.health == "Red" and p.recovery_plan)),
        "work past its date: at closing, and an action of the recovery plan",
    ),
    Planted("SCH-16", _VERY_LATE, "dates moved again and again"),
    Planted("SCH-18", _LATE | set(planted_forecast.SLOW), "milestones late"),
    Planted("SCO-01", _those(lambda p: p.unapproved_growth > _GROWTH_LIMIT), "grown by a third"),
    Planted("SCO-02", _those(lambda p: p.unapproved_growth > 0), "grown without a change request"),
    Planted("SCO-04", _those(lambda p: p.undecided_change_days > _UNDECIDED_DAYS), "a change that nobody decides"),
    Planted(
        "TIM-02",
        _those(lambda p: p.odd_bookings) | {"INI-03"},
        "a day of fourteen hours, booked on two projects",
    ),
    Planted("TIM-03", _those(lambda p: p.odd_bookings), "hours on work long done"),
    Planted("RES-01", _SHARING | {p.key for p in NEW}, "people with more work than time, one of them part time"),
    Planted("RES-02", _SHARING, "people whom two projects plan to the brim"),
)  # fmt: skip


ELSEWHERE: Mapping[str, str] = {
    "BUD-10": "the company has no billing accounts: they come with Tempo",
    "HYG-08": "every source was read in full this morning",
    "PMO-01": "one run resolves nothing",
    "PMO-02": "one run finds everything today; nothing can be overdue for a month",
    "PMO-03": "few of its findings are waived; a company that waives many is another one",
    "PMO-05": "looks at checks of days before, of which one run has none",
    "PMO-06": "no project was forecast by one check and finished before another",
    "REC-02": "a gap lies between two checks",
    "REC-09": "a waiver is idle once it covered nothing for a month of checks",
    "REC-29": "a waiver is idle once it covered nothing for a month of checks",
    "RSK-07": "judges the company as a whole, and every project looks at an opportunity",
}
"""Checks that nothing fails in the demo, and why. Their faults are planted in tests/plumbrule/test_planted_runs.py, in
two runs and more over a small company; that of BUD-10 in test_time_in_tempo.py beside it; that of PMO-06 in
tests/rules/measures/test_movement.py and the rule's own tests."""


def truth() -> Mapping[str, frozenset[str]]:
    """Check -> keys of the projects that must fail it; names, where it judges a department, a programme or a person."""
    told = {fault.check: fault.who for fault in FAULTS}
    for planted in (
        planted_governance.TRUTH,
        planted_network.TRUTH,
        planted_forecast.TRUTH,
        planted_dependencies.TRUTH,
        planted_upkeep.TRUTH,
        planted_capacity.TRUTH,
        planted_plans.TRUTH,
        planted_mandate.TRUTH,
        planted_daily.TRUTH,
        planted_waivers.TRUTH,
    ):
        for check, who in planted.items():
            told[check] = told.get(check, frozenset()) | who
    return told
