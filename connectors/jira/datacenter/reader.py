"""The Jira Data Center connector: who we are, which projects there are, and their issues and versions."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from connectors.http import Http
from connectors.jira.api import DATA_CENTER
from connectors.jira.datacenter.catalogue import Listed, fields_of, people_of, projects_of
from connectors.jira.datacenter.census import census_pages
from connectors.jira.datacenter.issues import IssuePull, Reading
from connectors.jira.datacenter.parents import Parents
from connectors.jira.datacenter.shapes import Shapes
from connectors.jira.datacenter.times import ServerTime
from connectors.jira.datacenter.walk import refused
from connectors.jira.examine import Examination
from connectors.jira.normalise.context import FieldIds, Site, resolve_fields
from connectors.jira.normalise.items import custom_role
from connectors.jira.normalise.people import account_key, account_rows, zone_of
from connectors.jira.normalise.projects import project_property, project_row, version_row
from connectors.jira.normalise.rejections import rejected
from connectors.jira.normalise.values import Unreadable
from connectors.jira.positions import milliseconds
from connectors.jira.settings import JiraDataCenterSource
from connectors.jira.unavailable import CAPABILITIES
from connectors.pacing import Clock
from portfolio.errors import ConfigurationError, SignInError
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Row, Scope, Traffic

log = structlog.get_logger("plumbrule.connectors.jira")


@dataclass(frozen=True)
class _Known:
    """What was read once at the start: how to read issues, the projects as received, and their people."""

    of: Reading
    listed: Listed
    people: Mapping[str, Any]


class JiraDataCenter:
    """Reads one Jira Data Center or Server; `portfolio.ports.Connector`. Thread-safe."""

    kind = "jira_data_center"

    def __init__(self, name: str, settings: JiraDataCenterSource, http: Http, clock: Clock | None = None) -> None:
        self.name = name
        self._settings = settings
        self._http = http
        self._clock = clock or Clock()
        self._reading = threading.Lock()
        self._known: _Known | None = None

    @property
    def traffic(self) -> Traffic:
        """Counters of this source."""
        return self._http.traffic

    def probe(self) -> Probe:
        """Sign in; say who we are and what we may see.

        Raises SignInError when we may browse nothing, ConfigurationError when this is Jira Cloud.
        """
        server = self._server_info()
        myself = self._get("myself")
        permissions = (self._get("mypermissions") or {}).get("permissions") or {}
        if not (permissions.get("BROWSE_PROJECTS") or permissions.get("BROWSE") or {}).get("havePermission"):
            raise SignInError(
                f"Jira lets {myself.get('displayName')} see no project",
                code="sign_in.permission",
                remedy="Give the account the permission Browse projects in the projects to be read.",
            )
        expires = self._settings.token_expires_on
        detail = {
            "site": str(server.get("baseUrl", self._http.base_url)),
            "version": str(server.get("version", "")),
            "time_zone": str(myself.get("timeZone", "")),
            "account_id": str(account_key(myself) or ""),
            **({"token_expires_on": expires.isoformat()} if expires else {}),
        }
        deployment = str(server.get("deploymentType", "Server"))
        return Probe(str(myself.get("displayName", "")), deployment, detail, expires)

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """The catalogue first, then versions and issues of each project, then a census of each that was read before.

        Whether an issue can be gone is found out with the census itself, by counting.
        """
        known = self._catalogue()
        read: list[Partition] = []
        count: list[Partition] = []
        for native, raw in known.listed.projects.items():
            versions, issues, census = (Partition(s, native, _title(raw)) for s in ("versions", "issues", "census"))
            read += [versions, issues]
            if issues in cursors:
                count.append(census)
        stages = [[Partition("catalogue", "site", "projects and people")], read]
        return [*stages, count] if count else stages

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """Pages of one partition."""
        known = self._catalogue()
        of, project = known.of, partition.key
        streams: dict[str, Callable[[], Iterator[Page]]] = {
            "catalogue": lambda: iter([self._catalogue_page(known)]),
            "versions": lambda: iter([self._versions_page(of.site, project)]),
            "issues": lambda: IssuePull(of, project, _reading(known, project)).pages(position),
            "census": lambda: census_pages(of, project, position, _reading(known, project)),
        }
        if partition.stream not in streams:
            raise ConfigurationError(f"Jira has no stream {partition.stream!r}", code="jira.stream")
        yield from streams[partition.stream]()

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """The way in, rights, scopes, visible projects and mapped fields; see portfolio.ports.Examining."""
        return Examination(self._http, self._settings, DATA_CENTER, channels).observations()

    def capabilities(self) -> Sequence[Capability]:
        """Columns that Jira does not have, and those that we derive."""
        return CAPABILITIES

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _get(self, path: str, params: Mapping[str, str | int | list[str]] | None = None) -> Any:
        return self._http.get_json(f"{DATA_CENTER.api}/{path}", params)

    def _server_info(self) -> dict[str, Any]:
        server = self._get("serverInfo") or {}
        if str(server.get("deploymentType", "")).casefold() == "cloud":
            raise ConfigurationError(
                f"{self._http.netloc} is Jira Cloud, not Data Center",
                code="jira.deployment",
                remedy=f'Give the source {self.name} kind = "jira_cloud", with e-mail and API token.',
            )
        return dict(server)

    def _catalogue(self) -> _Known:
        with self._reading:
            if self._known is None:
                self._known = self._read_catalogue()
            return self._known

    def _read_catalogue(self) -> _Known:
        server, said_at = self._server_info(), self._clock.monotonic()
        said_ms = milliseconds(server.get("serverTime"))
        if said_ms is None:
            raise refused("serverInfo tells no time", "remote.shape")
        settings, fields = self._settings, fields_of(self._http)
        found = self._field_ids(fields)
        site = Site(
            source=self.name,
            browse_url=str(server.get("baseUrl") or self._http.base_url).rstrip("/"),
            mapping=settings.mapping,
            field_ids=found,
            currency=settings.currency,
            label_prefix=settings.label_prefix,
        )
        listed = projects_of(self._http, site, settings.projects, settings.mapping.project_property)
        currencies = {n: str(c) for n, p in listed.projects.items() if (c := project_property(site, p).get("currency"))}
        people = self._people(site, listed)
        of = Reading(
            http=self._http,
            site=replace(site, currencies=currencies),
            settings=settings,
            shapes=Shapes.of(fields, found),
            parents=Parents(self._http),
            time=ServerTime(said_ms, said_at, self._clock.monotonic),
            zone=zone_of(self._get("myself")),
        )
        return _Known(of, listed, people)

    def _field_ids(self, listed: Sequence[Mapping[str, Any]]) -> FieldIds:
        mapping = self._settings.mapping
        custom = {custom_role(name): field for name, field in mapping.custom.items()}
        found = resolve_fields(listed, {**mapping.fields.model_dump(), **custom})
        missing = sorted(role for role, ids in found.by_role.items() if not ids)
        if missing:
            log.info("jira.fields_not_found", source=self.name, roles=missing)
        return found

    def _people(self, site: Site, listed: Listed) -> dict[str, Any]:
        leads = [lead for raw in listed.projects.values() if (lead := raw.get("lead"))]
        said = (project_property(site, raw).get("manager") for raw in listed.projects.values())
        return people_of(self._http, leads, {name for name in said if isinstance(name, str) and name})

    def _catalogue_page(self, known: _Known) -> Page:
        site, refusals = known.of.site, list(known.listed.refused)
        rows: list[Row] = []
        for raw in known.listed.projects.values():
            try:
                row, complaints = project_row(site, self._with_manager_by_key(site, raw, known.people))
            except Unreadable as why:
                refusals.append(rejected(site, "project", raw, "project.unreadable", str(why)))
                continue
            rows.append(row)
            refusals += complaints
        accounts = account_rows(site, known.people.values())
        scopes = [Scope("project", "source", self.name)]
        return Page({"project": rows, "account": accounts}, None, scopes, refusals, whole=True)

    def _with_manager_by_key(self, site: Site, raw: dict[str, Any], people: Mapping[str, Any]) -> dict[str, Any]:
        """People are known by key; whoever writes a property knows them by user name."""
        said = project_property(site, raw)
        key = account_key(people.get(str(said.get("manager"))))
        if key is None:
            return raw
        return {**raw, "properties": {site.mapping.project_property: {**said, "manager": key}}}

    def _versions_page(self, site: Site, project: str) -> Page:
        found = self._get(f"project/{project}/versions")
        if not isinstance(found, list):
            raise refused("answer to versions is no list", "remote.shape")
        rows: list[Row] = []
        refusals = []
        for raw in found:
            try:
                rows.append(version_row(site, project, raw))
            except Unreadable as why:
                refusals.append(rejected(site, "version", raw, "version.unreadable", str(why)))
        scope = Scope("version", "project_id", site.id("project", project))
        return Page({"version": rows}, None, [scope], refusals, whole=True)


def _reading(known: _Known, project: str) -> int:
    raw = known.listed.projects.get(project, {})
    return known.of.site.reading_of(project, raw.get("key"))


def _title(raw: Mapping[str, Any]) -> str:
    return f"{raw.get('key')} {raw.get('name')}"
