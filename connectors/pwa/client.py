"""Project Web App over HTTP: pages of ProjectData and ProjectServer, whatever the site's language and version."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from connectors.answers import Dialect, signed_out
from connectors.http import Http, user_agent
from connectors.microsoft.signing import Signing
from connectors.pacing import Clock
from connectors.pwa import odata, retirement
from connectors.pwa.formats import Formats
from connectors.pwa.names import ENGLISH, FRENCH, Names
from connectors.pwa.settings import PwaSource
from portfolio.errors import RemoteRefusal
from portfolio.ports import Traffic

Record = Mapping[str, Any]

_DATA = "_api/ProjectData"
_SERVER = "_api/ProjectServer"
_ENGLISH = "[en-us]/"
"""Asks for English names; without it entity sets and columns follow the language of the site or user."""

_NOT_THERE = frozenset({"remote.not_found", "remote.refused"})
_ROWS_A_PAGE = 100
"""Of the paging by $top and $skip; the smallest page that any set has by default (Microsoft, 2016)."""


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
        ca_bundle=settings.ca_bundle,
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
    """The records of one site, under English names whatever its language. Thread-safe.

    `by_skip`: pages are asked for by `$top` and `$skip`, for servers that refuse lists above a size
    (MaxResultsPerCollection) instead of paging them.
    """

    def __init__(self, http: Http, *, online: bool, by_skip: bool = False) -> None:
        self._http = http
        self._online = online
        self._by_skip = by_skip
        self._lock = threading.RLock()
        self._formats = Formats()
        self._found: tuple[str, Names] | None = None
        self._sets: dict[str, odata.EntitySet] | None = None

    @property
    def names(self) -> Names:
        """What this site calls things; found with the first call."""
        return self._language()[1]

    def columns(self, entity_set: str) -> frozenset[str]:
        """The columns of an entity set; none where the site has no such set. $metadata is read once."""
        held = self._held(entity_set)
        return frozenset(self.names.english(entity_set, name) for name in held.columns) if held else frozenset()

    def pages(
        self,
        entity_set: str,
        columns: Sequence[str],
        *,
        where: str | None = None,
        order_by: str | None = None,
    ) -> Iterator[Sequence[Record]]:
        """Pages of a ProjectData set, as large as the server likes. Columns that it lacks are not asked for.

        `where` and `order_by` are in English names.
        """
        segment, names = self._language()
        there = self.columns(entity_set)
        chosen = odata.select_of(names.local(entity_set, column) for column in there & set(columns))
        path = f"{_DATA}/{segment}{names.local_set(entity_set)}"
        with retirement.told(online=self._online):
            if self._by_skip:
                found = self._by_numbers(entity_set, path, chosen, where, order_by)
            else:
                options = {"filter": names.clause(entity_set, where), "orderby": names.clause(entity_set, order_by)}
                found = self._follow(odata.address(path, select=chosen, **options))
            for page in found:
                yield [names.record(entity_set, row) for row in page]

    def rows(self, entity_set: str, columns: Sequence[str], *, where: str | None = None) -> list[Record]:
        """All records of a ProjectData set."""
        return [row for page in self.pages(entity_set, columns, where=where) for row in page]

    def of_project(
        self, entity_set: str, project: str, columns: Sequence[str], *, also: str | None = None
    ) -> list[Record]:
        """All records of a ProjectData set that belong to one project; empty where the site has no such set."""
        if not self.columns(entity_set):
            return []
        where = f"ProjectId eq {odata.guid_literal(project)}"
        return self.rows(entity_set, columns, where=f"{where} and {also}" if also else where)

    def server_rows(self, project: str, collection: str, columns: Sequence[str] = ()) -> list[Record]:
        """All records of a collection of one project in ProjectServer, for instance its TaskLinks."""
        return self.server_list(f"Projects('{project}')/{collection}", select=odata.select_of(columns))

    def server_list(self, path: str, **options: str | None) -> list[Record]:
        """All records of a collection in ProjectServer. There, unlike in ProjectData, `expand` works."""
        address = odata.address(f"{_SERVER}/{path}", **options)
        return [row for page in self._follow(address) for row in page]

    def server_one(self, path: str, **options: str | None) -> Record:
        """One record of ProjectServer."""
        address = odata.address(f"{_SERVER}/{path}", **options)
        body = self._formats.read(_SERVER, lambda headers, read: self._http.get_read(address, headers, read))
        return odata.one(body, path)

    def _follow(self, path: str) -> Iterator[Sequence[Record]]:
        """Pages until the server sends no next link; its links are followed to the letter, never off our host."""
        where = path.partition("?")[0]
        service = _SERVER if path.startswith(_SERVER) else _DATA
        body = self._formats.read(service, lambda headers, read: self._http.get_read(path, headers, read))
        answer = odata.answer(body, where)
        here = f"{self._http.base_url}/{path}"
        seen = {here}
        yield answer.rows
        while answer.next_link:
            here = odata.resolved(answer.next_link, here)
            if here in seen:
                raise _circle(where)
            seen.add(here)
            body = self._formats.read(service, partial(self._http.get_url_read, here))
            answer = odata.answer(body, where)
            yield answer.rows

    def _by_numbers(
        self, entity_set: str, path: str, chosen: str | None, where: str | None, order_by: str | None
    ) -> Iterator[Sequence[Record]]:
        """Pages by number, ordered by the whole key so that none is missed, until one is empty."""
        names, held = self.names, self._held(entity_set)
        key = held.key if held else ()
        first = [part for part in (names.clause(entity_set, order_by) or "").split(",") if part]
        order = ",".join([*first, *(name for name in key if name not in first)])
        count, before = 0, None
        while True:
            options = {"filter": names.clause(entity_set, where), "orderby": order}
            address = odata.address(path, select=chosen, **options, top=str(_ROWS_A_PAGE), skip=str(count))
            rows = [row for page in self._follow(address) for row in page]
            if not rows:
                return
            if rows == before:
                raise _circle(path)
            yield rows
            before = rows
            count += len(rows)

    def _held(self, entity_set: str) -> odata.EntitySet | None:
        local = self.names.local_set(entity_set)
        with self._lock:
            if self._sets is None:
                self._sets = odata.entity_sets(self._metadata())
            return self._sets.get(local)

    def _language(self) -> tuple[str, Names]:
        """The path segment and the names under which the site answers; found once."""
        with self._lock:
            if self._found is None:
                with retirement.told(online=self._online):
                    self._found = self._that_answers()
            return self._found

    def _that_answers(self) -> tuple[str, Names]:
        why = ""
        ways = ((_ENGLISH, ENGLISH), ("", ENGLISH), ("", FRENCH))
        for segment, names in ways[:2] if self._online else ways:  # Project Online knows English names everywhere
            path = f"{_DATA}/{segment}{names.local_set('Projects')}"
            first = odata.address(path, select=names.local("Projects", "ProjectId"), top="1")
            try:
                body = self._formats.read(_DATA, partial(self._http.get_read, first))
                odata.answer(body, path)
            except RemoteRefusal as refused:
                if refused.code not in _NOT_THERE or (self._online and not segment):
                    raise
                why = why or refused.what
            else:
                return segment, names
        raise RemoteRefusal(
            f"there is no ProjectData with an entity set Projects at {self._http.base_url}",
            code="pwa.no_project_data",
            remedy="Check the address of the site (with its path, for instance /pwa), and that its names are English "
            "under /_api/ProjectData/[en-us]; without that path only English and French names are known.",
            why=why,
        )

    def _metadata(self) -> str:
        segment, _ = self._language()
        with retirement.told(online=self._online):
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


def _circle(where: str) -> RemoteRefusal:
    return RemoteRefusal(
        f"Project Server sends us in a circle: the same page twice on {where}",
        code="pwa.repeated_link",
        remedy="Run again; if it stays, tell the server's administrator.",
    )
