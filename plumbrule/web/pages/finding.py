"""`/findings/{id}`: all that `plumbrule explain` says of a finding, so that every number can be traced."""

from plumbrule.explaining import accepted_of
from plumbrule.web.look import Absent, Look, Row
from portfolio.errors import ConfigurationError
from reports.render.live import Block, Cell, Facts, LivePage, Text
from reports.render.places import finding_path, project_path, rule_path
from rules.frame import FindingExplanation, explain_finding, find_finding


def finding_of(look: Look, finding_id: str) -> Row:
    """The finding of that id, or of the beginning of one. Raises Absent, also where it lies out of sight."""
    try:
        found = find_finding(look.reader, finding_id)
    except ConfigurationError as error:  # several begin so
        raise Absent from error
    if found is None or not look.shows(found["project_id"]):
        raise Absent
    message = look.edition.said(look.language).messages.get(found["id"], found["message"])
    return {**found, "message": look.said(message)}


def finding_page(look: Look, finding_id: str) -> LivePage:
    """The page. Raises Absent."""
    words, found = look.words, finding_of(look, finding_id)
    told = explain_finding(look.rules, look.reader, found, accepted_of(look.edition.overlay).get(found["id"]))
    blocks: list[Block] = [
        Facts("finding", words("Finding"), _head(look, told)),
        Facts("explained", words("Explained"), [(label, _cells(look, lines)) for label, lines in told.parts().items()]),
    ]
    if may_ask(look, found):
        asking = Cell(words("Ask for a waiver"), to=f"{finding_path(found['id'])}/waiver")
        blocks.append(Text("waiver", words("Waiver"), (), (asking,)))
    title = told.rule.title.said_in(look.language) if told.rule else found["rule_id"]
    return LivePage(f"{found['rule_id']} {title}", blocks, look.edition.as_of, found["message"])


def may_ask(look: Look, found: Row) -> bool:
    """Somebody may ask for a waiver: it is allowed, and the failure is open and not accepted already."""
    allowed = look.edition.settings.serve.waiver_requests
    return allowed and found["state"] == "open" and found["id"] not in look.edition.overlay.covered


def _head(look: Look, told: FindingExplanation) -> list[tuple[str, list[Cell]]]:
    words, finding, project = look.words, told.finding, told.project
    about = Cell(
        look.said(told.subject_name or finding["subject_id"]), note=words.term("level", finding["subject_kind"])
    )
    if project is not None:
        about = Cell(f"{project['key']} {project['name']}", to=project_path(project["key"]))
    entries = [
        (words("Rule"), [Cell(finding["rule_id"], to=rule_path(finding["rule_id"]))]),
        (words("Severity"), [Cell(finding["severity"], "severity")]),
        (words("State"), [Cell(words.term("finding state", finding["state"]))]),
        (words("About"), [about]),
    ]
    if finding["subject_kind"] == "item":
        entries.append((words("Item"), [_item(look, finding["subject_id"])]))
    return [*entries, (words("Id"), [Cell(finding["id"])])]


def _item(look: Look, item_id: str) -> Cell:
    rows = look.rows("SELECT key, title, url FROM work_items WHERE item_id = $item", item=item_id)
    if not rows:
        return Cell(look.said(item_id))
    named = " ".join(str(part) for part in (rows[0]["key"], rows[0]["title"]) if part)
    return Cell(look.said(named or item_id), url=rows[0]["url"])


def _cells(look: Look, lines: list[str]) -> list[Cell]:
    return [Cell(look.said(look.edition.hidden(line))) for line in lines]
