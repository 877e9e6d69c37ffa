"""What somebody has to decide: drawn from the data, ranked, one per project, seven at most.

The questions stand in the order of their consequence (see `reports.sections.questions`); inside a question the larger
excess comes first.
"""

from reports.material import Material
from reports.model import Decision
from reports.sections.questions import QUESTIONS, Candidate

MOST = 7
FIRST_TWO = frozenset({"money", "time"})
"""Of these two are asked before lighter questions, of others one."""


def decisions(material: Material) -> tuple[Decision, ...]:
    """The weightiest decision of each project, ranked."""
    ranked: list[Candidate] = []
    for ask in QUESTIONS:
        found = [c for c in ask(material) if _is_open(material, c.project_id)]
        ranked += sorted(found, key=lambda c: (-c.excess, material.by_id[c.project_id]["key"], c.what))
    return tuple(_decision(material, rank, c) for rank, c in enumerate(_chosen(ranked), start=1))


def _is_open(material: Material, project_id: str) -> bool:
    project = material.by_id.get(project_id)
    return project is not None and not project["is_closed"]


def _chosen(ranked: list[Candidate]) -> list[Candidate]:
    """One per project; one or two of a kind while other kinds wait, since a question asked seven times goes unread."""
    chosen: dict[str, Candidate] = {}
    for more in range(MOST):
        for candidate in ranked:
            alike = sum(c.kind == candidate.kind for c in chosen.values())
            most = more + (2 if candidate.kind in FIRST_TWO else 1)
            if candidate.project_id not in chosen and alike < most and len(chosen) < MOST:
                chosen[candidate.project_id] = candidate
    return sorted(chosen.values(), key=ranked.index)


def _decision(material: Material, rank: int, candidate: Candidate) -> Decision:
    project = material.by_id[candidate.project_id]
    return Decision(
        rank=rank,
        kind=candidate.kind,
        colour=material.computed(candidate.project_id),
        project=material.ref(candidate.project_id),
        who=candidate.who,
        what=candidate.what,
        why=candidate.why,
        url=project["url"],
    )
