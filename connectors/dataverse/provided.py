"""What an environment fills, and what it does not: column by column."""

from collections.abc import Mapping

from connectors.capabilities import lacking
from connectors.dataverse.presence import Presence
from connectors.dataverse.settings import DataverseFields
from connectors.dataverse.tables import BASELINE_TASKS, BASELINES, LOOKED_AT, PROGRAMS, PROJECTS, TIME, Table, mapped
from portfolio.ports import Capability

_NO_COST = "Planner Premium keeps no cost"
_NO_VALUE = "Planner Premium computes no earned value"
_NOTES = {
    **{("project", f"{which}_cost"): _NO_COST for which in ("planned", "actual", "remaining", "budget")},
    **{("project", f"vendor_{which}"): _NO_VALUE for which in ("pv", "ev", "ac", "eac")},
    **{("work_item", f"{which}_cost"): _NO_COST for which in ("planned", "actual", "fixed")},
    **{("assignment", f"{which}_cost"): _NO_COST for which in ("planned", "actual")},
    ("baseline", "cost"): "a baseline of Planner Premium holds no cost",
    ("timephased", "cost"): _NO_COST,
    ("budget_line", ""): _NO_COST,
    ("cost", ""): _NO_COST,
    ("invoice", ""): _NO_COST,
    ("account", "rate_per_hour"): "rates belong to Project Operations and are not read",
    ("time_entry", "billable_hours"): "Project Operations bills by role and contract, not by entry",
    ("work_item", "deadline_date"): "Planner Premium has no deadlines",
    ("work_item", "constraint_type"): "Planner Premium has no constraints",
    ("work_item", "total_slack_hours"): "Planner Premium does not tell slack",
    ("work_item", "points"): "a plan has no story points",
    ("risk", ""): "not read from Dataverse; a tracker may hold risks",
    ("gate", ""): "not read from Dataverse; a tracker may hold gates",
}  # fmt: skip

_DERIVED = (
    Capability("work_item", "status_category", "derived", "from per cent complete and actual dates"),
    Capability("work_item", "assignee_id", "derived", "the resource with the most work on the task"),
    Capability("work_item", "duration_hours", "derived", "days, by the project's own hours a day"),
    Capability("baseline", "number", "derived", "Planner Premium keeps one baseline, number 0"),
)
_NOT_TIMEPHASED = "the source's setting `timephased` is off"


def capabilities(
    presence: Presence, fields: DataverseFields, *, currency: str | None, timephased: bool
) -> list[Capability]:
    """What this environment, with this account and these settings, cannot fill or fills by derivation."""
    filled: dict[str, set[str]] = {"project": {"currency", "time_zone"} if currency else {"time_zone"}}
    notes = dict(_NOTES)
    for table in LOOKED_AT:
        _told_by(table, presence, filled, notes)
    if presence.of(PROGRAMS).why_not == PROGRAMS.absence and not fields.programme:
        filled["project"].discard("programme")
        notes["project", "programme"] = PROGRAMS.absence
    if presence.has(BASELINES):
        for targets in BASELINE_TASKS.columns.values():
            _add(targets, filled)
    own = presence.of(PROJECTS).own
    for column, target in mapped(fields).items():
        if column in own:
            _add(target, filled)
        else:
            notes[_place(target)] = f"the table msdyn_project has no column {column}"
    if not timephased:
        filled.pop("timephased", None)
        notes["timephased", ""] = _NOT_TIMEPHASED
    listed = {table: " ".join(names) for table, names in filled.items()}
    return [*(c for c in _DERIVED if c.column in filled.get(c.table, ())), *lacking(listed, notes)]


def _told_by(table: Table, presence: Presence, filled: dict[str, set[str]], notes: dict[tuple[str, str], str]) -> None:
    seen = presence.of(table)
    for column, targets in table.columns.items():
        if column in seen.columns:
            _add(targets, filled)
            continue
        why = seen.why_not or f"this environment's {table.entity_set} has no column {column}"
        for target in targets.split():
            notes.setdefault(_place(target), why)
    if seen.why_not and table is TIME:
        notes["time_entry", ""] = seen.why_not
    if seen.why_not and table is BASELINES:
        notes["baseline", ""] = seen.why_not


def _add(targets: str, filled: dict[str, set[str]]) -> None:
    for target in targets.split():
        table, name = _place(target)
        filled.setdefault(table, set()).add(name)


def _place(target: str) -> tuple[str, str]:
    table, _, name = target.partition(".")
    return table, name


def coverage() -> Mapping[str, Table]:
    """The tables that are read, by name, for the page on the mapping."""
    return {table.entity_set: table for table in (*LOOKED_AT, BASELINE_TASKS)}
