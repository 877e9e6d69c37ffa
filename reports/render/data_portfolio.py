"""Dataset of the findings whose subject is no project: the organisation, departments, programmes, people."""

from reports.model import ReportModel
from reports.render.datasets import Dataset, Field, dataset
from reports.words import Words


def portfolio_findings(model: ReportModel, words: Words) -> Dataset:
    """One row an open finding, in the report's order.

    `subject_id` is the word that policy and scores use; the organisation, of which there is one, needs none.
    """
    fields = (
        Field("subject_kind", words("About"), "term", "level", 14),
        Field("subject", words("Name"), width=28),
        Field("subject_id", words("Key"), width=18),
        Field("severity", words("Severity"), "term", "severity", 10),
        Field("rule", words("Rule"), width=10),
        Field("rule_title", words("Name of the rule"), width=32),
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
        Field("fix", words("How to mend it"), width=60),
        Field("evidence", words("Evidence"), width=40),
        Field("id", words("Id"), width=12),
    )
    rows = (
        (f.subject_kind, f.own_name, None if f.subject_kind == "organisation" else f.subject_id, f.severity, f.rule_id,
         f.title, f.message, f.owner, f.opened_on, f.age_days, f.fix_by,
         f.overdue_days if (f.overdue_days or 0) > 0 else None, f.observed_only, not f.verified, f.waived_by,
         f.waived_until, f.fix, "\n".join(f.evidence) or None, f.id)
        for f in model.portfolio
    )  # fmt: skip
    return dataset("portfolio_findings", words("Portfolio findings"), fields, rows)
