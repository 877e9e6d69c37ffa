"""The first page: what leans, what changed, what to decide."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from reports.inputs import Colour
from reports.model.base import Milestone, Part, ProjectRef

DecisionKind = Literal[
    "money", "time", "budget", "approval", "baseline", "scope", "manager", "gate", "change", "people", "waiver"
]
"""The questions, most consequential first."""


class Decision(Part):
    """Something that somebody has to decide. At most one per project, the weightiest; `kind` says which question."""

    rank: int
    kind: DecisionKind
    colour: Colour
    project: ProjectRef
    who: str | None
    what: str
    why: str
    url: str | None


class Transition(Part):
    """A change of a project's colour. `basis` says whose colour it is."""

    project: ProjectRef
    basis: Literal["reported", "computed"]
    before: Colour
    after: Colour
    on: date | None


class Slip(Part):
    """A forecast finish that moved against the approved one. Positive is late."""

    project: ProjectRef
    before_days: int
    after_days: int


class Activity(Part):
    """What happened in the days since. Items are leaves of the tracker, or of the plan where there is no tracker."""

    done_items: int
    booked_hours: Decimal
    gates_decided: int
    requests_raised: int
    requests_decided: int


FindingKind = Literal["new", "reopened", "waiver_expired", "waived", "resolved", "open"]
MeasureFamily = Literal["money", "index", "days", "share", "score", "amount"]


class ChangedFinding(Part):
    """A finding that came, came back, or stands again without its waiver. `about`: key of the project, or the name of
    another subject."""

    kind: FindingKind
    id: str
    rule_id: str
    severity: str
    project: ProjectRef | None
    about: str
    item_key: str | None
    message: str | None
    on: date | None


class MovedMeasure(Part):
    """A measure that moved beyond its threshold. None is "not known"; scores and shares are fractions 0..1."""

    project: ProjectRef
    measure: str
    family: MeasureFamily
    currency: str | None
    before: float | None
    after: float | None


class Changes(Part):
    """What is different since the day compared with. `no_earlier_state` says that nothing is kept from that day or
    before, so that findings and computed colours have nothing to be compared with. `findings` counts all findings by
    what became of them; `heaviest` are the worst that came, `moved` the measures that moved farthest."""

    since: date
    no_earlier_state: bool
    transitions: tuple[Transition, ...]
    worse: int
    better: int
    findings_opened: int
    findings_resolved: int
    findings: dict[FindingKind, int] = Field(default_factory=dict)
    heaviest: tuple[ChangedFinding, ...] = ()
    heaviest_total: int = 0
    moved: tuple[MovedMeasure, ...] = ()
    moved_total: int = 0
    entered: tuple[ProjectRef, ...] = ()
    left: tuple[ProjectRef, ...] = ()
    slips: tuple[Slip, ...]
    slips_total: int
    added_items: int
    added_projects: int
    missed: tuple[Milestone, ...]
    missed_total: int
    reached: tuple[Milestone, ...]
    reached_total: int
    activity: Activity


class ProgrammeBudget(Part):
    """Baseline against estimate at completion of one programme in one currency."""

    programme: str | None
    currency: str
    projects: int
    bac: Decimal
    eac: Decimal
    over_ratio: float | None


class AttentionRow(Part):
    """A project that leans: worst first. `reason` is the heaviest rule's message."""

    project: ProjectRef
    programme: str | None
    manager: str | None
    reported: Colour
    computed: Colour
    reported_better: bool
    dimensions: dict[str, Colour]
    eac_over_bac_ratio: float | None
    slip_days: int | None
    days_past_finish: int | None = None
    findings: int
    reason: str | None
    more_reasons: int


class Attention(Part):
    """The projects that need attention; `total` counts also those not listed."""

    rows: tuple[AttentionRow, ...]
    total: int


class Milestones(Part):
    """Milestones missed, late, or due soon."""

    rows: tuple[Milestone, ...]
    total: int
    until: date


class Risk(Part):
    """An open threat. Exposure is probability times impact, in its own currency."""

    project: ProjectRef
    title: str
    owner: str | None
    exposure: Decimal | None
    currency: str | None
    probability_ratio: Decimal | None
    due_date: date | None
    days_since_review: int | None
    stale_review: bool


class Risks(Part):
    """The threats with the largest exposure, ranked inside each currency."""

    rows: tuple[Risk, ...]
    open_total: int
    without_exposure: int
    without_owner: int


class PersonLoad(Part):
    """Weeks of one person; a cell is None where the load is within limits or not known."""

    person: str
    loads: tuple[float | None, ...]
    peak: float
    projects: int


class Allocation(Part):
    """People planned for more than they are available."""

    weeks: tuple[date, ...]
    people: tuple[PersonLoad, ...]
    people_total: int
    person_weeks: int
