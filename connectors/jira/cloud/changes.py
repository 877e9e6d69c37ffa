"""What changed in the projects that were read whole before, and which issues of them are new."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from connectors.jira.cloud.canary import ANYWHERE
from connectors.jira.cloud.gathered import Gathered, Sighting, last_update
from connectors.jira.cloud.issues import IssueReader, latest
from connectors.jira.cloud.plan import Changes
from connectors.jira.positions import milliseconds, settled_ms
from portfolio.errors import RemoteRefusal
from portfolio.ports import Page

log = structlog.get_logger("plumbrule.connectors.jira")


@dataclass
class NewIssues:
    """Issues that this run met and that were created since their project was counted: `after_ms`, by native project id,
    until `until_ms`, the moment of this run's count. It knows of the projects whose search came to its end."""

    after_ms: Mapping[str, int] = field(default_factory=dict)
    until_ms: int | None = None
    searched: set[str] = field(default_factory=set)
    _ids: dict[str, set[str]] = field(default_factory=dict)

    def met(self, sightings: Sequence[Sighting]) -> None:
        """Look at issues as search gives them."""
        for one in sightings:
            after_ms = self.after_ms.get(one.project) if one.project is not None else None
            created_ms = None if after_ms is None or self.until_ms is None else milliseconds(one.created)
            if created_ms is not None and after_ms is not None and after_ms < created_ms <= (self.until_ms or 0):
                self._ids.setdefault(one.project or "", set()).add(one.native_id)

    def of(self, project: str) -> int | None:
        """How many there are in that project; None where not all of it was searched."""
        return len(self._ids.get(project, ())) if project in self.searched else None


@dataclass(frozen=True)
class ChangesPull:
    """One search for the changes of all projects. `page` makes the page of such issues with a position."""

    source: str
    reader: IssueReader
    changes: Changes
    now_ms: int | None
    new: NewIssues
    page: Callable[[Gathered, str | None], Page]

    def pages(self) -> Iterator[Page]:
        """What changed, in one search; where Jira refuses that at once, in one for each project: one that cannot be
        searched must not stop the others."""
        begun = False
        try:
            for page in self._together() if self.changes.since_ms else ():
                begun = True
                yield page
        except RemoteRefusal as why:
            if begun or len(self.changes.since_ms) == 1:
                raise
            log.warning("jira.searched_singly", source=self.source, why=str(why))
            yield from self._singly()
        else:
            self.new.searched.update(self.changes.covered)

    def _together(self) -> Iterator[Page]:
        changes, newest = self.changes, None
        for batch in self.reader.found(changes.since_ms, self.now_ms, changes.expected_ms):
            newest = latest(newest, last_update(batch.issues.sightings))
            settled = settled_ms(self.now_ms, newest)
            until_ms = settled if batch.is_last or newest is None else min(newest, settled or newest)
            # Where projects are read from different moments, one number cannot say how far a broken reading came.
            may_stop = batch.is_last or (newest is not None and len(set(changes.since_ms.values())) == 1)
            told = None
            if may_stop and until_ms is not None:
                held = batch.missed if batch.is_last else self._expected
                told = changes.position(until_ms, newest_ms=newest, held=held)
            self.new.met(batch.issues.sightings)
            yield self.page(batch.issues, told)

    @property
    def _expected(self) -> dict[str, int]:
        """What must still show while a search goes on, by project."""
        return {native: moment for native, moment in self.changes.expected_ms.items() if native != ANYWHERE}

    def _singly(self) -> Iterator[Page]:
        """Raises the first refusal, when all that can be read was read. The position does not cover who was refused."""
        refused: dict[str, RemoteRefusal] = {}
        held: dict[str, int] = {}
        changes, newest = self.changes, None
        self.new.searched.update(native for native in changes.covered if native not in changes.since_ms)
        for native, since_ms in changes.since_ms.items():
            expected = {native: changes.expected_ms[native]} if native in changes.expected_ms else {}
            try:
                for batch in self.reader.found({native: since_ms}, self.now_ms, expected):
                    newest = latest(newest, last_update(batch.issues.sightings))
                    held |= batch.missed
                    self.new.met(batch.issues.sightings)
                    yield self.page(batch.issues, None)
                self.new.searched.add(native)
            except RemoteRefusal as why:
                refused[native] = why
        until_ms = settled_ms(self.now_ms, None)
        ending = changes.position(until_ms, refused, newest_ms=newest, held=held) if until_ms else None
        yield Page({}, ending)
        if refused:
            raise next(iter(refused.values()))
