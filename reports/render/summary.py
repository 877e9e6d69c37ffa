"""From the model to the digest: header, tiles, and the sections that a format asks for, each cut to size."""

from collections.abc import Collection

from reports.figures import Figures
from reports.inputs import COLOURS
from reports.model import OwnTile, ReportModel, SourceState
from reports.render.digest import Digest, Line, Size, Span, Tile
from reports.render.links import web_link
from reports.render.plain import one_line
from reports.render.sections import SECTION_MAKERS
from reports.render.writing import Writing
from reports.words import Words


def make_digest(model: ReportModel, size: Size, sections: Collection[str], page: str | None = None) -> Digest:
    """The report cut to `size`, with those of `sections` that it shows. `page`: where it is in full."""
    words = Words(model.language)
    figures = Figures(words, exact=len(model.projects) == 1)
    writing = Writing(model, words, figures, size)
    shown = [name for name in model.sections if name in sections and name in SECTION_MAKERS]
    gap = "" if model.language == "zh-Hans" else " "
    return Digest(
        language=model.language,
        title=one_line(model.title, 150),
        as_of=_as_of(model, words, figures),
        sources=tuple(_source(one, writing) for one in model.sources[:12]),
        verdict=gap.join(one_line(sentence, 400) for sentence in model.verdict),
        health=tuple((c, words.term("colour", c), getattr(model.tiles.health, c)) for c in COLOURS),
        tiles=_tiles(model, words, figures),
        sections=tuple(SECTION_MAKERS[name](writing) for name in shown),
        page=web_link(page),
        look=words("Open the full report"),
        made_by=words("Made by Plumbrule from data of {moment}.", moment=figures.moment(model.as_of)),
        cut=lambda n: words("… and {n} more, see the page", n=n),
    )


def _as_of(model: ReportModel, words: Words, figures: Figures) -> str:
    told = words("As of {moment}", moment=figures.moment(model.as_of))
    if model.changes.no_earlier_state:
        return told
    return f"{told} · {words('compared with {day}', day=figures.day(model.compared_with))}"


def _source(source: SourceState, writing: Writing) -> Line:
    """Name, age, and what is to be said of it where it is not fresh."""
    words, figures = writing.words, writing.figures
    age = words("never read completely") if source.age_hours is None else figures.age(source.age_hours)
    state = words.term("source state", source.state)
    calm = source.state in ("fresh", "never")
    told = age if calm else words("{text} ({state})", text=age, state=state)
    bad = source.state not in ("fresh", "history")
    return (Span(one_line(source.name, 60), strong=True), Span(f" {told}", bad=bad))


def _tiles(model: ReportModel, words: Words, figures: Figures) -> tuple[Tile, ...]:
    makers = {
        "tiles.health": _health,
        "tiles.eac": _eac,
        "tiles.schedule": _schedule,
        "tiles.scope": _scope,
        "tiles.compliance": _compliance,
    }
    made = [make(model, words, figures) for name, make in makers.items() if name in model.sections]
    made += [_own(one, figures) for one in model.own_tiles]
    return tuple(made)


def _own(one: OwnTile, figures: Figures) -> Tile:
    notes = (one_line(one.note, 120),) if one.note else ()
    return Tile(one_line(one.title, 60), one_line(figures.own(one.unit, one.value), 60), notes=notes)


def _health(model: ReportModel, words: Words, figures: Figures) -> Tile:
    t = model.tiles.health
    better = (
        words.count("{n} project reports better than computed", "{n} projects report better than computed",
                    t.reported_better)
        if t.reported_better
        else words("None reports better than computed")
    )  # fmt: skip
    silent = (words("{n} without a report", n=t.not_reported),) if t.not_reported else ()
    return Tile(
        words("Portfolio health, computed"),
        figures.number(t.red),
        f"{words.term('colour', 'red')} {words('of {n}', n=figures.number(t.total))}",
        t.red > 0,
        (better, *silent),
    )


def _eac(model: ReportModel, words: Words, figures: Figures) -> Tile:
    t, main = model.tiles.eac, model.tiles.eac.main
    lacking = (
        (words.count("{n} project not computable", "{n} projects not computable", t.not_computable),)
        if t.not_computable
        else ()
    )
    if main is None:
        return Tile(words("Cost at completion"), figures.missing, notes=lacking)
    notes = [
        words(
            "{eac} expected, {bac} approved",
            eac=figures.money(main.eac, main.currency),
            bac=figures.money(main.bac, main.currency),
        )
    ]
    notes += [
        f"{o.currency}{words(': ')}{figures.percent(o.eac_over_bac_ratio, signed=True)}{words(', ')}"
        f"{figures.money(o.eac, o.currency)} / {figures.money(o.bac, o.currency)}"
        for o in t.others[:4]
    ]
    over = main.eac_over_bac_ratio
    return Tile(
        words("Cost at completion"),
        figures.percent(over, signed=True),
        words("vs baseline"),
        over is not None and over > t.limit_ratio,
        (*notes, *lacking),
    )


def _schedule(model: ReportModel, words: Words, figures: Figures) -> Tile:
    t = model.tiles.schedule
    notes = [words("{n} finish within {days} days", n=t.finishing_soon, days=t.soon_days)]
    if t.unknown:
        notes.append(words("{n} unknown", n=t.unknown))
    if not t.known:
        return Tile(words("Late projects"), figures.missing, notes=tuple(notes))
    notes.insert(0, words("by more than {days} days", days=t.tolerance_days))
    if t.finish_passed:
        notes.insert(1, words.count("{n} unfinished though its finish has passed",
                                    "{n} unfinished though their finish has passed", t.finish_passed))  # fmt: skip
    return Tile(
        words("Late projects"),
        figures.number(t.late),
        words("of {n}", n=figures.number(t.known)),
        t.late > 0,
        tuple(notes),
    )


def _scope(model: ReportModel, words: Words, figures: Figures) -> Tile:
    t = model.tiles.scope
    growth = t.median_growth_ratio
    notes = [words("{n} unknown", n=t.unknown)] if t.unknown else []
    if t.known:
        limit = figures.percent(t.limit_ratio)
        notes.insert(0, words.count("{n} project beyond {limit}", "{n} projects beyond {limit}", t.over, limit=limit))
    return Tile(
        words("Scope growth"),
        figures.percent(growth, signed=True),
        words("median") if t.known else "",
        growth is not None and growth > t.limit_ratio,
        tuple(notes),
    )


def _compliance(model: ReportModel, words: Words, figures: Figures) -> Tile:
    t = model.tiles.compliance
    share = figures.percent(t.coverage)
    lacking = t.score is None and t.coverage is not None
    cover = words("insufficient data: coverage {share}", share=share) if lacking else words(
        "coverage {share}", share=share
    )  # fmt: skip
    count = words.count("{n} open finding", "{n} open findings", t.open_findings)
    heavy = [f"{figures.number(n)} {words.term('severity', s)}" for s, n in list(t.by_severity.items())[:2]]
    return Tile(
        words("Compliance score"),
        figures.points(t.score),
        "" if t.score is None else f"/ {figures.number(100)}",
        notes=(cover, words(", ").join([count, *heavy])),
    )
