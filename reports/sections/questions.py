"""The questions that a project's data may put to somebody, one function each, most consequential first.

Each yields candidates: what is asked, why, and how far beyond the limit it is (`excess`, comparable inside a question).
What no project of the portfolio states (budgets, approvals, managers) is not asked for: then the tools do not hold it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.facts import Row
from reports.material import Material
from reports.model import DecisionKind
from reports.spoken import spoken

LATE_DAYS_TO_DECIDE = 30
UNDER_WAY = ("execute", "close")


@dataclass(frozen=True)
class Candidate:
    """A decision that could be asked for."""

    kind: DecisionKind
    excess: float
    project_id: str
    who: str | None
    what: str
    why: str


def _who(project: Row) -> str | None:
    """The sponsor decides; where nobody is named, the manager is asked."""
    sponsor: str | None = project["sponsor_name"]
    manager: str | None = project["manager_name"]
    return sponsor or manager


def _stated_somewhere(material: Material, column: str) -> bool:
    return any(project[column] is not None for project in material.facts.projects)


def _under_way(material: Material) -> Iterator[Row]:
    return (p for p in material.open_projects if p["phase"] in UNDER_WAY)


def _booked(material: Material, project: Row, otherwise: str) -> str:
    """What was spent so far, where time is booked at all."""
    hours: Decimal | None = project["booked_hours"]
    if not hours:
        return otherwise
    return material.words("{hours} h booked so far", hours=material.figures.number(hours))


def _money(material: Material) -> Iterator[Candidate]:
    """Cost at completion against the approved budget, else against the baseline."""
    words, figures, limit = material.words, material.figures, material.limits.eac_over_ratio
    for project in material.open_projects:
        evm = material.facts.evm.get(project["project_id"])
        if evm is None or evm["basis"] != "cost" or evm["eac"] is None:
            continue
        approved: Decimal | None = project["budget_cost"] or evm["bac"]
        if not approved or evm["eac"] / approved - 1 <= limit:
            continue
        gap = evm["eac"] - approved
        yield Candidate(
            "money",
            float(gap / approved),
            project["project_id"],
            _who(project),
            words("Fund {gap} more, cut scope, or stop", gap=figures.money(gap, evm["currency"])),
            words(
                "{bac} approved, {eac} expected ({over})",
                bac=figures.money(approved, evm["currency"]),
                eac=figures.money(evm["eac"], evm["currency"]),
                over=figures.percent(gap / approved, signed=True),
            ),
        )


def _time(material: Material) -> Iterator[Candidate]:
    """A finish that has passed says nothing of when the work will end; else a slip that needs a new baseline."""
    words, figures = material.words, material.figures
    for project in material.open_projects:
        slip, passed = project["slip_days"], material.days_past_finish(project)
        if passed is not None and passed > (slip or 0):
            day = figures.day(project["finish_date"])
            yield Candidate(
                "time",
                passed,
                project["project_id"],
                _who(project),
                words("Have the open work rescheduled, or the project closed"),
                words("its forecast finish {day} has passed", day=day),
            )
            continue
        if slip is None or slip < LATE_DAYS_TO_DECIDE:
            continue
        yield Candidate(
            "time",
            slip,
            project["project_id"],
            _who(project),
            words(
                "Approve a new baseline to {day}, or ask for a recovery plan", day=figures.day(project["finish_date"])
            ),
            words(
                "approved finish {approved}, forecast {days}",
                approved=figures.day(project["baseline_finish_date"]),
                days=figures.days(slip),
            ),
        )


def _unapproved(kind: DecisionKind, column: str, material: Material, what: str) -> Iterator[Candidate]:
    """Work that is under way and lacks what that column states elsewhere: money approved, or a gate passed."""
    if not _stated_somewhere(material, column):
        return
    for project in _under_way(material):
        if project[column] is None:
            yield Candidate(
                kind,
                float(project["booked_hours"] or 0),
                project["project_id"],
                _who(project),
                what,
                _booked(material, project, material.words("the work is under way")),
            )


def _budget(material: Material) -> Iterator[Candidate]:
    return _unapproved("budget", "budget_cost", material, material.words("Approve a budget, or stop the work"))


def _approval(material: Material) -> Iterator[Candidate]:
    return _unapproved("approval", "approved_on", material, material.words("Approve the project, or stop the work"))


def _baseline(material: Material) -> Iterator[Candidate]:
    """A plan that is carried out without an approved one to hold it against."""
    words = material.words
    for project in _under_way(material):
        if project["has_plan"] and not project["has_baseline"]:
            yield Candidate(
                "baseline",
                float(project["planned_hours"] or 0),
                project["project_id"],
                _who(project),
                words("Approve a baseline"),
                words("the plan is carried out, and nothing approved to measure it against"),
            )


def _scope(material: Material) -> Iterator[Candidate]:
    words, figures = material.words, material.figures
    for project in material.open_projects:
        scope = material.facts.scope.get(project["project_id"])
        ratio = scope["unapproved_ratio"] if scope else None
        if ratio is None or ratio <= material.limits.scope_growth_ratio:
            continue
        yield Candidate(
            "scope",
            ratio,
            project["project_id"],
            _who(project),
            words("Approve the added scope or take it out"),
            words("{growth} of scope added without a change request", growth=figures.percent(ratio, signed=True)),
        )


def _manager(material: Material) -> Iterator[Candidate]:
    """A project that nobody leads, or somebody who may no longer be given work."""
    words = material.words
    named = _stated_somewhere(material, "manager_name")
    for project in material.open_projects:
        name = project["manager_name"]
        if name is None and not named:
            continue
        if name is not None and project["manager_active"] is not False:
            continue
        why = words("nobody is named") if name is None else words("{name} is no longer active", name=name)
        sponsor = project["sponsor_name"]
        yield Candidate("manager", 0, project["project_id"], sponsor, words("Appoint a project manager"), why)


def _gates(material: Material) -> Iterator[Candidate]:
    words, figures = material.words, material.figures
    for gate in material.facts.overdue_gates:
        days = (material.today - gate["planned_on"]).days
        project = material.by_id.get(gate["project_id"])
        yield Candidate(
            "gate",
            days,
            gate["project_id"],
            _who(project) if project else None,
            words("Decide gate “{gate}”", gate=gate["name"]),
            words("due {day}, {days} ago", day=figures.day(gate["planned_on"]), days=words("{days} d", days=days)),
        )


def _requests(material: Material) -> Iterator[Candidate]:
    words, figures = material.words, material.figures
    for request in material.facts.undecided:
        days = request["days_open"]
        project = material.by_id.get(request["project_id"])
        if days is None or days <= material.limits.change_open_days:
            continue
        waits = words("waiting for {days} d", days=days)
        cost = figures.money(request["cost"], request["currency"]) if request["cost"] is not None else None
        yield Candidate(
            "change",
            days,
            request["project_id"],
            _who(project) if project else None,
            words("Decide change request “{title}”", title=request["title"]),
            f"{waits}, {cost}" if cost else waits,
        )


def _people(material: Material) -> Iterator[Candidate]:
    words, figures = material.words, material.figures
    worst: dict[str, Row] = {}
    for row in material.facts.overloads:
        seen = worst.get(row["person_id"])
        if seen is None or row["load_ratio"] > seen["load_ratio"]:
            worst[row["person_id"]] = row
    for row in worst.values():
        if row["load_ratio"] <= material.limits.overload_decision_ratio:
            continue
        project = material.by_id.get(row["project_id"])
        yield Candidate(
            "people",
            row["load_ratio"],
            row["project_id"],
            project["manager_name"] if project else None,
            words("Relieve {person}", person=row["person_name"] or row["person_id"]),
            words(
                "planned at {load} in the week of {day}",
                load=figures.percent(row["load_ratio"]),
                day=figures.near_day(row["week_start"], material.today),
            ),
        )


def _waiver(material: Material) -> Iterator[Candidate]:
    """A red project that asks nothing else: its heaviest failing rule is mended, or somebody answers for it."""
    for project in material.open_projects:
        number = project["project_id"]
        health = material.health.get(number)
        if health is None or health.computed != "red":
            continue
        reasons = [r for r in health.reasons if r.leans and not r.waived]
        if reasons:
            what = material.words("Have {rule} mended, or grant a waiver", rule=reasons[0].rule_id)
            yield Candidate("waiver", len(reasons), number, _who(project), what, spoken(reasons[0].message))


QUESTIONS: tuple[Callable[[Material], Iterator[Candidate]], ...] = (
    _money,
    _time,
    _budget,
    _approval,
    _baseline,
    _scope,
    _manager,
    _gates,
    _requests,
    _people,
    _waiver,
)
"""Most consequential first."""
