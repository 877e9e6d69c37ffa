"""Project Web App over HTTP: pages of ProjectData and ProjectServer, whatever the site's language and version."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from connectors.answers import Dialect, signed_out
from connectors.http import Http, user_agent
from connectors.microsoft.signing import Signing
from connectors.pacing import Clock
from connectors.pwa import odata
from connectors.pwa.settings import PwaSource
from portfolio.errors import ConfigurationError, PlumbruleError, RemoteRefusal, SignInError
from portfolio.ports import Traffic

Record = Mapping[str, Any]

_DATA = "_api/ProjectData"
_SERVER = "_api/ProjectServer"
_ENGLISH = "[en-us]/"
"""Asks for English names; without it entity sets and columns follow the language of the site or user."""

_NOT_THERE = frozenset({"remote.not_found", "remote.refused"})
_RETIRED = frozenset({"remote.not_found", "remote.removed", "remote.redirected", "sign_in.page"})


def connect_http(settings: PwaSource, signing: Signing, traffic: Traffic, clock: Clock | None) -> Http:
    """The HTTP session of one site. Sends nothing yet. Raises ConfigurationError for a bad address."""
    return Http(
        settings.url,
        auth=signing.auth,
        renew=signing.renew,
        # Microsoft asks callers to name themselves like this ("Avoid getting throttled", 2025)
        headers={"User-Agent": f"NONISV|Plumbrule|{user_agent()}"},
        traffic=traffic,
        dialect=Dialect(
            title="Project Server",
            sign_in_remedy=_REMEDIES.get(settings.auth.type, _REMEDY),
            permission_remedy=_permission,
        ),
        allow_http=settings.allow_http,
        per_second=settings.requests_per_second,
        in_flight=signing.at_once or 4,
        clock=clock,
    )


_REMEDY = (
    "Check user and password; a site with several ways to sign in needs an address with Windows sign-in or Basic only."
)
_SIGNED_IN = "Check that the account may use this site; `plumbrule auth status` shows who is signed in."
_REMEDIES = {
    "bearer": "Make a new token; this one has expired, or is for another address.",
    "cookie": "Sign in with a browser again and copy its cookies; they last some hours or days.",
    "device_code": _SIGNED_IN,
    "auth_code": _SIGNED_IN,
    "kerberos": "Get a ticket (`kinit`), and check that the site's address has a service principal (SPN).",
}


def _permission(where: str) -> str:
    return (
        "Make the account a Portfolio Viewer, or give it `Access Project Server Reporting Service`; "
        f"without it {where} stays closed."
    )


class ProjectWebApp:
    """The records of one site. Thread-safe."""

    def __init__(self, http: Http, *, online: bool) -> None:
        self._http = http
        self._online = online
        self._lock = threading.RLock()
        self._segment: str | None = None
        self._columns: dict[str, frozenset[str]] | None = None

    def columns(self, entity_set: str) -> frozenset[str]:
        """The columns of an entity set; none where the site has no such set. $metadata is read once."""
        with self._lock:
            if self._columns is None:
                self._columns = odata.columns_by_set(self._metadata())
            return self._columns.get(entity_set, frozenset())

    def pages(
        self,
        entity_set: str,
        columns: Sequence[str],
        *,
        where: str | None = None,
        order_by: str | None = None,
    ) -> Iterator[Sequence[Record]]:
        """Pages of a ProjectData set, as large as the server likes. Columns that it lacks are not asked for."""
        chosen = odata.select_of(self.columns(entity_set) & set(columns))
        path = f"{_DATA}/{self._english()}{entity_set}"
        with self._retirement():
            yield from self._follow(odata.address(path, select=chosen, filter=where, orderby=order_by))

    def rows(self, entity_set: str, columns: Sequence[str], *, where: str | None = None) -> list[Record]:
        """All records of a ProjectData set."""
        return [row for page in self.pages(entity_set, columns, where=where) for row in page]

    def of_project(self, entity_set: str, project: str, columns: Sequence[str]) -> list[Record]:
        """All records of a ProjectData set that belong to one project; empty where the site has no such set."""
        if not self.columns(entity_set):
            return []
        return self.rows(entity_set, columns, where=f"ProjectId eq {odata.guid_literal(project)}")

    def server_rows(self, project: str, collection: str, columns: Sequence[str] = ()) -> list[Record]:
        """All records of a collection of one project in ProjectServer, for instance its TaskLinks."""
        path = f"{_SERVER}/Projects('{project}')/{collection}"
        return [row for page in self._follow(odata.address(path, select=odata.select_of(columns))) for row in page]

    def _follow(self, path: str) -> Iterator[Sequence[Record]]:
        """Pages until the server sends no next link; its links are followed to the letter, never off our host."""
        where = path.partition("?")[0]
        answer = odata.answer(self._http.get_json(path), where)
        here = f"{self._http.base_url}/{path}"
        seen: set[str] = set()
        yield answer.rows
        while answer.next_link:
            here = odata.resolved(answer.next_link, here)
            if here in seen:
                raise RemoteRefusal(
                    f"Project Server sends us in a circle: the same next link twice on {where}",
                    code="pwa.repeated_link",
                    remedy="Run again; if it stays, tell the server's administrator.",
                )
            seen.add(here)
            answer = odata.answer(self._http.get_url_json(here), where)
            yield answer.rows

    def _english(self) -> str:
        """The path segment under which the site answers with English names; found once."""
        with self._lock:
            if self._segment is None:
                with self._retirement():
                    self._segment = self._segment_that_answers()
            return self._segment

    def _segment_that_answers(self) -> str:
        why = ""
        for segment in (_ENGLISH, ""):
            first = odata.address(f"{_DATA}/{segment}Projects", select="ProjectId", top="1")
            try:
                odata.answer(self._http.get_json(first), f"{_DATA}/{segment}Projects")
            except RemoteRefusal as refused:
                if refused.code not in _NOT_THERE or (self._online and not segment):
                    raise
                why = refused.what
            else:
                return segment
        raise RemoteRefusal(
            f"there is no ProjectData with an entity set Projects at {self._http.base_url}",
            code="pwa.no_project_data",
            remedy="Check the address of the site (with its path, for instance /pwa), and that its names are English "
            "under /_api/ProjectData/[en-us].",
            why=why,
        )

    def _metadata(self) -> str:
        segment = self._english()
        with self._retirement():
            try:
                return self._read_metadata(segment)
            except RemoteRefusal as refused:
                if refused.code not in _NOT_THERE or not segment:
                    raise
                return self._read_metadata("")

    def _read_metadata(self, segment: str) -> str:
        text = self._http.get_text(f"{_DATA}/{segment}$metadata")
        if text.lstrip("\ufeff \r\n\t")[:20].lower().startswith(("<!doctype", "<html")):
            raise signed_out(self._http.dialect, "$metadata")
        return text

    @contextmanager
    def _retirement(self) -> Iterator[None]:
        """Project Online is gone: how its addresses answer now is not laid down, so each of these says the same."""
        try:
            yield
        except (RemoteRefusal, SignInError) as refused:
            if self._online and refused.code in _RETIRED:
                raise retired(refused) from refused
            raise


def retired(cause: PlumbruleError) -> ConfigurationError:
    """What to tell an admin whose source is a Project Online site that does not answer any more."""
    return ConfigurationError(
        "Project Online was retired on 2026-09-30; use an export, Project Server SE or Dataverse",
        code="pwa.online_retired",
        remedy='Save the plans as XML and read them with kind = "mspdi", or give the address of a Project Server and '
        'set flavour = "server_se".',
        why=cause.what,
    )
