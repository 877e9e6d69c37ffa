"""A library of SharePoint, or a OneDrive, as Microsoft Graph serves it: a drive, its folders and files by their path.

Sources: Microsoft Graph, "Get site by path", "List drives", "driveItem resource type" (eTag, lastModifiedBy,
`@microsoft.graph.conflictBehavior` in the address), "Upload or replace the contents of a driveItem",
"driveItem: createUploadSession" (if-match), "Create a new folder", "List children", "Delete a driveItem" (if-match;
into the recycle bin).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from connectors.graph.answers import CONFLICT
from connectors.graph.settings import SharepointReceiver
from connectors.graph.uploading import Upload
from connectors.http import Http
from portfolio.errors import ConfigurationError, PlumbruleError, RemoteRefusal

MOST_AT_ONCE_BYTES = 4 * 1000 * 1000
"""Larger files go up in pieces. Microsoft names 250 MB today and named 4 MB before; pieces can be gone on with."""
_SELECT = "id,name,eTag,size,file,folder,lastModifiedBy,lastModifiedDateTime,createdBy"


@dataclass(frozen=True)
class Item:
    """A file or folder as it stands. `by` and `by_app` are who changed it last, and through which app, if told."""

    id: str
    name: str
    etag: str
    size: int
    is_folder: bool
    content_hash: str | None = None
    by: str = ""
    by_app: str | None = None
    changed_at: str = ""


class Drive:
    """One library; which one is found out with the first call."""

    def __init__(self, http: Http, settings: SharepointReceiver, beside: Callable[[str], Http]) -> None:
        self._http = http
        self._settings = settings
        self._beside = beside
        self._home = ""

    def found(self) -> Mapping[str, Any]:
        """The library's own record: id, name, quota. Raises RemoteRefusal where there is no such site or library."""
        s = self._settings
        if s.drive is not None:
            told = self._http.get_json(f"/drives/{quote(s.drive, safe='!')}")
        elif s.user is not None:
            told = self._http.get_json(f"/users/{quote(s.user, safe='@')}/drive")
        else:
            told = self._of_site(str(self._http.get_json(f"/sites/{quote(s.site_path, safe=':/')}")["id"]))
        self._home = f"/drives/{quote(str(told['id']), safe='!')}"
        found: Mapping[str, Any] = told
        return found

    def look(self, path: str) -> Item | None:
        """What stands at that path; None where nothing does."""
        try:
            return _item(self._http.get_json(self._at(path), {"$select": _SELECT}))
        except RemoteRefusal as error:
            if error.code != "remote.not_found":
                raise
            return None

    def children(self, path: str) -> Sequence[Item]:
        """All that stands in a folder; nothing where there is no such folder."""
        try:
            page = self._http.get_json(f"{self._at(path)}:/children", {"$select": _SELECT, "$top": 200})
        except RemoteRefusal as error:
            if error.code != "remote.not_found":
                raise
            return ()
        found = [_item(row) for row in page["value"]]
        while following := page.get("@odata.nextLink"):
            page = self._http.get_url_json(str(following))
            found += [_item(row) for row in page["value"]]
        return found

    def put(self, path: str, content: bytes, media_type: str, before: Item | None) -> Item:
        """Write a file: a new one where `before` is None, else in place of exactly that one. Folders on the way are
        made. Raises RemoteRefusal with the codes of `graph.answers` where something else stands there."""
        try:
            return self._put(path, content, media_type, before)
        except RemoteRefusal as error:
            if error.code != "remote.not_found" or before is not None:
                raise
        self._make_folders(path.split("/")[:-1])
        return self._put(path, content, media_type, before)

    def delete(self, item: Item) -> None:
        """Into the recycle bin, if it is still what we looked at; one that is gone already is no mistake."""
        try:
            self._http.delete(f"{self._drive}/items/{quote(item.id, safe='!')}", headers={"If-Match": item.etag})
        except RemoteRefusal as error:
            if error.code != "remote.not_found":
                raise

    @property
    def _drive(self) -> str:
        if not self._home:
            self.found()
        return self._home

    def _at(self, path: str) -> str:
        return f"{self._drive}/root:/{quote(path, safe='/')}"

    def _of_site(self, site: str) -> Any:
        home = f"/sites/{quote(site, safe=',')}"
        if self._settings.library is None:
            return self._http.get_json(f"{home}/drive")
        drives = self._http.get_json(f"{home}/drives")["value"]
        wanted = self._settings.library.casefold()
        named = [drive for drive in drives if str(drive.get("name", "")).casefold() == wanted]
        if not named:
            known = ", ".join(sorted(str(drive.get("name")) for drive in drives)) or "none"
            raise ConfigurationError(
                f"the site has no library {self._settings.library!r}",
                code="config.library",
                remedy=f"Libraries that this app sees: {known}.",
            )
        return named[0]

    def _put(self, path: str, content: bytes, media_type: str, before: Item | None) -> Item:
        behaviour = "fail" if before is None else "replace"
        headers = {} if before is None else {"If-Match": before.etag}
        if len(content) <= MOST_AT_ONCE_BYTES:
            answer = self._http.request(
                "PUT",
                f"{self._at(path)}:/content",
                params={"@microsoft.graph.conflictBehavior": behaviour},
                body=content,
                headers={"Content-Type": media_type, **headers},
            )
            return _item(orjson.loads(answer.content))
        name = path.rpartition("/")[2]
        item = {"@microsoft.graph.conflictBehavior": behaviour, "name": name, "fileSize": len(content)}
        started = self._http.request(
            "POST", f"{self._at(path)}:/createUploadSession", body=orjson.dumps({"item": item}), headers=headers,
            read_only=True,
        )  # fmt: skip
        upload = Upload(self._beside(str(orjson.loads(started.content)["uploadUrl"])), resumable=True)
        try:
            told = upload.send(content)
        except PlumbruleError:
            upload.cancel()
            raise
        upload.close()
        return _item(told)

    def _make_folders(self, steps: Sequence[str]) -> None:
        """Each folder on the way, one below the other; one that is there is left."""
        for depth, name in enumerate(steps):
            above = "/".join(steps[:depth])
            target = f"{self._at(above)}:/children" if above else f"{self._drive}/root/children"
            body = {"name": name, "folder": {}, "@microsoft.graph.conflictBehavior": "fail"}
            try:
                self._http.post_json(target, body, read_only=True)
            except RemoteRefusal as error:
                if error.code != CONFLICT:
                    raise


def _item(told: Mapping[str, Any]) -> Item:
    changed = told.get("lastModifiedBy") or {}
    hashes = (told.get("file") or {}).get("hashes") or {}
    app = (changed.get("application") or {}).get("id")
    return Item(
        id=str(told["id"]),
        name=str(told["name"]),
        etag=str(told.get("eTag") or ""),
        size=int(told.get("size") or 0),
        is_folder="folder" in told,
        content_hash=hashes.get("quickXorHash"),
        by=_called(changed.get("user")) or _called(changed.get("application")),
        by_app=str(app) if app else None,
        changed_at=str(told.get("lastModifiedDateTime") or ""),
    )


def _called(identity: Any) -> str:
    return str((identity or {}).get("displayName") or "")
