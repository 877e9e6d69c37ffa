"""Datasets of what the first page lists: decisions, changes, budgets, risks, rules, levels, waivers, sources, gaps.

Here is also the list of all datasets.
"""

from collections.abc import Iterator

from reports.model import ReportModel
from reports.render.data_portfolio import portfolio_findings
from reports.render.data_projects import findings, milestones, projects, reasons
from reports.render.datasets import Dataset, Field, Maker, Values, dataset, exact
from reports.render.links import web_link
from reports.words import Words


def decisions(model: ReportModel, words: Words) -> Dataset:
    """What somebody has to decide, in its order."""
    fields = (
        Field("rank", words("Rank"), "whole", width=7),
        Field("project", words("Project"), width=12),
        Field("colour", words("Computed"), "term", "colour", 10),
        Field("what", words("What to decide"), width=50),
        Field("why", words("Why"), width=50),
        Field("who", words("Who decides"), width=20),
        Field("url", words("Address"), "link", width=30),
    )
    rows = ((d.rank, d.project.key, d.colour, d.what, d.why, d.who, web_link(d.url)) for d in model.decisions)
    return dataset("decisions", words("Decisions"), fields, rows)


def changes(model: ReportModel, words: Words) -> Dataset:
    """Statuses and finishes that moved since the day compared with."""
    fields = (
        Field("project", words("Project"), width=12),
        Field("what", words("What changed"), "term", "change", 20),
        Field("before", words("Before"), "term", "colour", 10),
        Field("after", words("Now"), "term", "colour", 10),
        Field("before_days", words("Slip before, in days"), "whole", width=12),
        Field("after_days", words("Slip now, in days"), "whole", width=12),
        Field("changed_on", words("On"), "day"),
    )
    return dataset("changes", words("Changes"), fields, _changes(model))


def _changes(model: ReportModel) -> Iterator[Values]:
    for t in model.changes.transitions:
        yield (t.project.key, t.basis, t.before, t.after, None, None, t.on)
    for s in model.changes.slips:
        yield (s.project.key, "finish", None, None, s.before_days, s.after_days, None)


def budgets(model: ReportModel, words: Words) -> Dataset:
    """Baseline and cost at completion of each programme and currency."""
    fields = (
        Field("programme", words("Programme"), width=24),
        Field("currency", words("Currency"), width=9),
        Field("projects", words("Projects"), "whole", width=9),
        Field("bac", words("BAC, baseline"), "decimal", width=16),
        Field("eac", words("EAC, at completion"), "decimal", width=16),
        Field("over_ratio", words("EAC vs baseline"), "ratio", width=10),
    )
    rows = (
        (b.programme or words("without programme"), b.currency, b.projects, b.bac, b.eac, exact(b.over_ratio))
        for b in model.budget_by_programme
    )
    return dataset("budgets", words("Budget"), fields, rows)


def risks(model: ReportModel, words: Words) -> Dataset:
    """The largest open threats; the report holds no others."""
    fields = (
        Field("project", words("Project"), width=12),
        Field("title", words("Risk"), width=50),
        Field("owner", words("Owner"), width=18),
        Field("exposure", words("Risk exposure"), "decimal"),
        Field("currency", words("Currency"), width=9),
        Field("probability_ratio", words("Probability"), "ratio", width=10),
        Field("due_date", words("Due"), "day"),
        Field("days_since_review", words("Days since its review"), "whole", width=9),
    )
    rows = (
        (r.project.key, r.title, r.owner, r.exposure, r.currency, r.probability_ratio, r.due_date, r.days_since_review)
        for r in model.risks.rows
    )
    return dataset("risks", words("Risks"), fields, rows, model.risks.open_total)


def rules(model: ReportModel, words: Words) -> Dataset:
    """Rules with open findings."""
    fields = (
        Field("rule", words("Rule"), width=10),
        Field("title", words("Name of the rule"), width=40),
        Field("dimension", words("Dimension"), "term", "dimension"),
        Field("severity", words("Severity"), "term", "severity", 10),
        Field("open", words("Open findings"), "whole", width=9),
        Field("opened_since", words("New"), "whole", width=9),
        Field("projects", words("Projects"), "whole", width=9),
        Field("oldest_days", words("Oldest, in days"), "whole", width=9),
        Field("why", words("Why it matters"), width=60),
        Field("fix", words("How to mend it"), width=60),
    )
    rows = (
        (r.id, r.title, r.dimension, r.severity, r.open,
         None if model.changes.no_earlier_state else r.opened_since, r.projects, r.oldest_days, r.why, r.fix)
        for r in model.rules
    )  # fmt: skip
    return dataset("rules", words("Rules"), fields, rows)


def levels(model: ReportModel, words: Words) -> Dataset:
    """The organisation, its departments and programmes."""
    fields = (
        Field("level", words("Level"), "term", "level"),
        Field("name", words("Name"), width=24),
        Field("owner", words("Owner"), width=18),
        Field("pmo_level", words("Kind of PMO"), "term", "pmo level"),
        Field("projects", words("Projects"), "whole", width=9),
        Field("score", words("Compliance score"), "ratio", width=10),
        Field("grade", words("Grade"), "term", "grade", 10),
        Field("worst_tenth", words("Worst tenth"), "ratio", width=10),
        Field("capped", words("With an open critical"), "whole", width=9),
        Field("coverage", words("Coverage"), "ratio", width=10),
    )
    rows = (
        (x.level, x.name, x.owner, x.pmo_level, x.projects, x.score, x.grade, x.worst_tenth, x.capped, x.coverage)
        for x in model.levels
    )
    return dataset("levels", words("PMO levels"), fields, rows)


def waivers(model: ReportModel, words: Words) -> Dataset:
    """Open findings under waiver."""
    fields = (
        Field("waiver", words("Waiver"), width=14),
        Field("expires_on", words("Last day"), "day"),
        Field("days_left", words("Days left"), "whole", width=9),
        Field("severity", words("Severity"), "term", "severity", 10),
        Field("rule", words("Rule"), width=10),
        Field("project", words("Project"), width=12),
        Field("item", words("Item"), width=14),
        Field("message", words("Finding"), width=50),
        Field("reason", words("Accepted because"), width=50),
        Field("compensating", words("Done instead"), width=30),
        Field("requested_by", words("Asked by"), width=18),
        Field("approved_by", words("Granted by"), width=18),
        Field("ticket", words("Ticket"), width=14),
        Field("finding", words("Id"), width=12),
        Field("subject_kind", words("Level"), "term", "level"),
        Field("subject", words("About"), width=24),
    )
    rows = (
        (w.waiver_id, w.expires_on, w.days_left, w.severity, w.rule_id, w.project.key if w.project else None,
         w.item_key, w.message or w.title, w.reason, w.compensating, w.requested_by, w.approved_by, w.ticket,
         w.finding_id, w.subject_kind, w.subject_name)
        for w in model.waived
    )  # fmt: skip
    return dataset("waivers", words("Waivers"), fields, rows)


def sources(model: ReportModel, words: Words) -> Dataset:
    """How fresh each source is."""
    fields = (
        Field("source", words("Source"), width=18),
        Field("kind", words("Tool"), width=18),
        Field("state", words("State"), "term", "source state"),
        Field("complete_at", words("Last read completely (UTC)"), "moment", width=20),
        Field("age_hours", words("Age in hours"), "whole", width=9),
        Field("note", words("Note"), width=60),
    )
    rows = ((s.name, s.kind, s.state, s.complete_at, s.age_hours, s.note) for s in model.sources)
    return dataset("sources", words("Sources"), fields, rows)


def gaps(model: ReportModel, words: Words) -> Dataset:
    """What the report does not know."""
    fields = (
        Field("what", words("What is missing"), width=60),
        Field("total", words("How many"), "whole", width=10),
        Field("examples", words("Which"), width=80),
    )
    rows = ((g.text, g.total, " · ".join(g.items)) for g in model.gaps)
    return dataset("gaps", words("Gaps"), fields, rows)


def method(model: ReportModel, words: Words) -> Dataset:
    """How the numbers are computed."""
    fields = (Field("term", words("Number"), width=28), Field("text", words("How it is computed"), width=110))
    return dataset("method", words("Method"), fields, ((e.term, e.text) for e in model.method))


DATASETS: dict[str, Maker] = {
    "projects": projects,
    "findings": findings,
    "reasons": reasons,
    "milestones": milestones,
    "decisions": decisions,
    "changes": changes,
    "budgets": budgets,
    "risks": risks,
    "rules": rules,
    "levels": levels,
    "portfolio_findings": portfolio_findings,
    "waivers": waivers,
    "sources": sources,
    "gaps": gaps,
    "method": method,
}
"""Every dataset by its id, in the order in which a book shows them."""


def datasets(model: ReportModel) -> tuple[Dataset, ...]:
    """All of them, labelled in the report's language."""
    words = Words(model.language)
    return tuple(make(model, words) for make in DATASETS.values())
