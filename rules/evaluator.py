"""Runs compiled rules on documented views, in the process that holds the connection."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import duckdb

from portfolio.model import VIEWS
from rules.build import METRIC_LIMITS
from rules.connection import Row, select
from rules.lineage import Capabilities
from rules.pack import Words
from rules.query import parameter_names, rows_sql, tally_sql, watched_sql
from rules.results import Leaning, RuleResult, RuleRun, as_json
from rules.ruleset import Rule
from rules.terms import said, said_of_empty
from rules.verdict import Tally, Verdict, exact_number, judge, read_tally
from rules.wording import fill

_RECORD_VIEWS = frozenset(
    ("work_items", "risks", "project_issues", "changes", "gates", "artefacts", "stakeholders", "lessons", "invoices")
)
"""Views in which an item's row is the item's own record: no row means that the item is gone."""


class Evaluator:
    """Evaluates rules one by one on an open connection whose documented views are in place."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        as_of: date,
        capabilities: Iterable[Mapping[str, Any]] = (),
        language: str = "en",
    ) -> None:
        self._connection = connection
        self._as_of = as_of
        self._capabilities = Capabilities(capabilities)
        self._language = language
        self._sources = self._project_sources()

    def projects(self) -> frozenset[str]:
        """Ids of all projects."""
        return frozenset(r["project_id"] for r in select(self._connection, "SELECT project_id FROM projects", {}))

    def run(self, rule: Rule, watched: Collection[str] = ()) -> RuleRun:
        """Results for every project. `watched` are items with open findings of this rule. Raises duckdb.Error."""
        tallies = [read_tally(rule, r) for r in select(self._connection, tally_sql(rule), self._bound(rule))]
        verdicts = {
            t.project_id: judge(rule, t, self._capabilities, self._sources.get(t.project_id, ())) for t in tallies
        }
        rows = self._rows(rule, [p for p, v in verdicts.items() if v.outcome in ("fail", "warn")])
        results, leaning = [], []
        for tally in tallies:
            verdict = verdicts[tally.project_id]
            writer = _Writer(rule, tally, verdict, _of_class(rule, verdict, rows[tally.project_id]), self._language)
            results.append(writer.result())
            leaning += writer.leaning() if verdict.outcome == "fail" else []
        undecided, gone = self._watched(rule, watched)
        return RuleRun(rule.id, tuple(results), tuple(leaning), undecided, gone)

    def failed(self, rule: Rule, why: str) -> RuleRun:
        """A rule that could not be evaluated: outcome error for every project."""
        return failed_run(rule, self.projects(), why)

    def _bound(self, rule: Rule) -> dict[str, Any]:
        values: dict[str, Any] = {p.name: p.value for p in rule.parameters}
        values["as_of"] = self._as_of
        if rule.related:
            values["least_"] = rule.bound(rule.related.least)
        return {name: values[name] for name in parameter_names(rule)}

    def _rows(self, rule: Rule, projects: list[str]) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        if projects:
            bound = {**self._bound(rule), "projects_": projects, "rows_": rule.evidence.limit}
            used = set(parameter_names(rule)) - self._ratio_only(rule) | {"projects_", "rows_"}
            for row in select(self._connection, rows_sql(rule), {k: v for k, v in bound.items() if k in used}):
                found[row["project_id"]].append(row)
        return found

    def _watched(self, rule: Rule, watched: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
        if not watched or not rule.item_column:
            return frozenset(), frozenset()
        used = set(parameter_names(rule)) - self._ratio_only(rule)
        bound = {k: v for k, v in self._bound(rule).items() if k in used}
        rows = select(self._connection, watched_sql(rule), {**bound, "items_": sorted(watched)})
        undecided = frozenset(r["item_id"] for r in rows if r["undecided"])
        gone = frozenset(watched) - {r["item_id"] for r in rows} if rule.view in _RECORD_VIEWS else frozenset()
        return undecided, gone

    @staticmethod
    def _ratio_only(rule: Rule) -> set[str]:
        """Parameters that stand only in conditions which the query of rows does not hold."""
        rows = [rule.applies_when, rule.counts, rule.related.where if rule.related else None]
        rows += [rule.warns] if rule.kind != "ratio" else []
        kept = {name for p in rows if p for name in p.parameters} | {"least_"}
        return parameter_names(rule) - kept

    def _project_sources(self) -> dict[str, tuple[str, ...]]:
        named = "SELECT count(*) AS n FROM information_schema.tables WHERE table_name = 'sync_runs'"
        if not select(self._connection, named, {})[0]["n"]:  # a self-test that gives no sources
            return {}
        rows = select(self._connection, "SELECT DISTINCT project_id, source FROM sync_runs ORDER BY ALL", {})
        found: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            found[row["project_id"]].append(row["source"])
        return {project: tuple(sources) for project, sources in found.items()}


def failed_run(rule: Rule, projects: Iterable[str], why: str) -> RuleRun:
    """Outcome error for every project, with the reason as the message."""
    results = tuple(
        RuleResult(rule.id, project, "error", rule.severity, rule.mode, message=why, parameters=parameters_json(rule))
        for project in sorted(projects)
    )
    return RuleRun(rule.id, results, error=why)


def parameters_json(rule: Rule) -> str | None:
    """The parameters in force, each with its origin."""
    if not rule.parameters:
        return None
    return as_json({p.name: {"value": p.value, "origin": p.origin} for p in rule.parameters})


def _of_class(rule: Rule, verdict: Verdict, rows: list[Row]) -> list[Row]:
    wanted = "warns" if verdict.outcome == "warn" and rule.kind != "ratio" else "leans"
    return [row for row in rows if row["_class"] == wanted]


class _Writer:
    """Turns one verdict and its rows into a result and its leaning subjects."""

    def __init__(self, rule: Rule, tally: Tally, verdict: Verdict, rows: list[Row], language: str) -> None:
        self.rule = rule
        self.tally = tally
        self.verdict = verdict
        self.rows = rows
        self.language = language
        self.value, self.threshold = self._measure()

    def result(self) -> RuleResult:
        """The row for the project."""
        rule, tally, verdict = self.rule, self.tally, self.verdict
        counted = not rule.per_project and verdict.outcome != "not_applicable"
        return RuleResult(
            rule.id,
            tally.project_id,
            verdict.outcome,
            rule.severity,
            rule.mode,
            reason=verdict.reason,
            missing=", ".join(verdict.missing) or None,
            value=self.value,
            threshold=self.threshold,
            numerator=tally.leans if counted else None,
            denominator=tally.denominator if counted else None,
            excluded=tally.excluded if counted else None,
            message=self._message() if verdict.outcome in ("fail", "warn") else None,
            parameters=parameters_json(rule),
            evidence=self._evidence(self.rows[: rule.evidence.limit]) if self.rows else None,
        )

    def leaning(self) -> list[Leaning]:
        """The subjects that fail: items where the rule is about items, else the project."""
        rule = self.rule
        if not rule.item_column:
            return [self._subject("project", self.tally.project_id, self.rows, self._message())]
        by_item: dict[str | None, list[Row]] = defaultdict(list)
        for row in self.rows:
            by_item[row[rule.item_column]].append(row)
        subjects = []
        for item, rows in by_item.items():
            message = self._row_message(rows[0])
            if item is None:  # the tool keeps the record outside its items: the project answers for it
                subjects.append(self._subject("project", self.tally.project_id, rows, self._message()))
            else:
                subjects.append(self._subject("item", item, rows, message))
        return subjects

    def _subject(self, kind: str, subject: str, rows: list[Row], message: str) -> Leaning:
        rule, value, threshold = self.rule, self.value, self.threshold
        if kind == "item":
            value = exact_number(rows[0][rule.value]) if rule.value else None
            threshold = self._limit()
        shown = self._evidence(rows[: rule.evidence.limit]) if rows else None
        return Leaning(
            rule.id, self.tally.project_id, kind, subject, rule.severity, rule.mode, message, value, threshold, shown
        )

    def _measure(self) -> tuple[Decimal | None, Decimal | None]:  # noqa: PLR0911 - one line a kind of rule
        """The measured value and the limit that it is held against."""
        rule, tally = self.rule, self.tally
        if self.verdict.outcome == "not_applicable":
            return None, None
        if rule.kind == "ratio":
            return tally.ratio, self._limit()
        if rule.kind == "metric":
            return tally.value, self._crossed(tally.value)
        if rule.related:
            return tally.value, rule.bound(rule.related.least)
        if rule.per_project:
            return tally.value, self._limit() if rule.value else None
        if rule.bound(rule.tolerance.max_ratio) > 0:
            return tally.ratio, rule.bound(rule.tolerance.max_ratio)
        return Decimal(tally.leans), rule.bound(rule.tolerance.max_count)

    def _limit(self) -> Decimal | None:
        found = self.rule.parameter(self.rule.limit) if self.rule.limit else None
        return exact_number(found.value) if found else None

    def _crossed(self, value: Decimal | None) -> Decimal | None:
        """The limit that the metric passed; when it passed none, the one that would fail it."""
        limits = [(n, self.rule.bound(f"${n}")) for n in METRIC_LIMITS if self.rule.parameter(n)]
        for name, limit in limits:
            below, above = name.endswith("below"), name.endswith("above")
            if value is not None and ((below and value < limit) or (above and value > limit)):
                return limit
        return limits[0][1] if limits else None

    def _message(self) -> str:
        rule = self.rule
        if rule.per_project and self.rows:
            return self._row_message(self.rows[0])
        if rule.summary:
            return fill(rule.summary.said_in(self.language), self._counted(), self.language)
        if rule.item_column:
            title = rule.title.said_in(self.language)
            template = (
                "{title}：{count} / {denominator}"
                if self.language == "zh-Hans"
                else "{title}: {count} of {denominator}"
            )
            return fill(template, {**self._counted(), "title": title}, self.language)
        return fill(self._words().said_in(self.language), self._counted(), self.language)

    def _words(self) -> Words:
        """The rule's sentence about this outcome."""
        warned = self.rule.warn_message if self.verdict.outcome == "warn" else None
        return warned or self.rule.message

    def _row_message(self, row: Row) -> str:
        own = {"value": row[self.rule.value] if self.rule.value else self.value, "limit": self.threshold}
        if self.rule.item_column:
            own["limit"] = self._limit()
        words = self._words().said_in(self.language)
        values = {**self._counted(), **self._in_words(row), **own}
        return fill(words, values, self.language, self._empty_words)

    def _in_words(self, row: Row) -> Row:
        """The row, with values that the model fixes in the language of the message."""
        fixed = self._fixed_words
        return {n: said(v, self.language) if n in fixed and isinstance(v, str) else v for n, v in row.items()}

    @cached_property
    def _fixed_words(self) -> frozenset[str]:
        """Columns whose values the model fixes."""
        return frozenset(c.name for c in VIEWS[self.rule.view] if c.values)

    @cached_property
    def _empty_words(self) -> dict[str, str]:
        """What an empty column means, in the words of its declaration."""
        words = {c.name: said_of_empty(c.null, self.language) for c in VIEWS[self.rule.view]}
        return {name: meaning for name, meaning in words.items() if meaning}

    def _counted(self) -> dict[str, Any]:
        tally = self.tally
        return {
            **{p.name: p.value for p in self.rule.parameters},
            "count": tally.leans if self.verdict.outcome == "fail" or self.rule.kind == "ratio" else tally.warns,
            "denominator": tally.denominator,
            "excluded": tally.excluded,
            "ratio": tally.ratio,
            "value": self.value,
            "limit": self.threshold,
        }

    def _evidence(self, rows: list[Row]) -> str:
        return as_json([{c: row[c] for c in self.rule.evidence.columns} for row in rows])
