"""What readers get: one model of the portfolio, pages made from it, and the marks written back into the tools."""

from reports.build import build
from reports.facts import LEDGER_TABLES_READ
from reports.marks import desired_marks, open_findings
from reports.plan import check_drift, check_size, make_plan
from reports.plan_file import load_plan, save_plan
from reports.plan_text import plan_text
from reports.publications import publications_after, publications_before
from reports.render import render_html, render_json

__all__ = [
    "LEDGER_TABLES_READ",
    "build",
    "check_drift",
    "check_size",
    "desired_marks",
    "load_plan",
    "make_plan",
    "open_findings",
    "plan_text",
    "publications_after",
    "publications_before",
    "render_html",
    "render_json",
    "save_plan",
]
