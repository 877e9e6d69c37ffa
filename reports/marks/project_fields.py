"""A project's computed state and score, for fields of projects in a tool that keeps no findings. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from portfolio.ports import Mark
from reports.inputs import LANGUAGES, Colour
from reports.marks.wanted import Tracker
from reports.words import Words

_WORST_FIRST: tuple[Colour, ...] = ("red", "amber", "unknown", "green")


@dataclass(frozen=True)
class ProjectFields:
    """Names of the fields of one source: for the state, for the score; None for what is not written."""

    state: str | None = None
    score: str | None = None


def project_field_marks(
    plans: Sequence[Tracker],
    fields: Mapping[str, ProjectFields],
    computed: Mapping[str, Colour],
    scores: Mapping[str, Decimal | None],
    language: str,
) -> tuple[Mark, ...]:
    """What should stand in the projects of those sources, in a fixed order.

    `fields` by source; `computed` and `scores` (fractions 0..1) by project of the PMO. A score that is not known is not
    written: a field that we filled before is cleared then.
    """
    marks = [
        mark
        for plan in plans
        if (own := fields.get(plan.source)) is not None
        for mark in _marks(plan, own, computed.get(plan.project_id, "unknown"), scores.get(plan.project_id), language)
    ]
    return tuple(sorted(marks, key=lambda m: (m.source, m.target, m.name)))


def _marks(plan: Tracker, own: ProjectFields, colour: Colour, score: Decimal | None, language: str) -> Iterator[Mark]:
    order = str(_WORST_FIRST.index(colour))
    if own.state:
        words = [Words(spoken).term("colour", colour) for spoken in (language, *LANGUAGES)]
        options = list(dict.fromkeys([*words, colour]))
        yield _mark(plan, own.state, options, order)
    if own.score and score is not None:
        yield _mark(plan, own.score, [f"{(score * 100).quantize(Decimal(1), ROUND_HALF_EVEN)}"], order)


def _mark(plan: Tracker, name: str, options: Sequence[str], order: str) -> Mark:
    body = {"options": list(options), "text": options[0]}
    return Mark("field", plan.source, "project", plan.native_id, name, body, plan.title, order=order)
