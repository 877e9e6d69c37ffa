"""What SharePoint answers through Graph."""

from __future__ import annotations

from typing import Any

from sandbox.graph.errors import drive_denied, error, no_item
from sandbox.graph.library import Library, Node
from sandbox.graph.site import Caller, GraphSite
from sandbox.graph.uploads import Uploads
from sandbox.messages import Request, Response

_EVERY_SITE = frozenset({"Files.ReadWrite.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"})
_MOST_AT_ONCE = 250 * 1024 * 1024


class DriveCalls:
    """Calls below /sites, /drives and /users/{id}/drive."""

    def __init__(self, site: GraphSite, uploads: Uploads) -> None:
        self._site = site
        self._uploads = uploads

    def site_by_path(self, request: Request, caller: Caller) -> Response:
        """GET /sites/{host}:/{path}."""
        host, path = request.params["host"], f"/{request.params['path']}"
        for library in self._site.libraries.values():
            if library.user is None and (library.host, library.path) == (host, path):
                self._allowed(library, caller)
                return Response.of_json({"id": library.site, "webUrl": f"https://{host}{path}"})
        raise no_item()

    def first(self, request: Request, caller: Caller) -> Response:
        """GET /sites/{id}/drive."""
        return Response.of_json(_drive(self._of(request, caller)[0]))

    def of_site(self, request: Request, caller: Caller) -> Response:
        """GET /sites/{id}/drives."""
        return Response.of_json({"value": [_drive(library) for library in self._of(request, caller)]})

    def of_user(self, request: Request, caller: Caller) -> Response:
        """GET /users/{id}/drive."""
        for library in self._site.libraries.values():
            if library.user is not None and library.user.lower() == request.params["mailbox"].lower():
                self._allowed(library, caller)
                return Response.of_json(_drive(library))
        raise error(404, "itemNotFound", "User's mysite not found.")

    def shown(self, request: Request, caller: Caller) -> Response:
        """GET /drives/{id}."""
        return Response.of_json(_drive(self._library(request, caller)))

    def item(self, request: Request, caller: Caller) -> Response:
        """GET an item by its path."""
        library = self._library(request, caller)
        return Response.of_json(library.shown(_there(library, request.params["path"])))

    def children(self, request: Request, caller: Caller) -> Response:
        """GET children, page by page."""
        library = self._library(request, caller)
        found = library.children(_there(library, request.params.get("path", "")))
        size = min(int(request.one("$top", "200")), library.page_size)
        start = int(request.one("$skiptoken", "0"))
        told: dict[str, Any] = {"value": [library.shown(node) for node in found[start : start + size]]}
        if start + size < len(found):
            told["@odata.nextLink"] = f"{request.origin}{request.path}?$top={size}&$skiptoken={start + size}"
        return Response.of_json(told)

    def make_folder(self, request: Request, caller: Caller) -> Response:
        """POST children with a folder."""
        library, given = self._library(request, caller), request.json()
        if "folder" not in given:
            raise error(400, "invalidRequest", "Only folders can be created so.")
        parent = _there(library, request.params.get("path", ""))
        made = library.make_folder(parent, str(given["name"]), (caller.user, caller.app))
        return Response.of_json(library.shown(made), status=201)

    def put(self, request: Request, caller: Caller) -> Response:
        """PUT content by path. A folder that is not there is not made."""
        library = self._library(request, caller)
        if len(request.body) > _MOST_AT_ONCE:
            raise error(413, "invalidRequest", "The request exceeds the maximum size; use an upload session.")
        behaviour = request.one("@microsoft.graph.conflictBehavior", "replace")
        return self._written(library, request, caller, request.body, behaviour)

    def put_in_pieces(self, request: Request, caller: Caller) -> Response:
        """POST createUploadSession; what stands in the way is told at once, and again with the last range."""
        library, item = self._library(request, caller), request.json().get("item", {})
        behaviour, size = item.get("@microsoft.graph.conflictBehavior", "fail"), int(item.get("fileSize", 0))
        parent, name = _split(library, request.params["path"])
        if request.headers.get("If-Match"):
            library.check(library.below(parent, name), request.headers["If-Match"], behaviour)
        if size > library.room:
            raise error(507, "quotaLimitReached", "Insufficient Space Available")

        def done(content: bytes) -> Response:
            return self._written(library, request, caller, content, behaviour)

        return self._uploads.start(request, size, done, of_mail=False)

    def delete(self, request: Request, caller: Caller) -> Response:
        """DELETE an item."""
        library = self._library(request, caller)
        library.remove(library.by_id(request.params["item"]), request.headers.get("If-Match"))
        return Response(204)

    def _written(self, library: Library, request: Request, caller: Caller, content: bytes, behaviour: str) -> Response:
        parent, name = _split(library, request.params["path"])
        is_new = library.below(parent, name) is None
        made = library.put(
            parent, name, content, (caller.user, caller.app), behaviour=behaviour, etag=request.headers.get("If-Match")
        )
        return Response.of_json(library.shown(made), status=201 if is_new else 200)

    def _of(self, request: Request, caller: Caller) -> list[Library]:
        found = [
            one for one in self._site.libraries.values() if one.user is None and one.site == request.params["site"]
        ]
        if not found:
            raise no_item()
        self._allowed(found[0], caller)
        return found

    def _library(self, request: Request, caller: Caller) -> Library:
        found = self._site.libraries.get(request.params["drive"])
        if found is None:
            raise no_item()
        self._allowed(found, caller)
        return found

    def _allowed(self, library: Library, caller: Caller) -> None:
        selected = "Sites.Selected" in caller.permissions and library.site in self._site.granted
        own = library.user is not None and library.user == caller.user and "Files.ReadWrite" in caller.permissions
        if not (selected or own or caller.permissions & _EVERY_SITE):
            raise drive_denied()


def _drive(library: Library) -> dict[str, Any]:
    kind = "documentLibrary" if library.user is None else "business"
    return {"id": library.id, "name": library.name, "driveType": kind, "quota": {"remaining": library.room}}


def _there(library: Library, path: str) -> Node:
    found = library.at(path)
    if found is None:
        raise no_item()
    return found


def _split(library: Library, path: str) -> tuple[Node, str]:
    above, _, name = path.rpartition("/")
    return _there(library, above), name
