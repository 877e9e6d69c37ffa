"""Writes flags into one Jira site, by the channel of each. Only what carries our name is ever touched.

What each channel costs people: a property is read by tools only and sends no mail; a remote link is one line on the
issue; labels and fields are edited without a mail; an issue for a finding notifies whoever watches the PMO's project; a
comment notifies once, when it is created.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from connectors.jira.flags.attempts import HostSilent, Postponed, each, not_tried
from connectors.jira.flags.comments import Comments
from connectors.jira.flags.edits import editor
from connectors.jira.flags.fields import Fields
from connectors.jira.flags.issues import FindingIssues
from connectors.jira.flags.labels import Labels
from connectors.jira.flags.permissions import lacking
from connectors.jira.flags.singles import Properties, RemoteLinks
from connectors.jira.flags.site import PROPERTY, Site
from portfolio.ports import Change, Channel, Mark, Missing, Receipt, Review, Row, Traffic

REFERENCE = "plumbrule:"
"""Every global id and every comment reference of ours starts with it."""
FINGERPRINT = "fp-"
"""Every fingerprint label of ours has it, whatever the prefix was when it was written."""
Write = Callable[[Sequence[Change]], Iterator[Receipt]]


class JiraPublisher:
    """Carries out changes in one Jira site; `portfolio.ports.Publisher`."""

    def __init__(self, name: str, site: Site) -> None:
        self.name = name
        self._site = site
        edits = editor(site)
        self._fields = Fields(site, edits)
        self._issues = FindingIssues(site, edits)
        properties, links, comments = Properties(site), RemoteLinks(site), Comments(site)
        self._writers: dict[Channel, Write] = {
            "property": lambda changes: each(changes, properties.write),
            "remote_link": lambda changes: each(changes, links.write),
            "label": Labels(edits).apply,
            "field": self._fields.apply,
            "finding_issue": self._issues.apply,
            "comment": lambda changes: each(changes, comments.write),
        }

    @property
    def traffic(self) -> Traffic:
        """Counters of what was sent for writing."""
        return self._site.http.traffic

    def preflight(self, changes: Sequence[Change]) -> Sequence[Missing]:
        """What the account, or the site, lacks for them."""
        mine = [change for change in changes if not self._objection(change.mark)]
        missing = list(lacking(self._site, mine))
        blocked = [change for one in missing for change in one.changes]
        fields = [change for change in mine if change.mark.channel == "field" and change not in blocked]
        return [*missing, *self._fields.lacking(fields)]

    def apply(self, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt a change. Raises SignInError for a refused sign-in, RateLimited when Jira wants to be left.

        Each call has been tried several times before it counts as unanswered, so the first one ends the writing: the
        changes after it get a receipt that says so, and the next run makes up for them. An issue that must be left
        alone for a moment keeps nobody waiting: its changes come last.
        """
        objections = {id(change): self._objection(change.mark) for change in changes}
        postponed: list[Change] = []
        try:
            with self._site.http.leaving_busy_records():
                for receipt in self._written([c for c in changes if not objections[id(c)]]):
                    if isinstance(receipt, Postponed):
                        postponed.append(receipt.change)
                    else:
                        yield receipt
        except HostSilent:
            yield from (not_tried(change, self._site.http.netloc) for change in postponed)
        else:
            with suppress(HostSilent):  # what was left has its receipts
                yield from self._written(postponed)
        for change in changes:
            if objections[id(change)]:
                yield Receipt(change, change.remote_id, objections[id(change)], unwritten=True)

    def _written(self, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt a change, channel after channel. Raises HostSilent at the end, when all have one."""
        silent = False
        for channel, write in self._writers.items():
            mine = [c for c in changes if c.mark.channel == channel]
            told: set[int] = set()
            if mine and not silent:
                try:
                    for receipt in write(mine):
                        told.add(id(receipt.change))
                        yield receipt
                except HostSilent:
                    silent = True
            yield from (not_tried(change, self._site.http.netloc) for change in mine if id(change) not in told)
        if silent:
            raise HostSilent

    def review(self, publications: Sequence[Row]) -> Review:
        """Issues for findings that somebody closed, moved, deleted or stripped of their label while these are open."""
        return self._issues.review([row for row in publications if row["channel"] == "finding_issue"])

    def close(self) -> None:
        """Give connections back."""
        self._site.http.close()

    def _objection(self, mark: Mark) -> str:
        """Why a mark is not for us to write, or an empty text."""
        if mark.source != self.name:
            return f"it belongs to {mark.source}, not to {self.name}"
        if mark.target_kind == "project" and mark.channel not in ("property", "finding_issue"):
            return f"a project in Jira takes no {mark.channel}"
        prefix = self._site.label_prefix
        ours = {
            "property": mark.name == PROPERTY,
            "remote_link": mark.name.startswith(REFERENCE),
            "label": mark.name.startswith(prefix) and " " not in mark.name,
            "finding_issue": FINGERPRINT in mark.name and " " not in mark.name,
            "comment": mark.name.startswith(REFERENCE),
            "field": True,  # whose value it is, is told by what stands there
        }
        return "" if ours[mark.channel] else f"{mark.channel} {mark.name!r} does not carry our name"
