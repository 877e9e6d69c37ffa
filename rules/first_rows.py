"""Rows that lean, found for several rules by one scan: what the evidence of each is taken from.

A rule's evidence is the first rows that lean, per subject. To look for them in a view of a million rows costs the same
for each rule: the keys that put rows in order are texts that have to be unpacked. So rules that read one view in one
order first gather, together, the rows that lean by any of them; the place of each in the order is written down once.
Each rule then asks for its rows as always, of those that were gathered.
"""
# ruff: noqa: S608 - every part is our own text, a name declared in portfolio.model, or a condition from the compiler

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.kinds import kind_of
from rules.kinds.shape import key_of, quoted
from rules.query import PLACE, SUBJECT, columns_shown, guarded, is_numbered, row_order, row_parameter_names
from rules.ruleset import Rule
from rules.tally import Asked, numbered, reads_view_alone

MOST_ROWS = 500_000
"""Rows that lean of all rules gathered: they are held in memory, in a few hundred bytes each."""


@dataclass(frozen=True)
class Gathering:
    """Rules that look for their rows in one view and in one order; `name` is the relation of what they share."""

    name: str
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
        """The rows that lean or warn by any of the rules, with all columns that one of them needs, and their place."""
        rules = [one.rule for one in self.members]
        columns = sorted({column for rule in rules for column in _columns(rule)})
        order = row_order(rules[0])
        return f"""SELECT {", ".join(map(quoted, columns))}, row_number() OVER (ORDER BY {order}) AS {quoted(PLACE)}
FROM {rules[0].view}
WHERE {self._conditions}"""

    @property
    def _conditions(self) -> str:
        return "\n  OR ".join(_falls(n, one.rule) for n, one in enumerate(self.members))


def gatherings(asked: Iterable[Asked], leaning: Mapping[tuple[Any, ...], int]) -> Iterator[Gathering]:
    """What to gather first; of rules by whose tally rows lean. `leaning` is how many, by their key."""
    by_order: dict[tuple[str, str], dict[tuple[Any, ...], Asked]] = {}
    for one in asked:
        if leaning.get(one.key) and _can_be_gathered(one.rule):
            by_order.setdefault((one.rule.view, row_order(one.rule)), {})[one.key] = one
    room = MOST_ROWS
    for number, members in enumerate(by_order.values()):
        rows = sum(leaning[key] for key in members)
        if len(members) > 1 and rows <= room:
            room -= rows
            yield Gathering(f"_gathered_{number}", tuple(members.values()))


def _can_be_gathered(rule: Rule) -> bool:
    """Its rows are those of the view, and only the first of them are wanted: all rows that lean are found as fast by
    the rule itself."""
    return reads_view_alone(rule) and is_numbered(rule) and not kind_of(rule).extras(rule)


def _columns(rule: Rule) -> set[str]:
    """Columns of the view that the query of its rows names."""
    conditions = [rule.applies_when, rule.counts, *([] if kind_of(rule).judges_share else [rule.warns])]
    read = {column for condition in conditions if condition for column in condition.columns}
    subject = [rule.by.key] if key_of(rule.table, rule.by.key) == quoted(rule.by.key) else []
    return read.union(rule.requires, columns_shown(rule), subject) - {SUBJECT}


def _falls(number: int, rule: Rule) -> str:
    """SQL, true for all rows that lean or warn by the rule, and perhaps for others."""
    parts = [numbered(guarded(rule), number)]
    if kind_of(rule).warns(rule) != "FALSE":
        parts.append(numbered(kind_of(rule).warns(rule), number))
    return " OR ".join(f"({part})" for part in parts)
