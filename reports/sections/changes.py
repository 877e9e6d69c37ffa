"""What is different since the day compared with."""

from reports.diff.difference import FindingChange
from reports.diff.moves import Move
from reports.inputs import Colour
from reports.material import Material, is_worse
from reports.model import Activity, ChangedFinding, Changes, Milestone, MovedMeasure, ProjectRef, Slip, Transition
from reports.sections.milestones import milestone

ROWS = 6
MISSED_ROWS = 4
HEAVY_ROWS = 4


def changes(material: Material) -> Changes:
    """Colours, findings, forecasts, scope and milestones."""
    transitions = sorted([*_reported(material), *_computed(material)], key=_worse_first)
    slips = _slips(material)
    missed, reached = _missed(material), _reached(material)
    found, new_history = material.facts.difference, _no_earlier_state(material)
    heavy = [] if new_history else [one for one in found.findings if _is_heavy(one)]
    moved = [one for one in found.moves if one.measure not in ("slip_days", "coverage")]  # slips have their own line
    return Changes(
        since=material.since,
        no_earlier_state=new_history,
        transitions=tuple(transitions[:ROWS]),
        worse=sum(is_worse(t.after, t.before) for t in transitions),
        better=sum(is_worse(t.before, t.after) for t in transitions),
        findings_opened=found.count("new") + found.count("reopened"),
        findings_resolved=found.count("resolved"),
        findings=found.counts,
        heaviest=tuple(_heavy(material, one) for one in heavy[:HEAVY_ROWS]),
        heaviest_total=len(heavy),
        moved=tuple(_moved(material, one) for one in moved[:MISSED_ROWS]),
        moved_total=len(moved),
        entered=tuple(material.ref(p.id) for p in found.entered if not new_history),
        left=tuple(ProjectRef(id=p.id, key=p.key, name=p.name) for p in found.left),
        slips=tuple(slips[:MISSED_ROWS]),
        slips_total=len(slips),
        added_items=sum(row["items"] for row in material.facts.added),
        added_projects=len(material.facts.added),
        missed=tuple(missed[:MISSED_ROWS]),
        missed_total=len(missed),
        reached=tuple(reached[:MISSED_ROWS]),
        reached_total=len(reached),
        activity=Activity(**material.facts.activity),
    )


def _no_earlier_state(material: Material) -> bool:
    """Nothing is kept from the day compared with or before: then everything found is new, which says nothing."""
    known = (f["opened_on"] for f in material.facts.findings)
    return not material.previous and not any(day is not None and day <= material.since for day in known)


def _is_heavy(one: FindingChange) -> bool:
    came = one.kind in ("new", "reopened", "waiver_expired")
    return came and one.severity in ("critical", "high") and not one.observed_only and not one.waived


def _heavy(material: Material, one: FindingChange) -> ChangedFinding:
    return ChangedFinding(
        kind=one.kind,
        id=one.id,
        rule_id=one.rule_id,
        severity=one.severity,
        project=material.ref(one.project_id) if one.project_id else None,
        about=one.project_key or one.subject_name or material.words.term("level", one.subject_kind),
        item_key=one.item_key,
        message=material.messages.get(one.id, one.message),
        on=one.on,
    )


def _moved(material: Material, one: Move) -> MovedMeasure:
    project = material.facts.difference.projects[one.project_id]
    return MovedMeasure(
        project=material.ref(one.project_id),
        measure=one.measure,
        family=one.family,
        currency=project.currency,
        before=one.before,
        after=one.after,
    )


def _worse_first(transition: Transition) -> tuple[object, ...]:
    return (
        not is_worse(transition.after, transition.before),
        transition.after != "red",
        transition.project.key,
        transition.basis,
    )


def _reported(material: Material) -> list[Transition]:
    """The latest status report since, held against the latest one before."""
    before: dict[str, Colour] = {}
    latest: dict[str, Transition] = {}
    for row in material.facts.status_reports:
        number, colour = row["project_id"], row["health"]
        if number not in material.by_id:
            continue
        if row["reported_on"] <= material.since:
            before[number] = colour
        elif number in before:
            latest[number] = Transition(
                project=material.ref(number),
                basis="reported",
                before=before[number],
                after=colour,
                on=row["reported_on"],
            )
    return [t for t in latest.values() if t.before != t.after]


def _computed(material: Material) -> list[Transition]:
    found = []
    for project in material.open_projects:
        previous = material.previous.get(project["project_id"])
        after = material.computed(project["project_id"])
        if previous is None or previous.computed is None or previous.computed == after:
            continue
        found.append(
            Transition(
                project=material.ref(project["project_id"]),
                basis="computed",
                before=previous.computed,
                after=after,
                on=None,
            )
        )
    return found


def _slips(material: Material) -> list[Slip]:
    found = []
    for project in material.open_projects:
        previous = material.previous.get(project["project_id"])
        now = project["slip_days"]
        if previous is None or previous.slip_days is None or now is None or now == previous.slip_days:
            continue
        found.append(Slip(project=material.ref(project["project_id"]), before_days=previous.slip_days, after_days=now))
    return sorted(found, key=lambda s: (s.before_days - s.after_days, s.project.key))


def _reached(material: Material) -> list[Milestone]:
    rows = (milestone(material, row) for row in material.milestones)
    return [m for m in rows if m.done_on is not None and material.since < m.done_on <= material.today]


def _missed(material: Material) -> list[Milestone]:
    open_ids = {p["project_id"] for p in material.open_projects}
    rows = [milestone(material, row) for row in material.milestones if row["project_id"] in open_ids]
    return [
        m
        for m in rows
        if m.state == "missed" and m.baseline_date is not None and material.since < m.baseline_date <= material.today
    ]
