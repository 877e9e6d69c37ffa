"""One compiled rule as SQL over the documented views: the rows that lean. For how many they are see `rules.tally`.

Each row of the rule's view falls into one class: outside (does not apply), excluded (cannot be judged: something
is null), leans, warns, or fine. Conditions come checked from `rules.compile`; values are bound, never written in.
"""
# ruff: noqa: S608 - every part is our own text, a name declared in portfolio.model, or a condition from the compiler

from collections.abc import Iterable

from rules.kinds import kind_of
from rules.kinds.shape import key_of, quoted, sql_of
from rules.predicate import Predicate
from rules.ruleset import Rule
from rules.wording import names_in

SUBJECT = "_subject"
"""The column that says whose a row is."""


def rows_sql(rule: Rule) -> str:
    """The first rows that lean or warn, per subject, of the subjects in `$subjects_`, in a fixed order."""
    columns = columns_shown(rule)
    extra = "".join(f", {name}" for name in kind_of(rule).extras(rule))
    apart = ", ".join(["_class", SUBJECT, *map(quoted, item_columns(rule))])
    order = ", ".join(f"{quoted(column)} {way}" for column, way in row_order(rule))
    listed = ", ".join(dict.fromkeys(quoted(c) for c in columns))
    counted = f"row_number() OVER (PARTITION BY {apart} ORDER BY {order}) <= {rule.evidence.limit}"
    first = f"\nQUALIFY {counted}" if is_numbered(rule) else ""
    return f"""{_classified(rule)}
SELECT {listed}, _class{extra} FROM classified
WHERE _class IN ('leans', 'warns') AND _subject IN (SELECT unnest($subjects_)){first}
ORDER BY _subject, {order}"""


def is_numbered(rule: Rule) -> bool:
    """Rows of a subject are counted to cut them at the limit of the evidence. What can have but one row needs no
    counting, which takes longer than all the rest."""
    return not set(rule.table.key) <= {rule.by.key, *item_columns(rule)}


def row_order(rule: Rule) -> list[tuple[str, str]]:
    """The order of the rule's rows: columns, each with its way in SQL. No two rows are equal in it."""
    asked = [(o.column, f"{'DESC' if o.descending else 'ASC'} NULLS LAST") for o in rule.evidence.order]
    return [*asked, *((key, "ASC NULLS LAST") for key in rule.table.key)]


def item_columns(rule: Rule) -> list[str]:
    """Columns that tell apart whose rows are shown, beside the subject."""
    return [rule.item_column, *rule.discriminator] if rule.item_column else []


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


def columns_shown(rule: Rule) -> list[str]:
    """Whose a row is, and columns of the evidence, of the message and of the value."""
    words = [w for t in (rule.message, rule.warn_message) if t for w in (t.en, t.zh_hans) if w]
    named = [n for n in names_in(words) if rule.table.column(n)] if rule.per_subject or rule.item_column else []
    own = [c for c in (rule.item_column, rule.value, *rule.discriminator) if c]
    return [SUBJECT, *rule.evidence.columns, *sorted(named), *own]


def guarded(rule: Rule) -> str:
    """SQL about one row that the rule is about: true where it leans, null where nobody knows, or needed columns are.

    Nothing else of a row is looked at: a condition that cannot be worked out for a row outside the rule is no fault.
    """
    guards = [f"({rule.applies_when.sql})"] if rule.applies_when else []
    guards += [f"{quoted(c)} IS NOT NULL" for c in rule.requires]
    leans = kind_of(rule).leans(rule)
    return f"CASE WHEN {' AND '.join(guards)} THEN {leans} END" if guards else leans


def _classified(rule: Rule) -> str:
    kind = kind_of(rule)
    rows = kind.rows(rule)
    return f"""WITH {rows.steps}judged AS (
  SELECT *, {key_of(rule.table, rule.by.key)} AS _subject, ({sql_of(rule.applies_when)}) AS _applies,
    ({guarded(rule)}) AS _judged, ({kind.warns(rule)}) AS _warning
  FROM {rows.relation}
),
classified AS (
  SELECT *, CASE
    WHEN _applies IS NULL THEN 'excluded'
    WHEN NOT _applies THEN 'outside'
    WHEN _judged IS NULL THEN 'excluded'
    WHEN _judged THEN 'leans'
    WHEN _warning THEN 'warns'
    ELSE 'fine' END AS _class
  FROM judged
)"""
