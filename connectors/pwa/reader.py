"""A Project Web App site as a source: the list of projects, resources, one plan a project, and timesheets."""

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors import microsoft_plan as plan
from connectors.examining import looked
from connectors.microsoft.signing import signing
from connectors.microsoft.tokens import Resource
from connectors.pacing import Clock
from connectors.pwa import normalise, wanted
from connectors.pwa.booked import TimeReader
from connectors.pwa.client import ProjectWebApp, Record, connect_http
from connectors.pwa.plans import PlanReader
from connectors.pwa.settings import PwaSource
from connectors.pwa.tidy import Tidy
from portfolio.errors import RemoteRefusal
from portfolio.ports import Capability, Channel, Observation, Page, Partition, Probe, Scope, Traffic

PROJECTS = Partition("projects", "all", "projects")
RESOURCES = Partition("resources", "all", "resources")
TIME = Partition("time", "all", "timesheets")
PLAN = "plan"

_LIST = ("ProjectId", "ProjectModifiedDate", "ProjectLastPublishedDate", "ProjectType", "ProjectName")
_PROJECTS_TO_TRY = 3

Stamp = tuple[Any, Any]
"""When a plan was modified and published, as the site writes it."""

_MAPPING_VERSION = 2
"""Raised when plans must be read again although they did not change, because we read more of them."""


class PwaReader:
    """Reads one site; see portfolio.ports.Connector."""

    kind = "pwa"

    def __init__(
        self, name: str, settings: PwaSource, *, folder: Path | None = None, clock: Clock | None = None
    ) -> None:
        self.name = name
        self.traffic = Traffic()
        self._settings = settings
        self._signing = signing(Resource(name, settings.url, folder), settings.auth, self.traffic, clock)
        self._http = connect_http(settings, self._signing, self.traffic, clock)
        self._site = normalise.Site(name, settings.url.rstrip("/"), settings.zone, settings.fields, settings.currency)
        self._pwa = ProjectWebApp(self._http, online=settings.flavour == "online")
        self._people = _People(self._pwa, self._site)
        self._plans = PlanReader(self._pwa, self._site, self._people.account_of_name)
        self._time = TimeReader(self._pwa, self._site, self._people.account_of, self._hidden_projects)
        self._stamps: dict[str, Stamp] | None = None
        self._hidden: frozenset[str] | None = None
        self._looking = threading.Lock()
        self._looked = False

    def probe(self) -> Probe:
        """Sign in and look whether ProjectData is there."""
        columns = self._pwa.columns("Projects")
        deployment = "Project Online" if self._settings.flavour == "online" else "Project Server"
        detail = {"url": self._site.url, "project columns": str(len(columns))}
        return Probe(self._signing.account(), deployment, detail, self._signing.expires_on())

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
        return [[PROJECTS, RESOURCES], [*sorted(changed), TIME]]

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        """Pages of one partition."""
        match partition.stream:
            case PROJECTS.stream:
                yield self._projects()
            case RESOURCES.stream:
                yield self._resources()
            case TIME.stream:
                yield from self._time.pages(position)
            case _:
                yield from self._plan(partition.key, position)

    def examine(self, channels: Collection[Channel]) -> Iterator[Observation]:
        """The way in, the projects that are visible, and what is not told; see portfolio.ports.Examining."""
        probe = self.probe()
        yield Observation("sign-in", "ok", f"{probe.account} at {self._site.url}, {probe.deployment}")
        yield from looked("projects", self._look_at_projects)
        yield from looked("columns", self._look_at_columns)

    def _look_at_projects(self) -> Iterator[Observation]:
        count = len(self._listed())
        remedy = "" if count else "Check what the account may see; a Portfolio Viewer sees every project."
        yield Observation("projects", "ok" if count else "failed", f"{count} visible, all are read", remedy)

    def _look_at_columns(self) -> Iterator[Observation]:
        count = sum(c.state == "not_available" for c in self.capabilities())
        if count:
            found = (
                f"{count} columns of the model are not told by this site; docs/mapping-microsoft.md names their sources"
            )
            yield Observation("columns", "note", found)

    def capabilities(self) -> Sequence[Capability]:
        """What this site, with this account, cannot fill."""
        self._look_at_project_server()
        site = self._site
        return wanted.capabilities(self._pwa.columns, site.fields, self._plans.refused, site.currency)

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
        for record in self._pwa.rows("Projects", _LIST):
            key = plan.guid(str(record.get("ProjectId") or ""))
            if key and record.get("ProjectType") == normalise.HIDDEN_PROJECT_TYPE:
                hidden.add(key)
            elif key:
                found[key] = (_stamp(record), str(record.get("ProjectName") or key))
        self._hidden = frozenset(hidden)
        self._stamps = {key: stamp for key, (stamp, _) in found.items()}
        return found

    def _stamps_now(self) -> dict[str, Stamp]:
        return {key: stamp for key, (stamp, _) in self._listed().items()}

    def _hidden_projects(self) -> frozenset[str]:
        if self._hidden is None:
            self._listed()
        return self._hidden or frozenset()

    def _projects(self) -> Page:
        """All project rows; projects that the list does not show any more are gone."""
        tidy = Tidy("pwa")
        columns = tuple(wanted.project_columns(self._site.fields))
        rows, budgets = [], []
        for record in self._pwa.rows("Projects", columns):
            if record.get("ProjectType") == normalise.HIDDEN_PROJECT_TYPE:
                continue
            read = tidy.read("project", record, "ProjectId", lambda r: normalise.project_row(r, self._site))
            if read is None:
                continue
            row, problems = read
            tidy.remark("project_word", row["native_id"], problems)
            rows.append(row)
            budget = normalise.budget_row(row)
            budgets += [budget] if budget else []
        scopes = [Scope("project", "source", self.name), Scope("budget_line", "source", self.name)]
        return Page(
            {"project": rows, "budget_line": budgets}, None, tidy.safe(scopes, "project"), tidy.rejected, whole=True
        )

    def _resources(self) -> Page:
        tidy = Tidy("pwa")
        columns = tuple(wanted.resource_columns(self._site.fields))
        rows = tidy.all(
            "resource",
            self._pwa.rows("Resources", columns),
            "ResourceId",
            lambda record: normalise.account_row(record, self._site),
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
        return json.dumps([_MAPPING_VERSION, *stamp, self._site.zone.key, sorted(self._plans.refused)])


def _stamp(record: Record) -> Stamp:
    return record.get("ProjectModifiedDate"), record.get("ProjectLastPublishedDate")


class _People:
    """Accounts by id and by name; read once, when somebody asks."""

    def __init__(self, pwa: ProjectWebApp, site: normalise.Site) -> None:
        self._pwa = pwa
        self._site = site
        self._lock = threading.Lock()
        self._ids: set[str] | None = None
        self._by_name: dict[str, str] = {}

    def account_of_name(self, name: str | None) -> str | None:
        """The account of that name, where only one has it."""
        self._load()
        return self._by_name.get(name or "")

    def account_of(self, native_id: str | None, name: str | None) -> str | None:
        """The account of that id; else of that name: timesheets may keep an id of their own for their owner."""
        ids = self._load()
        return self._site.id_of("account", native_id) if native_id in ids else self.account_of_name(name)

    def _load(self) -> set[str]:
        with self._lock:
            if self._ids is None:
                self._by_name, self._ids = self._index(self._pwa.rows("Resources", ("ResourceId", "ResourceName")))
            return self._ids

    def _index(self, records: Iterable[Mapping[str, Any]]) -> tuple[dict[str, str], set[str]]:
        names: dict[str, list[str]] = {}
        ids = set()
        for record in records:
            values = self._site.values(record)
            native, name = values.guid("ResourceId"), values.text("ResourceName")
            if native:
                ids.add(native)
                names.setdefault(name or "", []).append(plan.row_id(self._site.source, "account", native))
        return {name: found[0] for name, found in names.items() if name and len(found) == 1}, ids
