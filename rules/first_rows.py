"""The first rows that lean of several rules, found by one scan of their view: what the evidence of each is taken from.

A rule's evidence is the first rows that lean, per subject, in an order of its own. Each rule alone would put in order
all rows that lean, and read the view once more for it. Here one query keeps, for each rule and subject, the first rows
while it reads, with what the rule shows of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.connection import Row
from rules.kinds import kind_of
from rules.kinds.shape import key_of, quoted
from rules.query import SUBJECT, columns_shown, guarded, is_numbered, item_columns, row_order, row_parameter_names
from rules.ruleset import Rule
from rules.tally import Asked, Leaned, numbered, reads_view_alone

MOST_ROWS = 200_000
"""First rows of all rules gathered: they are held in memory, in half a kilobyte each."""
FEWEST_ROWS = 20_000
"""Rows of a view, or rows that lean by one rule of it, from which on it pays."""


@dataclass(frozen=True)
class Gathering:
    """Rules that look for their rows in one view and judge the same subjects."""

    members: tuple[Asked, ...]

    @property
    def bound(self) -> Mapping[str, Any]:
        """What the query binds."""
        return {
            f"{name}_{n}": one.bound[name]
            for n, one in enumerate(self.members)
            for name in row_parameter_names(one.rule)
        }

    @property
    def sql(self) -> str:
        """One row for each subject: of each rule a list of rows that lean, and of those that warn if it can."""
        rule = self.members[0].rule
        found = ",\n  ".join(sql for n, one in enumerate(self.members) for _, sql in _found(n, one.rule))
        return f"SELECT {key_of(rule.table, rule.by.key)} AS {SUBJECT},\n  {found}\nFROM {rule.view} GROUP BY 1"

    def rows(self, answer: Iterable[Sequence[Any]]) -> dict[tuple[Any, ...], dict[str, list[Row]]]:
        """Rows by rule, told by its key, and subject; each as the rule's own query gives it."""
        classes = [(one.key, name) for n, one in enumerate(self.members) for name, _ in _found(n, one.rule)]
        told: dict[tuple[Any, ...], dict[str, list[Row]]] = {one.key: {} for one in self.members}
        for subject, *lists in answer:
            for (key, name), rows in zip(classes, lists, strict=True):
                for row in rows or ():
                    row |= {SUBJECT: subject, "_class": name}
                if rows:
                    told[key].setdefault(subject, []).extend(rows)
        return told


def gatherings(asked: Iterable[Asked], leaned: Mapping[tuple[Any, ...], Leaned]) -> Iterator[Gathering]:
    """What to gather first, of rules whose tallies are known: `leaned` says of each, by its key, how many rows lean."""
    by_view: dict[tuple[str, str], dict[tuple[Any, ...], Asked]] = {}
    for one in asked:
        if one.key in leaned and leaned[one.key].rows and _can_be_gathered(one.rule):
            by_view.setdefault((one.rule.view, one.rule.subject), {})[one.key] = one
    room = MOST_ROWS
    for members in by_view.values():
        found = [leaned[key] for key in members]
        first = sum(one.first for one in found)
        if first <= room and _pays(found):
            room -= first
            yield Gathering(tuple(members.values()))


def _pays(leaned: list[Leaned]) -> bool:
    """Several rules read a large view once, or one is spared putting many rows in order."""
    if len(leaned) > 1:
        return leaned[0].of >= FEWEST_ROWS
    return leaned[0].rows >= FEWEST_ROWS


def _can_be_gathered(rule: Rule) -> bool:
    """Its rows are those of the view, and only the first of each subject are wanted.

    Where all rows that lean are wanted, or the first of each item, the rule finds them as fast itself."""
    return reads_view_alone(rule) and is_numbered(rule) and not item_columns(rule) and not kind_of(rule).extras(rule)


def _found(number: int, rule: Rule) -> Iterator[tuple[str, str]]:
    """The classes of rows that the rule shows, each with SQL for the first of a subject."""
    shown = ", ".join(
        f"'{column}': {quoted(column)}" for column in dict.fromkeys(columns_shown(rule)) if column != SUBJECT
    )
    order = ", ".join(f"{quoted(column)}, '{way}'" for column, way in row_order(rule))
    first = f"arg_min({{{shown}}}, create_sort_key({order}), {rule.evidence.limit})"
    leans = numbered(guarded(rule), number)
    yield "leans", f"{first} FILTER (WHERE {leans})"
    if kind_of(rule).warns(rule) != "FALSE":
        warns = numbered(kind_of(rule).warns(rule), number)
        yield "warns", f"{first} FILTER (WHERE ({warns}) AND ({leans}) IS FALSE)"
