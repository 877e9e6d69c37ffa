"""The cast: what each project is, and how it leans. Data only; every number below comes true in the records.

A profile that sets nothing besides its identity is healthy: on cost, on time, reported and governed as it should be.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Profile:
    """One project. Weeks count from `today`: `began` weeks ago, for `weeks` weeks. Money in EUR."""

    # identity
    key: str
    name: str
    jira: str
    manager: str
    sponsor: str
    programme: str
    department: str
    goal: str
    topics: tuple[str, ...]
    began: int
    weeks: int
    lanes: int = 2
    phase: str = "execute"
    method: str = "hybrid"
    size: str = "medium"
    purchases: int = 0  # planned fixed cost
    # joining of tracker and plan
    plan_name: str | None = None
    key_in_plan: bool = True
    key_in_tracker: bool = True
    has_plan: bool = True
    # leanings: money and time
    cpi: float = 1.01
    slip_days: int = 0  # working days
    health: str = "Green"
    baseline: Literal["full", "none", "zeros"] = "full"
    stale_earned_value: bool = False
    no_budget: bool = False
    poor_logic: bool = False
    leads: bool = False
    # leanings: scope and changes
    unapproved_growth: float = 0.0  # part of the frozen items
    approved_growth: float = 0.0
    undecided_change_days: int = 0
    # leanings: governance
    silent_weeks: int = 0  # since the last status report
    approved_after_weeks: int = 0  # first gate passed that long after work began
    missing_documents: tuple[str, ...] = ()
    stakeholders: int = 4
    neglected_risks: bool = False
    recovery_plan: bool = False
    uncovered_invoices: int = 0
    unpaid_invoices: int = 0
    open_at_closure: bool = False
    # leanings: people and flow
    inactive_assignee: bool = False
    unstaffed: bool = False
    neglected_flow: bool = False  # blocked long, unassigned, stale, unestimated
    odd_bookings: bool = False  # a 14-hour day, time after closing
    plan_risks: bool = False
    timesheet: bool = False
    blank: tuple[str, ...] = ()  # fields of the project that nobody filled in


PROFILES: tuple[Profile, ...] = (
    Profile(
        key="INI-01", name="Customer Portal", jira="CPOR", manager="ingrid.solberg", sponsor="Helena Brandauer",
        programme="Customer Growth", department="Sales & Service", goal="Half of all orders placed online",
        topics=("sign-in", "order history", "payment", "returns", "invoices", "address book", "notifications"),
        began=45, weeks=62, lanes=3, size="large", purchases=120_000,
    ),
    Profile(
        key="INI-02", name="Warehouse Automation", jira="WHA", manager="rafael.oliveira", sponsor="Jonas Petersen",
        programme="Operations Renewal", department="Manufacturing", goal="Pick cost down by a fifth",
        topics=("conveyor control", "pick-by-light", "dock scheduling", "label printing", "stock sync", "safety fence"),
        began=55, weeks=70, lanes=3, size="large", purchases=420_000, cpi=0.75, health="Amber", leads=True,
        neglected_risks=True, uncovered_invoices=3,
    ),
    Profile(
        key="INI-03", name="ERP Migration", jira="ERPM", manager="hanna.bergmann", sponsor="Jonas Petersen",
        programme="Operations Renewal", department="IT", goal="One ledger for all plants",
        topics=("general ledger", "purchasing", "master data", "interfaces", "reporting", "archive", "roles"),
        began=59, weeks=74, lanes=3, size="large", purchases=760_000, slip_days=30, health="Red",
        unstaffed=True, plan_risks=True,
    ),
    Profile(
        key="INI-04", name="Mobile Service App", jira="MSA", manager="deepak.raman", sponsor="Helena Brandauer",
        programme="Customer Growth", department="Sales & Service", goal="First-visit fix rate of 85 %",
        topics=("work orders", "offline mode", "spare parts", "photo upload", "signature", "route planning"),
        began=38, weeks=48, method="agile", unapproved_growth=0.32, no_budget=True,
    ),
    Profile(
        key="INI-05", name="Data Platform", jira="DATA", manager="chiara.lombardi", sponsor="Magnus Thorsen",
        programme="Secure Foundations", department="IT", goal="Decisions on same-day data",
        topics=("ingestion", "catalogue", "quality checks", "access model", "sales mart", "plant mart", "lineage"),
        began=44, weeks=58, lanes=3, size="large", purchases=180_000, cpi=0.80, slip_days=25, stale_earned_value=True,
    ),
    Profile(
        key="INI-06", name="Office Relocation Leipzig", jira="OFR", manager="grzegorz.wilk", sponsor="Petra Anders",
        programme="Workplace", department="Finance & People", goal="One site in Leipzig by spring",
        topics=("lease", "floor plan", "cabling", "furniture", "move waves"),
        began=25, weeks=36, method="waterfall", size="small", purchases=15_000,
    ),
    Profile(
        key="INI-07", name="Identity and Access Renewal", jira="IAM", manager="chiara.lombardi",
        sponsor="Magnus Thorsen", programme="Secure Foundations", department="IT", goal="No shared accounts",
        topics=("directory", "joiner-mover-leaver", "single sign-on", "privileged access", "recertification"),
        began=32, weeks=46, health="Amber", inactive_assignee=True, blank=("method",),
    ),
    Profile(
        key="INI-08", name="Payroll Harmonisation", jira="PAY", manager="grzegorz.wilk", sponsor="Petra Anders",
        programme="Workplace", department="Finance & People", goal="One payroll run for six countries",
        topics=("pay codes", "calendars", "tax tables", "time feed", "payslips", "audit trail"),
        began=28, weeks=54, method="waterfall", health="Red", recovery_plan=True, baseline="none",
        missing_documents=("Charter",), stakeholders=0, poor_logic=True, silent_weeks=6, approved_after_weeks=5,
        blank=("goal",),
    ),
    Profile(
        key="INI-09", name="Predictive Maintenance", jira="PRED", manager="fatima.zahra.idrissi",
        sponsor="Jonas Petersen", programme="Operations Renewal", department="Manufacturing",
        goal="Unplanned stops down by a third",
        topics=("vibration sensors", "edge gateway", "failure model", "work order link", "dashboard"),
        began=36, weeks=48, method="agile", health="Amber", approved_growth=0.11, neglected_flow=True,
        odd_bookings=True,
    ),
    Profile(
        key="INI-10", name="Dealer Onboarding", jira="DEAL", manager="deepak.raman", sponsor="Helena Brandauer",
        programme="Customer Growth", department="Sales & Service", goal="A dealer live within ten days",
        topics=("contract", "credit check", "catalogue access", "training", "first order"),
        began=29, weeks=42, size="small", purchases=20_000, health="Amber", stakeholders=2,
    ),
    Profile(
        key="INI-11", name="Supplier Quality", jira="SUPQ", manager="fatima.zahra.idrissi", sponsor="Jonas Petersen",
        programme="Operations Renewal", department="Manufacturing", goal="Defects per million below 250",
        topics=("scorecard", "audit plan", "claims", "portal", "escalation"),
        began=42, weeks=56, plan_name="Vendor Scorecards roll-out", key_in_plan=False, health="Amber",
        undecided_change_days=40,
    ),
    Profile(
        key="INI-12", name="Finance Close Acceleration", jira="FCLO", manager="hanna.bergmann",
        sponsor="Petra Anders", programme="Workplace", department="Finance & People", goal="Books closed in five days",
        topics=("accruals", "intercompany", "reconciliation", "close calendar", "reporting pack"),
        began=50, weeks=48, phase="close", method="waterfall", plan_name="Record to Report 2026", key_in_plan=False,
        health="Amber", baseline="zeros", missing_documents=("Acceptance",), open_at_closure=True, unpaid_invoices=2,
    ),
    Profile(
        key="INI-13", name="Contract Archive", jira="CARC", manager="grzegorz.wilk", sponsor="Petra Anders",
        programme="Workplace", department="Finance & People", goal="Any contract found within a minute",
        topics=("scanning", "full-text search", "retention", "access rights", "templates"),
        began=19, weeks=34, size="small", purchases=12_000,
    ),
    Profile(
        key="INI-14", name="Plant Network Renewal", jira="PNET", manager="fatima.zahra.idrissi",
        sponsor="Magnus Thorsen", programme="Secure Foundations", department="Manufacturing",
        goal="Office and machine networks apart in every plant",
        topics=("core switches", "wireless", "machine zones", "firewalls", "monitoring"),
        began=23, weeks=40, method="waterfall", purchases=90_000,
    ),
    Profile(
        key="INI-15", name="Service Knowledge Base", jira="SKB", manager="hanna.bergmann", sponsor="Helena Brandauer",
        programme="Customer Growth", department="Sales & Service", goal="Half of all questions answered by search",
        topics=("articles", "search", "feedback", "translations", "chat hand-over"),
        began=16, weeks=30, method="agile", size="small",
    ),
    Profile(
        key="ENRG", name="Energy Monitoring Plants", jira="ENRG", manager="rafael.oliveira", sponsor="Magnus Thorsen",
        programme="Secure Foundations", department="Manufacturing", goal="Energy per part visible by line",
        topics=("meters", "network", "cost centres", "alerts"),
        began=5, weeks=32, phase="plan", size="small", purchases=30_000, plan_name="Energy Monitoring in the Plants",
        key_in_plan=False, key_in_tracker=False, timesheet=True, plan_risks=True,
    ),
    Profile(
        key="ITSI", name="IT Service Improvements", jira="ITSI", manager="ingrid.solberg", sponsor="Magnus Thorsen",
        programme="Secure Foundations", department="IT", goal="Fewer repeat incidents",
        topics=("service desk", "monitoring", "backup", "printing", "patching"),
        began=40, weeks=60, method="agile", size="small", key_in_tracker=False, has_plan=False,
    ),
)  # fmt: skip
"""Every project. Thirteen are joined by key, two by configuration; one pair is only similar; one has no plan."""

CONFIGURED_MATCHES: tuple[tuple[str, str, str], ...] = tuple(
    (p.key, p.jira, p.plan_name) for p in PROFILES if p.plan_name and p.key_in_tracker
)
"""What the demo's configuration must join: initiative key, tracker project's key, plan's name."""

SIMILAR_PAIR: tuple[str, str] = ("Energy Monitoring Plants", "Energy Monitoring in the Plants")
"""Tracker project and plan that may only be suggested as a match."""

LATE_SUPPLIER = ("ERPM", "DATA")
"""The first's work blocks the second's, and ends weeks after the second needs it."""

PUNCTUAL_SUPPLIER = ("DATA", "PRED")
"""A block across projects that works out in time."""

UNOWNED_SUPPLIER = ("ERPM", "PAY")
"""The first's work, which nobody is assigned to, blocks the second's."""
