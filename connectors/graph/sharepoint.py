"""Keeps reports in a library: a folder a report, in it a dated copy and `latest`. The path is the key.

What somebody else changed is never written over: a file is ours while it has the eTag that the ledger holds, or was
changed last through our own app (SharePoint itself touches workbooks after they came). Then what stands there is
replaced if it is still that (If-Match), and nothing is sent where it has the content already.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from connectors.examining import looked
from connectors.graph.answers import CONFLICT
from connectors.graph.carrying import GraphCarrier
from connectors.graph.connection import Connection
from connectors.graph.drive import Drive, Item
from connectors.graph.names import MOST_PATH, fault_of, usable
from connectors.graph.permissions import drive_permissions
from connectors.graph.quick_xor import quick_xor_hash
from connectors.graph.settings import SharepointReceiver
from connectors.odd_answers import tells_odd_answers
from connectors.receivers import Refused, Unknown
from portfolio.delivery import Delivery, Document
from portfolio.errors import ConfigurationError, PlumbruleError, RateLimited, RemoteRefusal, SignInError
from portfolio.ports import Change, Channel, Observation

LATEST = "latest"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOW_BYTES = 100 * 1000 * 1000


@tells_odd_answers
class ReportLibrary(GraphCarrier):
    """The `Publisher` of one library."""

    channel: ClassVar[Channel] = "page"
    title: ClassVar[str] = "a library"
    settings: SharepointReceiver

    def __init__(self, name: str, settings: SharepointReceiver) -> None:
        super().__init__(name)
        self.settings = settings

    def connect(self, link: Connection) -> None:
        """Take the connection that reports go over."""
        super().connect(link)
        self._drive = Drive(link.http, self.settings, link.beside)

    def send(self, change: Change, delivery: Delivery) -> str | None:
        """Write the dated copy, then the latest one; returns the eTags of what we wrote, by path, as JSON."""
        home, files = self._home(change.mark.name), _named_once(delivery.documents)
        held, written = _etags(change.remote_id), 0
        standing: dict[str, str] = {}
        try:
            for folder in (delivery.day.isoformat(), LATEST):
                for name, document in files.items():
                    item, sent = self._brought(f"{home}/{folder}/{name}", document, held)
                    standing[f"{folder}/{name}"] = item.etag
                    written += sent
            self._drop_files(home, set(files), held)
            self._drop_oldest(home)
        except (RateLimited, SignInError):
            raise
        except (Refused, PlumbruleError) as error:
            raise _failed(error, written) from error
        return json.dumps(standing, ensure_ascii=False, sort_keys=True)

    def take_back(self, change: Change) -> None:
        """Take our files of `latest` away, into the recycle bin; dated copies stay, they are a record."""
        home, held = self._home(change.mark.name), _etags(change.remote_id)
        self._drop_files(home, set(), held)
        left = self._drive.children(f"{home}/{LATEST}")
        folder = self._drive.look(f"{home}/{LATEST}") if not left else None
        if folder is not None and folder.is_folder:
            self._drive.delete(folder)

    def examine(self) -> Iterator[Observation]:
        """What the app may do, and whether the library is there and has room."""
        yield from looked("sign-in", self._signs_in)
        yield from looked("library", self._library)

    def _signs_in(self) -> Iterator[Observation]:
        grants = self._link.grants()
        yield Observation("sign-in", "ok", self._link.signing.account())
        yield from drive_permissions(grants)

    def _library(self) -> Iterator[Observation]:
        told = self._drive.found()
        yield Observation("library", "ok", f"{told.get('name') or told['id']}: found; writing is not tried here")
        left = (told.get("quota") or {}).get("remaining")
        if isinstance(left, int) and left < _LOW_BYTES:
            remedy = "Make room, or let its owner raise the quota: a report that does not fit is refused whole."
            yield Observation("library", "warning", f"only {left / 1e6:.0f} MB are left", remedy)

    def _home(self, report: str) -> str:
        if fault := fault_of(report):
            raise Refused(f"{fault}; rename the report")
        return f"{self.settings.folder}/{report}" if self.settings.folder else report

    def _brought(self, path: str, document: Document, held: Mapping[str, str]) -> tuple[Item, bool]:
        """The file as it stands then, and whether anything was sent. Where somebody is quicker, we look once more."""
        if len(path) > MOST_PATH:
            raise Refused(f"the path has {len(path)} characters, SharePoint takes {MOST_PATH}: {path}")
        for last in (False, True):
            standing = self._drive.look(path)
            if standing is not None and _is_equal(standing, document):
                return standing, False
            if standing is not None and not self._is_ours(standing, path, held):
                raise Refused(_theirs(path, standing, written_before=_key(path) in held))
            try:
                return self._drive.put(path, document.content, document.media_type, standing), True
            except RemoteRefusal as error:
                if error.code != CONFLICT or last:
                    raise
        raise AssertionError("the second look returns or raises")

    def _is_ours(self, item: Item, path: str, held: Mapping[str, str]) -> bool:
        ours = self._app
        return (bool(item.etag) and held.get(_key(path)) == item.etag) or (ours is not None and item.by_app == ours)

    @property
    def _app(self) -> str | None:
        return self._link.app or self._link.grants().app

    def _drop_files(self, home: str, kept: set[str], held: Mapping[str, str]) -> None:
        """Take away files of ours in `latest` that the report has no more."""
        if not kept or any(key.startswith(f"{LATEST}/") and key.partition("/")[2] not in kept for key in held):
            for item in self._drive.children(f"{home}/{LATEST}"):
                if not item.is_folder and item.name not in kept and self._is_ours(item, f"{LATEST}/{item.name}", held):
                    self._drive.delete(item)

    def _drop_oldest(self, home: str) -> None:
        """Take away dated copies beyond those that are kept, where all in them was written by us."""
        days = sorted(i.name for i in self._drive.children(home) if i.is_folder and _DAY.fullmatch(i.name))
        for day in days[: -self.settings.keep]:
            inside = self._drive.children(f"{home}/{day}")
            folder = self._drive.look(f"{home}/{day}")
            if folder is not None and all(self._is_ours(item, "", {}) for item in inside):
                self._drive.delete(folder)


def _failed(error: Refused | PlumbruleError, written: int) -> Exception:
    """What to tell: nothing was written, or some of it was, or nobody knows."""
    words = str(error) if isinstance(error, Refused) else f"{error.what} {error.remedy}".strip()
    certain = isinstance(error, Refused | RemoteRefusal | ConfigurationError)
    if written:
        return Unknown(f"{words.rstrip('.')}. Files written before: {written}; the next run goes on.")
    return Refused(words) if certain else Unknown(words)


def _theirs(path: str, item: Item, *, written_before: bool) -> str:
    who, when = f" by {item.by}" if item.by else "", f" on {item.changed_at}" if item.changed_at else ""
    if written_before:
        return f"{path} was changed{who}{when} since we wrote it; it was left. Move it away, and the report comes again"
    return f"{path} is there already and not ours (changed{who}{when}); it was left. Move it away, or rename the report"


def _key(path: str) -> str:
    """What the ledger calls a file: `latest/portfolio.html`."""
    return "/".join(path.rsplit("/", 2)[-2:])


def _is_equal(item: Item, document: Document) -> bool:
    return item.size == len(document.content) and item.content_hash == quick_xor_hash(document.content)


def _named_once(documents: tuple[Document, ...]) -> dict[str, Document]:
    """Documents by names that SharePoint takes."""
    made: dict[str, Document] = {}
    for document in documents:
        name = usable(document.name)
        if name.casefold() in {other.casefold() for other in made}:
            raise Refused(f"two files of the report would be called {name!r} in SharePoint; nothing was sent")
        made[name] = document
    return made


def _etags(remote_id: str | None) -> dict[str, str]:
    """What the ledger holds: the eTag of every file that we wrote, by folder and name."""
    try:
        told = json.loads(remote_id or "{}")
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in told.items()} if isinstance(told, dict) else {}
