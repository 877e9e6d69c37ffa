"""A small report made by hand: three projects, one of each kind of trouble, in words of one language only.

Names and messages are in the report's language, so that a test can see which words are ours and not translated.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from reports.inputs import DIMENSIONS
from reports.model import (
    SECTIONS,
    Activity,
    Allocation,
    Attention,
    AttentionRow,
    Bubble,
    BudgetMap,
    Changes,
    ComplianceTile,
    Decision,
    EacTile,
    EarnedValue,
    Finding,
    Gap,
    HealthTile,
    Level,
    MethodEntry,
    Milestone,
    Milestones,
    MoneySum,
    PortfolioFinding,
    ProgrammeBudget,
    Project,
    ProjectRef,
    ReasonRow,
    ReportModel,
    Risk,
    Risks,
    RuleRow,
    ScheduleTile,
    ScopeTile,
    Slip,
    SourceState,
    Tiles,
    Transition,
    WaivedRow,
)

MOMENT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TODAY, SINCE = date(2026, 11, 23), date(2026, 11, 16)
ENGLISH = {
    "title": "Portfolio of the north", "verdict": "One project of three is red.", "billing": "Billing renewal",
    "archive": "Archive move", "portal": "Customer portal", "programme": "Core systems", "department": "Operations",
    "manager": "Ana Ruiz", "sponsor": "Karl Weber", "over": "The cost at completion is 35% over the baseline",
    "late": "The finish is 64 days late", "lacking": "No baseline, no slip", "assignee": "Nobody is assigned",
    "what": "Fund the gap, or stop", "why": "Money is short", "pilot": "Pilot accepted",
    "vendor": "The vendor may leave",
    "rule": "Cost within the baseline", "rule2": "Work has an assignee", "because": "A late project costs more.",
    "fix": "Ask for a change of scope.", "reason": "The board accepted it", "gap": "Projects without a baseline",
    "term": "Cost at completion", "formula": "What was spent and what is still to be spent", "source": "tracker",
    "instead": "A weekly review", "scanning": "Chances are looked for", "none": "No opportunity is recorded",
    "capacity": "Demand within capacity", "wanted": "Demand is 130% of capacity", "person": "Olga Brandt",
    "person id": "olga", "load": "Planned 60 hours in one week",
}  # fmt: skip
CHINESE = {
    "title": "北区项目组合", "verdict": "三个项目中有一个为红。", "billing": "计费系统更新", "archive": "档案迁移",
    "portal": "客户门户", "programme": "核心系统", "department": "运营部", "manager": "安娜", "sponsor": "卡尔",
    "over": "完工成本超出基准三成五", "late": "完成日推迟六十四天", "lacking": "没有基准，无法计算延期",
    "assignee": "无人负责", "what": "追加资金或终止", "why": "资金不足", "pilot": "试点验收",
    "vendor": "供应商可能退出",
    "rule": "成本不超基准", "rule2": "工作有人负责", "because": "延期的项目成本更高。", "fix": "申请变更范围。",
    "reason": "董事会已接受", "gap": "没有基准的项目", "term": "完工成本", "formula": "已花费与尚需花费之和",
    "source": "跟踪器", "instead": "每周评审", "scanning": "寻找机会", "none": "没有记录任何机会",
    "capacity": "需求不超产能", "wanted": "需求为产能的一倍三", "person": "奥尔加", "person id": "奥",
    "load": "一周计划六十小时",
}  # fmt: skip


def small_report(language: str = "en", **changed: Any) -> ReportModel:
    """The report; `changed` replaces fields of the model."""
    t = CHINESE if language == "zh-Hans" else ENGLISH
    red, lost, calm = (ProjectRef(id=f"i{n}", key=f"INI-0{n}", name=t[k]) for n, k in _NAMES)
    parts: dict[str, Any] = {
        "title": t["title"],
        "language": language,
        "as_of": MOMENT,
        "compared_with": SINCE,
        "verdict": (t["verdict"],),
        "sections": SECTIONS,
        "sources": (_source(t),),
        "tiles": _tiles(red),
        "attention": Attention(rows=(_attention(red, t),), total=2),
        "decisions": (
            Decision(rank=1, kind="money", colour="red", project=red, who=t["sponsor"], what=t["what"], why=t["why"],
                     url="https://tracker.example/INI-01"),
        ),
        "changes": _changes(red),
        "map": BudgetMap(
            currency="EUR",
            bubbles=(
                Bubble(project=red, colour="red", budget=Decimal("1942500"), score=Decimal("0.74"),
                       exposure=Decimal(120000)),
            ),
            total=1, without=2, other_currencies=0,
        ),
        "budget_by_programme": (
            ProgrammeBudget(programme=t["programme"], currency="EUR", projects=1, bac=Decimal(1850000),
                            eac=Decimal(2500000), over_ratio=0.351351),
        ),
        "milestones": Milestones(rows=(_milestone(red, t),), total=1, until=date(2026, 12, 23)),
        "risks": Risks(rows=(_risk(red, t),), open_total=3, without_exposure=1, without_owner=0),
        "allocation": Allocation(weeks=(), people=(), people_total=0, person_weeks=0),
        "rules": _rules(t),
        "levels": _levels(t),
        "portfolio": _portfolio(t),
        "projects": (_red(red, t), _lost(lost, t), _calm(calm, t)),
        "findings": _findings(t),
        "waived": (_waived(red, t),),
        "method": (MethodEntry(term=t["term"], text=t["formula"]),),
        "gaps": (Gap(kind="no_baseline", text=t["gap"], items=("INI-02",), total=1),),
    }  # fmt: skip
    return ReportModel(**parts | changed)


_NAMES = ((1, "billing"), (2, "archive"), (3, "portal"))


def _tiles(red: ProjectRef) -> Tiles:
    main = MoneySum(
        currency="EUR", projects=1, bac=Decimal(1850000), eac=Decimal(2500000), eac_over_bac_ratio=0.351351,
        budgeted_projects=0, budget=None, eac_of_budgeted=None, eac_over_budget_ratio=None,
    )  # fmt: skip
    return Tiles(
        health=HealthTile(total=3, red=1, amber=0, green=1, unknown=1, reported_better=1, not_reported=1),
        eac=EacTile(main=main, others=(), not_computable=2, limit_ratio=0.1),
        schedule=ScheduleTile(late=1, known=2, unknown=1, tolerance_days=10, finishing_soon=1, soon_days=30, worst=red,
                              worst_slip_days=64, milestones_late=0, milestones_due=0),
        scope=ScopeTile(median_growth_ratio=0.08, known=2, unknown=1, over=1, limit_ratio=0.1, unapproved=0),
        compliance=ComplianceTile(score=Decimal("0.81"), score_without_waived=None, coverage=Decimal("0.91"),
                                  history=(), open_findings=3, by_severity={"critical": 1, "low": 2}),
    )  # fmt: skip


def _source(t: dict[str, str]) -> SourceState:
    return SourceState(name=t["source"], kind=None, complete_at=MOMENT, age_hours=30, state="stale", note=None)


def _attention(red: ProjectRef, t: dict[str, str]) -> AttentionRow:
    return AttentionRow(
        project=red, programme=t["programme"], manager=t["manager"], reported="green", computed="red",
        reported_better=True, dimensions=dict.fromkeys(DIMENSIONS, "red"), eac_over_bac_ratio=0.351351, slip_days=64,
        findings=3, reason=t["over"], more_reasons=1,
    )  # fmt: skip


def _changes(red: ProjectRef) -> Changes:
    return Changes(
        since=SINCE, no_earlier_state=False,
        transitions=(Transition(project=red, basis="computed", before="amber", after="red", on=None),),
        worse=1, better=0, findings_opened=2, findings_resolved=1,
        slips=(Slip(project=red, before_days=50, after_days=64),), slips_total=1, added_items=0, added_projects=0,
        missed=(), missed_total=0, reached=(), reached_total=0,
        activity=Activity(done_items=4, booked_hours=Decimal("12.5"), gates_decided=0, requests_raised=0,
                          requests_decided=0),
    )  # fmt: skip


def _milestone(red: ProjectRef, t: dict[str, str]) -> Milestone:
    return Milestone(project=red, title=t["pilot"], url=None, baseline_date=date(2026, 11, 18),
                     forecast_date=date(2026, 12, 9), done_on=None, slip_days=21, state="missed")  # fmt: skip


def _risk(red: ProjectRef, t: dict[str, str]) -> Risk:
    return Risk(project=red, title=t["vendor"], owner=None, exposure=Decimal(200000), currency="EUR",
                probability_ratio=Decimal("0.4"), due_date=None, days_since_review=40, stale_review=True)  # fmt: skip


def _rules(t: dict[str, str]) -> tuple[RuleRow, ...]:
    return (
        RuleRow(id="HYG-03", title=t["rule2"], dimension="compliance", severity="low", why=None, fix=None, open=2,
                opened_since=1, projects=2, oldest_days=21),
        RuleRow(id="BUD-03", title=t["rule"], dimension="cost", severity="critical", why=t["because"], fix=t["fix"],
                open=1, opened_since=0, projects=1, oldest_days=30),
    )  # fmt: skip


def _levels(t: dict[str, str]) -> tuple[Level, ...]:
    whole = {"projects": 3, "worst_tenth": Decimal("0.5"), "capped": 1, "basis": "equal", "unweighed": 0, "history": ()}
    return (
        Level(level="organisation", unit="", name=None, depth=0, owner=t["sponsor"], pmo_level="directive",
              score=Decimal("0.81"), coverage=Decimal("0.91"), grade="B", **whole),
        Level(level="department", unit="ops", name=t["department"], depth=0, owner=None, pmo_level=None, score=None,
              coverage=Decimal("0.4"), grade="insufficient data", **whole),
    )  # fmt: skip


def _red(ref: ProjectRef, t: dict[str, str]) -> Project:
    evm = EarnedValue(
        status_date=date(2026, 11, 20), basis="cost", currency="EUR", bac=Decimal(1850000), pv=Decimal(900000),
        ev=Decimal(740000), ac=Decimal(1000000), ac_method=None, eac=Decimal(2500000), etc=Decimal(1500000),
        vac=Decimal(-650000), cv=Decimal(-260000), sv=Decimal(-160000), cpi=0.74, spi=0.822222, tcpi=1.3058823,
        complete_ratio=0.4, eac_over_bac_ratio=0.351351, eac_over_budget_ratio=None,
    )  # fmt: skip
    reasons = (
        ReasonRow(rule_id="BUD-03", severity="critical", dimension="cost", outcome="fail", message=t["over"]),
        ReasonRow(rule_id="SCH-06", severity="high", dimension="schedule", outcome="fail", message=t["late"]),
    )
    return _project(
        ref, t, url="https://tracker.example/INI-01", phase="execute", reported="green", computed="red",
        reported_better=True, reasons=reasons, currency="EUR", budget=Decimal(1940000), evm=evm, slip_days=64,
        score=Decimal("0.62"), coverage=Decimal("0.95"), findings=2, milestones=(_milestone(ref, t),),
        baseline_finish=date(2026, 12, 1), forecast_finish=date(2027, 2, 3), scope_growth_ratio=0.19,
        planned_cost=Decimal("2400000.50"), booked_hours=Decimal("812.25"),
    )  # fmt: skip


def _lost(ref: ProjectRef, t: dict[str, str]) -> Project:
    """Nothing is known of it, not even a currency; its planned cost is an amount all the same."""
    reasons = (ReasonRow(rule_id="SCH-06", severity="high", dimension="schedule", outcome="unknown",
                         message=t["lacking"]),)  # fmt: skip
    return _project(ref, t, programme=None, reasons=reasons, planned_cost=Decimal(12000), findings=1)


def _calm(ref: ProjectRef, t: dict[str, str]) -> Project:
    return _project(ref, t, reported="green", computed="green", slip_days=0, score=Decimal(1), coverage=Decimal(1),
                    dimensions=dict.fromkeys(DIMENSIONS, "green"))  # fmt: skip


def _project(ref: ProjectRef, t: dict[str, str], **known: Any) -> Project:
    empty: dict[str, Any] = {name: None for name, field in Project.model_fields.items() if field.is_required()}
    given = {
        "ref": ref, "programme": t["programme"], "department": t["department"], "manager": t["manager"],
        "sponsor": t["sponsor"], "closed": False, "reported": "unknown", "computed": "unknown",
        "reported_better": False, "dimensions": dict.fromkeys(DIMENSIONS, "unknown"), "reasons": (), "findings": 0,
        "milestones": (),
    }  # fmt: skip
    return Project(**empty | given | known)


def _findings(t: dict[str, str]) -> tuple[Finding, ...]:
    usual: dict[str, Any] = {"observed_only": False, "verified": True, "item_key": None, "item_url": None}
    return (
        Finding(id="f1", rule_id="BUD-03", severity="critical", project_id="i1", message=t["over"],
                opened_on=date(2026, 10, 24), age_days=30, owner=t["manager"], fix_by=date(2026, 11, 10),
                overdue_days=13, evidence=("1850000",), **usual),
        Finding(id="f2", rule_id="HYG-03", severity="low", project_id="i1", message=t["assignee"],
                opened_on=date(2026, 11, 20), age_days=3, waived_by="W-1", waived_until=date(2026, 12, 1),
                **usual | {"item_key": "APP-7", "item_url": "https://tracker.example/APP-7"}),
        Finding(id="f3", rule_id="HYG-03", severity="low", project_id="i2", message=None, opened_on=None,
                age_days=None, **usual | {"observed_only": True, "verified": False, "item_key": "OLD-1"}),
    )  # fmt: skip


def _portfolio(t: dict[str, str]) -> tuple[PortfolioFinding, ...]:
    usual: dict[str, Any] = {"observed_only": False, "verified": True, "fix": t["fix"], "age_days": 20}
    usual["opened_on"] = date(2026, 11, 3)
    return (
        PortfolioFinding(id="o1", rule_id="RSK-06", title=t["scanning"], severity="medium", subject_kind="organisation",
                         subject_id="organisation", subject_name="organisation", message=t["none"],
                         **usual | {"observed_only": True}),
        PortfolioFinding(id="o2", rule_id="RES-03", title=t["capacity"], severity="high", subject_kind="department",
                         subject_id=t["department"], subject_name=t["department"], message=t["wanted"],
                         owner=t["manager"], fix_by=date(2026, 11, 20), overdue_days=3, evidence=("130", "100"),
                         **usual),
        PortfolioFinding(id="o3", rule_id="RES-07", title=t["rule2"], severity="low", subject_kind="person",
                         subject_id=t["person id"], subject_name=t["person"], message=t["load"], waived_by="W-2",
                         waived_until=date(2026, 12, 31),
                         **usual | {"verified": False, "fix": None, "opened_on": None, "age_days": None}),
    )  # fmt: skip


def _waived(red: ProjectRef, t: dict[str, str]) -> WaivedRow:
    return WaivedRow(
        finding_id="f2", waiver_id="W-1", rule_id="HYG-03", title=t["rule2"], severity="low", project=red,
        item_key="APP-7", item_url="https://tracker.example/APP-7", message=t["assignee"], reason=t["reason"],
        requested_by=t["manager"], approved_by=t["sponsor"], ticket=None, compensating=t["instead"],
        expires_on=date(2026, 12, 1), days_left=8,
    )  # fmt: skip
