"""What Confluence is asked, in the words of Cloud and of Data Center.

Cloud: REST API v2, https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-page/ ; attachments only in v1,
https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content---attachments/ . Data Center, one API:
https://developer.atlassian.com/server/confluence/confluence-rest-api-examples/ .
"""

import uuid
from dataclasses import dataclass
from typing import Any, Protocol

from requests.auth import AuthBase, HTTPBasicAuth
from urllib3.filepost import encode_multipart_formdata

from connectors.answers import Dialect
from connectors.bearer import Bearer
from connectors.confluence.settings import ConfluenceCloudReceiver, ConfluenceDataCenterReceiver
from connectors.http import Http
from connectors.pacing import Clock
from portfolio.delivery import Document
from portfolio.errors import PlumbruleError, RemoteRefusal
from portfolio.ports import Traffic

_NO_CHECK = {"X-Atlassian-Token": "nocheck"}
_BOUNDARY = uuid.UUID("5b0d1f6e-7f3a-5c1e-9d2c-4e8f6a7b9c0d").hex


@dataclass(frozen=True)
class Page:
    """A page as it stands."""

    id: str
    title: str
    version: int
    storage: str


class Calls(Protocol):
    """What differs between Cloud and Data Center."""

    def find(self, space: str, title: str) -> Page | None:
        """The page of that title in the space. Raises RemoteRefusal where there is no such space."""

    def read(self, page_id: str) -> Page | None:
        """The page of that id; None where it is gone, or in the bin."""

    def create(self, space: str, parent: str | None, title: str, storage: str) -> str:
        """A new page; returns its id."""

    def update(self, page: Page, title: str, storage: str) -> None:
        """The page with a new text, one version further. Raises RemoteRefusal with code `confluence.conflict`."""

    def delete(self, page_id: str) -> None:
        """Put the page into the bin."""

    def attach(self, page_id: str, document: Document) -> None:
        """Put a file to the page, or a new version of it."""

    def close(self) -> None:
        """Give connections back."""


CONFLICT = "confluence.conflict"


def _dialect(title: str) -> Dialect:
    remedy = "Check the account and its token, and that it may add and delete pages in the space."
    return Dialect(title=title, sign_in_remedy=remedy, permission_remedy=lambda _: remedy)


def _conflict(error: PlumbruleError) -> PlumbruleError:
    """An answer of 409 says that somebody wrote meanwhile."""
    if "(409 " not in error.what:
        return error
    return RemoteRefusal(error.what, code=CONFLICT, remedy="It is written with the next run.")


def _multipart(document: Document, **more: str) -> tuple[bytes, dict[str, str]]:
    fields: dict[str, Any] = {"file": (document.name, document.content, document.media_type), **more}
    body, kind = encode_multipart_formdata(fields, boundary=_BOUNDARY)
    return body, {"Content-Type": kind, **_NO_CHECK}


class CloudCalls:
    """Confluence Cloud."""

    def __init__(self, settings: ConfluenceCloudReceiver, traffic: Traffic, clock: Clock | None) -> None:
        auth: AuthBase = HTTPBasicAuth(settings.email, settings.token.get_secret_value())
        self._http = Http(
            settings.url.removesuffix("/").removesuffix("/wiki") + "/wiki",
            auth=auth,
            traffic=traffic,
            dialect=_dialect("Confluence"),
            allow_http=settings.allow_http,
            ca_bundle=settings.ca_bundle,
            clock=clock,
        )
        self._spaces: dict[str, str] = {}

    def find(self, space: str, title: str) -> Page | None:
        """By title; titles are unique within a space."""
        params = {"space-id": self._space(space), "title": title, "body-format": "storage", "status": "current"}
        found = self._http.get_json("/api/v2/pages", params)["results"]
        return _cloud_page(found[0]) if found else None

    def read(self, page_id: str) -> Page | None:
        """By id."""
        try:
            found = self._http.get_json(f"/api/v2/pages/{page_id}", {"body-format": "storage"})
        except RemoteRefusal as error:
            if error.code != "remote.not_found":
                raise
            return None
        return _cloud_page(found) if found.get("status") == "current" else None

    def create(self, space: str, parent: str | None, title: str, storage: str) -> str:
        """POST is not repeated: the caller looks for the page first."""
        body: dict[str, Any] = {"spaceId": self._space(space), "status": "current", "title": title}
        body["body"] = {"representation": "storage", "value": storage}
        if parent is not None:
            body["parentId"] = parent
        return str(self._http.post_json("/api/v2/pages", body)["id"])

    def update(self, page: Page, title: str, storage: str) -> None:
        """The whole text, with the next version's number."""
        body = {
            "id": page.id,
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": storage},
            "version": {"number": page.version + 1, "message": "Plumbrule"},
        }
        try:
            self._http.put_json(f"/api/v2/pages/{page.id}", body)
        except RemoteRefusal as error:
            raise _conflict(error) from error

    def delete(self, page_id: str) -> None:
        """Into the bin, from where people can take it back."""
        self._http.delete(f"/api/v2/pages/{page_id}")

    def attach(self, page_id: str, document: Document) -> None:
        """v1: PUT creates the attachment or gives it a new version."""
        body, headers = _multipart(document, minorEdit="true")
        self._http.request("PUT", f"/rest/api/content/{page_id}/child/attachment", body=body, headers=headers)

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _space(self, key: str) -> str:
        if key not in self._spaces:
            found = self._http.get_json("/api/v2/spaces", {"keys": key})["results"]
            if not found:
                raise _no_space(key)
            self._spaces[key] = str(found[0]["id"])
        return self._spaces[key]


class DataCenterCalls:
    """Confluence Data Center."""

    def __init__(self, settings: ConfluenceDataCenterReceiver, traffic: Traffic, clock: Clock | None) -> None:
        self._http = Http(
            settings.url,
            auth=Bearer(settings.token.get_secret_value()),
            traffic=traffic,
            dialect=_dialect("Confluence"),
            allow_http=settings.allow_http,
            ca_bundle=settings.ca_bundle,
            clock=clock,
        )

    def find(self, space: str, title: str) -> Page | None:
        """By title; titles are unique within a space."""
        params = {"spaceKey": space, "title": title, "type": "page", "expand": "body.storage,version"}
        found = self._http.get_json("/rest/api/content", params)["results"]
        return _inside_page(found[0]) if found else None

    def read(self, page_id: str) -> Page | None:
        """By id; a page in the bin answers like one that is not there."""
        try:
            found = self._http.get_json(f"/rest/api/content/{page_id}", {"expand": "body.storage,version"})
        except RemoteRefusal as error:
            if error.code != "remote.not_found":
                raise
            return None
        return _inside_page(found) if found.get("status", "current") == "current" else None

    def create(self, space: str, parent: str | None, title: str, storage: str) -> str:
        """POST is not repeated: the caller looks for the page first."""
        body: dict[str, Any] = {"type": "page", "title": title, "space": {"key": space}, "body": _storage(storage)}
        if parent is not None:
            body["ancestors"] = [{"id": parent}]
        return str(self._http.post_json("/rest/api/content", body)["id"])

    def update(self, page: Page, title: str, storage: str) -> None:
        """The whole text, with the next version's number; watchers are not written to."""
        version = {"number": page.version + 1, "minorEdit": True, "message": "Plumbrule"}
        body = {"id": page.id, "type": "page", "title": title, "version": version, "body": _storage(storage)}
        try:
            self._http.put_json(f"/rest/api/content/{page.id}", body)
        except RemoteRefusal as error:
            raise _conflict(error) from error

    def delete(self, page_id: str) -> None:
        """Into the bin, from where people can take it back."""
        self._http.delete(f"/rest/api/content/{page_id}")

    def attach(self, page_id: str, document: Document) -> None:
        """A new attachment, or new data of the one of that name: there is no call for both."""
        place = f"/rest/api/content/{page_id}/child/attachment"
        there = self._http.get_json(place, {"filename": document.name})["results"]
        body, headers = _multipart(document, minorEdit="true")
        target = f"{place}/{there[0]['id']}/data" if there else place
        self._http.request("POST", target, body=body, headers=headers)

    def close(self) -> None:
        """Give connections back."""
        self._http.close()


def _storage(value: str) -> dict[str, Any]:
    return {"storage": {"value": value, "representation": "storage"}}


def _cloud_page(found: Any) -> Page:
    storage = (found.get("body") or {}).get("storage") or {}
    return Page(str(found["id"]), found["title"], int(found["version"]["number"]), storage.get("value", ""))


def _inside_page(found: Any) -> Page:
    return Page(str(found["id"]), found["title"], int(found["version"]["number"]), found["body"]["storage"]["value"])


def _no_space(key: str) -> RemoteRefusal:
    return RemoteRefusal(
        f"Confluence has no space {key}, or hides it from this account",
        code="remote.not_found",
        remedy="Check the key of the space, and what the account may see.",
    )
