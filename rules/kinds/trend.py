"""Kind `trend`: where is this measure going?

The values of earlier days come from view `snapshots` (of subjects other than projects `subject_snapshots`), that of
the run's day from the measured view. A period's value is
the latest one known in it; the current period's is that of the run's day. A period in which nothing was measured is a
gap: the answer is then unknown, unless the values that are known decide it (a value that rose ends any fall). Periods
are whole calendar weeks from Monday, whole months, or the days on which a check ran.
"""
# ruff: noqa: S608 - every part is our own text, or a name declared in portfolio.model

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from portfolio.model import Table
from rules.compile.faults import PredicateFaults
from rules.compile.scope import Type, of_view
from rules.kinds.courses import read_course
from rules.kinds.metric import column_of_metric, view_of_metric
from rules.kinds.shape import Compiled, Measured, Rows, RuleKind, quoted
from rules.ruleset import Course, Rule, Trend

if TYPE_CHECKING:
    from rules.drafts import Draft
    from rules.verdict import Tally

_EXACT = "DECIMAL(28,9)"
_RUNS = """runs AS (
  SELECT taken_on, row_number() OVER (ORDER BY taken_on DESC) AS back
  FROM (SELECT DISTINCT taken_on FROM {past} WHERE taken_on < $as_of)
),
"""
_PERIODS = {
    "week": ("date_diff('day', date_trunc('week', taken_on), date_trunc('week', $as_of)) // 7", "week"),
    "month": ("date_diff('month', date_trunc('month', taken_on), date_trunc('month', $as_of))", "month"),
}


class TrendKind(RuleKind):
    """`metric = "view.column"` of a view with one row a subject, followed over `period`s."""

    name = "trend"
    asks = "where is this measure going?"
    takes = frozenset({"metric", "period", "fail_when", "warn_when"})
    needs = ("metric", "fail_when")
    doubt = "insufficient_history"
    asks_day = True
    shows_own_evidence = True
    may_be_open = True

    def view(self, draft: "Draft") -> Table | None:
        """The view of the measure."""
        return view_of_metric(draft)

    def compile(self, draft: "Draft", view: Table) -> Compiled:
        """The measure, and what its course must not be."""
        column = column_of_metric(draft, view)
        fails, warns = _course(draft, "fail_when"), _course(draft, "warn_when")
        if column is None or fails is None:
            return Compiled()
        if of_view(view, {}).columns[column].type is not Type.NUMBER:
            draft.problem(("metric",), "R131", f"`{column}` of view `{view.name}` is not a number")
        trend = Trend(f"{view.name}.{column}", column, draft.entry.period, fails, warns)
        return Compiled(requires=(*draft.entry.requires, column), trend=trend)

    def rows(self, rule: Rule) -> Rows:
        """The measured view with each subject's course beside it."""
        trend, key = _of(rule), quoted(rule.by.key)
        past, kept = _kept(rule)
        steps = _RUNS.format(past=past) if trend.period == "run" else ""
        warns = _sql(trend.warns, "warn") if trend.warns else "FALSE"
        steps += f"""history AS (
  SELECT {kept} AS {key}, taken_on, TRY_CAST(value AS {_EXACT}) AS value FROM {past}
  WHERE measure = '{trend.measure}' AND taken_on < $as_of{_of_kind(rule)}
  UNION ALL
  SELECT {key}, $as_of, TRY_CAST({quoted(trend.column)} AS {_EXACT}) FROM {rule.view}
),
periods AS (
  SELECT {key}, back, max(since) AS since, max_by(value, taken_on) AS value
  FROM ({_placed(trend.period)}) WHERE value IS NOT NULL AND back <= $shown_ GROUP BY {key}, back
),
compared AS (
  SELECT *, lag(value) OVER earlier AS _before, lag(back) OVER earlier AS _before_back
  FROM periods WINDOW earlier AS (PARTITION BY {key} ORDER BY back DESC)
),
courses AS (
  SELECT {key}, {_sql(trend.fails, "fail")} AS _fails, {warns} AS _warns,
    max(value) FILTER (back = 0) AS _last, {_change("fail")} AS _fail_change, {_change("warn")} AS _warn_change,
    list({{'back': back, 'since': since, 'value': value}} ORDER BY back DESC) AS _course
  FROM compared GROUP BY {key}
),
traced AS (
  SELECT v.*, c.* EXCLUDE ({key}) FROM {rule.view} v LEFT JOIN courses c USING ({key})
),
"""
        return Rows("traced", steps)

    def leans(self, rule: Rule) -> str:
        """The course is what it must not be; null where history decides nothing."""
        return "_fails"

    def warns(self, rule: Rule) -> str:
        """The softer condition."""
        return "coalesce(_warns, FALSE)"

    def value(self, rule: Rule) -> str:
        """The latest value; of a change the change."""
        return "_fail_change" if _of(rule).fails.is_change else "_last"

    def extras(self, rule: Rule) -> Sequence[str]:
        """The values by period."""
        return ("_course", "_fail_change", "_warn_change")

    def binds(self, rule: Rule) -> Mapping[str, Any]:
        """Numbers of periods, and levels."""
        trend = _of(rule)
        courses = {"fail": trend.fails, "warn": trend.warns or trend.fails}
        bound: dict[str, Any] = {f"{name}_periods_": int(rule.bound(c.periods)) for name, c in courses.items()}
        for name, course in courses.items():
            if course.level is not None and (name == "fail" or trend.warns):
                bound[f"{name}_level_"] = rule.bound(course.level)
        return {**bound, "shown_": max(v for k, v in bound.items() if k.endswith("_periods_"))}

    def needed_views(self, rule: Rule) -> Sequence[str]:
        """Where history is kept."""
        return (rule.view, _kept(rule)[0])

    def reads(self, rule: Rule) -> Sequence[tuple[str, str]]:
        """Where history is kept."""
        return [(_kept(rule)[0], "value")]

    def measure(self, rule: Rule, tally: "Tally", outcome: str) -> Measured:
        """The latest value or the change, and the level that it is held against; a fall has none."""
        course = _told(rule, outcome)
        return tally.value, None if course.level is None else rule.bound(course.level)

    def can_warn(self, rule: Rule) -> bool:
        """Where it has a softer course."""
        return _of(rule).warns is not None

    def message_names(self) -> frozenset[str]:
        """What a course can be told with."""
        return frozenset({"first", "last", "change", "periods"})

    def words(self, rule: Rule, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """The first and the last value that the condition looks at, the change over its periods, and how many."""
        warned = row["_class"] == "warns"
        course = _told(rule, "warn" if warned else "fail")
        periods = int(rule.bound(course.periods))
        oldest = periods - 1 if course.how in ("below", "above") else periods
        values = {point["back"]: point["value"] for point in row["_course"]}
        change = row["_warn_change" if warned else "_fail_change"]
        return {"first": values.get(oldest), "last": values.get(0), "change": change, "periods": periods}

    def evidence(self, rule: Rule, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The known values by period, oldest first."""
        period = _of(rule).period
        points = [point for row in rows for point in row["_course"]]
        return [{period: point["since"], "value": point["value"]} for point in points[-rule.evidence.limit :]]

    def lines(self, rule: Rule) -> Sequence[str]:
        """Measure, period and conditions."""
        trend = _of(rule)
        lines = [f"measure  {trend.measure}, by {trend.period}", f"fails    {trend.fails.text}"]
        return [*lines, f"warns    {trend.warns.text}"] if trend.warns else lines


def _of(rule: Rule) -> Trend:
    assert rule.trend is not None  # noqa: S101 - compiled so
    return rule.trend


def _kept(rule: Rule) -> tuple[str, str]:
    """The view of what checks kept of such subjects, and its column that tells them apart."""
    return ("snapshots", "project_id") if rule.subject == "project" else ("subject_snapshots", "subject_id")


def _of_kind(rule: Rule) -> str:
    return "" if rule.subject == "project" else f" AND subject_kind = '{rule.subject}'"


def _told(rule: Rule, outcome: str) -> Course:
    trend = _of(rule)
    return trend.warns if outcome == "warn" and trend.warns else trend.fails


def _course(draft: "Draft", key: str) -> Course | None:
    text = getattr(draft.entry, key)
    if text is None:
        return None
    try:
        course = read_course(text, draft.entry.params)
    except PredicateFaults as error:
        draft.faults((key,), error.faults)
        return None
    draft.used |= {str(n).removeprefix("$") for n in (course.periods, course.level) if isinstance(n, str)}
    return course


def _placed(period: str) -> str:
    """History with how many periods back each day lies, and what its period is called by."""
    if period == "run":
        return """SELECT h.*, coalesce(r.back, 0) AS back, taken_on AS since FROM history h LEFT JOIN runs r
  USING (taken_on) WHERE r.back IS NOT NULL OR taken_on = $as_of"""
    back, unit = _PERIODS[period]
    return f"SELECT *, {back} AS back, CAST(date_trunc('{unit}', taken_on) AS DATE) AS since FROM history"


def _change(name: str) -> str:
    return f"max(value) FILTER (back = 0) - max(value) FILTER (back = ${name}_periods_)"


def _sql(course: Course, name: str) -> str:
    """Three-valued: false where a known value rules it out, null where one is wanting, else true."""
    periods, level = f"${name}_periods_", f"${name}_level_"
    if course.is_change:
        return f"({_change(name)}) {course.how[-1]} {level}"
    if course.how in ("falls", "rises"):
        broken = ">=" if course.how == "falls" else "<="
        against = f"bool_or(value {broken} _before AND _before_back <= {periods})"
        wanting = f"count(*) FILTER (back <= {periods}) <= {periods}"
    else:
        broken = ">=" if course.how == "below" else "<="
        against = f"bool_or(value {broken} {level}) FILTER (back < {periods})"
        wanting = f"count(*) FILTER (back < {periods}) < {periods}"
    return f"CASE WHEN {against} THEN FALSE WHEN {wanting} THEN NULL ELSE TRUE END"
