"""One compiled rule as SQL over the documented views: a tally per subject, and the rows that lean.

Each row of the rule's view falls into one class: outside (does not apply), excluded (cannot be judged: something
is null), leans, warns, or fine. Conditions come checked from `rules.compile`; values are bound, never written in.
"""
# ruff: noqa: S608 - every part is our own text, a name declared in portfolio.model, or a condition from the compiler

from collections.abc import Iterable

from rules.compile import Predicate
from rules.kinds import kind_of
from rules.kinds.shape import key_of, quoted, sql_of
from rules.ruleset import Rule
from rules.wording import names_in

MISSING = "_missing_"
SUBJECT_MISSING = "_subject_missing_"
SUBJECT = "_subject"
"""The column that says whose a row is."""


def tally_sql(rule: Rule) -> str:
    """One row per subject: how many rows of each class, which columns were missing, the value, the ratio's verdict."""
    classes = ("excluded", "leans", "warns", "fine")
    counted = ",\n    ".join(f"count(*) FILTER (_class = '{name}') AS _{name}" for name in classes)
    missing = "".join(
        f",\n    count(*) FILTER (_class = 'excluded' AND {quoted(c)} IS NULL) AS {MISSING}{c}"
        for c in candidates(rule)
    )
    measured = kind_of(rule).value(rule) if rule.per_subject else ""
    value = f"max({measured}) FILTER (_class <> 'outside')" if measured else "NULL"
    return f"""{_classified(rule)},
tally AS (
  SELECT _subject,
    {counted},
    {value} AS _value{missing}
  FROM classified GROUP BY _subject
),
scope AS (
  {_scope(rule)}
),
counted AS (
  SELECT scope.*, tally.* EXCLUDE (_subject),
    coalesce(_leans, 0) AS "count",
    coalesce(_leans, 0) + coalesce(_warns, 0) + coalesce(_fine, 0) AS "denominator",
    coalesce(_excluded, 0) AS "excluded"
  FROM scope LEFT JOIN tally USING (_subject)
),
rated AS (
  SELECT *, CAST(CAST("count" AS DOUBLE) / nullif("denominator", 0) AS DECIMAL(18,12)) AS "ratio" FROM counted
)
SELECT *, {_ratio_condition(rule.fails, rule)} AS _ratio_fails, {_ratio_condition(rule.warns, rule)} AS _ratio_warns
FROM rated ORDER BY _subject"""


def sources_sql(rule: Rule) -> str | None:
    """By subject, the sources of the rows that could not be judged; None where the rows do not tell their source.

    A query of its own, asked only where there are such rows: counting texts apart costs as much as all the rest.
    """
    if rule.table.column("source") is None:
        return None
    return f"""{_classified(rule)}
SELECT _subject, list(DISTINCT source) AS sources FROM classified WHERE _class = 'excluded' GROUP BY _subject"""


def rows_sql(rule: Rule) -> str:
    """The first rows that lean or warn, per subject, of the subjects in `$subjects_`, in a fixed order."""
    columns = [SUBJECT, *_shown_columns(rule)]
    extra = "".join(f", {name}" for name in kind_of(rule).extras(rule))
    apart = [rule.item_column, *rule.discriminator] if rule.item_column else []
    subject = ", ".join([SUBJECT, "_class", *(quoted(c) for c in apart if c)])
    order = ", ".join(
        [
            *(f"{quoted(o.column)} {'DESC' if o.descending else 'ASC'} NULLS LAST" for o in rule.evidence.order),
            *(f"{quoted(k)} NULLS LAST" for k in rule.table.key),
        ]
    )
    listed = ", ".join(dict.fromkeys(quoted(c) for c in columns))
    return f"""{_classified(rule)}
SELECT {listed}, _class{extra} FROM classified
WHERE _class IN ('leans', 'warns') AND _subject IN (SELECT unnest($subjects_))
QUALIFY row_number() OVER (PARTITION BY {subject} ORDER BY {order}) <= $rows_
ORDER BY _subject, {order}"""


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


def subject_candidates(rule: Rule) -> tuple[str, ...]:
    """Columns of the population whose null may be why we do not know whether the rule concerns the subject."""
    return tuple(sorted(rule.subject_when.decisive)) if rule.subject_when else ()


def columns_read(rule: Rule) -> tuple[tuple[str, str], ...]:
    """(view, column) of everything that decides about a subject, the rule's own columns first."""
    own = set(candidates(rule))
    kind = kind_of(rule)
    for predicate in (rule.applies_when, rule.counts, None if kind.judges_share else rule.warns):
        own |= predicate.columns if predicate else frozenset()
    used = [(rule.view, name) for name in sorted(own)]
    used += [(rule.by.view, name) for name in subject_candidates(rule)]
    return tuple(dict.fromkeys([*used, *kind.reads(rule)]))


def parameter_names(rule: Rule) -> set[str]:
    """What the query of a rule's tally binds."""
    return row_parameter_names(rule) | _bound_in([rule.subject_when, rule.fails, rule.warns])


def row_parameter_names(rule: Rule) -> set[str]:
    """What the queries of its rows bind: they hold no condition about the subject or about a share."""
    kind = kind_of(rule)
    conditions = [rule.applies_when, rule.counts, *kind.conditions(rule)]
    conditions += [] if kind.judges_share else [rule.warns]
    return _bound_in(conditions) | set(kind.binds(rule)) | ({"as_of"} if kind.asks_day else set())


def _bound_in(conditions: Iterable[Predicate | None]) -> set[str]:
    return {name for c in conditions if c for name in c.parameters}


def _shown_columns(rule: Rule) -> list[str]:
    """Columns of the evidence, of the message and of the value."""
    words = [w for t in (rule.message, rule.warn_message) if t for w in (t.en, t.zh_hans) if w]
    named = [n for n in names_in(words) if rule.table.column(n)] if rule.per_subject or rule.item_column else []
    own = [c for c in (rule.item_column, rule.value, *rule.discriminator) if c]
    return [*rule.evidence.columns, *sorted(named), *own]


def _classified(rule: Rule) -> str:
    lacks = " OR ".join(f"{quoted(c)} IS NULL" for c in rule.requires) or "FALSE"
    kind = kind_of(rule)
    rows = kind.rows(rule)
    return f"""WITH {rows.steps}judged AS (
  SELECT *, {key_of(rule.table, rule.by.key)} AS _subject, ({sql_of(rule.applies_when)}) AS _applies, ({lacks})
    AS _lacks,
    ({kind.leans(rule)}) AS _counts, ({kind.warns(rule)}) AS _warning
  FROM {rows.relation}
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


def _scope(rule: Rule) -> str:
    """Every subject, and whether the rule concerns it at all."""
    missing = "".join(f", {quoted(c)} IS NULL AS {SUBJECT_MISSING}{c}" for c in subject_candidates(rule))
    key, population = quoted(rule.by.key), rule.by.view
    known = f"SELECT {key} AS _subject, ({sql_of(rule.subject_when)}) AS _concerned{missing} FROM {population}"
    # rows of a subject that its population does not list are counted all the same: nothing is dropped silently
    nulls = ", TRUE" * len(subject_candidates(rule))
    concerned = "TRUE" if rule.subject_when is None else "NULL"
    return f"""{known}
  UNION ALL
  SELECT _subject, {concerned}{nulls} FROM tally
  WHERE _subject IS NOT NULL AND _subject NOT IN (SELECT {key} FROM {population})"""


def _ratio_condition(predicate: Predicate | None, rule: Rule) -> str:
    return f"({predicate.sql})" if predicate and kind_of(rule).judges_share else "NULL"
