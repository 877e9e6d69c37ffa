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
class FullOrigin:
    """One source project in the detail: the tool, the project there with its address, and what is to be said of it."""

    tool: str
    name: str
    url: str | None
    state: str
    age: str
    notes: str


def short_origins(project: Project, words: Words, figures: Figures) -> tuple[Origin, ...]:
    """Each source once with its age, and a word where it is not fresh: `Project Online export 58 d (history)`."""
    said = (Origin(_short(one, words, figures), one.state) for one in project.sources)
    return tuple(dict.fromkeys(said))


def full_origins(project: Project, words: Words, figures: Figures) -> tuple[FullOrigin, ...]:
    """Every source project in full."""
    return tuple(_full(one, words, figures) for one in project.sources)


def _short(one: SourceProject, words: Words, figures: Figures) -> str:
    text = f"{one.tool_name} {figures.short_age(one.age_hours)}"
    return text if one.state in ("fresh", "never") else words("{text} ({state})", text=text, state=_state(one, words))


def _full(one: SourceProject, words: Words, figures: Figures) -> FullOrigin:
    name = f"{one.key} {one.name}" if one.key and one.key != one.name else one.name
    age = words("never read completely") if one.age_hours is None else figures.age(one.age_hours)
    told = age if one.state in ("fresh", "never") else words("{text} ({state})", text=age, state=_state(one, words))
    notes = [_part(one, words), words.term("matched by", one.matched_by) if one.matched_by else ""]
    if one.data_at is not None:
        notes.append(words("a copy that shows {moment}", moment=figures.moment(one.data_at)))
    if one.complete_at is not None:
        notes.append(words("last read completely {moment}", moment=figures.moment(one.complete_at)))
    tool = one.tool_name if one.tool_name.endswith(one.source) else f"{one.tool_name} ({one.source})"
    return FullOrigin(tool, name, web_link(one.url), one.state, told, " · ".join(note for note in notes if note))


def _part(one: SourceProject, words: Words) -> str:
    if one.role == "history":
        return words("history: another plan took over")
    if one.source_is_history:
        return words("history that nothing took over: it counts as the plan")
    return words("tracker") if one.origin == "tracker" else words("plan")


def _state(one: SourceProject, words: Words) -> str:
    return words.term("source state", one.state)
