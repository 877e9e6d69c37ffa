"""Sources of an initiative in words: short on its line, in full in its detail."""

from dataclasses import dataclass

from reports.figures import Figures
from reports.model import Project, SourceProject
from reports.render.links import web_link
from reports.words import Words


@dataclass(frozen=True)
class Origin:
    """One source on the line of its initiative: its words, and its state, which they tell too."""

    text: str
    state: str


@dataclass(frozen=True)
class OriginRow:
    """One source project in the detail. `cells` are in the order of `origin_columns`; the second may be a link."""

    cells: tuple[str, ...]
    url: str | None
    state: str


def short_origins(project: Project, words: Words, figures: Figures) -> tuple[Origin, ...]:
    """Each source once with its age, and a word where it is not fresh: `Project Online export 58 d (history)`."""
    said = (Origin(_short(one, words, figures), one.state) for one in project.sources)
    return tuple(dict.fromkeys(said))


def origin_columns(words: Words) -> tuple[str, ...]:
    """Headings of the detail."""
    return (
        words("Source"),
        words("Project there"),
        words("Part"),
        words("How it came here"),
        words("Data of"),
        words("Last complete reading"),
    )


def origin_rows(project: Project, words: Words, figures: Figures) -> tuple[OriginRow, ...]:
    """Every source project in full."""
    return tuple(_row(one, words, figures) for one in project.sources)


def _short(one: SourceProject, words: Words, figures: Figures) -> str:
    text = f"{one.tool_name} {figures.short_age(one.age_hours)}"
    return text if one.state in ("fresh", "never") else words("{text} ({state})", text=text, state=_state(one, words))


def _row(one: SourceProject, words: Words, figures: Figures) -> OriginRow:
    name = f"{one.key} {one.name}" if one.key and one.key != one.name else one.name
    shown = one.data_at if one.data_at and (one.complete_at is None or one.data_at < one.complete_at) else None
    age = f"{figures.moment(shown or one.complete_at)}, {figures.age(one.age_hours)}" if one.complete_at else "–"
    state = "" if one.state == "fresh" else _state(one, words)
    cells = (
        one.tool_name if one.tool_name.endswith(one.source) else f"{one.tool_name} ({one.source})",
        name,
        _part(one, words),
        words.term("matched by", one.matched_by or ""),
        words("{text} ({state})", text=age, state=state) if state and one.complete_at else state or age,
        figures.moment(one.complete_at) if one.complete_at else words("never read completely"),
    )
    return OriginRow(cells, web_link(one.url), one.state)


def _part(one: SourceProject, words: Words) -> str:
    if one.role == "history":
        return words("history: another plan took over")
    if one.source_is_history:
        return words("history that nothing took over: it counts as the plan")
    return words("tracker") if one.origin == "tracker" else words("plan")


def _state(one: SourceProject, words: Words) -> str:
    return words.term("source state", one.state)
