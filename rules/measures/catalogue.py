"""Where each computed number comes from: formula, inputs, unit, what an empty value means, and whose definition it is.

`explain` shows these entries beside a finding, and docs/measures.md is made of them. The SQL beside this file carries
them out; columns that are taken over from a tool as they are need no entry.
"""

from dataclasses import dataclass

from portfolio.model import VIEWS, Kind
from rules.measures.definitions_dependencies import DEPENDENCY_MEASURES
from rules.measures.definitions_forecast import EVM_MEASURES, FORECAST_MEASURES
from rules.measures.definitions_governance import GOVERNANCE_MEASURES
from rules.measures.definitions_movement import MOVEMENT_MEASURES
from rules.measures.definitions_network import NETWORK_MEASURES
from rules.measures.definitions_plan import PLAN_MEASURES
from rules.measures.definitions_subjects import SUBJECT_MEASURES
from rules.measures.definitions_tables import CHECK_MEASURES, TABLE_MEASURES
from rules.measures.definitions_upkeep import UPKEEP_MEASURES
from rules.measures.definitions_work import WORK_MEASURES

_UNITS = {
    Kind.INDEX: "plain number",
    Kind.INTEGER: "count",
    Kind.DATE: "date",
    Kind.TEXT: "text",
    Kind.TEXTS: "texts",
    Kind.BOOLEAN: "true or false",
    Kind.DAYS: "working days",
}


@dataclass(frozen=True)
class Measure:
    """One computed column, named `view.column`.

    `inputs` are stored `table.column`s or columns of other views; `null` says when it is empty; `source` whose
    definition it is.
    """

    name: str
    formula: str
    inputs: tuple[str, ...]
    null: str
    source: str

    @property
    def view(self) -> str:
        """The documented view that holds it."""
        return self.name.partition(".")[0]

    @property
    def column(self) -> str:
        """Its column in that view."""
        return self.name.partition(".")[2]

    @property
    def unit(self) -> str:
        """The unit of its values: calendar days for whole numbers of days, else as the column is declared."""
        column = VIEWS[self.view].column(self.column)
        assert column is not None, self.name  # noqa: S101 - a misspelling here is a bug found at import
        if column.kind is Kind.INTEGER and column.name.endswith("_days"):
            return "calendar days"
        if column.kind is Kind.INTEGER and column.name.endswith("_hours"):
            return "whole hours"
        return column.unit or _UNITS[column.kind]


_DEFINITIONS = (
    *PLAN_MEASURES,
    *EVM_MEASURES,
    *FORECAST_MEASURES,
    *NETWORK_MEASURES,
    *MOVEMENT_MEASURES,
    *WORK_MEASURES,
    *TABLE_MEASURES,
    *GOVERNANCE_MEASURES,
    *DEPENDENCY_MEASURES,
    *UPKEEP_MEASURES,
    *SUBJECT_MEASURES,
    *CHECK_MEASURES,
)
_TOLD = list(dict.fromkeys(name.partition(".")[0] for name, *_ in _DEFINITIONS))
"""Views in the order in which they are first told of."""

CATALOGUE: dict[str, Measure] = {
    name: Measure(name, formula, inputs, null, source)
    for name, formula, inputs, null, source in sorted(
        _DEFINITIONS, key=lambda told: _TOLD.index(told[0].partition(".")[0])
    )
}
"""Every computed column, by `view.column`, view by view."""


def reference() -> str:
    """The catalogue as Markdown, one section a view; the text of docs/measures.md."""
    parts = ["# Measures\n", _INTRODUCTION]
    for view in dict.fromkeys(measure.view for measure in CATALOGUE.values()):
        parts.append(f"## {view}\n\n{VIEWS[view].doc}\n")
        parts.extend(_entry(measure) for measure in CATALOGUE.values() if measure.view == view)
    return "\n".join(parts)


def _entry(measure: Measure) -> str:
    inputs = ", ".join(f"`{name}`" for name in measure.inputs)
    return (
        f"### {measure.name}\n\n{measure.formula}\n\n"
        f"- Unit: {measure.unit}\n- Inputs: {inputs}\n- Empty when: {measure.null}\n- Source: {measure.source}\n"
    )


_INTRODUCTION = """\
Every number that Plumbrule computes, with its formula, its inputs and what it means when it is empty. Empty means not
known: it is never zero and never green. Amounts are exact decimals; only quotients are rounded, to what a double holds.

Conventions that hold everywhere:

- Now is the run's day (`context.as_of`); no measure reads a clock. Plans are measured at their own status date.
- Working days are Monday to Friday; a working day has eight hours. Public holidays are not taken out; but
  what is computed from the network of a plan follows the calendars of the plan.
- Baseline means number 0. A baseline whose cost, work and durations are all zero was never taken: it counts as none.
- Amounts of different currencies are never added; the total is empty instead.
- A total is empty while one of its parts is not known.
"""
