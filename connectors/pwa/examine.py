"""What an administrator should know of a Project Web App site before a run: the way in, rights, fields, what is kept.

Sources: Microsoft, "ProjectData - Project OData service reference" (permissions); "Configure rollup of timephased
reporting data" (off by default; effective once a project is published again).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.examining import looked
from connectors.microsoft.auth import is_sharepoint
from connectors.microsoft.signing import Signing
from connectors.pwa import timephased
from connectors.pwa.fields import Absent
from connectors.pwa.names import ENGLISH, Names
from connectors.pwa.settings import PwaSource
from portfolio.errors import ExitCode
from portfolio.ports import Capability, Observation, Probe

_SHOWN = 8
_PERMISSION_WORDS = ("ProjectWebApp", "Project.", "AllSites")
"""Delegated permissions of SharePoint Online that open a Project Web App contain one of these."""


@dataclass(frozen=True)
class Findings:
    """How the reader looks at its site; each may ask the site."""

    probe: Callable[[], Probe]
    names: Callable[[], Names]
    projects: Callable[[], Mapping[str, str | None]]
    """Projects, with their `ProjectTimephased`."""
    refused: Callable[[], frozenset[str]]
    """Collections that ProjectServer keeps back."""
    absent: Callable[[], Sequence[Absent]]
    capabilities: Callable[[], Sequence[Capability]]


class Examination:
    """One look around one site. Sends only requests that read."""

    def __init__(self, settings: PwaSource, signing: Signing, found: Findings) -> None:
        self._settings = settings
        self._signing = signing
        self._found = found

    def observations(self) -> Iterator[Observation]:
        """Everything, the way in first."""
        parts: list[tuple[str, Callable[[], Iterator[Observation]]]] = [
            ("sign-in", self._sign_in),
            ("deployment", self._deployment),
            ("language", self._language),
            ("permissions", self._permissions),
            ("projects", self._projects),
            ("fields", self._fields),
            ("over time", self._over_time),
            ("columns", self._columns),
        ]
        for subject, look in parts:
            yield from looked(subject, look)

    def _sign_in(self) -> Iterator[Observation]:
        probe, settings = self._found.probe(), self._settings
        yield Observation("sign-in", "ok", f"{probe.account} at {settings.url}, by {settings.auth.type}")
        if self._signing.at_once == 1:
            yield Observation("sign-in", "note", f"{settings.auth.type} signs the connection: requests go one by one")
        scopes = self._signing.scopes()
        if scopes:
            enough = any(word in scope for scope in scopes for word in _PERMISSION_WORDS)
            remedy = "" if enough else "Give the app ProjectWebApp.FullControl, or ProjectWebAppReporting.Read to read."
            short = ", ".join(scope.rpartition("/")[2] for scope in scopes)
            yield Observation("scopes", "ok" if enough else "warning", f"held: {short}", remedy)

    def _deployment(self) -> Iterator[Observation]:
        online = self._settings.flavour == "online"
        if online:
            remedy = "Plan the way to Project Server, Dataverse or exports; docs/project-server.md tells of them."
            yield Observation("deployment", "warning", "Project Online, retired on 2026-09-30, still answers", remedy)
        elif is_sharepoint(self._settings.url):
            remedy = 'Set flavour = "online".'
            found = "the address is one of SharePoint Online, and flavour is server_se"
            yield Observation("deployment", "failed", found, remedy, ExitCode.CONFIGURATION)
        else:
            yield Observation("deployment", "ok", "Project Server")

    def _language(self) -> Iterator[Observation]:
        if self._found.names() is ENGLISH:
            yield Observation("language", "ok", "English names")
            return
        remedy = "Nothing to do; columns of your own keep the names that the site gives them."
        yield Observation("language", "note", "the site answers in French only; its names are translated", remedy)

    def _permissions(self) -> Iterator[Observation]:
        yield Observation("permissions", "ok", "ProjectData: may be read (Access Project Server Reporting Service)")
        refused = self._found.refused()
        if not refused:
            yield Observation("permissions", "ok", "ProjectServer: answers for projects")
            return
        what = {"TaskLinks": "dependencies", "Tasks": "constraints"}
        lost = ", ".join(what.get(name, name) for name in sorted(refused))
        remedy = "Let the account open projects (Open Project); without it rules on these answer `not provided`."
        yield Observation("permissions", "warning", f"ProjectServer keeps back: {lost}", remedy)

    def _projects(self) -> Iterator[Observation]:
        count = len(self._found.projects())
        remedy = "" if count else "Check what the account may see; a Portfolio Viewer sees every published project."
        yield Observation("projects", "ok" if count else "failed", f"{count} visible, all are read", remedy)

    def _fields(self) -> Iterator[Observation]:
        absent = self._found.absent()
        count = sum(bool(name) for _, given in self._settings.fields for name in _names(given))
        yield Observation("fields", "ok", f"{count - len(absent)} of {count} mapped fields are there")
        for one in absent:
            if one.asked_for:
                found = f"{one.setting} = {one.name!r} is no field of {one.entity_set}"
                meant = f"Perhaps {', '.join(map(repr, one.like))}." if one.like else "Create it, or correct `fields`."
                yield Observation("fields", "warning", found, meant)
        quiet = sorted(one.name for one in absent if not one.asked_for)
        if quiet:
            found = f"by default looked for and not there: {_listed(quiet)}"
            yield Observation("fields", "note", found, 'Name your own fields under `fields`, or switch them off by "".')

    def _over_time(self) -> Iterator[Observation]:
        settings = list(self._found.projects().values())
        if not self._settings.timephased:
            yield Observation("over time", "note", "work and cost over time are not read (timephased = false)")
            return
        off = sum(map(timephased.switched_off, settings))
        remedy = (
            "Switch the rollup of timephased data on in Server Settings (Reporting), then publish the projects again."
        )
        found = f"{len(settings) - off} of {len(settings)} projects collect work and cost over time"
        yield Observation("over time", "warning" if off else "ok", found, remedy if off else "")

    def _columns(self) -> Iterator[Observation]:
        count = sum(c.state == "not_available" for c in self._found.capabilities())
        if count:
            found = (
                f"{count} columns of the model are not told by this site; docs/mapping-microsoft.md names their sources"
            )
            yield Observation("columns", "note", found)


def _names(given: str | list[str]) -> list[str]:
    return given if isinstance(given, list) else [given]


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
