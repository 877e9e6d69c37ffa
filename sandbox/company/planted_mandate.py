"""Projects that nobody answers for, or that hardly say what they are: who must be named, and what must be written down.

Set on finished records, so that nothing is drawn and the rest of the company stays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sandbox.company.planted_closed import UNREVIEWED
from sandbox.company.planted_governance import UNNAMED_GATE
from sandbox.company.records import Company, Endeavour, Issue
from sandbox.company.workdays import add_workdays, monday

NOBODY_ABOVE = UNNAMED_GATE
"""Was begun by its department without a sponsor; so nobody is named who passed any of its gates."""
MANAGER_LEFT = "INI-09"
"""The PMO's sheet still names the manager that it had before, who has left the company."""
WHO_LEFT = "carmen.ibanez"
UNDESCRIBED = "ITSI"
"""States no way of working, and a programme that is not called so."""
MISSPELT = "Secure Foundation"
FEW_RISKS = "INI-10"
"""Looked for risks once, and wrote two down."""
NOT_CARRIED_OUT = "INI-11"
"""A change was approved last month and is in no plan yet."""
_APPROVED_WEEKS_AGO = 6

TRUTH: Mapping[str, frozenset[str]] = {
    "ART-04": frozenset({FEW_RISKS}),
    "CLO-05": frozenset({UNREVIEWED}),
    "HYG-01": frozenset({NOBODY_ABOVE}),
    "HYG-07": frozenset({MANAGER_LEFT}),  # the plan names the manager that it has now
    "HYG-09": frozenset({UNDESCRIBED}),
    "PRO-01": frozenset({UNDESCRIBED}),
    "PRO-06": frozenset({NOBODY_ABOVE}),
    "PRO-12": frozenset({MANAGER_LEFT}),
    "SCO-05": frozenset({NOT_CARRIED_OUT}),
}
"""Rule -> keys of the projects for which it must fail, and no other."""


def with_mandates(company: Company) -> Company:
    """The company with these faults."""
    return replace(company, endeavours=tuple(_changed(e, company.today) for e in company.endeavours))


def _changed(endeavour: Endeavour, today: date) -> Endeavour:
    changes: Mapping[str, Callable[[Endeavour, date], Endeavour]] = {
        NOBODY_ABOVE: _nobody_above,
        MANAGER_LEFT: lambda e, _: _stating(e, manager=WHO_LEFT),
        UNDESCRIBED: lambda e, _: _stating(e, method="", programme=MISSPELT),
        FEW_RISKS: lambda e, _: _with_issues(e, _few_risks(e.tracker.issues)),
        NOT_CARRIED_OUT: lambda e, day: _with_issues(e, _not_carried_out(e.tracker.issues, day)),
    }
    change = changes.get(endeavour.key)
    return endeavour if change is None else change(endeavour, today)


def _nobody_above(endeavour: Endeavour, _: date) -> Endeavour:
    issues = [
        replace(i, custom={name: v for name, v in i.custom.items() if name != "Decided by"}) if i.type == "Gate" else i
        for i in endeavour.tracker.issues
    ]
    bare = _with_issues(_stating(endeavour, sponsor=""), issues)
    plan = bare.plan and replace(bare.plan, fields={**bare.plan.fields, "Sponsor": None})
    return replace(bare, plan=plan)


def _few_risks(issues: Sequence[Issue]) -> list[Issue]:
    """The register without its last risks, which the tracker deleted: their keys are not given again."""
    register = [i.key for i in issues if i.type == "Risk"]
    return [i for i in issues if i.key not in register[2:]]


def _not_carried_out(issues: Sequence[Issue], today: date) -> list[Issue]:
    """Its first change was decided late, and there it stayed."""
    chosen = next(i for i in issues if i.type == "Change Request" and i.status == "Implemented")
    decided = add_workdays(monday(today) - timedelta(weeks=_APPROVED_WEEKS_AGO), 1)
    later = decided - chosen.history[-1].at.date()
    moves = tuple(replace(move, after="Approved", at=move.at + later) for move in chosen.history)
    changed = replace(
        chosen,
        status="Approved",
        category="indeterminate",
        resolved=None,
        updated=moves[-1].at,
        history=moves,
        custom={**chosen.custom, "Decided on": decided},
    )
    return [changed if i.key == chosen.key else i for i in issues]


def _stating(endeavour: Endeavour, **said: str) -> Endeavour:
    """What the PMO says of the project, changed; what is empty is not said."""
    pmo = {name: value for name, value in {**endeavour.tracker.pmo, **said}.items() if value}
    return replace(endeavour, tracker=replace(endeavour.tracker, pmo=pmo))


def _with_issues(endeavour: Endeavour, issues: Sequence[Issue]) -> Endeavour:
    return replace(endeavour, tracker=replace(endeavour.tracker, issues=tuple(issues)))
