"""Who has which fault in how projects are proposed, agreed and recorded, and how it gets into their trackers.

Nothing here draws from a generator that others draw from: what the company has besides stays as it is. Who stood well
before stands well still: every fault lies with a project that leaned already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sandbox.company.leanings import Profile
from sandbox.company.records import Category, Issue, Plan, Value
from sandbox.company.workdays import add_workdays, at_work

UNMEASURED = "INI-08"
"""States no objective; and as its tracker names no goal, no benefit is planned for it either."""
WITHOUT_GOAL = "ENRG"
"""Names no goal of the strategy."""
SKIPPED_GATE = "INI-02"
"""Its second gate was never passed, the third was."""
UNNAMED_GATE = "INI-04"
"""Nobody is named who passed its second gate."""
IN_REVIEW = "INI-10"
"""Its communication plan was never approved."""
DRAFTED_QUALITY = "INI-09"
"""Its quality plan is a draft."""
DRAFTED_RESOURCES = "INI-05"
"""Its resource plan is a draft. The budget lines of INI-10 carry no approval (sandbox.tables.money)."""
LOST_PAPERS = "INI-07"
"""Its business case has no address, its charter no version."""
UNPROVED = "INI-11"
"""Nothing that it finished carries evidence of acceptance."""
INTAKE = {"INI-07": True, "ITSI": False}
"""Trackers that take in requests for projects; whether one of them waits too long and is not estimated."""
HALF_REVIEWED = "INI-12"
"""Closes, and reviewed one of its suppliers only."""
REVIEWED_SUPPLIER = "Nordlicht Consulting"

TRUTH: Mapping[str, frozenset[str]] = {
    "PRO-02": frozenset({WITHOUT_GOAL}),
    "PRO-03": frozenset({"INI-07"}),
    "PRO-04": frozenset({SKIPPED_GATE, UNNAMED_GATE}),
    "PRO-05": frozenset({"INI-07"}),
    "PRO-10": frozenset({"INI-08"}),
    "ART-02": frozenset({UNMEASURED, "INI-17", "INI-18", "Energy Monitoring in the Plants"}),
    "ART-06": frozenset({IN_REVIEW}),
    "ART-07": frozenset({DRAFTED_QUALITY}),
    "ART-08": frozenset({DRAFTED_RESOURCES, "INI-10"}),
    "QUA-02": frozenset({UNPROVED}),
    "REC-01": frozenset({"INI-08", "INI-12"}),
    "REC-02": frozenset(),
    "REC-03": frozenset({LOST_PAPERS}),
    "CLO-04": frozenset({HALF_REVIEWED}),
    "CLO-08": frozenset({"BADGE"}),
}
"""Rule -> keys of the projects for which it must fail, and no other. INI-17, INI-18 and the plan of the energy project
were given no goal, so no benefit is planned for them. No first check can find a gap between checks."""

FIELDS: tuple[tuple[str, str], ...] = (
    ("Document version", "text"),
    ("Acceptance evidence", "url"),
    ("Expected value", "number"),
    ("Expected cost", "number"),
    ("Expected effort (hours)", "number"),
)
"""Fields that the site needs for this, with their kinds."""
PROPOSAL = "Proposal"
"""The type of issue that requests are."""

_REQUESTS = (
    # what, days ago, status, value, cost, hours, per cent
    ("Drones count the stock of the outdoor yard", 47, "Open", None, Decimal(85_000), Decimal(640), 40),
    ("One ticket form for all plants", 12, "Open", Decimal(90_000), Decimal(30_000), Decimal(320), 60),
    ("Meeting rooms show who booked them", 80, "Approved", Decimal(25_000), Decimal(9_000), Decimal(90), 100),
)


def stated(profile: Profile, plan: Plan, pmo: Mapping[str, str]) -> dict[str, str]:
    """What the PMO says of the project, with its objective, without what it forgot."""
    said = {name: value for name, value in pmo.items() if name != "goal" or profile.key != WITHOUT_GOAL}
    if profile.key != UNMEASURED:
        said |= {
            "objective_metric": profile.goal,
            "objective_target": "reached in full",
            "objective_due": (plan.finish + timedelta(days=90)).isoformat(),
        }
    return said


def governed(profile: Profile, issues: Sequence[Issue], today: date, rng: Random) -> tuple[Issue, ...]:
    """The project's issues with versions, evidence and faults; requests were moved in, under the keys that follow."""
    made = [_changed(profile, issue) for issue in issues]
    if profile.key in INTAKE:
        late = INTAKE[profile.key]
        for number, row in enumerate(_REQUESTS[0 if late else 1 : 3 if late else 2], start=len(made) + 1):
            made.append(_request(f"{profile.jira}-{number}", profile, row, today, rng))
    return tuple(made)


def _changed(profile: Profile, issue: Issue) -> Issue:
    if issue.type == "Document":
        return _document(profile, issue)
    if issue.type == "Gate" and issue.custom.get("Gate number") == 2:
        return _second_gate(profile, issue)
    if issue.type in ("Story", "Task", "Bug") and issue.category == "done" and profile.key != UNPROVED:
        address = f"https://docs.meridian.example/{profile.jira.lower()}/accepted/{issue.key.lower()}"
        return replace(issue, custom={**issue.custom, "Acceptance evidence": address})
    return issue


def _document(profile: Profile, issue: Issue) -> Issue:
    kind, custom = str(issue.custom["Document type"]), {**issue.custom, "Document version": "1.0"}
    if kind == "Supplier review" and profile.key == HALF_REVIEWED:
        custom["Supplier"] = REVIEWED_SUPPLIER
    if profile.key == LOST_PAPERS:
        lost = {"Business case": "Document link", "Charter": "Document version"}.get(kind)
        custom = {name: value for name, value in custom.items() if name != lost}
    status = {
        (IN_REVIEW, "Communication plan"): "In Review",
        (DRAFTED_QUALITY, "Quality plan"): "Draft",
        (DRAFTED_RESOURCES, "Resource plan"): "Draft",
    }.get((profile.key, kind))
    return replace(issue, custom=custom) if status is None else _not_approved(replace(issue, custom=custom), status)


def _not_approved(issue: Issue, status: str) -> Issue:
    custom = {name: value for name, value in issue.custom.items() if name not in ("Approved by", "Approved on")}
    category: Category = "new" if status == "Draft" else "indeterminate"
    history = tuple(replace(move, after=status) for move in issue.history) if status != "Draft" else ()
    updated = issue.updated if history else issue.created
    return replace(issue, status=status, category=category, custom=custom, history=history, updated=updated)


def _second_gate(profile: Profile, issue: Issue) -> Issue:
    if profile.key == UNNAMED_GATE:
        return replace(issue, custom={name: v for name, v in issue.custom.items() if name != "Decided by"})
    if profile.key == SKIPPED_GATE:
        custom = {name: v for name, v in issue.custom.items() if not name.startswith("Decided")}
        return replace(
            issue, status="Planned", category="new", custom=custom, history=(), resolved=None, updated=issue.created
        )
    return issue


def _request(
    key: str,
    profile: Profile,
    row: tuple[str, int, str, Decimal | None, Decimal, Decimal, int],
    today: date,
    rng: Random,
) -> Issue:
    """A request for a project, written on a working day that many days ago or shortly before."""
    what, days, status, value, cost, hours, likely = row
    asked = today - timedelta(days=days)
    at = at_work(asked - timedelta(days=max(0, asked.weekday() - 4)), rng)
    custom: dict[str, Value] = {
        "Expected cost": cost, "Expected effort (hours)": hours, "Probability (%)": Decimal(likely),
    }  # fmt: skip
    if value is not None:
        custom["Expected value"] = value
    if status == "Approved":
        custom["Decided on"] = add_workdays(at.date(), 15)
    category: Category = "new" if status == "Open" else "indeterminate"
    return Issue(
        key=key, type=PROPOSAL, summary=what, status=status, category=category, reporter=profile.manager, created=at,
        updated=at, custom=custom,
    )  # fmt: skip
