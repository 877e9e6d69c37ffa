"""Datasets of projects, of findings, and of why projects have their colour."""

from collections.abc import Iterator

from reports.inputs import DIMENSIONS
from reports.model import Finding, Project, ReportModel
from reports.render.datasets import Dataset, Field, Kind, Value, Values, dataset, exact
from reports.render.links import web_link
from reports.words import Words


def projects(model: ReportModel, words: Words) -> Dataset:
    """One row a project. Amounts of earned value are in the project's currency, or hours, as `basis` says."""
    fields = (
        Field("key", words("Key"), width=12),
        Field("name", words("Name"), width=32),
        Field("programme", words("Programme"), width=18),
        Field("department", words("Department"), width=18),
        Field("phase", words("Phase"), "term", "phase"),
        Field("manager", words("Manager"), width=18),
        Field("sponsor", words("Sponsor"), width=18),
        Field("closed", words("Closed"), "flag", width=8),
        Field("reported", words("Reported"), "term", "colour", 10),
        Field("reported_on", words("Latest status report"), "day"),
        Field("computed", words("Computed"), "term", "colour", 10),
        Field("reported_better", words("Reported better than computed"), "flag", width=12),
        *(Field(f"health_{d}", words.term("dimension", d), "term", "colour", 10) for d in DIMENSIONS),
        Field("currency", words("Currency"), width=9),
        Field("budget", words("Approved budget"), "decimal"),
        Field("planned_cost", words("Planned cost"), "decimal"),
        Field("baseline_cost", words("Baseline cost"), "decimal"),
        Field("actual_cost", words("Actual cost"), "decimal"),
        Field("planned_hours", words("Planned work in hours"), "decimal"),
        Field("booked_hours", words("Booked hours"), "decimal"),
        Field("basis", words("Earned value in"), "term", "basis", 10),
        Field("status_date", words("Status date"), "day"),
        Field("bac", words("BAC, baseline"), "decimal"),
        Field("pv", words("PV, planned value"), "decimal"),
        Field("ev", words("EV, earned value"), "decimal"),
        Field("ac", words("AC, actual cost"), "decimal"),
        Field("eac", words("EAC, at completion"), "decimal"),
        Field("vac", words("VAC, variance"), "decimal"),
        Field("cpi", words("CPI"), "index", width=8),
        Field("spi", words("SPI"), "index", width=8),
        Field("complete_ratio", words("Complete"), "ratio", width=10),
        Field("eac_over_bac_ratio", words("EAC vs baseline"), "ratio", width=10),
        Field("start", words("Start"), "day"),
        Field("baseline_finish", words("Approved finish"), "day"),
        Field("forecast_finish", words("Forecast finish"), "day"),
        Field("slip_days", words("Slip in days"), "whole", width=9),
        Field("days_past_finish", words("Days past its finish"), "whole", width=9),
        Field("scope_growth_ratio", words("Scope growth"), "ratio", width=10),
        Field("plan_items", words("Tasks in the plan"), "whole", width=9),
        Field("tracker_items", words("Items in the tracker"), "whole", width=9),
        Field("score", words("Compliance score"), "ratio", width=10),
        Field("coverage", words("Coverage"), "ratio", width=10),
        Field("findings", words("Open findings"), "whole", width=9),
        Field("url", words("Address"), "link", width=30),
        *_own_fields(model, words),
    )
    rows = ((*_project(p), *_own_values(p, model)) for p in model.projects)
    return dataset("projects", words("Projects"), fields, rows)


def _own_fields(model: ReportModel, words: Words) -> Iterator[Field]:
    """The site's own columns; money has its currency in a column beside it."""
    kinds: dict[str, Kind] = {"text": "text", "percent": "ratio"}
    for n, column in enumerate(model.own_columns, start=1):
        yield Field(f"own_{n}", column.title, kinds.get(column.unit, "decimal"))
        if column.unit == "money":
            currency = words("{name}, currency", name=column.title)
            yield Field(f"own_{n}_currency", currency, width=9)


def _own_values(project: Project, model: ReportModel) -> Iterator[Value]:
    for column, found in zip(model.own_columns, project.own, strict=True):
        value = None if found is None else found.value
        if column.unit == "text":
            yield found.text if found else None
        else:
            yield float(value) if column.unit == "percent" and value is not None else value
        if column.unit == "money":
            yield found.currency if found else None


def _project(p: Project) -> Values:
    e = p.evm
    earned: Values = (None,) * 11
    if e is not None:
        earned = (e.basis, e.status_date, e.bac, e.pv, e.ev, e.ac, e.eac, e.vac, exact(e.cpi), exact(e.spi),
                  exact(e.complete_ratio))  # fmt: skip
    return (
        p.ref.key, p.ref.name, p.programme, p.department, p.phase, p.manager, p.sponsor, p.closed,
        p.reported, p.reported_on, p.computed, p.reported_better, *(p.dimensions.get(d, "unknown") for d in DIMENSIONS),
        p.currency, p.budget, p.planned_cost, p.baseline_cost, p.actual_cost, p.planned_hours, p.booked_hours,
        *earned, exact(e.eac_over_bac_ratio) if e else None,
        p.start, p.baseline_finish, p.forecast_finish, p.slip_days, p.days_past_finish, exact(p.scope_growth_ratio),
        p.plan_items, p.tracker_items, p.score, p.coverage, p.findings, web_link(p.url),
    )  # fmt: skip


def findings(model: ReportModel, words: Words) -> Dataset:
    """One row an open finding, heaviest first."""
    fields = (
        Field("severity", words("Severity"), "term", "severity", 10),
        Field("rule", words("Rule"), width=10),
        Field("rule_title", words("Name of the rule"), width=32),
        Field("project", words("Project"), width=12),
        Field("project_name", words("Name"), width=28),
        Field("item", words("Item"), width=14),
        Field("message", words("Finding"), width=60),
        Field("owner", words("Owner"), width=18),
        Field("opened_on", words("Open since"), "day"),
        Field("age_days", words("Open for days"), "whole", width=9),
        Field("fix_by", words("To mend by"), "day"),
        Field("overdue_days", words("Days overdue"), "whole", width=9),
        Field("observed_only", words("Observed only"), "flag", width=9),
        Field("unverified", words("Not checked by the latest run"), "flag", width=9),
        Field("waived_by", words("Waiver"), width=14),
        Field("waived_until", words("Last day of the waiver"), "day"),
        Field("evidence", words("Evidence"), width=40),
        Field("id", words("Id"), width=12),
        Field("url", words("Address"), "link", width=30),
    )
    return dataset("findings", words("Findings"), fields, _findings(model))


def _findings(model: ReportModel) -> Iterator[Values]:
    refs = {p.ref.id: p.ref for p in model.projects}
    titles = {r.id: r.title for r in model.rules}
    for f in model.findings:
        ref = refs.get(f.project_id)
        yield (
            f.severity, f.rule_id, titles.get(f.rule_id, f.rule_id), ref.key if ref else f.project_id,
            ref.name if ref else None, f.item_key, f.message, f.owner, f.opened_on, f.age_days, f.fix_by,
            _overdue(f), f.observed_only, not f.verified, f.waived_by, f.waived_until,
            "\n".join(f.evidence) or None, f.id, web_link(f.item_url),
        )  # fmt: skip


def _overdue(finding: Finding) -> Value:
    """Days beyond the day to mend it; None where that has not passed."""
    return finding.overdue_days if (finding.overdue_days or 0) > 0 else None


def reasons(model: ReportModel, words: Words) -> Dataset:
    """One row a rule that leans, or could not be evaluated, of each project."""
    fields = (
        Field("project", words("Project"), width=12),
        Field("dimension", words("Dimension"), "term", "dimension"),
        Field("severity", words("Severity"), "term", "severity", 10),
        Field("rule", words("Rule"), width=10),
        Field("outcome", words("Outcome"), "term", "outcome"),
        Field("waived", words("Under waiver"), "flag", width=9),
        Field("message", words("Why"), width=80),
    )
    rows = (
        (p.ref.key, r.dimension, r.severity, r.rule_id, r.outcome, r.waived, r.message)
        for p in model.projects
        for r in p.reasons
    )
    return dataset("reasons", words("Reasons for the colours"), fields, rows)


def milestones(model: ReportModel, words: Words) -> Dataset:
    """Every milestone of every project."""
    fields = (
        Field("project", words("Project"), width=12),
        Field("title", words("Milestone"), width=40),
        Field("state", words("State"), "term", "milestone"),
        Field("baseline_date", words("Approved"), "day"),
        Field("forecast_date", words("Forecast"), "day"),
        Field("done_on", words("Reached on"), "day"),
        Field("slip_days", words("Slip in days"), "whole", width=9),
        Field("url", words("Address"), "link", width=30),
    )
    rows = (
        (p.ref.key, m.title, m.state, m.baseline_date, m.forecast_date, m.done_on, m.slip_days, web_link(m.url))
        for p in model.projects
        for m in p.milestones
    )
    return dataset("milestones", words("Milestones"), fields, rows)
