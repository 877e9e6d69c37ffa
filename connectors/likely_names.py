"""Which of a site's own names is likely meant by one of ours. Pure; only proposals are made of it.

Names are compared without regard to case, blanks and punctuation. The words are those of the vendors' templates and of
the languages that we have seen sites in: English, German, French, Spanish and Chinese.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

GOVERNED: Mapping[str, tuple[str, ...]] = {
    "initiative_key": (
        "initiative key", "initiative id", "initiative", "initiative number", "project number", "project no",
        "project id number", "projektnummer", "project code", "pmo key", "pmo id", "jira key", "项目编号", "项目代码",
    ),
    "programme": ("programme", "program", "programm", "portfolio", "programme name", "项目群"),
    "department": ("department", "project departments", "business unit", "abteilung", "bereich", "部门"),
    "phase": ("phase", "project phase", "stage", "lifecycle phase", "projektphase", "阶段"),
    "method": ("method", "delivery method", "methodology", "approach", "vorgehensmodell", "方法"),
    "goal": ("strategy goal", "strategic goal", "goal", "strategic objective", "ziel", "战略目标"),
    "size_class": ("size class", "project size", "size", "projektgrösse", "projektgröße", "规模"),
    "health_reported": (
        "reported health", "health", "project health", "overall status", "rag", "rag status", "traffic light", "ampel",
        "健康状态",
    ),
    "sponsor_name": ("sponsor", "project sponsor", "executive sponsor", "auftraggeber", "发起人"),
    "objective_metric": ("objective metric", "kpi", "success metric"),
    "objective_target": ("objective target", "kpi target", "target value"),
    "objective_due_on": ("objective due", "objective due date", "kpi due"),
    "requested_on": ("requested on", "request date", "requested", "antragsdatum"),
    "expected_value": ("expected value", "expected benefit", "business value", "expected benefits"),
    "expected_cost": ("expected cost", "estimated cost", "cost estimate"),
    "expected_hours": ("expected hours", "estimated effort", "expected effort"),
    "approval_ratio": ("approval probability", "probability of approval"),
    "closed_on": ("closed on", "closing date", "closed date", "closure date"),
}  # fmt: skip
"""By setting of a source of plans: what sites call the field of a project."""
CLOSE = 0.86
"""Likeness (difflib, 0..1) from which a name is worth showing to the admin."""


def plain(name: str) -> str:
    """Letters and digits only, small; words in capitals inside (`ReportedHealth`) count as any."""
    return re.sub(r"[\W_]+", "", name.casefold())


def called(words: Iterable[str], there: Iterable[str]) -> str | None:
    """The site's own spelling of the first of our words that it has; None where it has none of them."""
    known = {plain(name): name for name in sorted(there, reverse=True)}
    return next((known[form] for word in words if (form := plain(word)) in known), None)


def close_to(word: str, there: Iterable[str]) -> str | None:
    """The site's name that is written most alike, from `CLOSE` on; None where there is none."""
    form = plain(word)
    rated = [(SequenceMatcher(None, form, plain(name), autojunk=False).ratio(), name) for name in sorted(there)]
    best = max(rated, default=(0.0, ""))
    return best[1] if best[0] >= CLOSE else None
