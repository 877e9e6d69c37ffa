"""A library: folders and files by path, their eTags, and what is refused.

Sources: Microsoft Graph, "driveItem resource type", "Upload or replace the contents of a driveItem", "Create a new
folder in a drive", "Delete a driveItem", "Microsoft Graph error responses" (nameAlreadyExists, resourceModified,
quotaLimitReached, invalidRequest); "Restrictions and limitations in OneDrive and SharePoint" (names).
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sandbox.graph.errors import error, no_item
from sandbox.messages import HttpError

_WRONG = set('"*:<>?/\\|')
_TAKEN = {"con", "prn", "aux", "nul", ".lock", "desktop.ini"} | {f"{n}{i}" for n in ("com", "lpt") for i in range(10)}


By = tuple[str | None, str | None]
"""Who wrote: the display name of a person, the id of an app; either may be None."""


@dataclass
class Node:
    """A folder (`content` None) or a file. `by` is who wrote it last."""

    id: str
    name: str
    parent: str | None
    content: bytes | None
    by: By
    version: int = 1
    locked: bool = False

    @property
    def etag(self) -> str:
        """As SharePoint writes it: quoted, with a version."""
        return f'"{{{uuid.uuid5(uuid.NAMESPACE_OID, self.id)}}},{self.version}"'.upper()


@dataclass
class Library:
    """One drive. `room` is what is left of its quota (bytes). `touches_workbooks`: SharePoint writes properties into
    workbooks after they came, so that their hash and eTag are others than those of what was sent."""

    id: str
    name: str
    site: str
    host: str
    path: str
    user: str | None = None
    room: int = 10**12
    touches_workbooks: bool = False
    page_size: int = 200
    nodes: dict[str, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = self._node("root", None, None, (None, None))

    def at(self, path: str) -> Node | None:
        """What stands there; names are told apart without regard to case."""
        node: Node | None = self.root
        for step in filter(None, path.split("/")):
            node = self.below(node, step) if node is not None and node.content is None else None
        return node

    def below(self, parent: Node, name: str) -> Node | None:
        """The child of that name."""
        return next((n for n in self.children(parent) if n.name.lower() == name.lower()), None)

    def children(self, parent: Node) -> list[Node]:
        """All children, by name."""
        return sorted((n for n in self.nodes.values() if n.parent == parent.id), key=lambda n: n.name.lower())

    def files(self) -> dict[str, bytes]:
        """Every file by its path."""
        return {self.place(n): n.content for n in self.nodes.values() if n.content is not None}

    def place(self, node: Node) -> str:
        """The path of a node."""
        above = self.nodes[node.parent] if node.parent else None
        return node.name if above is None or above is self.root else f"{self.place(above)}/{node.name}"

    def write(self, path: str, content: bytes, by: By) -> Node:
        """As if somebody had saved a file there; folders on the way are made."""
        *folders, name = path.split("/")
        parent = self.root
        for step in folders:
            parent = self.below(parent, step) or self._node(step, parent.id, None, by)
        return self.put(parent, name, content, by, behaviour="replace", etag=None)

    def put(
        self,
        parent: Node,
        name: str,
        content: bytes,
        by: By,
        *,
        behaviour: str,
        etag: str | None,
    ) -> Node:
        """Write a file. Raises what Graph answers."""
        self.check_name(name)
        standing = self.below(parent, name)
        self.check(standing, etag, behaviour)
        if len(content) > self.room:
            raise error(507, "quotaLimitReached", "Insufficient Space Available")
        self.room -= len(content)
        if standing is None:
            standing = self._node(name, parent.id, content, by)
        else:
            standing.content, standing.by, standing.version = content, by, standing.version + 1
        if self.touches_workbooks and name.endswith(".xlsx"):
            standing.content, standing.version = content + b"<!-- properties -->", standing.version + 1
        return standing

    def check(self, standing: Node | None, etag: str | None, behaviour: str) -> None:
        """What stands in the way of a write."""
        if etag is not None and (standing is None or standing.etag != etag):
            message = "The resource has changed since the caller last read it; usually an eTag mismatch"
            raise error(412, "resourceModified", message)
        if standing is not None and standing.content is None:
            raise error(409, "nameAlreadyExists", "The specified item name already exists.")
        if standing is not None and behaviour == "fail":
            raise error(409, "nameAlreadyExists", "The specified item name already exists.")
        if standing is not None and standing.locked:
            raise _locked()

    def make_folder(self, parent: Node, name: str, by: By) -> Node:
        """A new folder; `fail` is what clients ask for."""
        self.check_name(name)
        if self.below(parent, name) is not None:
            raise error(409, "nameAlreadyExists", "The specified item name already exists.")
        return self._node(name, parent.id, None, by)

    def remove(self, node: Node, etag: str | None) -> None:
        """Into the recycle bin, with all below."""
        if etag is not None and etag != node.etag:
            raise error(412, "resourceModified", "The resource has changed since the caller last read it")
        if node.locked:
            raise _locked()
        for child in self.children(node):
            self.remove(child, None)
        del self.nodes[node.id]

    def by_id(self, native: str) -> Node:
        """A node by its id."""
        if native not in self.nodes:
            raise no_item()
        return self.nodes[native]

    @staticmethod
    def check_name(name: str) -> None:
        """400 for names that SharePoint does not take."""
        if set(name) & _WRONG or name != name.strip() or name.endswith(".") or "_vti_" in name:
            raise error(400, "invalidRequest", "The provided name cannot contain any of the reserved characters.")
        if name.lower() in _TAKEN or name.startswith("~$"):
            raise error(400, "invalidRequest", "The provided name is reserved.")

    def shown(self, node: Node) -> dict[str, Any]:
        """As a driveItem."""
        person, app = node.by
        by: dict[str, Any] = {"user": {"displayName": person or "SharePoint App"}}
        through = {"application": {"id": app, "displayName": "An app"}} if app else {}
        told: dict[str, Any] = {
            "id": node.id, "name": node.name, "eTag": node.etag, "size": len(node.content or b""),
            "createdBy": by, "lastModifiedBy": by | through,
            "lastModifiedDateTime": "2026-11-23T06:00:00Z",
        }  # fmt: skip
        if node.content is None:
            return told | {"folder": {"childCount": len(self.children(node))}}
        return told | {
            "file": {"mimeType": "application/octet-stream", "hashes": {"quickXorHash": _hash(node.content)}}
        }

    def _node(self, name: str, parent: str | None, content: bytes | None, by: By) -> Node:
        made = Node(f"01{uuid.uuid4().hex.upper()}", name, parent, content, by)
        self.nodes[made.id] = made
        return made


def _locked() -> HttpError:
    return error(423, "notAllowed", "The resource you are attempting to access is locked", inner="resourceLocked")


@lru_cache(maxsize=32)
def _hash(content: bytes) -> str:
    """QuickXorHash as its page describes it: each byte turned left by 11 bits more, in a block of 160 bits.

    After 160 bytes the turns come again, so rows of 160 bytes are laid over each other first.
    """
    rows, block, mask = 0, 0, (1 << 160) - 1
    for start in range(0, len(content), 160):
        rows ^= int.from_bytes(content[start : start + 160], "little")
    for place, byte in enumerate(rows.to_bytes(160, "little")):
        turned = byte << (place * 11 % 160)
        block ^= (turned | (turned >> 160)) & mask
    return base64.b64encode((block ^ (len(content) << 96)).to_bytes(20, "little")).decode()
