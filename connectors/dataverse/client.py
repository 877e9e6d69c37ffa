"""The Dataverse Web API over HTTP: pages of a table, links followed to the letter, and what an account finds there.

Sources: Microsoft, "Page results using OData" (2024-07-01): at most 5,000 rows a page, the next link is opaque and goes
with the same preferences; "Use change tracking to synchronize data with external systems" (2023-06-23).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from connectors import microsoft_plan as plan
from connectors.answers import Dialect
from connectors.dataverse.limits import LIMITS, error_code, error_message
from connectors.dataverse.settings import DataverseSource
from connectors.http import Http
from connectors.microsoft.signing import Signing
from connectors.pacing import Clock
from portfolio.errors import PlumbruleError, RemoteRefusal
from portfolio.ports import Traffic

Record = Mapping[str, Any]

API = "api/data/v9.2"
PAGE_ROWS = 5000
IN_FLIGHT = 8
"""Requests at once; Dataverse refuses more than 52 of one user (0x80072326)."""
EXPIRED = "dataverse.expired"
"""Code of the refusal of a link to changes that is older than what Dataverse keeps, seven days by default."""

_LABELS = 'odata.include-annotations="OData.Community.Display.V1.FormattedValue"'
_PAGED = f"{_LABELS},odata.maxpagesize={PAGE_ROWS}"
_TRACKED = f"{_PAGED},odata.track-changes"
_EXPIRED_VERSION_STAMP = "0x80044352"
_NO_SUCH_COLUMN = re.compile(r"Could not find a property named '([^']+)'")
_AS_THEY_ARE = "$(),'=:/@"


_ADMIT = (
    "Check that the app is an application user of this environment, with a security role "
    "(Power Platform admin center, Settings, Users)."
)
_SIGNED_IN = "Check that the account is a user of this environment; `plumbrule auth status` shows who is signed in."
_REMEDIES = {
    "client_secret": _ADMIT,
    "client_certificate": _ADMIT,
    "device_code": _SIGNED_IN,
    "auth_code": _SIGNED_IN,
    "bearer": "Get a token for this environment (its address with /.default), and check that the account is a user, or "
    "an application user, of the environment.",
}


def connect_http(settings: DataverseSource, signing: Signing, traffic: Traffic, clock: Clock | None) -> Http:
    """The HTTP session of one environment. Sends nothing yet. Raises ConfigurationError for a bad address."""
    return Http(
        settings.url,
        auth=signing.auth,
        renew=signing.renew,
        headers={"OData-Version": "4.0", "OData-MaxVersion": "4.0"},
        traffic=traffic,
        dialect=Dialect(
            title="Dataverse",
            sign_in_remedy=_REMEDIES[settings.auth.type],
            permission_remedy=lambda where: (
                f"Give the account a security role that reads this table in the whole organisation ({where})."
            ),
            limits=LIMITS,
            message=error_message,
            classify=_expired,
        ),
        allow_http=settings.allow_http,
        ca_bundle=settings.ca_bundle,
        per_second=settings.requests_per_second,
        in_flight=IN_FLIGHT,
        clock=clock,
    )


def _expired(response: requests.Response) -> PlumbruleError | None:
    """The refusal of a link to changes that is too old, whatever its status."""
    if response.status_code < 400 or error_code(response.content) != _EXPIRED_VERSION_STAMP:
        return None
    return RemoteRefusal(
        f"Dataverse keeps no changes from so long ago: {error_message(response.content)}",
        code=EXPIRED,
        remedy="The table is read anew.",
    )


@dataclass(frozen=True)
class Answer:
    """One page. `deleted` are ids of records that are gone; `delta` is where to ask for later changes, on the last
    page of a tracked reading."""

    rows: Sequence[Record]
    deleted: tuple[str, ...] = ()
    delta: str | None = None


def address(entity_set: str, **options: str | None) -> str:
    """A path below the API with its query options (`select`, `filter`, `orderby`, `expand`, `top`)."""
    query = "&".join(f"${name}={quote(value, safe=_AS_THEY_ARE)}" for name, value in options.items() if value)
    return f"{API}/{entity_set}?{query}" if query else f"{API}/{entity_set}"


class Dataverse:
    """The records of one environment. Thread-safe."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def one(self, path: str) -> Record:
        """One record, or the answer of a function. Raises RemoteRefusal for an answer of another shape."""
        found = self._http.get_json(f"{API}/{path}", headers={"Prefer": _LABELS})
        if not isinstance(found, Mapping):
            raise bad_shape(path)
        return found

    def pages(
        self,
        entity_set: str,
        columns: Iterable[str] = (),
        *,
        where: str | None = None,
        order_by: str | None = None,
        expand: str | None = None,
        track: bool = False,
    ) -> Iterator[Answer]:
        """All pages of a table. `track`: the last one says where to ask for changes; not with the other options."""
        select = ",".join(sorted(columns)) or None
        first = address(entity_set, select=select, filter=where, orderby=order_by, expand=expand)
        headers = {"Prefer": _TRACKED if track else _PAGED}
        body = self._http.get_json(first, headers=headers)
        yield from self._following(_answer(body, entity_set), body, entity_set, headers)

    def changes(self, delta: str, entity_set: str) -> Iterator[Answer]:
        """What changed and what was deleted since that link was given. Raises RemoteRefusal where it is too old."""
        headers = {"Prefer": _PAGED}
        body = self._http.get_url_json(delta, headers=headers)
        if not body:  # "an empty JSON response is returned" where nothing changed
            yield Answer((), delta=delta)
            return
        yield from self._following(_answer(body, entity_set), body, entity_set, headers)

    def rows(self, entity_set: str, columns: Iterable[str] = (), *, where: str | None = None) -> list[Record]:
        """All records of a table."""
        return [row for page in self.pages(entity_set, columns, where=where) for row in page.rows]

    def linked(self, link: str, entity_set: str) -> list[Record]:
        """The rest of a list that an answer cut off, by the link that it gave."""
        headers = {"Prefer": _PAGED}
        body = self._http.get_url_json(link, headers=headers)
        pages = self._following(_answer(body, entity_set), body, entity_set, headers)
        return [row for page in pages for row in page.rows]

    def look(self, entity_set: str, columns: Iterable[str]) -> frozenset[str]:
        """Those of the columns that the table has here. Raises what reading the table raises.

        A column that is not there makes Dataverse refuse the request and name it: then it is asked without.
        """
        wanted = set(columns)
        while wanted:
            try:
                self._first(entity_set, wanted)
            except RemoteRefusal as refused:
                unknown = set(_NO_SUCH_COLUMN.findall(refused.what)) & wanted
                if refused.code != "remote.refused" or not unknown:
                    raise
                wanted -= unknown
            else:
                return frozenset(wanted)
        return frozenset()

    def column_names(self, entity_set: str) -> frozenset[str]:
        """All columns of a table, as its first record shows them; none where it has no record."""
        rows = self._first(entity_set, ())
        return frozenset(name for row in rows for name in row if "@" not in name)

    def some(self, entity_set: str, count: int) -> Sequence[Record]:
        """A few records with all their columns."""
        return self._first(entity_set, (), count)

    def _first(self, entity_set: str, columns: Iterable[str], count: int = 1) -> Sequence[Record]:
        path = address(entity_set, select=",".join(sorted(columns)) or None, top=str(count))
        return _answer(self._http.get_json(path, headers={"Prefer": _LABELS}), entity_set).rows

    def _following(self, answer: Answer, body: Any, where: str, headers: Mapping[str, str]) -> Iterator[Answer]:
        """Pages until there is no next link. Links are followed to the letter, never off our host or in a circle."""
        seen: set[str] = set()
        yield answer
        while link := body.get("@odata.nextLink"):
            if link in seen:
                raise RemoteRefusal(
                    f"Dataverse sends us in a circle: the same next link twice on {where}",
                    code="dataverse.repeated_link",
                    remedy="Run again; if it stays, tell the administrator of the environment.",
                )
            seen.add(link)
            body = self._http.get_url_json(link, headers=headers)
            yield _answer(body, where)


def _answer(body: Any, where: str) -> Answer:
    """The page in a body. Raises RemoteRefusal for other shapes."""
    held = body.get("value") if isinstance(body, Mapping) else None
    if not isinstance(held, list) or not all(isinstance(row, Mapping) for row in held):
        raise bad_shape(where)
    gone = [row for row in held if _is_deleted(row)]
    rows = [row for row in held if not _is_deleted(row)] if gone else held
    return Answer(rows, tuple(_deleted_id(row, where) for row in gone), body.get("@odata.deltaLink"))


def _is_deleted(row: Record) -> bool:
    return str(row.get("@odata.context", "")).endswith("/$deletedEntity")


def _deleted_id(row: Record, where: str) -> str:
    """The id in `{"@odata.context": ".../$deletedEntity", "id": ...}`: a GUID, or an address that ends with one."""
    found = plan.guid(str(row.get("id") or "").rpartition("(")[2].rstrip(")"))
    if found is None:
        raise bad_shape(where)
    return found


def bad_shape(where: str) -> RemoteRefusal:
    """An answer that is not what the Web API promises."""
    return RemoteRefusal(
        f"Dataverse answered {where} with something that is no list of records",
        code="dataverse.bad_shape",
        remedy="Check that the address is an environment of Dataverse and that no proxy rewrites its answers.",
    )
