"""Waivers at a moment: those of the site's files and of the tools, held against a snapshot and its findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plumbrule.settings import Settings
from portfolio.errors import Problem
from portfolio.ports import Reader
from rules.findings import Waived
from rules.results import judged_id
from rules.ruleset import RuleSet
from rules.waivers import Register, Waiver, fully_waived, merged, recorded, registered

FINDINGS = "SELECT * FROM finding ORDER BY id"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Overlay:
    """What waivers do to findings at a moment.

    `covered` is by finding id. `waived` are the (rule, project or other subject) whose failure is wholly under
    waiver; `softened` are
    these and those whose failure still waits to become a finding.
    """

    register: Register
    covered: Mapping[str, Waived]
    waived: frozenset[tuple[str, str]]
    softened: frozenset[tuple[str, str]]


def register_at(
    views: Reader, records: Reader, settings: Settings, rules: RuleSet, waivers: Sequence[Waiver], *, today: date
) -> Register:
    """Where every waiver stands today. `records` hold the waivers of tools, `views` the portfolio."""
    of_tools = recorded(records, rules)
    limits = settings.rules.granting
    return registered(merged(waivers, of_tools), views, rules, today, limits=limits, of_tools=of_tools)


def overlay_on(register: Register, findings: Sequence[Row]) -> Overlay:
    """What those waivers do to those findings."""
    covered = register.covered(findings)
    whole = fully_waived(findings, covered)
    opened = {(f["rule_id"], judged_id(f)) for f in findings if f["state"] == "open"}
    waiting = {(f["rule_id"], judged_id(f)) for f in findings if f["state"] == "pending"} - opened
    return Overlay(register, covered, whole, whole | waiting)


def overlay_at(reader: Reader, settings: Settings, rules: RuleSet, waivers: Sequence[Waiver], today: date) -> Overlay:
    """The same for a published snapshot: waivers apply when they are looked at, not only when rules are checked."""
    register = register_at(reader, reader, settings, rules, waivers, today=today)
    return overlay_on(register, reader.rows(FINDINGS))


def on_unplaced(register: Register) -> list[Problem]:
    """Waivers that name no known subject: nothing can answer for them, so that it is told when checking."""
    found = []
    for one in register.unplaced:
        waiver = one.waiver
        subject = waiver.subject.text if waiver.subject else ""
        file, _, line = (waiver.place or "").rpartition(":")
        what = f"waiver {waiver.id} covers nothing: there is no project or item `{subject}`"
        hint = "name it by its key, as the report shows it, or end the waiver"
        found.append(
            Problem(file or waiver.id, int(line) if line.isdigit() else 0, 0, "waiver.no_subject", what, help=hint)
        )
    return found
