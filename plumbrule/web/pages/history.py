"""`/history`: what each check changed, and the runs behind it."""

from collections import Counter
from datetime import date

from plumbrule.web.look import WITHIN, Look, Row
from reports.render.live import Block, Cell, Column, LivePage, Table
from reports.render.places import finding_path, rule_path

_DAYS, _EVENTS, _RUNS = 60, 200, 30
_COUNTS = f"""
SELECT e.happened_on AS day, e.event, count(*) AS n FROM finding_event e JOIN finding f ON f.id = e.finding_id
WHERE {WITHIN} GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - our own words
_SCORES = f"""
SELECT taken_on AS day, avg(value) AS score, count(*) AS projects FROM project_snapshot
WHERE measure = 'score' AND value IS NOT NULL AND {WITHIN} GROUP BY taken_on ORDER BY taken_on
"""  # noqa: S608
_LATEST = f"""
SELECT e.happened_on AS day, e.event, e.how, f.id, f.rule_id, f.message, p.key AS project_key, p.name AS project_name
FROM finding_event e JOIN finding f ON f.id = e.finding_id LEFT JOIN projects p ON p.project_id = f.project_id
WHERE {WITHIN.replace("project_id", "f.project_id")}
ORDER BY e.happened_on DESC, p.key NULLS LAST, f.rule_id, f.id, e.step DESC LIMIT {_EVENTS}
"""  # noqa: S608
_LAST_RUNS = f"SELECT * FROM run ORDER BY started_at DESC, id LIMIT {_RUNS}"  # noqa: S608
_EVENT_NAMES = ("opened", "reopened", "resolved", "closed")


def history_page(look: Look) -> LivePage:
    """The page."""
    words = look.words
    blocks: list[Block] = [_days(look), _events(look), _runs(look)]
    return LivePage(words("History"), blocks, look.edition.as_of)


def _days(look: Look) -> Table:
    words, figures = look.words, look.figures
    counts: dict[date, Counter[str]] = {}
    for row in look.rows(_COUNTS, **look.scope):
        counts.setdefault(row["day"], Counter())[row["event"]] = row["n"]
    scores = {row["day"]: row for row in look.rows(_SCORES, **look.scope)}
    days = sorted({*counts, *scores}, reverse=True)
    columns = [Column(words("Day")), Column(words("Score"), number=True), Column(words("Projects"), number=True)]
    columns += [Column(words.term("finding event", name), number=True) for name in _EVENT_NAMES]
    rows = []
    for day in days[:_DAYS]:
        scored, happened = scores.get(day), counts.get(day, Counter())
        rows.append(
            [
                Cell(figures.day(day)),
                Cell(figures.points(scored["score"]) if scored else "–"),
                Cell(figures.number(scored["projects"]) if scored else "–"),
                *(Cell(figures.number(happened[name])) for name in _EVENT_NAMES),
            ]
        )
    empty = words("No check has left anything behind yet.")
    return Table("days", words("Checks by day"), columns, rows, empty, left=len(days) - len(rows))


def _events(look: Look) -> Table:
    words = look.words
    columns = [Column(words("Day")), Column(words("Event")), Column(words("Rule"))]
    columns += [Column(words("Finding")), Column(words("Project"))]
    rows = [_event(look, row) for row in look.rows(_LATEST, **look.scope)]
    all_events = sum(row["n"] for row in look.rows(_COUNTS, **look.scope))
    title, empty = words("What changed lately"), words("Nothing changed.")
    return Table("events", title, columns, rows, empty, left=all_events - len(rows))


def _event(look: Look, row: Row) -> list[Cell]:
    message = look.edition.said(look.language).messages.get(row["id"], row["message"])
    return [
        Cell(look.figures.day(row["day"])),
        Cell(look.words.term("finding event", row["event"])),
        Cell(row["rule_id"], to=rule_path(row["rule_id"])),
        Cell(look.said(message), to=finding_path(row["id"]), note=look.said(row["how"]) if row["how"] else None),
        look.project(row),
    ]


def _runs(look: Look) -> Table:
    words, figures = look.words, look.figures
    columns = [
        Column(words("Run")),
        Column(words("As of")),
        Column(words("Outcome")),
        Column(words("Took"), number=True),
    ]
    columns.append(Column(words("Version")))
    rows = []
    for row in look.rows(_LAST_RUNS):
        took = "–" if row["ended_at"] is None else _lasted((row["ended_at"] - row["started_at"]).total_seconds(), look)
        rows.append(
            [
                Cell(row["id"]),
                Cell(figures.moment(row["as_of"])),
                Cell(words.term("run outcome", row["outcome"] or "unfinished")),
                Cell(took),
                Cell(row["version"] or "–"),
            ]
        )
    return Table("runs", words("Runs"), columns, rows, words("No run is known."))


def _lasted(seconds: float, look: Look) -> str:
    if seconds < 120:
        return look.words("{n} s", n=look.figures.number(seconds))
    return look.words("{n} min", n=look.figures.number(seconds / 60))
