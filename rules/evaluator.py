"""Runs compiled rules on documented views, in the process that holds the connection."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

import duckdb

from portfolio.model.subjects import SUBJECTS
from rules.connection import Row, select_tuples
from rules.connection import select_documented as select
from rules.first_rows import Gathering, gatherings
from rules.job import failed_run, parameters_json
from rules.kinds import kind_of
from rules.kinds.shape import limit_of
from rules.lineage import Capabilities
from rules.parameters import exact_number
from rules.query import SUBJECT, parameter_names, row_parameter_names, rows_sql, watched_sql
from rules.results import Leaning, RuleResult, RuleRun, as_json
from rules.ruleset import Rule, Words
from rules.statement import DOCUMENTED
from rules.tally import Asked, Together, groups
from rules.terms import said, said_of_empty
from rules.variant import Variant
from rules.verdict import Tally, Verdict, judge
from rules.wording import fill

_RECORD_VIEWS = frozenset(
    {
        "work_items",
        "risks",
        "project_issues",
        "changes",
        "gates",
        "artefacts",
        "stakeholders",
        "lessons",
        "invoices",
        "proposals",
    }
)
"""Views in which an item's row is the item's own record: no row means that the item is gone."""


_FEEDS = {"sync_runs": ("project_id", "$kind = 'project'"), "subject_sources": ("subject_id", "subject_kind = $kind")}
"""Views that say which sources feed a subject: its column there, and which rows are about a kind."""


@dataclass(frozen=True)
class _Feeds:
    """Sources of the subjects of a kind, by id; `stale` are those whose last complete pull is too long ago, or never
    was."""

    sources: Mapping[str, tuple[str, ...]]
    stale: Mapping[str, tuple[str, ...]]


class Evaluator:
    """Evaluates rules one by one on an open connection whose documented views are in place."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        as_of: date,
        capabilities: Iterable[Mapping[str, Any]] = (),
        language: str = "en",
        stale_after_hours: int | None = None,
        *,
        also: tuple[str, ...] = (),
    ) -> None:
        self._connection = connection
        self._as_of = as_of
        self._capabilities = Capabilities(capabilities)
        self._languages = (language, *also)
        self._stale_after_hours = stale_after_hours
        self._feeds: dict[str, _Feeds] = {}
        self._together: dict[Any, tuple[Together, int, list[tuple[Any, ...]]]] = {}
        self._gathered: dict[Any, dict[str, list[Row]]] = {}
        self._last: tuple[Any, list[Tally]] = (None, [])

    def populations(self, kinds: Collection[str] = tuple(SUBJECTS)) -> dict[str, frozenset[str]]:
        """Ids of all subjects of these kinds."""
        return {kind: self._ids(kind) for kind in SUBJECTS if kind in kinds}

    def _ids(self, kind: str) -> frozenset[str]:
        by = SUBJECTS[kind]
        if not self._has(by.view):  # a self-test of a rule about others
            return frozenset()
        sql = f"SELECT {by.key} AS id FROM {by.view}"  # noqa: S608 - declared names
        return frozenset(row["id"] for row in select(self._connection, sql, {}))

    def together(self, variants: Iterable[Variant]) -> Iterator[Together]:
        """What several of them can be asked at once, each to be given to `ask` or left; see `rules.tally`."""
        return groups(self._asked(variant.rule) for variant in variants)

    def ask(self, together: Together) -> None:
        """Keep the answer for when the rules are run. Raises duckdb.Error; each of the rules is then asked alone."""
        rows = select_tuples(self._connection, together.sql, together.bound)
        for number, asked in enumerate(together.members):
            self._together[asked.key] = (together, number, rows)

    def gatherings(self) -> Iterator[Gathering]:
        """Of what `ask` was given: rules whose rows can be gathered by one query, each for `gather`."""
        asked = [(one, number, rows) for one, number, rows in self._together.values()]
        members = [together.members[number] for together, number, _ in asked]
        leaned = {one.key: together.leaned(rows, n) for one, (together, n, rows) in zip(members, asked, strict=True)}
        return gatherings(members, leaned)

    def gather(self, gathering: Gathering) -> None:
        """Keep the rows for when the rules are run. Raises duckdb.Error; each of the rules then looks for its own."""
        rows = select_tuples(self._connection, gathering.sql, dict(gathering.bound))
        self._gathered |= gathering.rows(rows)

    def run(self, rule: Rule, watched: Collection[str] = ()) -> RuleRun:
        """Results for every subject. `watched` are items with open findings of this rule. Raises as `run_variant`."""
        return self.run_variant(Variant(rule), watched)

    def run_variant(self, variant: Variant, watched: Collection[str] = ()) -> RuleRun:
        """Results for the subjects that the variant is for.

        Raises duckdb.Error, and PluginFault for a plugin that did not keep to what it declares.
        """
        with kind_of(variant.rule).prepared(variant.rule, self._connection, self._as_of):
            return self._run(variant, watched)

    def _run(self, variant: Variant, watched: Collection[str]) -> RuleRun:
        rule = variant.rule
        tallies = [tally for tally in self._tallied(rule) if variant.concerns(tally.subject_id)]
        feeds = self._feeds_of(rule.subject)
        verdicts = {
            t.subject_id: judge(
                rule,
                t,
                self._capabilities,
                feeds.sources.get(t.subject_id, ()),
                feeds.stale.get(t.subject_id, ()),
            )
            for t in tallies
        }
        rows = self._rows(rule, [p for p, v in verdicts.items() if v.outcome in ("fail", "warn")])
        results, leaning = [], []
        for tally in tallies:
            verdict = verdicts[tally.subject_id]
            writer = _Writer(rule, tally, verdict, _of_class(rule, verdict, rows[tally.subject_id]), self._languages)
            results.append(writer.result())
            leaning += writer.leaning() if verdict.outcome == "fail" else []
        undecided, gone = self._watched(rule, self._of_variant(variant, watched))
        return RuleRun(rule.id, tuple(results), tuple(leaning), undecided, gone)

    def failed(self, variant: Variant, why: str) -> RuleRun:
        """A rule that could not be evaluated: outcome error for every subject that the variant is for."""
        return failed_run(variant, self._ids(variant.rule.subject), why)

    def _tallied(self, rule: Rule) -> list[Tally]:
        """Of all subjects: a filter saves little, and variants that differ in severity, mode or origin alone share the
        answer. What a plugin made its rows of is in no query, so its answers are not shared.
        """
        asked = self._asked(rule)
        if self._last[0] != asked.key or rule.plugin is not None:
            found = self._together.get(asked.key)
            if found is None:
                alone = Together((asked,))
                relations = DOCUMENTED | {kind_of(rule).relation(rule)}
                found = (alone, 0, select_tuples(self._connection, alone.sql, alone.bound, relations))
            together, number, rows = found
            self._last = (asked.key, together.tallies(rows, number))
        return self._last[1]

    def _asked(self, rule: Rule) -> Asked:
        return Asked(rule, self._bound(rule, parameter_names(rule)))

    def _select(self, rule: Rule, sql: str, bound: dict[str, Any]) -> list[Row]:
        """Rows of a statement that holds the rule's conditions: it may read the views, and the rule's own relation."""
        relations = DOCUMENTED | {kind_of(rule).relation(rule)}
        return select(self._connection, sql, bound, relations)

    def _of_variant(self, variant: Variant, watched: Collection[str]) -> Collection[str]:
        """Watched items of the variant's projects, and those that have no row any more."""
        rule = variant.rule
        if variant.is_whole or not watched or not rule.item_column:
            return watched
        item = rule.item_column
        relation = kind_of(rule).relation(rule)
        sql = f"SELECT DISTINCT {item} AS item_id, project_id FROM {relation} WHERE {item} IN (SELECT unnest($items_))"  # noqa: S608 - declared names
        found = self._select(rule, sql, {"items_": sorted(watched)})
        present = {r["item_id"] for r in found}
        ours = {r["item_id"] for r in found if variant.concerns(r["project_id"])}
        return [i for i in watched if i not in present or i in ours]

    def _bound(self, rule: Rule, names: Collection[str]) -> dict[str, Any]:
        values = {**{p.name: p.value for p in rule.parameters}, **kind_of(rule).binds(rule), "as_of": self._as_of}
        return {name: values[name] for name in names}

    def _rows(self, rule: Rule, subjects: list[str]) -> Mapping[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        gathered = self._gathered.get(self._asked(rule).key) if self._gathered else None
        if gathered is not None:
            found.update((subject, gathered[subject]) for subject in subjects if subject in gathered)
        elif subjects:
            bound = self._bound(rule, row_parameter_names(rule))
            bound["subjects_"] = subjects
            for row in self._select(rule, rows_sql(rule), bound):
                found[row[SUBJECT]].append(row)
        return found

    def _watched(self, rule: Rule, watched: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
        if not watched or not rule.item_column:
            return frozenset(), frozenset()
        bound = self._bound(rule, row_parameter_names(rule)) | {"items_": sorted(watched)}
        rows = self._select(rule, watched_sql(rule), bound)
        undecided = frozenset(r["item_id"] for r in rows if r["undecided"])
        gone = frozenset(watched) - {r["item_id"] for r in rows} if rule.view in _RECORD_VIEWS else frozenset()
        return undecided, gone

    def _feeds_of(self, kind: str) -> _Feeds:
        """What feeds the subjects of a kind. Asked once, when the first rule judges them: people are many."""
        if kind not in self._feeds:
            hours = self._stale_after_hours
            stale = {} if hours is None else self._by_subject(kind, "age_hours IS NULL OR age_hours > $hours", hours)
            self._feeds[kind] = _Feeds(self._by_subject(kind, "TRUE"), stale)
        return self._feeds[kind]

    def _by_subject(self, kind: str, condition: str, hours: int | None = None) -> dict[str, tuple[str, ...]]:
        """Sources that feed each subject of a kind, by its id."""
        found: dict[str, list[str]] = defaultdict(list)
        for view, (column, of_kind) in _FEEDS.items():
            if not self._has(view):  # a self-test that gives no sources
                continue
            sql = f"SELECT DISTINCT {column} AS id, source FROM {view} WHERE {of_kind} AND ({condition}) ORDER BY ALL"  # noqa: S608 - our own
            for row in select(self._connection, sql, {"kind": kind} | ({} if hours is None else {"hours": hours})):
                found[row["id"]].append(row["source"])
        return {subject: tuple(sources) for subject, sources in found.items()}

    def _has(self, view: str) -> bool:
        return view in self._there

    @cached_property
    def _there(self) -> frozenset[str]:
        """The views that the snapshot has; a self-test has only those that its rule needs."""
        named = self._connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        return frozenset(name for (name,) in named)


def _of_class(rule: Rule, verdict: Verdict, rows: list[Row]) -> list[Row]:
    wanted = "warns" if verdict.outcome == "warn" and not kind_of(rule).judges_share else "leans"
    return [row for row in rows if row["_class"] == wanted]


class _Writer:
    """Turns one verdict and its rows into a result and its leaning subjects."""

    def __init__(self, rule: Rule, tally: Tally, verdict: Verdict, rows: list[Row], languages: tuple[str, ...]) -> None:
        self.rule = rule
        self.kind = kind_of(rule)
        self.tally = tally
        self.verdict = verdict
        self.rows = rows
        self.language, *self.others = languages
        self.value, self.threshold = self._measure()
        self.of_all = self._evidence(rows)
        """The evidence of the subject's rows: a result and its finding show the same."""
        self._meant: dict[str, dict[str, str]] = {}

    def result(self) -> RuleResult:
        """The row for the subject."""
        rule, tally, verdict = self.rule, self.tally, self.verdict
        counted = not rule.per_subject and verdict.outcome != "not_applicable"
        leans = verdict.outcome in ("fail", "warn")
        return RuleResult(
            rule.id,
            tally.subject_id,
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
            message=self._message(self.language) if leans else None,
            parameters=parameters_json(rule),
            evidence=self.of_all,
            subject_kind=rule.subject,
            also=tuple(self._message(other) if leans else None for other in self.others),
        )

    def leaning(self) -> list[Leaning]:
        """The subjects that fail: items where the rule is about items, else whom it judges."""
        rule = self.rule
        if not rule.item_column:
            return [self._subject(rule.subject, self.tally.subject_id, self.rows, self._message)]
        by_item: dict[tuple[str | None, str | None], list[Row]] = defaultdict(list)
        for row in self.rows:
            by_item[row[rule.item_column], self._apart(row)].append(row)
        subjects = []
        for (item, apart), rows in by_item.items():
            if item is None:  # the tool keeps the record outside its items: the project answers for it
                subjects.append(self._subject("project", self.tally.subject_id, rows, self._message))
            else:
                subjects.append(self._subject("item", item, rows, partial(self._row_message, rows[0]), apart))
        return subjects

    def _apart(self, row: Row) -> str | None:
        """What tells this failure of an item from others of it."""
        columns = self.rule.discriminator if row[self.rule.item_column or ""] is not None else ()
        return as_json([row[c] for c in columns]) if columns else None

    def _subject(
        self, kind: str, subject: str, rows: list[Row], say: Callable[[str], str], apart: str | None = None
    ) -> Leaning:
        rule, value, threshold = self.rule, self.value, self.threshold
        if kind == "item":
            value = exact_number(rows[0][rule.value]) if rule.value else None
            threshold = limit_of(rule)
        shown = self.of_all if rows is self.rows else self._evidence(rows)
        project = self.tally.subject_id if kind in ("project", "item") else None
        return Leaning(
            rule.id, project, kind, subject, rule.severity, rule.mode, say(self.language), value, threshold, shown,
            apart, rule.fingerprint_version, tuple(map(say, self.others)),
        )  # fmt: skip

    def _measure(self) -> tuple[Decimal | None, Decimal | None]:
        """The measured value and the limit that it is held against."""
        if self.verdict.outcome == "not_applicable":
            return None, None
        return self.kind.measure(self.rule, self.tally, self.verdict.outcome)

    def _message(self, language: str) -> str:
        rule = self.rule
        if rule.per_subject and self.rows:
            return self._row_message(self.rows[0], language)
        if rule.summary:
            return fill(rule.summary.said_in(language), self._counted(), language)
        if rule.item_column:
            title = rule.title.said_in(language)
            template = (
                "{title}：{count} / {denominator}" if language == "zh-Hans" else "{title}: {count} of {denominator}"
            )
            return fill(template, {**self._counted(), "title": title}, language)
        return fill(self._words().said_in(language), self._counted(), language)

    def _words(self) -> Words:
        """The rule's sentence about this outcome."""
        warned = self.rule.warn_message if self.verdict.outcome == "warn" else None
        return warned or self.rule.message

    def _row_message(self, row: Row, language: str) -> str:
        own = {"value": row[self.rule.value] if self.rule.value else self.value, "limit": self.threshold}
        if self.rule.item_column:
            own["limit"] = limit_of(self.rule)
        words = self._words().said_in(language)
        values = {**self._counted(), **self._in_words(row, language), **self.kind.words(self.rule, row), **own}
        return fill(words, values, language, self._empty_words(language))

    def _in_words(self, row: Row, language: str) -> Row:
        """The row, with values that the model fixes in the language of the message."""
        fixed = self._fixed_words
        return {n: said(v, language) if n in fixed and isinstance(v, str) else v for n, v in row.items()}

    @cached_property
    def _fixed_words(self) -> frozenset[str]:
        """Columns whose values the model fixes."""
        return frozenset(c.name for c in self.rule.table if c.values)

    def _empty_words(self, language: str) -> dict[str, str]:
        """What an empty column means, in the words of its declaration."""
        if language not in self._meant:
            words = {c.name: said_of_empty(c.null, language) for c in self.rule.table}
            self._meant[language] = {name: meaning for name, meaning in words.items() if meaning}
        return self._meant[language]

    def _counted(self) -> dict[str, Any]:
        tally = self.tally
        return {
            **{p.name: p.value for p in self.rule.parameters},
            "count": tally.leans if self.verdict.outcome == "fail" or self.kind.judges_share else tally.warns,
            "denominator": tally.denominator,
            "excluded": tally.excluded,
            "ratio": tally.ratio,
            "value": self.value,
            "limit": self.threshold,
        }

    def _evidence(self, rows: list[Row]) -> str | None:
        """What the first of the rows show."""
        return as_json(self.kind.evidence(self.rule, rows[: self.rule.evidence.limit])) if rows else None
