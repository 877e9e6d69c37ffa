"""The Jira Cloud connector: who we are, which projects there are, and their issues and versions."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from connectors.http import Http
from connectors.jira.client import API, values
from connectors.jira.cloud.census import census_page
from connectors.jira.cloud.issues import IssuePull
from connectors.jira.cloud.positions import counted, is_census_due, is_unchanged, milliseconds, write_position
from connectors.jira.cloud.unavailable import CAPABILITIES
from connectors.jira.normalise.context import FieldIds, Site, resolve_fields
from connectors.jira.normalise.items import custom_role
from connectors.jira.normalise.people import account_key, account_rows
from connectors.jira.normalise.projects import project_property, project_row, version_row
from connectors.jira.normalise.rejections import rejected
from connectors.jira.normalise.values import Unreadable
from connectors.jira.settings import JiraCloudSource
from portfolio.errors import ConfigurationError, RemoteRefusal, SignInError
from portfolio.ports import Capability, Page, Partition, Probe, Rejected, Row, Scope, Traffic

log = structlog.get_logger("plumbrule.connectors.jira")

_USERS_A_CALL = 100


@dataclass(frozen=True)
class _Known:
    """What was read once at the start: the site, its projects as received, and the server's time in ms."""

    site: Site
    projects: Mapping[str, dict[str, Any]]
    refused: Sequence[Rejected]
    observed_ms: int | None


class JiraConnector:
    """Reads one Jira Cloud site; `portfolio.ports.Connector`. Thread-safe."""

    kind = "jira_cloud"

    def __init__(self, name: str, settings: JiraCloudSource, http: Http) -> None:
        self.name = name
        self._settings = settings
        self._http = http
        self._reading = threading.Lock()
        self._server: dict[str, Any] | None = None
        self._known: _Known | None = None

    @property
    def traffic(self) -> Traffic:
        """Counters of this source."""
        return self._http.traffic

    def probe(self) -> Probe:
        """Sign in; say who we are and what we may see. Raises SignInError when we may browse nothing."""
        server = self._server_info()
        myself = self._http.get_json(f"{API}/myself")
        permissions = self._http.get_json(f"{API}/mypermissions", {"permissions": "BROWSE_PROJECTS"})
        if not permissions["permissions"]["BROWSE_PROJECTS"]["havePermission"]:
            raise SignInError(
                f"Jira lets {myself.get('displayName')} see no project",
                code="sign_in.permission",
                remedy="Give the account the permission Browse projects in the projects to be read.",
            )
        expires = self._settings.token_expires_on
        detail = {
            "site": str(server.get("baseUrl", self._http.base_url)),
            "time_zone": str(myself.get("timeZone", "")),
            "account_id": str(myself.get("accountId", "")),
            **({"token_expires_on": expires.isoformat()} if expires else {}),
        }
        return Probe(str(myself.get("displayName", "")), str(server.get("deploymentType", "Cloud")), detail)

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """The catalogue first, then versions and issues of each project, then a census where issues may be gone.

        The issues of a project are left out where Jira says that nothing changed since they were last read, and search
        had had time to settle by then. They are read from the beginning when the project has another key, or the
        configuration reads them otherwise.
        """
        known = self._catalogue()
        read: list[Partition] = []
        count: list[Partition] = []
        for native, raw in known.projects.items():
            versions, issues, census = (Partition(s, native, _title(raw)) for s in ("versions", "issues", "census"))
            read.append(versions)
            reading = _reading(known, native)
            if not is_unchanged(raw, cursors.get(issues), self._settings.overlap_minutes, reading):
                read.append(issues)
            if is_census_due(raw, cursors.get(issues), cursors.get(census), known.observed_ms, reading):
                count.append(census)
        stages = [[Partition("catalogue", "site", "projects and people")], read]
        return [*stages, count] if count else stages

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """Pages of one partition."""
        known = self._catalogue()
        streams: dict[str, Callable[[], Iterator[Page]]] = {
            "catalogue": lambda: iter([self._catalogue_page(known)]),
            "versions": lambda: iter([self._versions_page(known.site, partition.key)]),
            "issues": lambda: self._issue_pages(known, partition.key, position),
            "census": lambda: self._census_pages(known, partition.key),
        }
        if partition.stream not in streams:
            raise ConfigurationError(f"Jira has no stream {partition.stream!r}", code="jira.stream")
        yield from streams[partition.stream]()

    def _issue_pages(self, known: _Known, project: str, position: str | None) -> Iterator[Page]:
        pull = IssuePull(
            self._http,
            known.site,
            self._settings,
            project,
            reading=_reading(known, project),
            observed_ms=known.observed_ms,
            total=counted(known.projects.get(project, {})),
        )
        return pull.pages(position)

    def _census_pages(self, known: _Known, project: str) -> Iterator[Page]:
        total = counted(known.projects.get(project, {}))
        taken = write_position(observed_ms=known.observed_ms, issues=total, reading=_reading(known, project))
        return census_page(self._http, known.site, project, self._settings.max_pages, taken)

    def capabilities(self) -> Sequence[Capability]:
        """Columns that Jira does not have, and those that we derive."""
        return CAPABILITIES

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _server_info(self) -> dict[str, Any]:
        if self._server is None:
            self._server = self._http.get_json(f"{API}/serverInfo") or {}
        return self._server

    def _catalogue(self) -> _Known:
        with self._reading:
            if self._known is None:
                self._known = self._read_catalogue()
            return self._known

    def _read_catalogue(self) -> _Known:
        server = self._server_info()
        settings = self._settings
        site = Site(
            source=self.name,
            browse_url=str(server.get("baseUrl") or self._http.base_url).rstrip("/"),
            mapping=settings.mapping,
            field_ids=self._field_ids(),
            currency=settings.currency,
            label_prefix=settings.label_prefix,
        )
        projects, refused = self._projects(site)
        currencies = {n: str(c) for n, p in projects.items() if (c := project_property(site, p).get("currency"))}
        return _Known(replace(site, currencies=currencies), projects, refused, milliseconds(server.get("serverTime")))

    def _field_ids(self) -> FieldIds:
        mapping = self._settings.mapping
        custom = {custom_role(name): field for name, field in mapping.custom.items()}
        listed = self._http.get_json(f"{API}/field") or []
        found = resolve_fields(listed, {**mapping.fields.model_dump(), **custom})
        missing = sorted(role for role, ids in found.by_role.items() if not ids)
        if missing:
            log.info("jira.fields_not_found", source=self.name, roles=missing)
        return found

    def _projects(self, site: Site) -> tuple[dict[str, dict[str, Any]], list[Rejected]]:
        """Projects as received, by native id, and what is wrong: records without id, configured keys not seen."""
        wanted = self._settings.projects
        params: dict[str, str | int | list[str]] = {
            "expand": "insight,lead",
            "status": ["live", "archived"],
            "properties": [self._settings.mapping.project_property],
        }
        projects: dict[str, dict[str, Any]] = {}
        refused: list[Rejected] = []
        for raw in values(self._http, f"{API}/project/search", params):
            if not isinstance(raw, dict) or not raw.get("id"):
                refused.append(rejected(site, "project", raw, "project.unreadable", "the project has no id"))
            elif not wanted or raw.get("key") in wanted:
                projects[str(raw["id"])] = raw
        seen = {raw.get("key") for raw in projects.values()}
        reason = "the configured project does not exist, or the account may not see it"
        refused += [Rejected(key, "project.not_visible", reason) for key in wanted if key not in seen]
        if not projects:
            raise RemoteRefusal(
                "Jira shows us none of the projects to be read",
                code="jira.no_projects",
                remedy="Give the account Browse projects there, or correct `projects`.",
            )
        return projects, refused

    def _catalogue_page(self, known: _Known) -> Page:
        refused = list(known.refused)
        rows: list[Row] = []
        for raw in known.projects.values():
            try:
                row, complaints = project_row(known.site, raw)
            except Unreadable as why:
                refused.append(rejected(known.site, "project", raw, "project.unreadable", str(why)))
                continue
            rows.append(row)
            refused += complaints
        accounts = account_rows(known.site, self._leads(known))
        scopes = [Scope("project", "source", self.name)]
        return Page({"project": rows, "account": accounts}, None, scopes, refused, whole=True)

    def _leads(self, known: _Known) -> list[Any]:
        """Leads and managers as full users; where they cannot be asked for, the short form in the list of projects."""
        short = {key: lead for raw in known.projects.values() if (key := account_key(lead := raw.get("lead")))}
        named = {m for raw in known.projects.values() if (m := project_property(known.site, raw).get("manager"))}
        keys = sorted({*short, *(key for key in named if isinstance(key, str))})
        found: dict[str, Any] = dict(short)
        for start in range(0, len(keys), _USERS_A_CALL):
            try:
                users = values(self._http, f"{API}/user/bulk", {"accountId": keys[start : start + _USERS_A_CALL]})
                found |= {key: user for user in users if (key := account_key(user))}
            except (SignInError, RemoteRefusal) as why:
                log.warning("jira.users_not_readable", source=self.name, why=str(why))
                break
        return [found[key] for key in sorted(found)]

    def _versions_page(self, site: Site, project: str) -> Page:
        rows: list[Row] = []
        refused: list[Rejected] = []
        for raw in values(self._http, f"{API}/project/{project}/version", {}):
            try:
                rows.append(version_row(site, project, raw))
            except Unreadable as why:
                refused.append(rejected(site, "version", raw, "version.unreadable", str(why)))
        scope = Scope("version", "project_id", site.id("project", project))
        return Page({"version": rows}, None, [scope], refused, whole=True)


def _reading(known: _Known, project: str) -> int:
    return known.site.reading_of(project, known.projects.get(project, {}).get("key"))


def _title(raw: Mapping[str, Any]) -> str:
    return f"{raw.get('key')} {raw.get('name')}"
