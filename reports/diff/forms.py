"""A difference as text for a terminal, as Markdown, and as JSON for machines. Pure; same difference, same text."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.cells import cell_len

from reports.diff.difference import Difference, FindingChange, ProjectNamed
from reports.diff.moves import Move
from reports.diff.standing import KINDS, Kind
from reports.diff.values import value_form
from reports.figures import Figures
from reports.render.markdown import escaped
from reports.render.plain import one_line
from reports.words import Words

FORMAT = "plumbrule.diff/1"
MOST = 50
"""Rows of a table that are shown; the JSON form has all."""
LONGEST = 100
"""Characters of a message in a table."""


@dataclass(frozen=True)
class Told:
    """One table: its heading, the names of its columns, and its rows, of which `more` are left out."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0


def as_text(found: Difference, words: Words, most: int = MOST) -> str:
    """Aligned tables under a summary."""
    parts = [heading(found, words), *summary(found, words)]
    for told in tables(found, words, most):
        parts += ["", told.title, *_aligned(told.rows)]
        parts += [f"  {words('+ {n} more', n=told.more)}"] if told.more else []
    return "\n".join(parts)


def as_markdown(found: Difference, words: Words, most: int = MOST) -> str:
    """GitHub-flavoured Markdown."""
    parts = [f"# {escaped(heading(found, words))}", "", *(f"- {escaped(line)}" for line in summary(found, words))]
    for told in tables(found, words, most):
        parts += ["", f"## {escaped(told.title)}", "", _marked(told.head), _marked(["---"] * len(told.head), raw=True)]
        parts += [_marked(row) for row in told.rows]
        parts += ["", escaped(words("+ {n} more", n=told.more))] if told.more else []
    return "\n".join(parts)


def as_json(found: Difference) -> str:
    """Everything, values as they are: amounts and days in the text that JSON has for them."""
    counts: dict[str, int] = {kind: found.count(kind) for kind in KINDS}
    counts["came_and_went"] = found.came_and_went
    told: dict[str, object] = {
        "format": FORMAT,
        "before": found.before,
        "after": found.after,
        "counts": counts,
        "findings": [asdict(one) for one in found.findings],
        "measures": [_move(found, one) for one in found.moves],
        "statuses": [asdict(one) for one in found.turned],
        "projects": {"entered": [asdict(p) for p in found.entered], "left": [asdict(p) for p in found.left]},
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=str)


def heading(found: Difference, words: Words) -> str:
    """Which days."""
    figures = Figures(words)
    return words("From {before} to {after}", before=figures.day(found.before), after=figures.day(found.after))


def summary(found: Difference, words: Words) -> list[str]:
    """How many of each kind, in a line or two."""
    counts = [f"{words.term('finding change', kind)} {found.count(kind)}" for kind in KINDS]
    line = words("Findings") + words(": ") + words(", ").join(counts)
    if not found.came_and_went:
        return [line]
    return [line, words("{n} came and went in between", n=found.came_and_went)]


def tables(found: Difference, words: Words, most: int = MOST) -> list[Told]:
    """Those that have rows: findings by kind, statuses, measures, projects."""
    figures = Figures(words)
    told = [_findings(found, kind, words, figures, most) for kind in KINDS if kind != "open"]
    project, before, after = words("Project"), words("Before"), words("Now")
    turned = [(_name(t.project), words.term("colour", t.before), words.term("colour", t.after)) for t in found.turned]
    told.append(_cut(words("Computed status"), (project, before, after), turned, most))
    moved = [_moved(found, one, words, figures) for one in found.moves]
    measure, by = words("Measure"), words("Moved by")
    told.append(_cut(words("Measures that moved"), (project, measure, before, after, by), moved, most))
    for title, projects in ((words("Projects entered"), found.entered), (words("Projects left"), found.left)):
        told.append(_cut(title, (project,), [(_name(p),) for p in projects], most))
    return [one for one in told if one.rows]


def _findings(found: Difference, kind: Kind, words: Words, figures: Figures, most: int) -> Told:
    rows = [_finding(one, words, figures) for one in found.findings if one.kind == kind]
    head = (words("Severity"), words("Rule"), words("Project"), words("Item"), words("Day"), words("Finding"))
    name = words.term("finding change", kind)
    return _cut(f"{name[:1].upper()}{name[1:]} ({len(rows)})", head, rows, most)


def _finding(one: FindingChange, words: Words, figures: Figures) -> tuple[str, ...]:
    about = one.project_key or _subject(one, words)
    notes = [words("observed only")] if one.observed_only else []
    notes += [one.how] if one.how and one.kind != "new" else []
    message = one_line(one.message or "", LONGEST)
    told = " ".join([message, *(words("({note})", note=note) for note in notes)])
    day = figures.missing if one.on is None else one.on.isoformat()
    return words.term("severity", one.severity), one.rule_id, about, one.item_key or "–", day, told


def _subject(one: FindingChange, words: Words) -> str:
    kind = words.term("level", one.subject_kind)
    return f"{kind} {one_line(one.subject_name, 60)}" if one.subject_name else kind


def _moved(found: Difference, one: Move, words: Words, figures: Figures) -> tuple[str, ...]:
    project = found.projects[one.project_id]
    form = value_form(one.family, project.currency, figures)
    by = "" if one.before is None or one.after is None else form.step(one.before, one.after)
    return _name(project), words.term("measure", one.measure), form.value(one.before), form.value(one.after), by


def _move(found: Difference, one: Move) -> dict[str, object]:
    project = found.projects[one.project_id]
    told = asdict(one)
    del told["size"], told["project_id"]
    return {"project": asdict(project), **told}


def _name(project: ProjectNamed) -> str:
    return project.key if project.name == project.key else f"{project.key} {one_line(project.name, 60)}"


def _cut(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]], most: int) -> Told:
    shown = tuple(rows[:most]) if most else tuple(rows)
    return Told(title, head, shown, len(rows) - len(shown))


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns under each other; a Chinese sign takes two places."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(c + " " * (w - cell_len(c)) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _marked(cells: Sequence[str], *, raw: bool = False) -> str:
    return "| " + " | ".join(c if raw else escaped(c) for c in cells) + " |"
