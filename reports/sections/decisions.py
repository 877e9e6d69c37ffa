"""What somebody has to decide: drawn from the data, ranked, one per project, seven at most.

Rank: a disguised red project first, then overruns of money, time and scope, then gates and change requests that wait,
then people planned for more than they have; inside a kind the larger excess first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reports.facts import Row
from reports.material import Material, reported
from reports.model import Decision

MOST = 7
OF_A_KIND = 3
"""Seven times the same question is a report that nobody reads."""
LATE_DAYS_TO_DECIDE = 30


@dataclass(frozen=True)
class _Candidate:
    order: int
    excess: float
    kind: str
    project_id: str
    who: str | None
    what: str
    why: str
    url: str | None


def decisions(material: Material) -> tuple[Decision, ...]:
    """The weightiest decision of each project, ranked."""
    makers: tuple[Callable[[Material], Iterator[_Candidate]], ...] = (
        _status,
        _money,
        _time,
        _scope,
        _gates,
        _requests,
        _people,
    )
    found = [c for make in makers for c in make(material) if c.project_id in material.by_id]
    found = [c for c in found if not material.by_id[c.project_id]["is_closed"]]
    found.sort(key=lambda c: (c.order, -c.excess, material.by_id[c.project_id]["key"], c.what))
    return tuple(_decision(material, rank, c) for rank, c in enumerate(_chosen(found), start=1))


def _chosen(found: list[_Candidate]) -> list[_Candidate]:
    """One per project, and no more of a kind than OF_A_KIND while others wait; in the order of rank."""
    chosen: dict[str, _Candidate] = {}
    for most in (OF_A_KIND, MOST):
        for candidate in found:
            alike = sum(c.kind == candidate.kind for c in chosen.values())
            if candidate.project_id not in chosen and alike < most and len(chosen) < MOST:
                chosen[candidate.project_id] = candidate
    return sorted(chosen.values(), key=found.index)


def _decision(material: Material, rank: int, candidate: _Candidate) -> Decision:
    return Decision(
        rank=rank,
        kind=candidate.kind,
        colour=material.computed(candidate.project_id),
        project=material.ref(candidate.project_id),
        who=candidate.who,
        what=candidate.what,
        why=candidate.why,
        url=candidate.url,
    )


def _who(project: Row) -> str | None:
    """The sponsor decides; where nobody is named, the manager is asked."""
    sponsor: str | None = project["sponsor_name"]
    manager: str | None = project["manager_name"]
    return sponsor or manager


def _status(material: Material) -> Iterator[_Candidate]:
    words = material.words
    for project in material.open_projects:
        number = project["project_id"]
        if material.computed(number) != "red" or not material.reported_better(number):
            continue
        health = material.health[number]
        reasons = health.reasons
        evm = material.facts.evm.get(number)
        yield _Candidate(
            0,
            (evm["eac_over_bac_ratio"] if evm else None) or 0.0,
            "status",
            number,
            _who(project),
            words(
                "Settle the status: reported {reported}, computed {computed}",
                reported=words.term("colour", reported(project)).lower(),
                computed=words.term("colour", "red").lower(),
            ),
            reasons[0].message if reasons else words("the data contradicts the report"),
            project["url"],
        )


def _money(material: Material) -> Iterator[_Candidate]:
    words, figures = material.words, material.figures
    for project in material.open_projects:
        evm = material.facts.evm.get(project["project_id"])
        ratio = evm["eac_over_bac_ratio"] if evm else None
        if evm is None or ratio is None or ratio <= material.limits.eac_over_ratio or evm["basis"] != "cost":
            continue
        yield _Candidate(
            1,
            ratio,
            "money",
            project["project_id"],
            _who(project),
            words("Approve more money, cut scope, or stop"),
            words(
                "{bac} approved, {eac} expected ({over})",
                bac=figures.money(evm["bac"], evm["currency"]),
                eac=figures.money(evm["eac"], evm["currency"]),
                over=figures.percent(ratio, signed=True),
            ),
            project["url"],
        )


def _time(material: Material) -> Iterator[_Candidate]:
    words, figures = material.words, material.figures
    for project in material.open_projects:
        slip = project["slip_days"]
        if slip is None or slip < LATE_DAYS_TO_DECIDE:
            continue
        yield _Candidate(
            2,
            slip,
            "time",
            project["project_id"],
            _who(project),
            words("Accept the new finish or ask for a recovery plan"),
            words(
                "approved {approved}, forecast {forecast} ({days})",
                approved=figures.day(project["baseline_finish_date"]),
                forecast=figures.day(project["finish_date"]),
                days=figures.days(slip),
            ),
            project["url"],
        )


def _scope(material: Material) -> Iterator[_Candidate]:
    words, figures = material.words, material.figures
    for project in material.open_projects:
        scope = material.facts.scope.get(project["project_id"])
        ratio = scope["unapproved_ratio"] if scope else None
        if ratio is None or ratio <= material.limits.scope_growth_ratio:
            continue
        yield _Candidate(
            3,
            ratio,
            "scope",
            project["project_id"],
            _who(project),
            words("Approve the added scope or take it out"),
            words("{growth} of scope added without a change request", growth=figures.percent(ratio, signed=True)),
            project["url"],
        )


def _gates(material: Material) -> Iterator[_Candidate]:
    words, figures = material.words, material.figures
    for gate in material.facts.overdue_gates:
        days = (material.today - gate["planned_on"]).days
        project = material.by_id.get(gate["project_id"])
        yield _Candidate(
            4,
            days,
            "gate",
            gate["project_id"],
            _who(project) if project else None,
            words("Decide gate “{gate}”", gate=gate["name"]),
            words("due {day}, {days} ago", day=figures.day(gate["planned_on"]), days=words("{days} d", days=days)),
            project["url"] if project else None,
        )


def _requests(material: Material) -> Iterator[_Candidate]:
    words, figures = material.words, material.figures
    for request in material.facts.undecided:
        days = request["days_open"]
        project = material.by_id.get(request["project_id"])
        if days is None or days <= material.limits.change_open_days:
            continue
        waits = words("waiting for {days} d", days=days)
        cost = figures.money(request["cost"], request["currency"]) if request["cost"] is not None else None
        yield _Candidate(
            5,
            days,
            "change",
            request["project_id"],
            _who(project) if project else None,
            words("Decide change request “{title}”", title=request["title"]),
            f"{waits}, {cost}" if cost else waits,
            project["url"] if project else None,
        )


def _people(material: Material) -> Iterator[_Candidate]:
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
        yield _Candidate(
            6,
            row["load_ratio"],
            "people",
            row["project_id"],
            project["manager_name"] if project else None,
            words("Relieve {person}", person=row["person_name"] or row["person_id"]),
            words(
                "planned at {load} in the week of {day}",
                load=figures.percent(row["load_ratio"]),
                day=figures.short_day(row["week_start"]),
            ),
            project["url"] if project else None,
        )
