"""What a kind of rule is: the keys it takes, how they compile, the SQL of its rows, its value, its words."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from portfolio.model import Table
from portfolio.model.subjects import ORGANISATION_ID, SUBJECTS
from rules.parameters import exact_number
from rules.predicate import Predicate
from rules.ruleset import Attest, PluginUse, Related, Rule, Tolerance, Trend

if TYPE_CHECKING:
    import duckdb

    from rules.drafts import Draft
    from rules.lineage import Capabilities
    from rules.verdict import Tally

Measured = tuple[Decimal | None, Decimal | None]
"""The measured value, and the limit that it is held against."""


NOTHING = Tolerance()


@dataclass(frozen=True)
class Compiled:
    """What a kind makes of its own keys.

    `counts` says of one row whether it leans, `warns` whether it nearly does; `value` is the column that measures.
    """

    counts: Predicate | None = None
    fails: Predicate | None = None
    warns: Predicate | None = None
    value: str | None = None
    requires: tuple[str, ...] = ()
    tolerance: Tolerance = NOTHING
    related: Related | None = None
    trend: Trend | None = None
    attest: Attest | None = None
    plugin: PluginUse | None = None


@dataclass(frozen=True)
class Rows:
    """Where a rule's rows stand: a relation, and the steps (`name AS (...),` and so on) that make it."""

    relation: str
    steps: str = ""


class RuleKind:
    """One kind of rule. The defaults are those of a rule whose condition is about the rows of its view."""

    name: ClassVar[str]
    asks: ClassVar[str]
    """The question that it answers, for docs."""
    takes: ClassVar[frozenset[str]]
    """Keys that only some kinds take, this one among them."""
    needs: ClassVar[tuple[str, ...]]
    judges_share: ClassVar[bool] = False
    """The conditions are about the share of rows that lean, not about one row."""
    asks_day: ClassVar[bool] = False
    """The kind's own SQL binds `$as_of`."""
    shows_own_evidence: ClassVar[bool] = False
    """What is shown is the kind's to say: authors choose no columns."""
    reads_anything: ClassVar[bool] = False
    """Nobody can tell which views decide."""
    doubt: ClassVar[str] = "missing_value"
    """Why the outcome is unknown where no column of the rows is missing."""
    doubtful: ClassVar[tuple[str, ...]] = ()
    """What is missing then."""

    may_be_open: ClassVar[bool] = False
    """What the kind looks at beside the conditions, such as history, can leave any rule of it undecided."""
    warned_by: ClassVar[str] = "`warn_when`"
    """What makes a rule of this kind warn."""

    def view(self, draft: "Draft") -> Table | None:
        """The rows that the rule's conditions are about; None with the mistake noted."""
        return draft.view_called(draft.entry.view, ("view",))

    def compile(self, draft: "Draft", view: Table) -> Compiled:
        """The kind's own keys, checked; mistakes are noted in the draft."""
        raise NotImplementedError

    def relation(self, rule: Rule) -> str:
        """What the rule's rows are called."""
        return rule.view

    def prepared(
        self, rule: Rule, connection: "duckdb.DuckDBPyConnection", as_of: date
    ) -> AbstractContextManager[None]:
        """What must be done before the rule's SQL can run, and undone after it."""
        return nullcontext()

    def rows(self, rule: Rule) -> Rows:
        """The relation with the view's columns, and with those that `leans`, `warns`, `value` and `extras` name."""
        return Rows(self.relation(rule))

    def leans(self, rule: Rule) -> str:
        """SQL, true where a row leans, null where nobody knows."""
        return sql_of(rule.counts)

    def warns(self, rule: Rule) -> str:
        """SQL, true where a row nearly leans."""
        return sql_of(rule.warns) if rule.warns else "FALSE"

    def value(self, rule: Rule) -> str:
        """SQL of the measured value of one row, or nothing."""
        return quoted(rule.value) if rule.value else ""

    def extras(self, rule: Rule) -> Sequence[str]:
        """Further columns of the relation that messages and evidence are made of."""
        return ()

    def binds(self, rule: Rule) -> Mapping[str, Any]:
        """Values that the kind's own SQL binds, by name."""
        return {}

    def conditions(self, rule: Rule) -> Sequence[Predicate | None]:
        """Conditions about rows beside those that every rule has."""
        return ()

    def reads(self, rule: Rule) -> Sequence[tuple[str, str]]:
        """(view, column) that the kind reads beside the rule's own view."""
        return ()

    def needed_views(self, rule: Rule) -> Sequence[str]:
        """Views that must be there to evaluate the rule, beside that of its subjects."""
        return (rule.view,)

    def absent(self, rule: Rule, capabilities: "Capabilities", sources: Sequence[str]) -> tuple[str, ...]:
        """What was found absent although none of those sources could hold it: nobody can be blamed for that."""
        asked = sorted(rule.counts.forgiven) if rule.counts else []
        return tuple(c for c in asked if capabilities.cannot_hold(rule.view, c, sources))

    def measure(self, rule: Rule, tally: "Tally", outcome: str) -> Measured:
        """Value and limit of a subject whose outcome is that."""
        raise NotImplementedError

    def may_warn(self, draft: "Draft") -> bool:
        """Whether a rule written so can warn at all."""
        return draft.entry.warn_when is not None

    def can_warn(self, rule: Rule) -> bool:
        """Whether a compiled rule can warn at all."""
        return rule.warns is not None

    def message_names(self) -> frozenset[str]:
        """Words that messages may use, beside those that every message may."""
        return frozenset()

    def words(self, rule: Rule, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """Their values, from one row with its extras."""
        return {}

    def evidence(self, rule: Rule, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """What shows the verdict."""
        return [{c: row[c] for c in rule.evidence.columns} for row in rows]

    def lines(self, rule: Rule) -> Sequence[str]:
        """How `explain` and docs/rules.md tell the kind's own keys, in the width of their labels."""
        return ()


def quoted(name: str) -> str:
    """A column name as SQL."""
    return f'"{name}"'


def key_of(view: Table, key: str) -> str:
    """A subject's key as SQL; rows of a view without the organisation's belong to it all the same."""
    return quoted(key) if view.column(key) or key != SUBJECTS["organisation"].key else f"'{ORGANISATION_ID}'"


def sql_of(predicate: Predicate | None) -> str:
    """A condition as SQL; none holds always."""
    return predicate.sql if predicate else "TRUE"


def limit_of(rule: Rule) -> Decimal | None:
    """The parameter that the author named as the limit."""
    found = rule.parameter(rule.limit) if rule.limit else None
    return exact_number(found.value) if found else None
