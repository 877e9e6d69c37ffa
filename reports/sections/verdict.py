"""The answer in a sentence or two, above everything else."""

from reports.facts import Row
from reports.inputs import Colour
from reports.material import Material, reported
from reports.model import Tiles


def verdict(material: Material, tiles: Tiles) -> tuple[str, ...]:
    """Which part of the portfolio leans, how honest the reports are, and what it costs."""
    words, health = material.words, tiles.health
    if not health.total:
        return (words("There are no open projects in this portfolio."),)
    said = [_lean(material, tiles)]
    if health.total == 1 and health.reported_better:
        stated = reported(material.open_projects[0])
        said.append(words("Its status report says {colour}.", colour=_colour(material, stated)))
    elif health.reported_better:
        said.append(
            words.count(
                "{n} project reports a better status than its data shows.",
                "{n} projects report a better status than their data shows.",
                health.reported_better,
            )
        )
    main = tiles.eac.main
    if main is not None and main.eac_over_bac_ratio is not None:
        over = material.figures.percent(abs(main.eac_over_bac_ratio))
        if main.eac_over_bac_ratio >= 0:
            said.append(words("Expected cost at completion is {over} above the approved baseline.", over=over))
        else:
            said.append(words("Expected cost at completion is {over} below the approved baseline.", over=over))
    return tuple(said)


def _lean(material: Material, tiles: Tiles) -> str:
    words, health = material.words, tiles.health
    if health.total == 1:
        project = material.open_projects[0]
        colour = material.computed(project["project_id"])
        if colour == "unknown":
            return words(
                "{project} could not be judged: the data that the rules need is missing.", project=_name(project)
            )
        return words("{project} is computed {colour}.", project=_name(project), colour=_colour(material, colour))
    if health.unknown == health.total:
        return words("No project could be judged: the data that the rules need is missing.")
    if not health.red and not health.amber:
        return words("No project leans among the {known} that could be judged.", known=health.total - health.unknown)
    red = words.count("{n} is red", "{n} are red", health.red)
    amber = words.count("{n} is amber", "{n} are amber", health.amber)
    if health.red and health.amber:
        lean = words("{one} and {other}", one=red, other=amber)
    else:
        lean = red if health.red else amber
    return words("Of {total} open projects, {lean}.", total=health.total, lean=lean)


def _name(project: Row) -> str:
    name: str = project["name"]
    return name


def _colour(material: Material, colour: Colour) -> str:
    return material.words.term("colour", colour).lower()
