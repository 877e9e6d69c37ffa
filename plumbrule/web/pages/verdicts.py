"""`/projects/{key}/rules`: what every rule says of a project, also where it passes or cannot tell."""

from plumbrule.web.look import Absent, Look, Row
from reports.render.live import Cell, Column, LivePage, Table
from reports.render.places import finding_path, project_path, rule_path
from rules.health import why_unknown

OUTCOMES = ("fail", "warn", "error", "unknown", "pass", "not_applicable")
"""In the order in which they are listed."""
_PROJECT = "SELECT * FROM projects WHERE key = $key ORDER BY project_id"
_RESULTS = "SELECT * FROM rule_result WHERE project_id = $project AND subject_kind = 'project' ORDER BY rule_id"
_FINDINGS = """
SELECT rule_id, min(id) AS id, count(*) AS n FROM finding
WHERE project_id = $project AND state = 'open' GROUP BY rule_id
"""


def project_of(look: Look, key: str) -> Row:
    """The project of that key. Raises Absent, also where it lies out of sight."""
    found = [row for row in look.rows(_PROJECT, key=key) if look.shows(row["project_id"])]
    if not found:
        raise Absent
    return found[0]


def verdicts_page(look: Look, key: str) -> LivePage:
    """The page. Raises Absent."""
    words, project = look.words, project_of(look, key)
    results = look.rows(_RESULTS, project=project["project_id"])
    findings = {row["rule_id"]: row for row in look.rows(_FINDINGS, project=project["project_id"])}
    results.sort(key=lambda row: (OUTCOMES.index(row["outcome"]), row["rule_id"]))
    columns = [
        Column(words("Outcome")),
        Column(words("Rule")),
        Column(words("Severity")),
        Column(words("What it says")),
    ]
    columns += [Column(words("Value"), number=True), Column(words("Limit"), number=True)]
    columns += [Column(words("Open findings"), number=True)]
    rows = [_row(look, row, findings.get(row["rule_id"])) for row in results]
    table = Table("verdicts", words("What the rules say"), columns, rows, words("No rule was evaluated for it."))
    lead = words.count("{n} rule", "{n} rules", len(rows))
    title = f"{project['key']} {project['name']}" if project["key"] != project["name"] else project["name"]
    return LivePage(title, [table], look.edition.as_of, lead)


def _row(look: Look, row: Row, finding: Row | None) -> list[Cell]:
    rule = look.rules.get(row["rule_id"])
    title = rule.title.said_in(look.language) if rule else None
    found = Cell("–")
    if finding is not None:
        found = Cell(look.figures.number(finding["n"]), to=finding_path(finding["id"]) if finding["n"] == 1 else None)
    return [
        Cell(look.words.term("outcome", row["outcome"])),
        Cell(row["rule_id"], to=rule_path(row["rule_id"]), note=title),
        Cell(row["severity"], "severity"),
        Cell(told(look, row)),
        Cell(number(look, row["value"])),
        Cell(number(look, row["threshold"])),
        found,
    ]


def number(look: Look, value: float | None) -> str:
    """A measured value or a limit, with the digits that it has; a dash for none."""
    return "–" if value is None else look.figures.number(value, 4)


def told(look: Look, row: Row) -> str:
    """What the rule said, or why it could not tell; a dash where there is nothing to say."""
    silent = why_unknown(look.rules, row) if row["outcome"] in ("unknown", "error") else None
    return look.said(row["message"] or silent)


def link_to_verdicts(look: Look, project: Row) -> tuple[str, str]:
    """Path and name of the link that a project's page has to this one."""
    return f"{project_path(project['key'])}/rules", look.words("What the rules say")
