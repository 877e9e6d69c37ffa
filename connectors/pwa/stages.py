"""Workflow stages of a project: gates, and the phase that it stands in. Pure.

Source: Microsoft, "Workflow.StageStatus enumeration": 0 not started, 1 waiting for input, 2 waiting for approval,
3 processing, 4 completed, 5 completed with errors, 6 the workflow of the stage is completed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from connectors import microsoft_plan as plan
from connectors.microsoft_values import BadValue
from connectors.pwa.normalise import Row, Site
from portfolio.model.work import PHASES

_UNDER_WAY = frozenset({1, 2, 3})
_DONE = frozenset({4, 6})
_STATUSES = range(7)

MICROSOFTS_PHASES: Mapping[str, str] = {
    "create": "propose",
    "select": "initiate",
    "plan": "plan",
    "manage": "execute",
    "finished": "closed",
}
"""The phases that a new site comes with, and ours."""


def gate_row(record: Mapping[str, Any], site: Site) -> Row:
    """A `gate` row of a stage. A stage names nobody who decided it, and no day on which it is due."""
    values = site.values(record)
    status = values.whole("StageStatus")
    if status is not None and status not in _STATUSES:
        raise BadValue("StageStatus", status, "0 to 6")
    project = values.key("ProjectId")
    passed = status in _DONE
    return {
        "id": plan.row_id(site.source, "gate", f"{project}:{values.key('StageId')}"),
        "source": site.source,
        "project_id": plan.row_id(site.source, "project", project),
        "name": values.text("StageName") or "(no name)",
        "sequence": values.whole("StageOrder"),
        "state": None if status is None else "passed" if passed else "planned",
        "decided_on": values.day("StageCompletionDate") if passed else None,
    }


def phases(records: Iterable[Mapping[str, Any]], site: Site) -> dict[str, str]:
    """Project -> the phase of the stage that is under way, else of the last one that is done.

    Phases with names that are neither ours nor those of a new site stay unknown.
    """
    best: dict[str, tuple[bool, int, str]] = {}
    for record in records:
        values = site.values(record)
        try:
            project, status, order = values.guid("ProjectId"), values.whole("StageStatus"), values.whole("StageOrder")
        except BadValue:
            continue  # it is told where gates are made of it
        name = (values.text("PhaseName") or "").lower()
        phase = name if name in PHASES else MICROSOFTS_PHASES.get(name)
        if project is None or phase is None or status not in _UNDER_WAY | _DONE:
            continue
        candidate = (status in _UNDER_WAY, order or 0, phase)
        best[project] = max(best.get(project, candidate), candidate)
    return {project: phase for project, (_, _, phase) in best.items()}
