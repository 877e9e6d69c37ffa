"""Waivers that a tool keeps as records. They cannot refuse to load: what they lack becomes their `problem`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from portfolio.ports import Reader
from rules.names import same_person
from rules.ruleset import RuleSet
from rules.waivers.waiver import Subject, Waiver

Row = Mapping[str, Any]

RECORDS_READ = ("waiver", "initiative_project")
"""Stored tables that must be published for waivers of tools to be applied when a report is made."""

_SQL = """
SELECT w.*, p.initiative_id AS home FROM waiver w LEFT JOIN initiative_project p ON p.project_id = w.project_id
WHERE w.deleted_at IS NULL ORDER BY w.id
"""


def recorded(reader: Reader, rules: RuleSet) -> tuple[Waiver, ...]:
    """Waivers of every tool, in a fixed order."""
    packs = {rule.pack for rule in rules.known}
    return tuple(_waiver(row, rules, packs) for row in reader.rows(_SQL))


def merged(written: Sequence[Waiver], of_tools: Iterable[Waiver]) -> tuple[Waiver, ...]:
    """Both; a record that a file's waiver names, as its id or as its ticket, gives way to it."""
    names = {name.casefold() for w in written for name in (w.id, w.ticket) if name}
    return (*written, *(w for w in of_tools if w.id.casefold() not in names))


def _waiver(row: Row, rules: RuleSet, packs: set[str]) -> Waiver:
    names, named_packs, unknown = _rules(row["rule"], rules, packs)
    start, end = row["starts_on"], row["expires_on"]
    text = row["subject"] or row["home"]
    return Waiver(
        id=row["ticket"] or row["id"],
        rules=names,
        packs=named_packs,
        subject=Subject("named", text) if text else None,
        reason=row["reason"],
        requested_by=row["requested_by"],
        approved_by=row["approved_by"],
        ticket=row["ticket"],
        starts=start,
        expires=end,
        until_value=None if row["until_value"] is None else Decimal(str(row["until_value"])),
        compensating=row["compensating"],
        recorded=row["state"] or "requested",
        self_approved=_self_approved(row),
        problem=_problem(row, bool(names or named_packs), unknown),
        item_id=row["work_item_id"],
        home=row["home"],
    )


def _rules(text: str | None, rules: RuleSet, packs: set[str]) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Rule ids, packs, and whether a word is neither. `SCH-06, SCH-07`, or `pack schedule`."""
    words = [w for w in re.split(r"[,;\s]+", text or "") if w and w.casefold() != "pack"]
    names = tuple(w.upper() for w in words if rules.get(w.upper()))
    found = tuple(w.casefold() for w in words if w.casefold() in packs and not rules.get(w.upper()))
    return names, found, len(names) + len(found) < len(words)


def _self_approved(row: Row) -> bool | None:
    asked, granted = row["requester_id"], row["approver_id"]
    if asked and granted:
        return bool(asked == granted)
    if row["requested_by"] and row["approved_by"]:
        return same_person(row["requested_by"], row["approved_by"])
    return None


def _problem(row: Row, named: bool, unknown: bool) -> str | None:
    """The first thing that keeps an approved record from counting."""
    start, end = row["starts_on"], row["expires_on"]
    checks = (
        ("no_rule", not (row["rule"] or "").strip()),
        ("unknown_rule", unknown or not named),
        ("no_expiry", end is None),
        ("ends_before_start", bool(start and end and end < start)),
        ("no_reason", not row["reason"]),
        ("no_requester", not row["requested_by"]),
        ("no_approver", not row["approved_by"] and row["state"] == "approved"),
    )
    return next((name for name, holds in checks if holds), None)
