"""A large report made by numbers, for measuring renderers: the same one at every start."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import Any

from portfolio.model.checks import SEVERITIES
from reports.inputs import COLOURS, DIMENSIONS
from reports.model import (
    SECTIONS,
    Activity,
    Allocation,
    Attention,
    AttentionRow,
    Bubble,
    BudgetMap,
    BurnUp,
    Changes,
    ComplianceTile,
    Decision,
    EacTile,
    EarnedValue,
    Finding,
    HealthTile,
    Milestone,
    Milestones,
    MoneySum,
    Point,
    ProgrammeBudget,
    Project,
    ProjectRef,
    ReasonRow,
    ReportModel,
    Risks,
    RuleRow,
    ScheduleTile,
    ScopeTile,
    Tiles,
)

MOMENT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TODAY = MOMENT.date()
_RULES, _PROGRAMMES, _OWNERS, _MILESTONES = 85, 12, 60, 6
_WEEKS, _BUBBLES = 26, 40
_WORDS = ("renewal", "billing", "warehouse", "portal", "data", "payroll", "field", "service", "archive", "move", "plan")


def large_report(projects: int, findings: int, seed: int = 7) -> ReportModel:
    """A report of so many projects and findings."""
    random = Random(f"{seed}:report")
    made = [_project(n, random, findings // projects) for n in range(projects)]
    rules = tuple(_rule(n, findings) for n in range(_RULES))
    leaning = [p for p in made if p.computed in ("red", "amber")]
    return ReportModel(
        title="A large portfolio",
        language="en",
        as_of=MOMENT,
        compared_with=TODAY - timedelta(days=7),
        verdict=("Many projects lean.",),
        sections=tuple(s for s in SECTIONS if s != "levels"),
        sources=(),
        tiles=_tiles(made, findings),
        attention=Attention(rows=tuple(_attention(p) for p in leaning[:12]), total=len(leaning)),
        decisions=tuple(_decision(n, p) for n, p in enumerate(leaning[:7], start=1)),
        changes=_changes(),
        budget_by_programme=tuple(
            ProgrammeBudget(
                programme=f"Programme {n}",
                currency="EUR",
                projects=projects // _PROGRAMMES,
                bac=Decimal(1_000_000 + n),
                eac=Decimal(1_100_000 + n),
                over_ratio=0.1,
            )
            for n in range(_PROGRAMMES)
        ),
        map=_map(made),
        milestones=Milestones(rows=made[0].milestones[:3] if made else (), total=projects, until=TODAY),
        risks=Risks(rows=(), open_total=0, without_exposure=0, without_owner=0),
        allocation=Allocation(weeks=(), people=(), people_total=0, person_weeks=0),
        rules=rules,
        projects=tuple(made),
        findings=tuple(
            sorted(
                (_finding(n, made[n % projects], random) for n in range(findings)),
                key=_order,
            )
        ),
        method=(),
        gaps=(),
    )


def _order(f: Finding) -> tuple[object, ...]:
    """As a report sorts them: heaviest, newest, by project and rule."""
    return (SEVERITIES.index(f.severity), f.age_days, f.project_id, f.rule_id, f.id)


def _day(random: Random) -> date:
    return TODAY + timedelta(days=random.randint(-200, 200))


def _name(random: Random) -> str:
    return " ".join(random.choices(_WORDS, k=3))


def _project(n: int, random: Random, findings: int) -> Project:
    ref = ProjectRef(id=f"jira:initiative:{n}", key=f"P{n:04d}", name=_name(random))
    computed, reported = random.choice(COLOURS), random.choice(COLOURS)
    bac = Decimal(random.randint(100_000, 3_000_000))
    evm: dict[str, Any] = dict.fromkeys(EarnedValue.model_fields)
    evm |= {
        "basis": "cost",
        "currency": "EUR",
        "bac": bac,
        "eac": bac * 11 / 10,
        "eac_over_bac_ratio": 0.1,
        "cpi": random.random() + 0.5,
        "spi": random.random() + 0.5,
        "status_date": TODAY,
    }
    lists = {"reasons": _reasons(random), "milestones": tuple(_milestone(ref, random) for _ in range(_MILESTONES))}
    empty: dict[str, Any] = {name: None for name, field in Project.model_fields.items() if field.is_required()}
    return Project(
        **empty
        | lists
        | {
            "ref": ref,
            "url": f"https://tracker.example.com/browse/{ref.key}",
            "closed": False,
            "programme": f"Programme {n % _PROGRAMMES}",
            "department": f"Department {n % 7}",
            "manager": f"Manager {n % _OWNERS}",
            "sponsor": f"Sponsor {n % 9}",
            "phase": "execute",
            "reported": reported,
            "computed": computed,
            "reported_better": False,
            "dimensions": {d: random.choice(COLOURS) for d in DIMENSIONS},
            "currency": "EUR",
            "budget": bac,
            "evm": EarnedValue(**evm),
            "plan_items": random.randint(20, 400),
            "planned_cost": bac,
            "baseline_cost": bac,
            "baseline_finish": _day(random),
            "forecast_finish": _day(random),
            "slip_days": random.randint(-20, 90),
            "scope_growth_ratio": random.random() / 3,
            "score": Decimal(random.randint(50, 100)) / 100,
            "coverage": Decimal("0.9"),
            "findings": findings,
            "burn_up": _burn_up(random),
            "score_history": tuple(
                Point(day=TODAY - timedelta(weeks=11 - n), value=Decimal(random.randint(60, 99)) / 100)
                for n in range(12)
            ),
        }
    )


def _burn_up(random: Random) -> BurnUp:
    """Half a year of a project to which a few items come and in which a few are done every week."""
    came = [random.randint(0, 3) for _ in range(_WEEKS)]
    done = [random.randint(0, 3) for _ in range(_WEEKS)]
    scope = list(accumulate(came, initial=random.randint(60, 200)))[1:]
    return BurnUp(
        ends_on=tuple(TODAY - timedelta(weeks=_WEEKS - 1 - n) for n in range(_WEEKS)),
        scope=tuple(scope),
        done=tuple(accumulate(done)),
        planned=tuple(n * scope[0] // (2 * _WEEKS) for n in range(_WEEKS)),
        frozen_items=scope[0],
    )


def _map(projects: list[Project]) -> BudgetMap:
    placed = [
        Bubble(project=p.ref, colour=p.computed, budget=p.budget, score=p.score, exposure=None)
        for p in projects[:_BUBBLES]
        if p.budget is not None and p.score is not None
    ]
    return BudgetMap(currency="EUR", bubbles=tuple(placed), total=len(projects), without=0, other_currencies=0)


def _reasons(random: Random) -> tuple[ReasonRow, ...]:
    return tuple(
        ReasonRow(
            rule_id=f"R-{random.randint(0, _RULES - 1):02d}",
            severity="high",
            dimension="schedule",
            outcome="fail",
            message=f"Forecast finish is {random.randint(11, 99)} days after the approved one (limit 10)",
        )
        for _ in range(3)
    )


def _milestone(ref: ProjectRef, random: Random) -> Milestone:
    return Milestone(
        project=ref,
        title=f"{_name(random)} accepted",
        url=None,
        baseline_date=_day(random),
        forecast_date=_day(random),
        done_on=None,
        slip_days=random.randint(-5, 40),
        state="late",
    )


def _finding(n: int, project: Project, random: Random) -> Finding:
    """On one of 2,000 items of the project, in the words of its rule, which hold a number or two."""
    rule = n * 7 % _RULES
    key = f"{project.ref.key}-{random.randint(1, 2_000)}"
    age = random.randint(0, 300)
    told = f"{_WORDS[rule % len(_WORDS)]} {_WORDS[rule // len(_WORDS)]}: {random.randint(15, 99)} days"
    return Finding(
        id=f"{random.getrandbits(40):010x}",
        rule_id=f"R-{rule:02d}",
        severity=SEVERITIES[rule % 5],
        observed_only=False,
        project_id=project.ref.id,
        item_key=key,
        item_url=f"https://tracker.example.com/browse/{key}",
        message=f"No change of {told} (limit {14 + rule % 5})",
        opened_on=TODAY - timedelta(days=age),
        age_days=age,
        verified=True,
        owner=project.manager,
        fix_by=TODAY + timedelta(days=30 - age),
        overdue_days=age - 30,
    )


def _rule(n: int, findings: int) -> RuleRow:
    return RuleRow(
        id=f"R-{n:02d}",
        title=f"Rule number {n} holds",
        dimension=DIMENSIONS[n % 5],
        severity=SEVERITIES[n % 5],
        why="A reason of some length, as rules give one.",
        fix="A way to mend it, as rules give one.",
        open=findings // _RULES,
        opened_since=3,
        projects=10,
        oldest_days=200,
    )


def _attention(p: Project) -> AttentionRow:
    return AttentionRow(
        project=p.ref,
        programme=p.programme,
        manager=p.manager,
        reported=p.reported,
        computed=p.computed,
        reported_better=False,
        dimensions=p.dimensions,
        eac_over_bac_ratio=0.1,
        slip_days=p.slip_days,
        findings=p.findings,
        reason=p.reasons[0].message,
        more_reasons=2,
    )


def _decision(rank: int, p: Project) -> Decision:
    return Decision(
        rank=rank,
        kind="time",
        colour=p.computed,
        project=p.ref,
        who=p.sponsor,
        url=p.url,
        what="Approve a new baseline, or ask for a recovery plan",
        why="a slip of many days",
    )


def _changes() -> Changes:
    return Changes(
        since=TODAY - timedelta(days=7),
        no_earlier_state=True,
        transitions=(),
        worse=0,
        better=0,
        findings_opened=0,
        findings_resolved=0,
        slips=(),
        slips_total=0,
        added_items=0,
        added_projects=0,
        missed=(),
        missed_total=0,
        reached=(),
        reached_total=0,
        activity=Activity(
            done_items=0, booked_hours=Decimal(0), gates_decided=0, requests_raised=0, requests_decided=0
        ),
    )


def _tiles(projects: list[Project], findings: int) -> Tiles:
    counts = {c: sum(p.computed == c for p in projects) for c in COLOURS}
    money = MoneySum(
        currency="EUR",
        projects=len(projects),
        bac=Decimal(10**9),
        eac=Decimal(11 * 10**8),
        eac_over_bac_ratio=0.1,
        budgeted_projects=0,
        budget=None,
        eac_of_budgeted=None,
        eac_over_budget_ratio=None,
    )
    return Tiles(
        health=HealthTile(total=len(projects), reported_better=0, not_reported=0, **counts),
        eac=EacTile(main=money, others=(), not_computable=0, limit_ratio=0.1),
        schedule=ScheduleTile(
            late=10,
            known=len(projects),
            unknown=0,
            tolerance_days=10,
            finishing_soon=5,
            soon_days=30,
            worst=None,
            worst_slip_days=None,
            milestones_late=0,
            milestones_due=0,
        ),
        scope=ScopeTile(median_growth_ratio=0.1, known=10, unknown=0, over=1, limit_ratio=0.1, unapproved=0),
        compliance=ComplianceTile(
            score=Decimal("0.8"),
            score_without_waived=None,
            coverage=Decimal("0.9"),
            history=(),
            open_findings=findings,
            by_severity=dict.fromkeys(SEVERITIES, findings // 5),
        ),
    )
