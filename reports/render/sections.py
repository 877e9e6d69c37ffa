"""Sections of the digest that tell what leans and what to do. The long lists are in `reports.render.long_sections`."""

from collections.abc import Callable, Mapping

from reports.diff.values import value_form
from reports.model import (
    AttentionRow,
    ChangedFinding,
    Decision,
    Milestone,
    MovedMeasure,
    ProgrammeBudget,
    Risk,
    Transition,
)
from reports.render.digest import Line, Row, Section, Span, columns
from reports.render.long_sections import findings, gaps, levels, portfolio, projects, rules, waived
from reports.render.writing import Writing
from reports.words import Words


def attention(w: Writing) -> Section:
    """Projects that lean, and why."""
    words, found = w.words, w.model.attention
    labels = (words("Project"), words("Reported"), words("Computed"), words("EAC"), words("Slip"), words("Why"))
    unknown = w.model.tiles.health.unknown
    empty = [words("No project is computed red or amber.")]
    if unknown:
        empty.append(
            words.count("{n} project could not be judged.", "{n} projects could not be judged.", unknown)
        )  # fmt: skip
    return Section(
        "attention",
        words("Projects that lean, and why"),
        columns(labels, (3, 4), c0=2, c5=4),
        w.rows(found.rows, lambda row: _attention(w, row)),
        w.more(found.rows, found.total),
        empty=("" if w.model.language == "zh-Hans" else " ").join(empty),
    )


def _attention(w: Writing, row: AttentionRow) -> Row:
    words, figures = w.words, w.figures
    over, slip = row.eac_over_bac_ratio, row.slip_days
    passed = row.days_past_finish is not None and row.days_past_finish > (slip or 0)
    eac = Span(figures.percent(over, signed=True), bad=over is not None and over > w.model.tiles.eac.limit_ratio)
    late = Span(figures.days(slip), bad=slip is not None and slip > w.model.tiles.schedule.tolerance_days)
    when = Span(words("passed"), bad=True) if passed else late
    reason: Line = (w.text(row.reason, words("no reason given")),)
    if row.reported_better:
        reason = (Span(words("Reported better than data"), bad=True), Span(" · "), *reason)
    if row.more_reasons:
        reason = (*reason, Span(" · " + words("+ {n} more", n=row.more_reasons)))
    reported, computed = w.colour(row.reported), w.colour(row.computed)
    line = (
        *w.project(row.project), Span(words(": ")), computed, Span(words(", ")), Span(words("reported") + " "),
        reported, Span(words(", ") + words("EAC") + " "), eac, Span(words(", ") + words("Slip") + " "), when,
        Span(" — "), *reason,
    )  # fmt: skip
    return Row((w.project(row.project), (reported,), (computed,), (eac,), (when,), reason), line)


def decisions(w: Writing) -> Section:
    """What somebody has to decide."""
    words = w.words
    labels = (words("Project"), words("What to decide"), words("Why"), words("Who decides"))
    return Section(
        "decisions",
        words("Decisions needed"),
        columns(labels, c0=2, c1=3, c2=3),
        w.rows(w.model.decisions, lambda one: _decision(w, one)),
        w.more(w.model.decisions),
        empty=words("Nothing waits for a decision."),
    )


def _decision(w: Writing, one: Decision) -> Row:
    words = w.words
    what, why = w.item(one.what, one.url), w.text(one.why)
    what = Span(w.text(one.what).text, link=what.link)
    name = w.name(one.who, words("nobody named to decide"))
    who = Span(words("decides: {name}", name=name.text)) if one.who else name
    line = (w.key(one.project), Span(" "), what, Span(" — "), why, Span(" · "), who)
    return Row((w.project(one.project), (what,), (why,), (name,)), line)


def changes(w: Writing) -> Section:
    """What is different since the day compared with."""
    words, figures, c = w.words, w.figures, w.model.changes
    labels = (words("Project"), words("Whose status"), words("Before"), words("Now"))
    return Section(
        "changes",
        words("What changed since {day}", day=figures.near_day(c.since, w.model.as_of.date())),
        columns(labels, c0=2),
        w.rows(c.transitions, lambda one: _transition(w, one)),
        w.more(c.transitions),
        lines=tuple(_facts(w)),
    )


def _transition(w: Writing, one: Transition) -> Row:
    words = w.words
    whose = Span(words("reported") if one.basis == "reported" else words("computed"))
    before, after = w.colour(one.before), w.colour(one.after)
    line = (w.key(one.project), Span(" "), whose, Span(" "), before, Span(" → "), after)
    return Row((w.project(one.project), (whose,), (before,), (after,)), line)


def _facts(w: Writing) -> list[Line]:
    words, figures, c = w.words, w.figures, w.model.changes
    told: list[Line] = []
    if c.no_earlier_state:
        told.append((Span(_without_past(words, figures.day(c.since))),))
    else:
        better = f"{figures.number(c.better)} {words('better')}"
        worse = f"{figures.number(c.worse)} {words('status worse')}{words(', ')}{better}"
        turned = f"{figures.signed(c.findings_opened)} / {figures.signed(-c.findings_resolved)}"
        told += [(Span(worse),), (Span(f"{turned} {words('findings opened / resolved')}"),)]
        told += [
            (Span(f"{figures.number(c.findings[kind])} {words.term('finding change', kind)}"),)
            for kind in ("reopened", "waived", "waiver_expired")
            if c.findings.get(kind)
        ]
        told += [_came(w, one) for one in c.heaviest[: w.size.rows]]
    told += [_moved(w, one) for one in c.moved[: w.size.rows]]
    a = c.activity
    if a.done_items:
        told.append((Span(words.count("{n} item done", "{n} items done", a.done_items)),))
    if a.booked_hours:
        told.append((Span(words("{n} h booked", n=figures.number(a.booked_hours))),))
    told += [
        (w.key(s.project), Span(" "), Span(words("finish against plan {before} → {after}",
         before=figures.days(s.before_days), after=figures.days(s.after_days))))
        for s in c.slips[: w.size.rows]
    ]  # fmt: skip
    told += [
        (w.key(m.project), Span(" "), Span(words("missed: {milestone}", milestone=w.text(m.title).text)))
        for m in c.missed[: w.size.rows]
    ]
    return told


def _came(w: Writing, one: ChangedFinding) -> Line:
    about = w.key(one.project) if one.project else w.name(one.about)
    severity, rule = w.severity(one.severity), Span(one.rule_id)
    return (about, Span(" "), severity, Span(" "), rule, Span(" "), w.text(one.message or w.titles.get(one.rule_id)))


def _moved(w: Writing, one: MovedMeasure) -> Line:
    form = value_form(one.family, one.currency, w.figures)
    told = f"{w.words.term('measure', one.measure)} {form.value(one.before)} → {form.value(one.after)}"
    return (w.key(one.project), Span(" "), Span(told))


def _without_past(words: Words, day: str) -> str:
    return words(
        "No earlier state is kept from {day} or before: findings and computed colours have nothing to be compared "
        "with.",
        day=day,
    )


def budget_by_programme(w: Writing) -> Section:
    """Baseline and cost at completion of each programme."""
    words = w.words
    labels = (words("Programme"), words("Projects"), words("BAC, baseline"), words("EAC"), words("EAC vs baseline"))
    return Section(
        "budget_by_programme",
        words("Baseline and cost at completion by programme"),
        columns(labels, (1, 2, 3, 4), c0=1),
        w.rows(w.model.budget_by_programme, lambda one: _budget(w, one)),
        w.more(w.model.budget_by_programme),
        empty=words("No project has both a cost baseline and an estimate at completion."),
    )


def _budget(w: Writing, one: ProgrammeBudget) -> Row:
    words, figures = w.words, w.figures
    name = w.text(one.programme, words("without programme"))
    bac, eac = figures.money(one.bac, one.currency), figures.money(one.eac, one.currency)
    over = Span(figures.percent(one.over_ratio, signed=True), bad=(one.over_ratio or 0) > w.model.tiles.eac.limit_ratio)
    told = words("{eac} expected, {bac} approved", eac=eac, bac=bac)
    cells = ((name,), (Span(figures.number(one.projects)),), (Span(bac),), (Span(eac),), (over,))
    return Row(cells, (name, Span(words(": ")), over, Span(w.noted(told))))


def milestones(w: Writing) -> Section:
    """Missed, late, due soon."""
    words, figures, found = w.words, w.figures, w.model.milestones
    labels = (words("Project"), words("Milestone"), words("Approved"), words("Forecast"), words("Slip"), words("State"))
    return Section(
        "milestones",
        words("Milestones missed, late, or due by {day}", day=figures.near_day(found.until, w.model.as_of.date())),
        columns(labels, (2, 3, 4), c0=1, c1=1),
        w.rows(found.rows, lambda one: _milestone(w, one)),
        w.more(found.rows, found.total),
        empty=words("None missed, none late, none due."),
    )


def _milestone(w: Writing, one: Milestone) -> Row:
    words, figures = w.words, w.figures
    title = Span(w.text(one.title).text, link=w.item(one.title, one.url).link)
    state = Span(words.term("milestone", one.state), bad=one.state in ("missed", "late"))
    days = Span(figures.days(one.slip_days))
    approved, forecast = Span(figures.day(one.baseline_date)), Span(figures.day(one.forecast_date))
    line = (w.key(one.project), Span(" "), title, Span(words(": ")), state, Span(" · "), forecast, Span(" "), days)
    return Row((w.project(one.project), (title,), (approved,), (forecast,), (days,), (state,)), line)


def risks(w: Writing) -> Section:
    """The largest open threats."""
    words, found = w.words, w.model.risks
    labels = (words("Project"), words("Risk"), words("Risk exposure"), words("Owner"))
    return Section(
        "risks",
        words("Largest risks"),
        columns(labels, (2,), c0=1, c1=2),
        w.rows(found.rows, lambda one: _risk(w, one)),
        w.more(found.rows, found.open_total),
        empty=words("No open threat is recorded."),
    )


def _risk(w: Writing, one: Risk) -> Row:
    title, owner = w.text(one.title), w.name(one.owner, w.words("no owner"))
    exposure = Span(w.figures.money(one.exposure, one.currency))
    line = (w.key(one.project), Span(" "), title, Span(w.words(": ")), exposure, Span(" · "), owner)
    return Row((w.project(one.project), (title,), (exposure,), (owner,)), line)


SECTION_MAKERS: Mapping[str, Callable[[Writing], Section]] = {
    "attention": attention,
    "decisions": decisions,
    "changes": changes,
    "budget_by_programme": budget_by_programme,
    "milestones": milestones,
    "risks": risks,
    "rules": rules,
    "levels": levels,
    "portfolio": portfolio,
    "projects": projects,
    "findings": findings,
    "waived": waived,
    "gaps": gaps,
}
"""Every section that a digest can hold, by the id that it has on the page."""
