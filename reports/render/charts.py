"""Charts of a project and of the portfolio: drawing, legend, and the same numbers as a table for those who read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from reports.figures import Figures
from reports.inputs import COLOURS
from reports.model import BudgetMap, BurnUp, EacTile, EarnedValue, Milestone, Project
from reports.render import svg
from reports.words import Words


@dataclass(frozen=True)
class Key:
    """One entry of a legend: the class of its sign, and what it means."""

    sign: str
    text: str


@dataclass(frozen=True)
class Chart:
    """A drawing with its heading. `left` and `right` stand below its ends, `top` above; `labels` are the names of its
    rows where it has some. `head` and `rows` tell the same as a table."""

    title: str
    drawing: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[Key, ...] = ()
    top: str = ""
    left: str = ""
    right: str = ""
    labels: tuple[str, ...] = ()


def project_charts(project: Project, tile: EacTile, words: Words, figures: Figures) -> tuple[Chart, ...]:
    """Those that the project has numbers for."""
    made = (
        _burn_up(project.burn_up, words, figures) if project.burn_up else None,
        _cost(project.evm, project.budget, tile, words, figures) if project.evm else None,
        _slips(project.milestones, words, figures),
        _score(project, words, figures),
    )
    return tuple(chart for chart in made if chart is not None)


def _burn_up(found: BurnUp, words: Words, figures: Figures) -> Chart:
    scope, done, planned = words("Scope"), words("Done"), words("Planned to be done")
    series = [svg.Line(found.scope, "ink")]
    legend = [Key("line ink", scope)]
    if found.frozen_items is not None:
        series.append(svg.Line([found.frozen_items] * len(found.scope), "quiet", "2 3", 1.5))
        legend.append(Key("line dotted", words("Scope at the freeze")))
    if found.planned is not None:
        series.append(svg.Line(found.planned, "brass", "7 4"))
        legend.append(Key("line dashed", planned))
    series.append(svg.Line(found.done, "thin", thick=2.5))
    legend.append(Key("line thin", done))
    columns = [found.scope, *([found.planned] if found.planned is not None else []), found.done]
    head = (words("Week until"), scope, *([planned] if found.planned is not None else []), done)
    rows = [
        (figures.day(day), *(figures.number(values[n]) for values in columns)) for n, day in enumerate(found.ends_on)
    ]
    told = words("{done} of {scope} items done", done=found.done[-1], scope=found.scope[-1])
    if found.planned is not None:
        told += words(", ") + words("{n} planned by now", n=found.planned[-1])
    title = words("Scope and done work")
    most = max(*found.scope, *(found.planned or ()))
    return Chart(
        title,
        svg.lines(series, title, told),
        head,
        tuple(rows),
        tuple(legend),
        figures.number(most),
        figures.day(found.ends_on[0]),
        figures.day(found.ends_on[-1]),
    )


def _cost(evm: EarnedValue, budget: Decimal | None, tile: EacTile, words: Words, figures: Figures) -> Chart | None:
    if evm.basis != "cost" or evm.bac is None or evm.eac is None:
        return None
    money = {
        words("BAC, baseline"): evm.bac,
        words("EAC, at completion"): evm.eac,
        words("AC, actual cost"): evm.ac,
        words("Approved budget"): budget,
    }
    told = words("{eac} expected, {bac} approved", eac=figures.money(evm.eac, evm.currency),
                 bac=figures.money(evm.bac, evm.currency))  # fmt: skip
    is_over = (evm.eac_over_bac_ratio or 0) > tile.limit_ratio
    most = float(max(amount for amount in money.values() if amount is not None))
    title = words("Cost at completion")
    drawing = svg.bullet(float(evm.bac), float(evm.eac), most, f"{title}{words(': ')}{told}", over=is_over, width=460)
    return Chart(
        title,
        drawing,
        (words("Measure"), words("Amount")),
        tuple((name, figures.full_money(amount, evm.currency)) for name, amount in money.items()),
        (
            Key("key wide", words("baseline")),
            Key("key over" if is_over else "key thin", words("at completion")),
        ),
        left=figures.money(Decimal(0), evm.currency),
        right=figures.money(Decimal(str(most)), evm.currency),
    )


_MOST_SLIPS = 12


def _slips(milestones: Sequence[Milestone], words: Words, figures: Figures) -> Chart | None:
    dated = [m for m in milestones if m.baseline_date is not None][:_MOST_SLIPS]
    days = [day for m in dated for day in (m.baseline_date, m.forecast_date) if day is not None]
    if not dated:
        return None
    first, last = min(days), max(days)
    length = max(1, (last - first).days)

    def place(day: date | None) -> float | None:
        return None if day is None else (day - first).days / length

    rows = [(place(m.baseline_date) or 0.0, place(m.forecast_date), (m.slip_days or 0) > 0) for m in dated]
    late = sum(is_late for _, _, is_late in rows)
    title = words("Milestones against the baseline")
    told = words.count("{n} milestone is late", "{n} milestones are late", late)
    return Chart(
        title,
        svg.spans(rows, title, told),
        (words("Milestone"), words("Approved"), words("Forecast"), words("Slip")),
        tuple(
            (m.title, figures.day(m.baseline_date), figures.day(m.forecast_date), figures.days(m.slip_days))
            for m in dated
        ),
        (Key("ring", words("approved")), Key("dot", words("expected")), Key("dot late", words("late"))),
        left=figures.day(first),
        right=figures.day(last),
        labels=tuple(m.title for m in dated),
    )


def _score(project: Project, words: Words, figures: Figures) -> Chart | None:
    points = project.score_history
    if len(points) < 2:
        return None
    title, lowest = words("Compliance score"), min(p.value for p in points)
    told = words("Compliance score, {first} to {last}", first=figures.points(points[0].value),
                 last=figures.points(points[-1].value))  # fmt: skip
    return Chart(
        title,
        svg.lines([svg.Line([float(p.value - lowest) for p in points], "thin")], title, told, height=44),
        (words("Day"), words("Score")),
        tuple((figures.day(p.day), figures.points(p.value)) for p in points),
        left=f"{figures.day(points[0].day)} · {figures.points(points[0].value)}",
        right=f"{figures.day(points[-1].day)} · {figures.points(points[-1].value)}",
    )


def map_chart(found: BudgetMap, words: Words, figures: Figures) -> Chart | None:
    """Budget against score; None where no project has both."""
    if not found.bubbles:
        return None
    most = max(b.budget for b in found.bubbles)
    riskiest = max((b.exposure for b in found.bubbles if b.exposure is not None), default=Decimal(0))
    low = min(Decimal("0.9"), *(b.score for b in found.bubbles)) // Decimal("0.1") / 10
    marks = [
        svg.Mark(
            float((b.score - low) / (1 - low)),
            float(b.budget / most),
            float((b.exposure or 0) / riskiest) if riskiest else 0.0,
            b.colour,
            b.project.key,
        )
        for b in found.bubbles
    ]
    title = words("Budget against compliance score")
    counts = [(c, sum(b.colour == c for b in found.bubbles)) for c in COLOURS]
    told = words(", ").join(f"{figures.number(n)} {words.term('colour', c)}" for c, n in counts if n)
    return Chart(
        title,
        svg.marks(marks, title, told),
        (words("Project"), words("Computed"), words("Budget"), words("Score"), words("Risk exposure")),
        tuple(
            (
                b.project.key if b.project.name == b.project.key else f"{b.project.key} {b.project.name}",
                words.term("colour", b.colour),
                figures.money(b.budget, found.currency),
                figures.points(b.score),
                figures.money(b.exposure, found.currency),
            )
            for b in found.bubbles
        ),
        tuple(Key(f"badge bare {c}", words.term("colour", c)) for c, n in counts if n),
        top=words("Budget, to {most}", most=figures.money(most, found.currency)),
        left=words("Score {n}", n=figures.points(low)),
        right=figures.number(100),
    )
