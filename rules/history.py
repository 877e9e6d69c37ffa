"""Which measures of a project a check keeps, so that trends and comparisons have something to look back on."""
# ruff: noqa: S608 - views and columns are declared in portfolio.model

from portfolio.model.subjects import SUBJECTS
from rules.ruleset import RuleSet

ALWAYS = {
    "evm.bac": "bac",
    "evm.pv": "pv",
    "evm.ev": "ev",
    "evm.ac": "ac",
    "evm.eac": "eac",
    "evm.cpi": "cpi",
    "evm.spi": "spi",
    "projects.slip_days": "slip_days",
    "projects.scope_growth_ratio": "scope_growth_ratio",
    "projects.booked_hours": "booked_hours",
}
"""Measures that are kept whatever the rules ask, with the short names that table `project_snapshot` has for them.

View `snapshots` shows them by their full names, as it shows all others.
"""


def kept_measures(rules: RuleSet) -> dict[str, str]:
    """Measures to keep, `view.column` to the name in `project_snapshot`.

    Those of rules that are off too: whoever switches a rule on wants its history.
    """
    wanted = sorted({r.trend.measure for r in rules.known if r.trend and r.subject == "project"})
    return ALWAYS | {measure: measure for measure in wanted if measure not in ALWAYS}


def measures_sql(measures: dict[str, str]) -> str:
    """One row a project: its id, and every measure under its name in `project_snapshot`."""
    views = sorted({measure.partition(".")[0] for measure in measures} - {"projects"})
    columns = "".join(f', {m.partition(".")[0]}."{m.partition(".")[2]}" AS "{name}"' for m, name in measures.items())
    joined = "".join(f" LEFT JOIN {view} ON {view}.project_id = projects.project_id" for view in views)
    return f"SELECT projects.project_id{columns} FROM projects{joined} ORDER BY projects.project_id"


def kept_of_others(rules: RuleSet) -> list[tuple[str, str, str]]:
    """Measures to keep of subjects that are no projects: their kind, the measure, and SQL of `id` and `value`."""
    wanted = sorted({(r.subject, r.trend.measure) for r in rules.known if r.trend and r.subject != "project"})
    told = []
    for kind, measure in wanted:
        view, _, column = measure.partition(".")
        key = SUBJECTS[kind].key
        told.append((kind, measure, f'SELECT "{key}" AS id, "{column}" AS value FROM {view} ORDER BY 1'))
    return told
