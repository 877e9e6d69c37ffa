"""One compiled rule as SQL over the documented views: a tally per project, and the rows that lean.

Each row of the rule's view falls into one class: outside (does not apply), excluded (cannot be judged: something
is null), leans, warns, or fine. Conditions come checked from `rules.compile`; values are bound, never written in.
"""
# ruff: noqa: S608 - every part is our own text, a name declared in portfolio.model, or a condition from the compiler

from portfolio.model import VIEWS
from rules.compile import Predicate
from rules.ruleset import Rule
from rules.wording import names_in

MISSING = "_missing_"
PROJECT_MISSING = "_project_missing_"


def quoted(name: str) -> str:
    """A column name as SQL."""
    return f'"{name}"'


def tally_sql(rule: Rule) -> str:
    """One row per project: how many rows of each class, which columns were missing, the value, the ratio's verdict."""
    counted = ",\n    ".join(
        f"count(*) FILTER (_class = '{name}') AS _{name}" for name in ("outside", "excluded", "leans", "warns", "fine")
    )
    missing = "".join(
        f",\n    count(*) FILTER (_class = 'excluded' AND {quoted(c)} IS NULL) AS {MISSING}{c}"
        for c in candidates(rule)
    )
    value = f"max({_value(rule)}) FILTER (_class <> 'outside')" if rule.per_project and _value(rule) else "NULL"
    has_source = VIEWS[rule.view].column("source") is not None
    sources = "list(DISTINCT source) FILTER (_class = 'excluded')" if has_source else "NULL"
    return f"""{_classified(rule)},
tally AS (
  SELECT project_id,
    {counted},
    {value} AS _value,
    {sources} AS _sources{missing}
  FROM classified GROUP BY project_id
),
scope AS (
  {_scope(rule)}
),
counted AS (
  SELECT scope.*, tally.* EXCLUDE (project_id),
    coalesce(_leans, 0) AS "count",
    coalesce(_leans, 0) + coalesce(_warns, 0) + coalesce(_fine, 0) AS "denominator",
    coalesce(_excluded, 0) AS "excluded"
  FROM scope LEFT JOIN tally USING (project_id)
),
rated AS (
  SELECT *, CAST(CAST("count" AS DOUBLE) / nullif("denominator", 0) AS DECIMAL(18,12)) AS "ratio" FROM counted
)
SELECT *, {_ratio_condition(rule.fails, rule)} AS _ratio_fails, {_ratio_condition(rule.warns, rule)} AS _ratio_warns
FROM rated ORDER BY project_id"""


def rows_sql(rule: Rule) -> str:
    """The first rows that lean or warn, per subject, of the projects in `$projects_`, in a fixed order."""
    columns = ["project_id", *_shown_columns(rule)]
    extra = ", _found" if rule.related else ""
    subject = "project_id, _class" + (f", {quoted(rule.item_column)}" if rule.item_column else "")
    order = ", ".join(
        [
            *(f"{quoted(o.column)} {'DESC' if o.descending else 'ASC'} NULLS LAST" for o in rule.evidence.order),
            *(f"{quoted(k)} NULLS LAST" for k in VIEWS[rule.view].key),
        ]
    )
    listed = ", ".join(dict.fromkeys(quoted(c) for c in columns))
    return f"""{_classified(rule)}
SELECT {listed}, _class{extra} FROM classified
WHERE _class IN ('leans', 'warns') AND project_id IN (SELECT unnest($projects_))
QUALIFY row_number() OVER (PARTITION BY {subject} ORDER BY {order}) <= $rows_
ORDER BY project_id, {order}"""


def watched_sql(rule: Rule) -> str:
    """For the items in `$items_`: whether they are still in the view, and whether they could be judged."""
    item = quoted(rule.item_column or "item_id")
    return f"""{_classified(rule)}
SELECT {item} AS item_id, bool_or(_class = 'excluded') AS undecided FROM classified
WHERE {item} IN (SELECT unnest($items_)) GROUP BY 1 ORDER BY 1"""


def candidates(rule: Rule) -> tuple[str, ...]:
    """Columns whose null may be why a row cannot be judged, required ones first."""
    found = list(rule.requires)
    for predicate in (rule.applies_when, rule.counts):
        found += sorted(predicate.decisive) if predicate else []
    return tuple(dict.fromkeys(found))


def project_candidates(rule: Rule) -> tuple[str, ...]:
    """Columns of `projects` whose null may be why we do not know whether the rule concerns the project."""
    return tuple(sorted(rule.project_when.decisive)) if rule.project_when else ()


def parameter_names(rule: Rule) -> set[str]:
    """Parameters that the rule's conditions bind."""
    predicates = [rule.project_when, rule.applies_when, rule.counts, rule.fails, rule.warns]
    predicates.append(rule.related.where if rule.related else None)
    return {name for p in predicates if p for name in p.parameters} | ({"least_"} if rule.related else set())


def _shown_columns(rule: Rule) -> list[str]:
    """Columns of the evidence, of the message and of the value."""
    words = [w for t in (rule.message,) for w in (t.en, t.zh_hans) if w]
    named = [n for n in names_in(words) if VIEWS[rule.view].column(n)] if rule.per_project or rule.item_column else []
    own = [c for c in (rule.item_column, rule.value) if c]
    return [*rule.evidence.columns, *sorted(named), *own]


def _value(rule: Rule) -> str:
    return "_found" if rule.related else quoted(rule.value) if rule.value else ""


def _classified(rule: Rule) -> str:
    lacks = " OR ".join(f"{quoted(c)} IS NULL" for c in rule.requires) or "FALSE"
    counts = _row_condition(rule)
    warns = "FALSE" if rule.kind == "ratio" or rule.warns is None else rule.warns.sql
    related, joined = _related(rule)
    return f"""WITH {related}judged AS (
  SELECT *, ({_sql(rule.applies_when)}) AS _applies, ({lacks}) AS _lacks,
    ({counts}) AS _counts, ({warns}) AS _warning
  FROM {joined}
),
classified AS (
  SELECT *, CASE
    WHEN _applies IS NULL THEN 'excluded'
    WHEN NOT _applies THEN 'outside'
    WHEN _lacks OR _counts IS NULL THEN 'excluded'
    WHEN _counts THEN 'leans'
    WHEN _warning THEN 'warns'
    ELSE 'fine' END AS _class
  FROM judged
)"""


def _related(rule: Rule) -> tuple[str, str]:
    """Counts of related rows, and the view joined with them."""
    if rule.related is None:
        return "", rule.view
    on, where = quoted(rule.related.on), _sql(rule.related.where)
    related = f"""related AS (
  SELECT {on}, count(*) FILTER (_yes) AS _sure, count(*) FILTER (_yes IS NULL) AS _maybe
  FROM (SELECT {on}, ({where}) AS _yes FROM {rule.related.view}) GROUP BY 1
),
joined AS (
  SELECT v.*, coalesce(_sure, 0) AS _found, coalesce(_maybe, 0) AS _unclear
  FROM {rule.view} v LEFT JOIN related USING ({on})
),
"""
    return related, "joined"


def _row_condition(rule: Rule) -> str:
    if rule.related:  # rows that may or may not count leave the answer open, unless it does not depend on them
        return "CASE WHEN _found >= $least_ THEN FALSE WHEN _found + _unclear >= $least_ THEN NULL ELSE TRUE END"
    return _sql(rule.counts)


def _scope(rule: Rule) -> str:
    """Every project, and whether the rule concerns it at all."""
    missing = "".join(f", {quoted(c)} IS NULL AS {PROJECT_MISSING}{c}" for c in project_candidates(rule))
    known = f"SELECT project_id, ({_sql(rule.project_when)}) AS _concerned{missing} FROM projects"
    # rows of a project that `projects` does not list are counted all the same: nothing is dropped silently
    nulls = ", TRUE" * len(project_candidates(rule))
    concerned = "TRUE" if rule.project_when is None else "NULL"
    return f"""{known}
  UNION ALL
  SELECT DISTINCT project_id, {concerned}{nulls} FROM {rule.view}
  WHERE project_id NOT IN (SELECT project_id FROM projects)"""


def _ratio_condition(predicate: Predicate | None, rule: Rule) -> str:
    return f"({predicate.sql})" if predicate and rule.kind == "ratio" else "NULL"


def _sql(predicate: Predicate | None) -> str:
    return predicate.sql if predicate else "TRUE"
