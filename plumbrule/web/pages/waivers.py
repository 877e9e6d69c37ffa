"""`/waivers`: where every waiver stands today, and what was asked for and is not decided."""

from collections.abc import Sequence

from plumbrule.waiver_requests import WaiverRequest
from plumbrule.web.look import Look
from reports.render.live import Block, Cell, Column, LivePage, Table
from reports.render.places import finding_path
from rules.waivers import Standing

_FINDINGS = "SELECT id, project_id FROM finding WHERE list_contains($ids, id)"
_IN_FORCE_FIRST = ("in_force", "requested", "scheduled", "invalid", "expired", "ended", "rejected")


def waivers_page(look: Look, requests: Sequence[WaiverRequest]) -> LivePage:
    """The page. A waiver is seen by who sees a project that it is for."""
    words, overlay = look.words, look.edition.overlay
    hits = [waived.waiver_id for waived in overlay.covered.values()]
    seen = [one for one in overlay.register.standings if _is_seen(look, one)]
    seen.sort(key=lambda one: (_IN_FORCE_FIRST.index(one.state), one.ends_on is None, str(one.ends_on), one.waiver.id))
    columns = [Column(words("Waiver")), Column(words("State")), Column(words("Rule")), Column(words("About"))]
    columns += [Column(words("Last day"), number=True), Column(words("Days left"), number=True)]
    columns += [Column(words("Open findings"), number=True), Column(words("Accepted because"))]
    columns += [Column(words("Asked by")), Column(words("Granted by")), Column(words("Ticket"))]
    rows = [_row(look, one, hits.count(one.waiver.id)) for one in seen]
    blocks: list[Block] = [Table("waivers", words("Waivers"), columns, rows, words("There are no waivers."))]
    if look.edition.settings.serve.waiver_requests:
        blocks.append(_requests(look, requests))
    return LivePage(words("Waivers"), blocks, look.edition.as_of)


def _is_seen(look: Look, one: Standing) -> bool:
    return look.within is None or bool(one.reach.homes & look.within)


def _row(look: Look, one: Standing, covers: int) -> list[Cell]:
    words, figures, w = look.words, look.figures, one.waiver
    left = (one.ends_on - look.edition.app.today).days if one.ends_on and one.in_force else None
    ends = one.ends_on or w.expires
    return [
        Cell(w.id, "waived"),
        Cell(words.term("waiver state", one.state)),
        Cell(look.said(w.said_rules)),
        Cell(look.said(w.subject.text if w.subject else None)),
        Cell(figures.day(ends) if ends else "–"),
        Cell("–" if left is None else figures.number(left)),
        Cell(figures.number(covers)),
        Cell(look.said(w.reason), note=look.said(w.compensating) if w.compensating else None),
        Cell(look.said(w.requested_by)),
        Cell(look.said(w.approved_by)),
        Cell(look.said(w.ticket)),
    ]


def _requests(look: Look, requests: Sequence[WaiverRequest]) -> Table:
    words = look.words
    columns = [Column(words("Finding")), Column(words("Accepted because")), Column(words("Asked by"))]
    columns += [Column(words("Last day"), number=True)]
    homes = {row["id"]: row["project_id"] for row in look.rows(_FINDINGS, ids=[one.finding for one in requests])}
    seen = [one for one in requests if look.within is None or (one.finding in homes and look.shows(homes[one.finding]))]
    rows = [
        [
            Cell(look.said(one.about), to=finding_path(one.finding)),
            Cell(look.said(one.reason)),
            Cell(look.said(one.requested_by)),
            Cell(look.figures.day(one.until)),
        ]
        for one in seen
    ]
    return Table("requests", words("Asked for, not decided"), columns, rows, words("Nobody has asked for one."))
