"""The Jira Data Center connector: who we are, what there is to read, and which part of the reading does what."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.http import Http
from connectors.jira import survey
from connectors.jira.api import DATA_CENTER
from connectors.jira.datacenter.capabilities import capabilities
from connectors.jira.datacenter.catalogue import catalogue_page, read_catalogue, versions_page
from connectors.jira.datacenter.census import census_pages, confirmed, doubtful
from connectors.jira.datacenter.issues import IssueReader
from connectors.jira.datacenter.known import Known
from connectors.jira.datacenter.parents import Parents
from connectors.jira.datacenter.pull import ProjectPull
from connectors.jira.datacenter.times import ServerTime
from connectors.jira.examine import Examination
from connectors.jira.feed import WorklogFeed
from connectors.jira.normalise.people import account_key
from connectors.jira.positions import DAY_MS, milliseconds, read_position
from connectors.jira.settings import LABEL_PREFIX, JiraDataCenterSource
from connectors.jira.unavailable import without_fields
from connectors.jira.unusable import unusable
from connectors.keeping import Kept
from connectors.odd_answers import tells_odd_answers
from connectors.pacing import Clock
from portfolio.errors import ConfigurationError, RemoteRefusal
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Survey, Traffic
from portfolio.raw import RawAnswer

CATALOGUE = Partition("catalogue", "site", "projects and people")
BOOKED = Partition("worklogs", "site", "corrected and deleted worklogs")


@dataclass(frozen=True)
class _Met:
    """Who answered, who we are there, and the server's clock."""

    server: Mapping[str, Any]
    myself: Mapping[str, Any]
    time: ServerTime


@tells_odd_answers
class JiraDataCenter:
    """Reads one Jira Data Center or Server; `portfolio.ports.Connector` and `Confirming`. Thread-safe."""

    kind = "jira_data_center"

    def __init__(
        self,
        name: str,
        settings: JiraDataCenterSource,
        http: Http,
        clock: Clock | None = None,
        *,
        label_prefix: str = LABEL_PREFIX,
    ) -> None:
        self.name = name
        self._label_prefix = label_prefix
        self._settings = settings
        self._http = http
        self._clock = clock or Clock()
        self._reading = threading.RLock()
        self._site_met: _Met | None = None
        self._known: tuple[Known, IssueReader] | None = None
        self._catalogue_raw: list[RawAnswer] = []
        """What the catalogue was read from, where it is kept."""
        self._read_whole: set[str] = set()
        """Native ids of the issues that were read in this run: their worklogs are known."""

    @property
    def traffic(self) -> Traffic:
        """Counters of this source."""
        return self._http.traffic

    def probe(self) -> Probe:
        """Sign in; say who we are. What we may see shows in the list of projects.

        Raises ConfigurationError when this is Jira Cloud.
        """
        met = self._meet()
        expires = self._settings.token_expires_on
        detail = {
            "site": str(met.server.get("baseUrl", self._http.base_url)),
            "version": str(met.server.get("version", "")),
            "time_zone": str(met.myself.get("timeZone", "")),
            "account_id": str(account_key(met.myself) or ""),
            **({"token_expires_on": expires.isoformat()} if expires else {}),
        }
        deployment = str(met.server.get("deploymentType", "Server"))
        return Probe(str(met.myself.get("displayName", "")), deployment, detail, expires)

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """The catalogue first; then the issues of each project, and once a day its versions; then what speaks of issues
        that were not read: corrected worklogs, and a census of each project that was read before.

        Whether an issue can be gone is found out by counting, for many projects at once.
        """
        known, _ = self._catalogue()
        read: list[Partition] = []
        counted: dict[str, str | None] = {}
        for native, raw in known.projects.items():
            if raw.get("archived"):
                continue  # search does not know its issues any more; what was read before stays
            versions, issues, census = (Partition(s, native, _title(raw)) for s in ("versions", "issues", "census"))
            read += [versions, issues] if self._is_due(known, cursors.get(versions)) else [issues]
            if issues in cursors:
                counted[native] = cursors.get(census)
        later = [BOOKED] if self._settings.worklogs else []
        later += [Partition("census", native, _title(known.projects[native])) for native in doubtful(known, counted)]
        return [stage for stage in ([CATALOGUE], read, later) if stage]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """Pages of one partition, with the answers that they came from where those are kept."""
        known, reader = self._catalogue()
        kept = self._kept()
        if kept is None:
            yield from self._pages(known, reader, partition, position)
            return
        if partition == CATALOGUE:
            kept.put(self._catalogue_raw)
        known, reader = _keeping(kept, known, reader)
        for page in self._pages(known, reader, partition, position):
            yield replace(page, raw=kept.take())

    def _pages(self, known: Known, reader: IssueReader, partition: Partition, position: str | None) -> Iterator[Page]:
        project = partition.key
        streams: dict[str, Callable[[], Iterator[Page]]] = {
            "catalogue": lambda: iter([catalogue_page(known)]),
            "versions": lambda: iter([versions_page(known, project)]),
            "issues": lambda: ProjectPull(known, reader, project, self._read_whole.update).pages(position),
            "worklogs": lambda: self._feed(known, reader).pages(position),
            "census": lambda: census_pages(known, project, position),
        }
        if partition.stream not in streams:
            raise ConfigurationError(f"Jira has no stream {partition.stream!r}", code="jira.stream")
        yield from streams[partition.stream]()

    def confirm(self, page: Page, missing: Sequence[str]) -> Page:
        """The page of a census, with what Jira says of the issues that it misses."""
        known, reader = self._catalogue()
        kept = self._kept()
        if kept is None:
            return confirmed(known, reader, page, missing)
        told = confirmed(*_keeping(kept, known, reader), page, missing)
        return replace(told, raw=[*page.raw, *kept.take()])

    @property
    def keep_raw_days(self) -> int:
        """For how many days answers are kept as received; 0: not at all."""
        return self._settings.keep_raw_days

    def _kept(self) -> Kept | None:
        return Kept(self.keep_raw_days) if self.keep_raw_days else None

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """The way in, rights, scopes, visible projects and mapped fields; see portfolio.ports.Examining."""
        return Examination(self._http, self._settings, DATA_CENTER, channels).observations()

    def survey(self) -> Survey:
        """Projects, issue types, statuses, fields and boards; see `portfolio.ports.Surveying`."""
        probe = self.probe()
        rows = [row for page in self.pull(CATALOGUE, None) for row in page.rows.get("project", ())]
        return survey.survey(self._http, DATA_CENTER, probe, rows)

    def examine_writes(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """See `portfolio.ports.ExaminingWrites`."""
        return Examination(self._http, self._settings, DATA_CENTER, channels).of_writes()

    def capabilities(self) -> Sequence[Capability]:
        """Columns that Jira does not have, and those that we derive; those without a field once the site was read."""
        listed = capabilities(self._settings)
        return listed if self._known is None else without_fields(listed, self._known[0].site.field_ids)

    def close(self) -> None:
        """Give connections back."""
        if self._known is not None:
            self._known[1].sitewide.close()
        self._http.close()

    def _is_due(self, known: Known, position: str | None) -> bool:
        observed_ms = read_position(position).get("observed_ms")
        return observed_ms is None or known.time.said_ms - observed_ms > DAY_MS

    def _feed(self, known: Known, reader: IssueReader) -> WorklogFeed:
        return WorklogFeed(
            http=known.http,
            edition=DATA_CENTER,
            site=known.site,
            projects=known.projects,
            now_ms=known.time.said_ms,
            reader=reader,
            is_fresh=self._read_whole.__contains__,
        )

    def _meet(self) -> _Met:
        with self._reading:
            if self._site_met is None:
                server, said_at = self._server_info(), self._clock.monotonic()
                said_ms = milliseconds(server.get("serverTime"))
                if said_ms is None:
                    raise unusable("serverInfo tells no time", "remote.shape")
                myself = self._http.get_json(f"{DATA_CENTER.api}/myself") or {}
                self._site_met = _Met(server, myself, ServerTime(said_ms, said_at, self._clock.monotonic))
            return self._site_met

    def _server_info(self) -> dict[str, Any]:
        try:
            server = self._http.get_json(f"{DATA_CENTER.api}/serverInfo")
        except RemoteRefusal as error:
            if error.code != "remote.not_found":
                raise
            raise self._no_data_center("answers not as Jira Data Center does") from error
        if isinstance(server, dict) and str(server.get("deploymentType", "")).casefold() == "cloud":
            raise self._no_data_center("is Jira Cloud, not Data Center")
        return server if isinstance(server, dict) else {}

    def _no_data_center(self, why: str) -> ConfigurationError:
        return ConfigurationError(
            f"{self._http.netloc} {why}",
            code="jira.deployment",
            remedy=f'For Jira Cloud give the source {self.name} kind = "jira_cloud"; else check its address, which '
            "includes the context path if Jira has one.",
        )

    def _catalogue(self) -> tuple[Known, IssueReader]:
        with self._reading:
            if self._known is None:
                met, kept = self._meet(), self._kept()
                known = read_catalogue(
                    self._http if kept is None else kept.through(self._http),
                    self.name,
                    self._settings,
                    server=met.server,
                    time=met.time,
                    me=met.myself,
                    label_prefix=self._label_prefix,
                )
                self._catalogue_raw = kept.take() if kept is not None else []
                known = replace(known, http=self._http, parents=Parents(self._http))
                self._known = known, IssueReader(known)
            return self._known


def _keeping(kept: Kept, known: Known, reader: IssueReader) -> tuple[Known, IssueReader]:
    """The same, whose answers are kept there."""
    told = replace(known, http=kept.through(known.http))
    return told, IssueReader(told, sitewide=reader.sitewide, kept=kept)


def _title(raw: Mapping[str, Any]) -> str:
    return f"{raw.get('key')} {raw.get('name')}"
