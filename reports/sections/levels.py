"""The PMO levels: what the organisation, its departments and its programmes score, and who answers for each."""

from reports.inputs import LevelScore
from reports.material import Material
from reports.model import Level, Point


def levels(material: Material) -> tuple[Level, ...]:
    """As they were handed over: each after the one that it lies in."""
    return tuple(_level(material, found) for found in material.levels)


def _level(material: Material, found: LevelScore) -> Level:
    enough = material.covers(found.coverage)
    return Level(
        level=found.level,
        unit=found.unit,
        name=found.name,
        depth=found.depth,
        owner=found.owner,
        pmo_level=found.pmo_level,
        projects=found.projects,
        score=found.score if enough else None,
        worst_tenth=found.worst_tenth if enough else None,
        coverage=found.coverage,
        grade=found.grade,
        capped=found.capped,
        basis=found.basis,
        unweighed=found.unweighed,
        history=tuple(Point(day=day, value=value) for day, value in found.history if enough),
    )
