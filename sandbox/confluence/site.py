"""Pages, their versions and attachments, and how both APIs show them.

Sources: https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-page/ (update with the next number of
a version, delete into the bin), https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content---attachments/
and https://developer.atlassian.com/server/confluence/confluence-rest-api-examples/ .
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree

from sandbox.messages import HttpError, Request, Response, Route

SPACE, SPACE_ID = "PMO", "65538"
CLOUD_ACCOUNT = ("writer@meridian.example", "confluence-token")
INSIDE_TOKEN = "inside-token"  # noqa: S105 - nobody's
_PREFIXES = 'xmlns:ac="ac" xmlns:ri="ri"'
_ENTITIES = re.compile(r"&(?!amp;|lt;|gt;|quot;|#)[a-z]+;")


@dataclass
class Page:
    """One page. `attachments` are name -> content of each version."""

    id: str
    title: str
    storage: str
    parent: str | None = None
    version: int = 1
    status: str = "current"
    minor: bool = False
    attachments: dict[str, list[bytes]] = field(default_factory=dict)


class ConfluenceSite:
    """The space and its pages, by id."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self._next = 98305

    def add(self, title: str, storage: str = "<p/>", parent: str | None = None) -> Page:
        """A page, as if somebody had written it."""
        page = Page(str(self._next), title, storage, parent)
        self._next += 1
        self.pages[page.id] = page
        return page

    def routes(self) -> list[Route]:
        """Cloud below /wiki, Data Center below /confluence."""
        cloud, v1, inside = "/wiki/api/v2", "/wiki/rest/api/content", "/confluence/rest/api/content"
        return [
            Route("GET", f"{cloud}/spaces", self._spaces),
            Route("GET", f"{cloud}/pages", self._found),
            Route("POST", f"{cloud}/pages", self._created),
            Route("GET", f"{cloud}/pages/{{id}}", self._shown),
            Route("PUT", f"{cloud}/pages/{{id}}", self._updated),
            Route("DELETE", f"{cloud}/pages/{{id}}", self._binned),
            Route("PUT", f"{v1}/{{id}}/child/attachment", self._attached),
            Route("GET", inside, self._inside_found),
            Route("POST", inside, self._inside_created),
            Route("GET", f"{inside}/{{id}}", self._inside_shown),
            Route("PUT", f"{inside}/{{id}}", self._inside_updated),
            Route("DELETE", f"{inside}/{{id}}", self._binned),
            Route("GET", f"{inside}/{{id}}/child/attachment", self._attachments),
            Route("POST", f"{inside}/{{id}}/child/attachment", self._attached_new),
            Route("POST", f"{inside}/{{id}}/child/attachment/{{file}}/data", self._attached_again),
        ]

    def gate(self, request: Request) -> Response | None:
        """Refuse who is not signed in."""
        basic = base64.b64encode(":".join(CLOUD_ACCOUNT).encode()).decode()
        wanted = f"Basic {basic}" if request.path.startswith("/wiki/") else f"Bearer {INSIDE_TOKEN}"
        if request.headers.get("Authorization") == wanted:
            return None
        return _failed(401, "Unauthorized", "Unauthorized; scope does not match")

    # -- Cloud ---------------------------------------------------------------------------------------------------------

    def _spaces(self, request: Request) -> Response:
        known = [{"id": SPACE_ID, "key": SPACE, "name": "PMO", "type": "global", "status": "current"}]
        return Response.of_json({"results": known if SPACE in request.listed("keys") else [], "_links": {}})

    def _found(self, request: Request) -> Response:
        if request.one("space-id") != SPACE_ID:
            return Response.of_json({"results": [], "_links": {}})
        found = [p for p in self.pages.values() if p.title == request.one("title") and p.status == "current"]
        return Response.of_json({"results": [_v2(p, request) for p in found], "_links": {}})

    def _created(self, request: Request) -> Response:
        body = request.json()
        if body.get("spaceId") != SPACE_ID:
            return _failed(404, "NOT_FOUND", "Space not found")
        storage = self._accepted(body["title"], body["body"])
        return Response.of_json(_v2(self.add(body["title"], storage, body.get("parentId")), request))

    def _shown(self, request: Request) -> Response:
        return Response.of_json(_v2(self._page(request), request))

    def _updated(self, request: Request) -> Response:
        page, body = self._page(request), request.json()
        if body.get("id") != page.id:
            return _failed(400, "INVALID_REQUEST_PARAMETER", "Provided page id in the request body does not match")
        self._write(page, body["title"], self._accepted(body["title"], body["body"], page), body["version"])
        return Response.of_json(_v2(page, request))

    def _binned(self, request: Request) -> Response:
        self._page(request).status = "trashed"
        return Response(204)

    def _attached(self, request: Request) -> Response:
        page, (name, content) = self._page(request), _file(request)
        page.attachments.setdefault(name, []).append(content)
        return Response.of_json({"results": [_file_json(page, name)], "size": 1})

    # -- Data Center ---------------------------------------------------------------------------------------------------

    def _inside_found(self, request: Request) -> Response:
        wanted = (request.one("title"), request.one("spaceKey"))
        found = [p for p in self.pages.values() if (p.title, SPACE) == wanted and p.status == "current"]
        return Response.of_json({"results": [_v1(p) for p in found], "size": len(found)})

    def _inside_created(self, request: Request) -> Response:
        body = request.json()
        if body["space"]["key"] != SPACE:
            return _failed(404, "Not Found", f"No space with key : {body['space']['key']}")
        storage = self._accepted(body["title"], body["body"]["storage"])
        parent = body.get("ancestors", [{}])[-1].get("id")
        return Response.of_json(_v1(self.add(body["title"], storage, parent)))

    def _inside_shown(self, request: Request) -> Response:
        page = self._page(request)
        if page.status != "current":
            return _failed(404, "Not Found", f"No content found with id: ContentId{{id={page.id}}}")
        return Response.of_json(_v1(page))

    def _inside_updated(self, request: Request) -> Response:
        page, body = self._page(request), request.json()
        storage = self._accepted(body["title"], body["body"]["storage"], page)
        self._write(page, body["title"], storage, body["version"])
        return Response.of_json(_v1(page))

    def _attachments(self, request: Request) -> Response:
        page, name = self._page(request), request.one("filename")
        found = [_file_json(page, name)] if name in page.attachments else []
        return Response.of_json({"results": found, "size": len(found)})

    def _attached_new(self, request: Request) -> Response:
        page, (name, content) = self._page(request), _file(request)
        if name in page.attachments:
            return _failed(
                400, "Bad Request", f"Cannot add a new attachment with same file name as an existing: {name}"
            )
        page.attachments[name] = [content]
        return Response.of_json({"results": [_file_json(page, name)], "size": 1})

    def _attached_again(self, request: Request) -> Response:
        page, (name, content) = self._page(request), _file(request)
        page.attachments[name].append(content)
        return Response.of_json(_file_json(page, name))

    # -- both ----------------------------------------------------------------------------------------------------------

    def _page(self, request: Request) -> Page:
        page = self.pages.get(request.params["id"])
        if page is None:
            raise HttpError(_failed(404, "NOT_FOUND", "Page not found"))
        return page

    def _accepted(self, title: str, body: Any, own: Page | None = None) -> str:
        """The text, if it is well-formed and its title free."""
        if any(p.title == title and p.status == "current" and p is not own for p in self.pages.values()):
            what = "A page with this title already exists: A page already exists with the same TITLE in this space"
            raise HttpError(_failed(400, "INVALID_REQUEST_PARAMETER", what))
        text = str(body["value"])
        if body["representation"] != "storage" or not _is_well_formed(text):
            raise HttpError(_failed(400, "INVALID_REQUEST_PARAMETER", "Error parsing xhtml"))
        return text

    def _write(self, page: Page, title: str, storage: str, version: Any) -> None:
        if version["number"] != page.version + 1:
            what = f"Version must be incremented on update. Current version is: [{page.version}]"
            raise HttpError(_failed(409, "CONFLICT", what))
        page.title, page.storage, page.version = title, storage, version["number"]
        page.minor = bool(version.get("minorEdit"))


def _is_well_formed(text: str) -> bool:
    try:
        ElementTree.fromstring(f"<root {_PREFIXES}>{_ENTITIES.sub(' ', text)}</root>")
    except ParseError:
        return False
    return True


def _v2(page: Page, request: Request) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": page.id, "status": page.status, "title": page.title, "spaceId": SPACE_ID}
    shown |= {"parentId": page.parent, "version": {"number": page.version}, "body": {}}
    if request.one("body-format") == "storage":
        shown["body"] = {"storage": {"representation": "storage", "value": page.storage}}
    return shown


def _v1(page: Page) -> dict[str, Any]:
    body = {"storage": {"value": page.storage, "representation": "storage"}}
    version = {"number": page.version, "minorEdit": page.minor}
    return {"id": page.id, "type": "page", "status": page.status, "title": page.title, "version": version, "body": body}


def _file(request: Request) -> tuple[str, bytes]:
    if request.headers.get("X-Atlassian-Token") not in ("nocheck", "no-check"):
        raise HttpError(_failed(403, "Forbidden", "XSRF check failed"))
    boundary = request.headers.get("Content-Type", "").partition("boundary=")[2].encode()
    for part in request.body.split(b"--" + boundary):
        head, _, content = part.partition(b"\r\n\r\n")
        name = re.search(rb'name="file"; filename="([^"]+)"', head)
        if name is not None:
            return name[1].decode(), content.removesuffix(b"\r\n")
    raise HttpError(_failed(400, "Bad Request", "At least one attachment file must be supplied"))


def _file_json(page: Page, name: str) -> dict[str, Any]:
    number = len(page.attachments.get(name, ()))
    return {"id": f"att{page.id}{sorted(page.attachments).index(name)}", "title": name, "version": {"number": number}}


def _failed(status: int, code: str, title: str) -> Response:
    return Response.of_json(
        {"errors": [{"status": status, "code": code, "title": title, "detail": None}]}, status=status
    )
