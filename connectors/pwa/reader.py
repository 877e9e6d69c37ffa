"""A Project Web App site as a source: the list of projects, resources, one plan a project, and timesheets."""

import json
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from connectors import microsoft_plan as plan
from connectors.microsoft.signing import signing
from connectors.microsoft.tokens import Resource
from connectors.odd_answers import tells_odd_answers
from connectors.pacing import Clock
from connectors.pwa import normalise, survey, timephased, wanted
from connectors.pwa.booked import TimeReader
from connectors.pwa.client import ProjectWebApp, Record, connect_http
from connectors.pwa.custom_fields import CustomFields
from connectors.pwa.examine import Examination, Findings
from connectors.pwa.fields import Absent, resolve
from connectors.pwa.people import PeopleOfSite
from connectors.pwa.plans import Extras, PlanReader
from connectors.pwa.projects import STAGES, ProjectsReader
from connectors.pwa.settings import PwaFields, PwaSource
from connectors.pwa.tidy import Tidy
from portfolio.errors import RemoteRefusal
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Scope, Survey, Traffic

PROJECTS = Partition("projects", "all", "projects")
RESOURCES = Partition("resources", "all", "resources")
TIME = Partition("time", "all", "timesheets")
PLAN = "plan"

_LIST = (
    "ProjectId",
    "ProjectModifiedDate",
    "ProjectLastPublishedDate",
    "ProjectType",
    "ProjectName",
    "ProjectTimephased",
    "ProjectCurrency",
)
_SPREAD = "ProjectTimephased"
_TOLD = (_SPREAD, "ProjectCurrency")
_PROJECTS_TO_TRY = 3

Stamp = tuple[Any, Any]
"""When a plan was modified and published, as the site writes it."""

_MAPPING_VERSION = 5
"""Raised when plans must be read again although they did not change: more is read of them, or their rows are others."""


@tells_odd_answers
class PwaReader:
    """Reads one site; see portfolio.ports.Connector."""

    kind = "pwa"

    def __init__(
        self, name: str, settings: PwaSource, *, folder: Path | None = None, clock: Clock | None = None
    ) -> None:
        self.name = name
        self.traffic = Traffic()
        self._settings = settings
        self._signing = signing(
            Resource(name, settings.url, folder, settings.ca_bundle), settings.auth, self.traffic, clock
        )
        self._http = connect_http(settings, self._signing, self.traffic, clock)
        self._site = normalise.Site(name, settings.url.rstrip("/"), settings.zone, settings.fields, settings.currency)
        self._resolved: tuple[normalise.Site, tuple[Absent, ...]] | None = None
        online, by_skip = settings.flavour == "online", settings.paging == "skip"
        self._pwa = ProjectWebApp(self._http, online=online, by_skip=by_skip)
        self._people = PeopleOfSite(self._pwa, self._site)
        self._custom = CustomFields(self._pwa)
        self._extras = _extras(settings, (clock or Clock()).now().astimezone(settings.zone).date())
        self._plans = PlanReader(
            self._pwa, self._full_site, self._people.account_of_name, self._list_says, self._extras
        )
        self._projects = ProjectsReader(
            self._pwa, self._full_site, self._hidden_projects, with_stages=settings.workflow_stages
        )
        self._time = TimeReader(self._pwa, self._site, self._people.account_of, self._hidden_projects)
        self._stamps: dict[str, Stamp] | None = None
        self._told: dict[str, Record] = {}
        self._hidden: frozenset[str] | None = None
        self._looking = threading.Lock()
        self._resolving = threading.RLock()
        self._looked = False

    def probe(self) -> Probe:
        """Sign in and look whether ProjectData is there."""
        columns = self._pwa.columns("Projects")
        deployment = "Project Online" if self._settings.flavour == "online" else "Project Server"
        detail = {"url": self._site.url, "project columns": str(len(columns))}
        return Probe(
            self._signing.account(), deployment, detail, self._signing.expires_on(), expiring=self._signing.expiring
        )

    def partitions(self, cursors: Mapping[Partition, str]) -> Sequence[Sequence[Partition]]:
        """Projects and resources; then the plans that changed, and the time.

        A plan whose modification and publication are those of the committed position is left out, if it was read with
        the same settings and rights. So is the plan of a project that is gone: its rows go out of sight with the
        project's, and are there again if it comes back.
        Raises RemoteRefusal where the site shows no project although plans were read before.
        """
        listed = self._listed()
        known = sum(partition.stream == PLAN for partition in cursors)
        if known and not listed:
            raise RemoteRefusal(
                f"the site shows no project at all, although {known} were read before",
                code="pwa.all_gone",
                remedy="Check the permissions of the account; if all were deleted, take the source out.",
                why="nothing was deleted",
            )
        self._look_at_project_server()
        changed = [
            Partition(PLAN, key, title)
            for key, (stamp, title) in listed.items()
            if cursors.get(Partition(PLAN, key)) != self._position(stamp)
        ]
        changed.sort()
        self._plans.expect([partition.key for partition in changed])
        return [[PROJECTS, RESOURCES], [*changed, TIME]]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """Pages of one partition."""
        match partition.stream:
            case PROJECTS.stream:
                yield self._projects.page()
            case RESOURCES.stream:
                yield self._resources()
            case TIME.stream:
                yield from self._time.pages(position)
            case _:
                yield from self._plan(partition.key, position)

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """The way in, rights, fields, what is kept, what is not told; see portfolio.ports.Examining."""
        found = Findings(
            probe=self.probe,
            names=lambda: self._pwa.names,
            projects=lambda: {key: self._list_says(key, _SPREAD) for key in self._listed()},
            refused=self._kept_back,
            absent=lambda: self._fields_found()[1],
            capabilities=self.capabilities,
        )
        yield from Examination(self._settings, self._signing, found).observations()

    def survey(self) -> Survey:
        """Projects, baselines and custom fields; see `portfolio.ports.Surveying`."""
        probe, rows = self.probe(), self._projects.page().rows["project"]
        columns = self._pwa.columns("Projects")
        return survey.survey(probe, rows, self._fields_found()[1], self._custom.listed(), columns)

    def _kept_back(self) -> frozenset[str]:
        self._look_at_project_server()
        return self._plans.refused

    def capabilities(self) -> Sequence[Capability]:
        """What this site, with this account, cannot fill."""
        self._look_at_project_server()
        site = self._full_site()
        told = wanted.Told(self._unread(), self._plans.refused, site.currency)
        return wanted.capabilities(self._pwa.columns, site.fields, told)

    def _unread(self) -> dict[str, str]:
        """Sets that are not read on this site, and why."""
        settings, found = self._settings, {}
        if not settings.workflow_stages:
            found[STAGES] = "workflow stages are not read (workflow_stages = false); a tracker may hold gates"
        if not settings.deliverables:
            found["Deliverables"] = "deliverables are not read (deliverables = false)"
        over_time = ""
        if not settings.timephased:
            over_time = "what is spread over time is not read (timephased = false)"
        elif self._spread_nowhere():
            over_time = "the site collects nothing over time: ProjectTimephased is Disabled for every project"
        if over_time:
            found |= dict.fromkeys((timephased.TASKS, timephased.BASELINES, *timephased.OF_ASSIGNMENTS), over_time)
        elif not settings.timephased_assignments:
            why = "only what tasks spread over time is read (timephased_assignments = false)"
            found |= dict.fromkeys(timephased.OF_ASSIGNMENTS, why)
        return found

    def _full_site(self) -> normalise.Site:
        """The site with the configured fields found among its columns; asks for them once."""
        return self._fields_found()[0]

    def _fields_found(self) -> tuple[normalise.Site, tuple[Absent, ...]]:
        with self._resolving:
            if self._resolved is None:
                found = resolve(self._settings.fields, self._pwa.columns, self._custom.listed)
                site = replace(self._site, fields=found.fields, labels=found.labels, entries=_Entries(self._custom))
                self._resolved = site, found.absent
            return self._resolved

    def _list_says(self, project: str, column: str) -> str | None:
        if self._stamps is None:
            self._listed()
        return self._site.values(self._told.get(project, {})).text(column)

    def _spread_nowhere(self) -> bool:
        settings = [setting for key in self._told if (setting := self._list_says(key, _SPREAD))]
        return bool(settings) and all(map(timephased.switched_off, settings))

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _look_at_project_server(self) -> None:
        """Try ProjectServer with a few projects, once: without it every plan lacks its dependencies."""
        with self._looking:
            if not self._looked:
                listed = self._stamps if self._stamps is not None else self._stamps_now()
                self._plans.look(sorted(listed)[:_PROJECTS_TO_TRY])
                self._looked = True

    def _listed(self) -> dict[str, tuple[Stamp, str]]:
        """Every project: key -> when its plan was modified and published, and its name."""
        found: dict[str, tuple[Stamp, str]] = {}
        hidden: set[str] = set()
        told: dict[str, Record] = {}
        for record in self._pwa.rows("Projects", _LIST):
            key = plan.guid(str(record.get("ProjectId") or ""))
            if key and record.get("ProjectType") == normalise.HIDDEN_PROJECT_TYPE:
                hidden.add(key)
            elif key:
                found[key] = (_stamp(record), str(record.get("ProjectName") or key))
                told[key] = {column: record.get(column) for column in _TOLD}
        self._hidden, self._told = frozenset(hidden), told
        self._stamps = {key: stamp for key, (stamp, _) in found.items()}
        return found

    def _stamps_now(self) -> dict[str, Stamp]:
        return {key: stamp for key, (stamp, _) in self._listed().items()}

    def _hidden_projects(self) -> frozenset[str]:
        if self._hidden is None:
            self._listed()
        return self._hidden or frozenset()

    def _resources(self) -> Page:
        tidy, site = Tidy("pwa"), self._full_site()
        columns = tuple(wanted.resource_columns(site.fields))
        rows = tidy.all(
            "resource",
            self._pwa.rows("Resources", columns),
            "ResourceId",
            lambda record: normalise.account_row(record, site),
        )
        scopes = tidy.safe([Scope("account", "source", self.name)], "resource")
        return Page({"account": rows}, None, scopes, tidy.rejected, whole=True)

    def _plan(self, project: str, position: str | None) -> Iterator[Page]:
        stamp = (self._stamps if self._stamps is not None else self._stamps_now()).get(project)
        if stamp is None:
            return
        self._look_at_project_server()
        now = self._position(stamp)
        if now != position:
            yield self._plans.page(project, now)

    def _position(self, stamp: Stamp) -> str:
        """What a plan was read as: it counts as unchanged while this text is the same.

        What ProjectServer refuses is part of it: once it answers, dependencies of unchanged plans are still to be read.
        """
        fields = self._settings.fields
        kept = [*fields.task_more, *({fields.task_acceptance} - {PwaFields().task_acceptance})]
        more = [self._extras.stamp, kept] if self._extras.stamp or kept else []
        return json.dumps([_MAPPING_VERSION, *stamp, self._site.zone.key, sorted(self._plans.refused), *more])


def _stamp(record: Record) -> Stamp:
    return record.get("ProjectModifiedDate"), record.get("ProjectLastPublishedDate")


class _Entries(Mapping[str, str]):
    """Choices of lookup tables, read when a value asks for one: ProjectData mostly says them in words already."""

    def __init__(self, custom: CustomFields) -> None:
        self._custom = custom

    def __getitem__(self, name: str) -> str:
        return self._custom.entries()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._custom.entries())

    def __len__(self) -> int:
        return len(self._custom.entries())


def _extras(settings: PwaSource, today: date) -> Extras:
    window = timephased.Window.around(today, settings.timephased_months) if settings.timephased else None
    return Extras(
        interim_baselines=settings.interim_baselines,
        assignment_baselines=settings.assignment_baselines,
        deliverables=settings.deliverables,
        window=window,
        timephased_assignments=settings.timephased and settings.timephased_assignments,
    )
