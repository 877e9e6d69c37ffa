"""How the rows of each subject fell, by one query for several rules: a view is scanned once for all that look at it.

To read, group and add up a million rows takes the same time for one rule as for seventy. Each rule stands in the query
as if it were alone: its parameters and the names of its shares carry its number.
"""
# ruff: noqa: S608 - every part is our own text, a name declared in portfolio.model, or a condition from the compiler

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from rules.compile.scope import RATIO_NAMES
from rules.kinds import kind_of
from rules.kinds.shape import key_of, quoted
from rules.parameters import exact_number
from rules.query import SUBJECT, candidates, guarded, subject_candidates
from rules.ruleset import Rule
from rules.verdict import Tally

_MOST_TOGETHER = 100
"""Rules in one query: what is added up is held for each subject, so this bounds memory."""
_NAMES = re.compile(r"""'(?:[^']|'')*'|"(?P<column>(?:[^"]|"")*)"|\$(?P<parameter>[a-z_][a-z0-9_]*)""")
"""What names something in SQL of ours; texts are matched so that nothing within them is taken for a name."""


@dataclass(frozen=True)
class Asked:
    """A rule, and the values that the query of its tally binds."""

    rule: Rule
    bound: Mapping[str, Any]

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """Equal for two that have the same answer: for variants of a rule that differ in severity, mode or origin."""
        r, bound = self.rule, sorted(self.bound.items())
        conditions = (r.subject_when, r.applies_when, r.counts, r.fails, r.warns)
        return (r.id, r.kind, r.view, r.subject, *conditions, r.requires, r.value, r.related, r.trend, r.attest, *bound)


def reads_view_alone(rule: Rule) -> bool:
    """The rule's rows are those of its view, with nothing beside them: it can be asked together with others."""
    rows = kind_of(rule).rows(rule)
    return rule.plugin is None and not rows.steps and rows.relation == rule.view


def groups(asked: Iterable[Asked]) -> Iterator["Together"]:
    """Those that one query can answer, each group of two or more; a rule in no group has to be asked alone.

    The rows of one view are gathered by one kind of subject at a time.
    """
    gathered: dict[tuple[str, str], dict[tuple[Any, ...], Asked]] = {}
    for one in asked:
        if reads_view_alone(one.rule):
            gathered.setdefault((one.rule.view, one.rule.subject), {}).setdefault(one.key, one)
    for found in gathered.values():
        members = tuple(found.values())
        for first in range(0, len(members), _MOST_TOGETHER):
            part = members[first : first + _MOST_TOGETHER]
            if len(part) > 1:
                yield Together(part)


@dataclass(frozen=True)
class Leaned:
    """Of the rows of a view, `of` in all: how many lean or warn by a rule, and how many the evidence shows at most."""

    of: int
    rows: int
    first: int


@dataclass(frozen=True)
class Together:
    """One query for rules that read the same rows and judge the same subjects."""

    members: tuple[Asked, ...]

    @property
    def bound(self) -> dict[str, Any]:
        """What the query binds."""
        return {f"{name}_{n}": value for n, one in enumerate(self.members) for name, value in one.bound.items()}

    @cached_property
    def sql(self) -> str:
        """One row for each subject: how many rows it has, and then each rule's part; see `tallies`."""
        parts, rule = self._parts, self.members[0].rule
        rows = kind_of(rule).rows(rule)
        source = ", source" if rule.table.column("source") else ""
        key, population = quoted(rule.by.key), rule.by.view
        return f"""WITH {numbered(rows.steps, 0)}judged AS (
  SELECT {key_of(rule.table, rule.by.key)} AS {SUBJECT}{source}{_list(p.row() for p in parts)}
  FROM {rows.relation}
),
counted AS (
  SELECT {SUBJECT}{source}, count(*) AS _rows{_list(p.counts() for p in parts)}
  FROM judged GROUP BY {SUBJECT}{source}
),
tally AS (
  SELECT {SUBJECT}, CAST(sum(_rows) AS BIGINT) AS _rows{_list(p.sums(bool(source)) for p in parts)}
  FROM counted GROUP BY {SUBJECT}
),
known AS (
  SELECT {key} AS {SUBJECT}{_list(p.scope() for p in parts)} FROM {population}
  UNION ALL
  SELECT {SUBJECT}{_list(p.no_scope() for p in parts)} FROM tally
  WHERE {SUBJECT} IS NOT NULL AND {SUBJECT} NOT IN (SELECT {key} FROM {population})
),
rated AS (
  SELECT known.*, tally.* EXCLUDE ({SUBJECT}){_list(p.rates() for p in parts)}
  FROM known LEFT JOIN tally USING ({SUBJECT})
)
SELECT {SUBJECT}, _rows{_list(p.told(bool(source)) for p in parts)}
FROM rated ORDER BY {SUBJECT}"""

    def tallies(self, rows: Sequence[Sequence[Any]], number: int) -> list[Tally]:
        """What the rows of the answer say of one of the members."""
        by_source = self.members[0].rule.table.column("source") is not None
        widths = [sum(1 for _ in part.told(by_source)) for part in self._parts[: number + 1]]
        first, last = 2 + sum(widths[:-1]), 2 + sum(widths)
        part = self._parts[number]
        return [part.read(row[0], row[1] or 0, iter(row[first:last]), by_source) for row in rows]

    def leaned(self, rows: Sequence[Sequence[Any]], number: int) -> "Leaned":
        """How many rows of the view lean or warn by one of the members."""
        by_source = self.members[0].rule.table.column("source") is not None
        first = 2 + sum(sum(1 for _ in part.told(by_source)) for part in self._parts[:number])
        places = [first + place for place in self._parts[number].told_of_leaning()]
        limit = self.members[number].rule.evidence.limit
        found = [row[place] or 0 for row in rows for place in places]
        return Leaned(sum(row[1] or 0 for row in rows), sum(found), sum(min(one, limit) for one in found))

    @cached_property
    def _parts(self) -> list["_Part"]:
        return [_Part(n, one.rule) for n, one in enumerate(self.members)]


class _Part:
    """The part of one rule in each step of the query. What every rule would say alike is left out of it."""

    def __init__(self, number: int, rule: Rule) -> None:
        self.number = number
        self.rule = rule
        self.kind = kind_of(rule)
        self.applies = self._named("applies") if rule.applies_when else ""
        self.value = self.kind.value(rule) if rule.per_subject else ""
        self.may_warn = self.kind.warns(rule) != "FALSE"
        self.missing = candidates(rule)
        self.subject_missing = subject_candidates(rule)

    def row(self) -> Iterator[str]:
        """Of one row: whether the rule is about it, what was judged (null where it could not be), what is missing."""
        if self.rule.applies_when:
            yield f"({self._own(self.rule.applies_when.sql)}) AS {self.applies}"
        yield f"({self._own(guarded(self.rule))}) AS {self._named('judged')}"
        if self.may_warn:
            yield f"({self._own(self.kind.warns(self.rule))}) AS {self._named('warning')}"
        for n, column in enumerate(self.missing):
            yield f"{quoted(column)} IS NULL AS {self._named('lacks', n)}"
        if self.value:
            yield f"{self._own(self.value)} AS {self._named('value')}"

    def counts(self) -> Iterator[str]:
        """Of all rows of a subject that come from one source."""
        judged, applies = self._named("judged"), self.applies
        if applies:
            yield f"count_if(NOT {applies}) AS {self._named('outside')}"
        yield f"count({judged}) AS {judged}"
        yield f"count_if({judged}) AS {self._named('leans')}"
        if self.may_warn:
            yield f"count_if(NOT {judged} AND {self._named('warning')}) AS {self._named('warns')}"
        excluded = f"{judged} IS NULL" + (f" AND {applies} IS DISTINCT FROM FALSE" if applies else "")
        for n in range(len(self.missing)):
            yield f"bool_or({excluded} AND {self._named('lacks', n)}) AS {self._named('lacks', n)}"
        if self.value:
            value = self._named("value")
            concerned = f"CASE WHEN {applies} IS DISTINCT FROM FALSE THEN {value} END" if applies else value
            yield f"max({concerned}) AS {value}"

    def sums(self, by_source: bool) -> Iterator[str]:
        """Of all rows of a subject."""
        for what in self._summed():
            yield f"CAST(sum({what}) AS BIGINT) AS {what}"
        for n in range(len(self.missing)):
            yield f"bool_or({self._named('lacks', n)}) AS {self._named('lacks', n)}"
        if self.value:
            yield f"max({self._named('value')}) AS {self._named('value')}"
        if by_source:
            yield f"list(CASE WHEN {self._excluded()} > 0 THEN source END) AS {self._named('sources')}"

    def scope(self) -> Iterator[str]:
        """Whether the rule concerns the subject at all."""
        if self.rule.subject_when:
            yield f"({self._own(self.rule.subject_when.sql)}) AS {self._named('concerned')}"
        for n, column in enumerate(self.subject_missing):
            yield f"{quoted(column)} IS NULL AS {self._named('subject_lacks', n)}"

    def no_scope(self) -> Iterator[str]:
        """Of a subject that its population does not list: its rows are counted all the same, none is dropped."""
        if self.rule.subject_when:
            yield "NULL"
        yield from ["TRUE"] * len(self.subject_missing)

    def rates(self) -> Iterator[str]:
        """What conditions about the share of the judged rows that lean may name."""
        if not self.kind.judges_share:
            return
        leans, judged = (f"coalesce({self._named(what)}, 0)" for what in ("leans", "judged"))
        yield f"{leans} AS {self._named('count')}"
        yield f"{judged} AS {self._named('denominator')}"
        yield f"coalesce({self._excluded()}, 0) AS {self._named('excluded')}"
        share = f"CAST({leans} AS DOUBLE) / nullif({judged}, 0)"
        yield f"CAST({share} AS DECIMAL(18,12)) AS {self._named('ratio')}"

    def told(self, by_source: bool) -> Iterator[str]:
        """What is told of the subject, in the order in which `read` takes it."""
        yield from self._summed()
        if self.rule.subject_when:
            yield self._named("concerned")
        if self.kind.judges_share:
            yield self._named("ratio")
            for predicate in (self.rule.fails, self.rule.warns):
                yield f"({numbered(predicate.sql, self.number, shares=True)})" if predicate else "NULL"
        if self.value:
            yield self._named("value")
        if by_source:
            yield self._named("sources")
        yield from (self._named("lacks", n) for n in range(len(self.missing)))
        yield from (self._named("subject_lacks", n) for n in range(len(self.subject_missing)))

    def read(self, subject: str, rows: int, cells: Iterator[Any], by_source: bool) -> Tally:
        """What `told` said of one subject, which has so many rows."""
        judged, leans = next(cells) or 0, next(cells) or 0
        outside = (next(cells) or 0) if self.applies else 0
        warns = (next(cells) or 0) if self.may_warn else 0
        excluded = rows - outside - judged
        concerned = next(cells) if self.rule.subject_when else True
        share = self.kind.judges_share
        ratio, fails, warned = (next(cells), next(cells), next(cells)) if share else (_share(leans, judged), None, None)
        value = exact_number(next(cells)) if self.value else None
        sources = next(cells) if by_source else None
        return Tally(
            subject, concerned, leans, warns, judged - leans - warns, excluded, value, ratio, fails, warned,
            missing=tuple([c for c in self.missing if next(cells)]),
            subject_missing=tuple([c for c in self.subject_missing if next(cells)]),
            sources=tuple(sorted(s for s in sources if s is not None)) if excluded and sources is not None else None,
        )  # fmt: skip

    def _summed(self) -> list[str]:
        whats = ["judged", "leans", *(["outside"] if self.applies else []), *(["warns"] if self.may_warn else [])]
        return [self._named(what) for what in whats]

    def told_of_leaning(self) -> list[int]:
        """Where, in what is told, rows that lean and rows that warn are counted."""
        summed = self._summed()
        return [summed.index(self._named(what)) for what in ("leans", *(["warns"] if self.may_warn else []))]

    def _excluded(self) -> str:
        outside = f" - {self._named('outside')}" if self.applies else ""
        return f"_rows{outside} - {self._named('judged')}"

    def _named(self, what: str, part: int | None = None) -> str:
        """A column of ours. The names that conditions about a share use stand in quotes there too, see `numbered`."""
        return f'"_{what}_{self.number}"' if part is None else f'"_{what}_{self.number}_{part}"'

    def _own(self, sql: str) -> str:
        return numbered(sql, self.number)


def _share(leans: int, judged: int) -> Decimal | None:
    """To twelve places, as the query has it for rules that judge it."""
    return Decimal(f"{leans / judged:.12f}") if judged else None


def _list(parts: Iterable[Iterator[str]]) -> str:
    return "".join(f",\n    {expression}" for part in parts for expression in part)


def numbered(sql: str, number: int, *, shares: bool = False) -> str:
    """SQL of a rule, with what it names as its own under the number of the rule."""

    def own(found: re.Match[str]) -> str:
        if found["parameter"]:
            return f"${found['parameter']}_{number}"
        return f'"_{found["column"]}_{number}"' if shares and found["column"] in RATIO_NAMES else found[0]

    return _NAMES.sub(own, sql)
