"""Sections of the digest that list: rules, levels, portfolio, projects, findings, waivers, gaps."""

from reports.model import Finding, Gap, Level, PortfolioFinding, Project, RuleRow, WaivedRow
from reports.render.digest import Line, Row, Section, Span, columns
from reports.render.writing import Writing


def rules(w: Writing) -> Section:
    """Rules with open findings."""
    words = w.words
    labels = (words("Rule"), words("Severity"), words("Open findings"), words("Projects"), words("How to mend it"))
    return Section(
        "rules",
        words("Open findings by rule"),
        columns(labels, (2, 3), c0=2, c4=3),
        w.rows(w.model.rules, lambda one: _rule(w, one)),
        w.more(w.model.rules),
        empty=words("No open findings."),
    )


def _rule(w: Writing, one: RuleRow) -> Row:
    words, figures = w.words, w.figures
    name: Line = (Span(one.id, strong=True), Span(" " + w.text(one.title).text))
    fresh = one.opened_since and not w.model.changes.no_earlier_state
    new = w.noted(words("{n} new", n=figures.signed(one.opened_since))) if fresh else ""
    count = Span(figures.number(one.open) + new)
    severity, fix = w.severity(one.severity), w.text(one.fix)
    line = (*name, Span(words(": ")), count, Span(" · "), severity)
    return Row((name, (severity,), (count,), (Span(figures.number(one.projects)),), (fix,)), line)


def levels(w: Writing) -> Section:
    """Scores of the organisation, its departments and programmes."""
    words = w.words
    labels = (words("Level"), words("Owner"), words("Projects"), words("Score"), words("Grade"), words("Coverage"))
    return Section(
        "levels",
        words("PMO levels"),
        columns(labels, (2, 3, 5), c0=1),
        w.rows(w.model.levels, lambda one: _level(w, one)),
        w.more(w.model.levels),
    )


def _level(w: Writing, one: Level) -> Row:
    words, figures = w.words, w.figures
    kind = words.term("level", one.level)
    name: Line = (Span(kind), Span(" " + w.text(one.name).text, strong=True)) if one.name else (Span(kind),)
    owner, grade = w.name(one.owner, words("nobody named")), Span(words.term("grade", one.grade))
    score, cover = Span(figures.points(one.score), strong=True), Span(figures.percent(one.coverage))
    line = (*name, Span(words(": ")), score, Span(w.noted(grade.text)), Span(" · "), owner)
    return Row((name, (owner,), (Span(figures.number(one.projects)),), (score,), (grade,), (cover,)), line)


def portfolio(w: Writing) -> Section:
    """Open findings about the organisation, departments, programmes and people."""
    words, found = w.words, w.model.portfolio
    labels = (words("About"), words("Severity"), words("Rule"), words("Finding"), words("Owner"), words("To mend by"),
              words("Open for"))  # fmt: skip
    note = words("What leans although no single project does. It counts in no project's colour or score.")
    return Section(
        "portfolio",
        words("Portfolio findings"),
        columns(labels, (5, 6), c0=2, c3=4),
        w.rows(found, lambda one: _portfolio(w, one)),
        w.more(found),
        lines=((Span(note),),) if found else (),
        empty=words("No open findings."),
    )


def _portfolio(w: Writing, one: PortfolioFinding) -> Row:
    about, told = _about(w, one), _told(w, one, one.title)
    severity, rule = w.severity(one.severity), Span(one.rule_id)
    cells = (about, (severity,), (rule,), told, (w.name(one.owner),), _due(w, one), (_age(w, one),))
    return Row(cells, (severity, Span(" "), rule, Span(" "), *about, Span(w.words(": ")), *told))


def _about(w: Writing, one: PortfolioFinding) -> Line:
    """Kind and name of the subject. An organisation without a name is called by its kind alone."""
    kind = Span(w.words.term("level", one.subject_kind))
    return (kind, Span(" "), Span(w.text(one.own_name).text, strong=True)) if one.own_name else (kind,)


def projects(w: Writing) -> Section:
    """All projects."""
    words = w.words
    labels = (
        words("Project"), words("Programme"), words("Manager"), words("Reported"), words("Computed"),
        words("EAC vs baseline"), words("Slip"), words("Score"), words("Findings"),
    )  # fmt: skip
    return Section(
        "projects",
        words("All projects"),
        columns(labels, (5, 6, 7, 8), c0=3, c1=1),
        w.rows(w.model.projects, lambda one: _project(w, one)),
        w.more(w.model.projects),
        empty=words("There are no projects yet. Run a pull first."),
        long=True,
    )


def _project(w: Writing, one: Project) -> Row:
    words, figures = w.words, w.figures
    over = Span(figures.percent(one.evm.eac_over_bac_ratio if one.evm else None, signed=True))
    slip, score = Span(figures.days(one.slip_days)), Span(figures.points(one.score))
    count, reported, computed = Span(figures.number(one.findings)), w.colour(one.reported), w.colour(one.computed)
    name = w.project(one.ref)
    cells = (name, (w.text(one.programme),), (w.name(one.manager),), (reported,), (computed,), (over,), (slip,),
             (score,), (count,))  # fmt: skip
    found = words.count("{n} open finding", "{n} open findings", one.findings)
    return Row(cells, (*name, Span(words(": ")), computed, Span(words(", ")), Span(found)))


def findings(w: Writing) -> Section:
    """Open findings, heaviest first."""
    words = w.words
    labels = (words("Severity"), words("Rule"), words("Finding"), words("Project"), words("Item"), words("Owner"),
              words("To mend by"), words("Open for"))  # fmt: skip
    return Section(
        "findings",
        words("Open findings"),
        columns(labels, (6, 7), c2=4, c4=1),
        w.rows(w.model.findings, lambda one: _finding(w, one)),
        w.more(w.model.findings),
        empty=words("No open findings."),
        long=True,
    )


def _finding(w: Writing, one: Finding) -> Row:
    told = _told(w, one, w.titles.get(one.rule_id, one.rule_id))
    key = Span(w.text(w.keys.get(one.project_id, one.project_id)).text, link=w.urls.get(one.project_id))
    severity, rule, item = w.severity(one.severity), Span(one.rule_id), w.item(one.item_key, one.item_url)
    cells = ((severity,), (rule,), told, (key,), (item,), (w.name(one.owner),), _due(w, one), (_age(w, one),))
    return Row(cells, (severity, Span(" "), rule, Span(" "), key, Span(" "), item, Span(w.words(": ")), *told))


def _told(w: Writing, one: Finding | PortfolioFinding, title: str) -> Line:
    """The message, or the rule's title for want of one, and what is to be said of the finding."""
    words = w.words
    notes = [words("observed only")] if one.observed_only else []
    notes += [] if one.verified else [words("not checked again")]
    if one.waived_by:
        waiver, until = w.name(one.waived_by).text, w.figures.day(one.waived_until)
        notes.append(words("under waiver {waiver} until {day}", waiver=waiver, day=until))
    return (w.text(one.message or title), *(Span(w.noted(note)) for note in notes))


def _due(w: Writing, one: Finding | PortfolioFinding) -> Line:
    overdue = (one.overdue_days or 0) > 0
    due = Span(w.figures.day(one.fix_by) if one.fix_by else "–", bad=overdue)
    return (due, Span(" " + w.words("overdue"), bad=True)) if overdue else (due,)


def _age(w: Writing, one: Finding | PortfolioFinding) -> Span:
    return Span(w.figures.missing if one.age_days is None else w.words("{days} d", days=one.age_days))


def waived(w: Writing) -> Section:
    """Work under waiver."""
    words = w.words
    labels = (words("Waiver"), words("Last day"), words("Rule"), words("Project"), words("Finding"),
              words("Accepted because"), words("Granted by"))  # fmt: skip
    return Section(
        "waived",
        words("Work under waiver"),
        columns(labels, (1,), c3=1, c4=2, c5=2),
        w.rows(w.model.waived, lambda one: _waived(w, one)),
        w.more(w.model.waived),
        empty=words("Nothing is under waiver."),
    )


def _waived(w: Writing, one: WaivedRow) -> Row:
    words, figures = w.words, w.figures
    name, day, rule = w.name(one.waiver_id), Span(figures.day(one.expires_on)), Span(one.rule_id)
    told, reason = w.text(one.message or one.title), w.text(one.reason)
    about = w.project(one.project) if one.project else (_other(w, one),)
    key = w.key(one.project) if one.project else _other(w, one)
    cells = ((name,), (day,), (rule,), about, (told,), (reason,), (w.name(one.approved_by),))
    until = words("under waiver {waiver} until {day}", waiver=name.text, day=day.text)
    return Row(cells, (key, Span(" "), rule, Span(words(": ")), Span(until), Span(" — "), reason))


def _other(w: Writing, one: WaivedRow) -> Span:
    """A subject that is no project: what it is, and its name where it has one of its own."""
    kind = w.words.term("level", one.subject_kind or "organisation")
    return Span(kind) if one.subject_name == one.subject_kind else Span(f"{kind} {w.name(one.subject_name).text}")


def gaps(w: Writing) -> Section:
    """What the report does not know."""
    words = w.words
    return Section(
        "gaps",
        words("What this report does not know"),
        columns((words("What is missing"), words("How many"), words("Which")), (1,), c0=1, c2=1),
        w.rows(w.model.gaps, lambda one: _gap(w, one)),
        w.more(w.model.gaps),
        empty=words("No gaps: every source is fresh, every record was read, every project could be judged."),
    )


def _gap(w: Writing, one: Gap) -> Row:
    text, count = w.text(one.text), w.figures.number(one.total)
    which = w.text(" · ".join(one.items))
    line = (text, Span(w.words(": ")), Span(count, strong=True), Span(f" — {which.text}"))
    return Row(((text,), (Span(count),), (which,)), line)
