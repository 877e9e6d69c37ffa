"""The Jira Cloud connector: who we are, what there is to read, and which part of the reading does what."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from connectors.http import Http
from connectors.jira import survey
from connectors.jira.api import CLOUD
from connectors.jira.cloud.catalogue import Known, catalogue_page, read_catalogue, versions_page
from connectors.jira.cloud.census import census_page, confirmed
from connectors.jira.cloud.changes import ChangesPull, NewIssues
from connectors.jira.cloud.gathered import Gathered, last_update
from connectors.jira.cloud.issues import IssueReader, latest
from connectors.jira.cloud.plan import BOOKED, CATALOGUE, CHANGES, SPRINTS, Plan, Seen, is_older, plan
from connectors.jira.cloud.sprints import sprints_page
from connectors.jira.examine import Examination
from connectors.jira.feed import WorklogFeed
from connectors.jira.positions import (
    DAY_MS,
    MINUTE_MS,
    WEEK_MS,
    counted,
    read_position,
    settled_ms,
    write_position,
)
from connectors.jira.settings import LABEL_PREFIX, JiraCloudSource
from connectors.jira.sitewide import Extent
from connectors.jira.unavailable import capabilities, without_fields
from connectors.keeping import Kept
from connectors.odd_answers import tells_odd_answers
from portfolio.errors import ConfigurationError
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Survey, Traffic
from portfolio.raw import RawAnswer

log = structlog.get_logger("plumbrule.connectors.jira")

_API = CLOUD.api


@tells_odd_answers
class JiraConnector:
    """Reads one Jira Cloud site; `portfolio.ports.Connector` and `Confirming`. Thread-safe."""

    kind = "jira_cloud"

    def __init__(self, name: str, settings: JiraCloudSource, http: Http, *, label_prefix: str = LABEL_PREFIX) -> None:
        self.name = name
        self._label_prefix = label_prefix
        self._settings = settings
        self._http = http
        self._reading = threading.Lock()
        self._server: dict[str, Any] | None = None
        self._known: Known | None = None
        self._reader: IssueReader | None = None
        self._plan = Plan()
        self._new = NewIssues()
        self._catalogue_raw: list[RawAnswer] = []
        """What the catalogue was read from, where it is kept."""
        self._read_whole: set[str] = set()
        """Native ids of the issues that were read in this run: their worklogs are known."""
        self._is_booked = True
        """Whether corrected worklogs may be asked for: not in a first run, which reads every issue."""

    @property
    def traffic(self) -> Traffic:
        """Counters of this source."""
        return self._http.traffic

    def probe(self) -> Probe:
        """Sign in; say who we are. What we may see shows in the list of projects."""
        server = self._server_info()
        myself = self._http.get_json(f"{_API}/myself")
        expires = self._settings.token_expires_on
        detail = {
            "site": str(server.get("baseUrl", self._http.base_url)),
            "time_zone": str(myself.get("timeZone", "")),
            "account_id": str(myself.get("accountId", "")),
            **({"token_expires_on": expires.isoformat()} if expires else {}),
        }
        deployment = str(server.get("deploymentType", "Cloud"))
        return Probe(str(myself.get("displayName", "")), deployment, detail, expires)

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """The catalogue first; then versions, projects that are read whole, and the changes of all others; then what
        speaks of issues that were not read: corrected worklogs, and a census where issues may be gone."""
        known = self._catalogue(cursors.get(CATALOGUE))
        seen = Seen(known.projects, known.readings, known.observed_ms)
        self._is_booked = BOOKED in cursors
        self._plan = found = plan(seen, cursors, self._settings.overlap_minutes)
        counted_ms = {native: taken.counted_ms for native, taken in found.counts.items()}
        self._new = NewIssues(counted_ms, known.observed_ms)
        loading = [counted(known.projects[native]) for native in found.load]
        to_read = None if None in loading else sum(total or 0 for total in loading)
        self._issues().sitewide.extent = Extent(known.of_site, to_read)

        def of(stream: str, projects: Sequence[str]) -> list[Partition]:
            return [Partition(stream, native, _title(known.projects[native])) for native in projects]

        changes = [CHANGES] if found.changes.since_ms else []
        sprints = [SPRINTS] if self._sprints_are_due(known, cursors.get(SPRINTS)) else []
        stages = [[CATALOGUE], [*changes, *sprints, *of("issues", found.load), *of("versions", found.versions)]]
        booked = [BOOKED] if self._settings.worklogs else []
        return [stage for stage in (*stages, [*booked, *of("census", [*found.census, *found.counts])]) if stage]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """Pages of one partition, with the answers that they came from where those are kept."""
        known, kept = self._catalogue(), self._kept()
        if kept is None:
            yield from self._pages(known, self._http, self._issues(), partition, position)
            return
        if partition == CATALOGUE:
            kept.put(self._catalogue_raw)
        for page in self._pages(known, kept.through(self._http), self._issues().keeping(kept), partition, position):
            yield replace(page, raw=kept.take())

    def _pages(
        self, known: Known, http: Http, reader: IssueReader, partition: Partition, position: str | None
    ) -> Iterator[Page]:
        streams: dict[str, Callable[[], Iterator[Page]]] = {
            "catalogue": lambda: iter([catalogue_page(http, known)]),
            "versions": lambda: iter([versions_page(http, known, partition.key)]),
            "issues": lambda: self._project_pages(known, reader, partition.key, position),
            "changes": lambda: self._changes_pages(known, reader),
            "sprints": lambda: iter([sprints_page(http, known, position)]),
            "worklogs": lambda: self._feed(known, http, reader).pages(position),
            "census": lambda: self._census_pages(known, http, partition.key, position),
        }
        if partition.stream not in streams:
            raise ConfigurationError(f"Jira has no stream {partition.stream!r}", code="jira.stream")
        yield from streams[partition.stream]()

    def confirm(self, page: Page, missing: Sequence[str]) -> Page:
        """The page of a census, with what Jira says of the issues that it misses."""
        known, kept = self._catalogue(), self._kept()
        if kept is None:
            return confirmed(self._http, known, self._issues(), page, missing)
        told = confirmed(kept.through(self._http), known, self._issues().keeping(kept), page, missing)
        return replace(told, raw=[*page.raw, *kept.take()])

    @property
    def keep_raw_days(self) -> int:
        """For how many days answers are kept as received; 0: not at all."""
        return self._settings.keep_raw_days

    def _kept(self) -> Kept | None:
        return Kept(self.keep_raw_days) if self.keep_raw_days else None

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """The way in, rights, scopes, visible projects and mapped fields; see portfolio.ports.Examining."""
        return Examination(self._http, self._settings, CLOUD, channels).observations()

    def survey(self) -> Survey:
        """Projects, issue types, statuses, fields and boards; see `portfolio.ports.Surveying`."""
        probe = self.probe()
        rows = [row for page in self.pull(CATALOGUE, None) for row in page.rows.get("project", ())]
        return survey.survey(self._http, CLOUD, probe, rows)

    def examine_writes(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """See `portfolio.ports.ExaminingWrites`."""
        return Examination(self._http, self._settings, CLOUD, channels).of_writes()

    def capabilities(self) -> Sequence[Capability]:
        """Columns that Jira does not have, and those that we derive; those without a field once the site was read."""
        listed = capabilities(self._settings)
        return listed if self._known is None else without_fields(listed, self._known.site.field_ids)

    def close(self) -> None:
        """Give connections back."""
        if self._reader is not None:
            self._reader.sitewide.close()
        self._http.close()

    def _project_pages(self, known: Known, reader: IssueReader, project: str, position: str | None) -> Iterator[Page]:
        """A project from the beginning, or from where an earlier reading of the same kind broke off."""
        before, reading = read_position(position), known.reading(project)
        is_same = before.get("reading") == reading
        newest = before.get("updated_ms") if is_same else None
        retyped = before.get("retyped") if is_same else int(bool(before)) or None
        since = None
        if newest is not None:
            since = max(0, newest // MINUTE_MS - self._settings.overlap_minutes) * MINUTE_MS
        total = counted(known.projects.get(project, {}))
        ids: set[str] = set()
        expected = {project: newest} if newest else {}
        for batch in reader.found({project: since}, known.observed_ms, expected):
            newest = latest(newest, last_update(batch.issues.sightings))
            ids.update(batch.issues.ids)
            # What was read at one go, not what Jira counts: where they differ, the next run takes a census.
            ending = {
                "observed_ms": known.observed_ms,
                "issues": len(ids) if total is not None and not since else total,
            }
            numbers: dict[str, int | None] = {"updated_ms": newest, "reading": reading, "retyped": retyped}
            if batch.is_last:
                numbers |= ending | {"retyped": None, "until_ms": settled_ms(known.observed_ms, newest)}
            told = write_position(**numbers) if newest or batch.is_last else None
            yield self._page(known, reader, batch.issues, told, retyped=bool(retyped))

    def _changes_pages(self, known: Known, reader: IssueReader) -> Iterator[Page]:
        return ChangesPull(
            source=self.name,
            reader=reader,
            changes=self._plan.changes,
            now_ms=known.observed_ms,
            new=self._new,
            page=lambda issues, position: self._page(known, reader, issues, position),
        ).pages()

    def _sprints_are_due(self, known: Known, position: str | None) -> bool:
        return known.site.field_ids.known("sprint") and is_older(position, known.observed_ms, DAY_MS)

    def _census_pages(self, known: Known, http: Http, project: str, position: str | None) -> Iterator[Page]:
        """News of people come with the weekly census, not with each that is taken because a number differs. None is
        where the number is that of the last count and of the issues created since."""
        taken, total = self._plan.counts.get(project), counted(known.projects.get(project, {}))
        new = self._new.of(project)
        if taken and total is not None and known.observed_ms is not None and total == taken.issues + (new or 0):
            if new:
                yield Page({}, taken.position(total, known.observed_ms))
            return
        people = is_older(position, known.observed_ms, WEEK_MS)
        yield from census_page(http, known, project, self._settings.max_pages, people=people)

    def _page(
        self, known: Known, reader: IssueReader, issues: Gathered, position: str | None, *, retyped: bool = False
    ) -> Page:
        rows = reader.finished(issues, retyped=retyped)
        if self._is_booked:
            self._read_whole.update(issues.ids)
        return Page(rows.lists(known.site), position, rows.scopes, rows.rejected)

    def _feed(self, known: Known, http: Http, reader: IssueReader) -> WorklogFeed:
        return WorklogFeed(
            http=http,
            edition=CLOUD,
            site=known.site,
            projects=known.projects,
            now_ms=known.observed_ms,
            reader=reader,
            is_fresh=self._read_whole.__contains__,
        )

    def _issues(self) -> IssueReader:
        known = self._catalogue()
        with self._reading:
            if self._reader is None:
                self._reader = IssueReader(self._http, known.site, self._settings)
            return self._reader

    def _server_info(self) -> dict[str, Any]:
        if self._server is None:
            self._server = self._http.get_json(f"{_API}/serverInfo") or {}
        return self._server

    def _catalogue(self, position: str | None = None) -> Known:
        with self._reading:
            if self._known is None:
                server, prefix, kept = self._server_info(), self._label_prefix, self._kept()
                http = self._http if kept is None else kept.through(self._http)
                self._known = read_catalogue(http, self.name, self._settings, server, position, label_prefix=prefix)
                self._catalogue_raw = kept.take() if kept is not None else []
            return self._known


def _title(raw: Mapping[str, Any]) -> str:
    return f"{raw.get('key')} {raw.get('name')}"
