"""Writes a project's state and score into enterprise custom fields of Project Server; see portfolio.ports.Publisher.

Off unless the source has a table `write`. A project is checked out, written to and checked in again in one go; one that
somebody holds is left, and stays planned. Nothing is published unless the admin wants it: publishing would also publish
what the manager has not published yet.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from connectors.http import Http
from connectors.microsoft.signing import signing
from connectors.microsoft.tokens import Resource
from connectors.pacing import Clock
from connectors.pwa import own_fields
from connectors.pwa.client import ProjectWebApp, connect_http
from connectors.pwa.custom_fields import CustomField, CustomFields
from connectors.pwa.drafts import NO_UPDATE, Drafts, Look
from connectors.pwa.own_fields import Written
from connectors.pwa.settings import PwaSource, PwaWrite
from portfolio.errors import PlumbruleError, RateLimited, RemoteRefusal, SignInError
from portfolio.ports import Change, Missing, Receipt, Review, Row, Traffic

_SILENT = frozenset({"remote.unreachable", "remote.unavailable"})
_ENDS_THE_WRITING = frozenset({NO_UPDATE, "pwa.no_digest", *_SILENT})
"""Codes of errors after which every other project would fail alike."""
_NOTHING_DONE = frozenset(
    {"remote.refused", "remote.not_found", "remote.removed", "remote.rate_limited", "sign_in.permission", NO_UPDATE}
)
_NO_METHOD = (
    "UpdateCustomFields, the method that writes custom fields: this server's own description does not name it. "
    "Microsoft documents it for Project Online only; take `write` out of this source"
)


_LEFT_CHECKED_OUT = "; the project may still be checked out by our account: check it in on its page"
_OR_BY_US = " (if that is our own account, a run was cut off: force the check-in in Server Settings)"


class PwaPublisher:
    """Writes to one site."""

    def __init__(self, name: str, http: Http, drafts: Drafts, fields: CustomFields, *, publish: bool) -> None:
        self.name = name
        self._http = http
        self._drafts = drafts
        self._fields = fields
        self._publish = publish

    @property
    def traffic(self) -> Traffic:
        """Counters of what was sent for writing."""
        return self._http.traffic

    def preflight(self, changes: Sequence[Change]) -> Sequence[Missing]:
        """Fields that are not there or cannot be written, and whether the site can write fields at all."""
        mine = [change for change in changes if not self._objection(change)]
        if not mine:
            return []
        listed = self._fields.listed()
        if self._fields.closed:
            what = "ProjectServer's list of custom fields, which this site or account does not show"
            return [Missing(what, tuple(mine))]
        missing: list[Missing] = []
        for name in sorted({change.mark.name for change in mine}):
            found = own_fields.named(name, listed)
            if isinstance(found, str):
                missing.append(Missing(found, tuple(c for c in mine if c.mark.name == name)))
        if self._drafts.offers_update() is False:
            missing.append(Missing(_NO_METHOD, tuple(mine)))
        return missing

    def apply(self, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt a change. Raises SignInError for a refused sign-in, RateLimited if the site wants to be left."""
        groups: dict[str, list[Change]] = {}
        for change in changes:
            if why := self._objection(change):
                yield Receipt(change, change.remote_id, why, unwritten=True)
            else:
                groups.setdefault(change.mark.target, []).append(change)
        ended = ""
        for project, group in sorted(groups.items()):
            if ended:
                yield from (Receipt(c, c.remote_id, f"not tried: {ended}", unwritten=True) for c in group)
                continue
            try:
                yield from self._project(project, group)
            except _Ended as end:
                yield from end.receipts
                ended = end.why

    def review(self, publications: Sequence[Row]) -> Review:
        """Nothing to tell: what people put into our fields is met when they are written."""
        return Review()

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _objection(self, change: Change) -> str:
        """Why a mark is not for us to write, or an empty text."""
        mark = change.mark
        if mark.source != self.name:
            return f"it belongs to {mark.source}, not to {self.name}"
        if mark.channel != "field" or mark.target_kind != "project":
            return f"Project Server takes fields of projects, no {mark.channel} on an {mark.target_kind}"
        return ""

    def _project(self, project: str, changes: Sequence[Change]) -> Iterator[Receipt]:
        """Everything for one project, in one check-out."""
        try:
            look = self._drafts.look(project)
        except PlumbruleError as error:
            if error.code == "remote.not_found" and all(c.action == "remove" for c in changes):
                yield from (Receipt(change) for change in changes)  # gone with its project
                return
            yield from self._failed(changes, error)
            return
        receipts, writes = self._decided(changes, look)
        yield from receipts
        if not writes:
            return
        if look.checked_out:
            why = (
                f"the project is checked out by {look.by or 'somebody'}; it is written once it is checked in{_OR_BY_US}"
            )
            yield from (Receipt(change, change.remote_id, why, unwritten=True) for change, _ in writes)
            return
        yield from self._written(project, writes)

    def _decided(self, changes: Sequence[Change], look: Look) -> tuple[list[Receipt], list[tuple[Change, Written]]]:
        """Receipts of changes that need no write or may not be made, and the values of the others."""
        receipts: list[Receipt] = []
        writes: list[tuple[Change, Written]] = []
        listed = self._fields.listed()
        for change in changes:
            field = own_fields.named(change.mark.name, listed)
            value = field if isinstance(field, str) else own_fields.written(field, change.mark.body)
            if isinstance(field, str) and change.action == "remove":
                receipts.append(Receipt(change))  # the value went with its field
            elif isinstance(field, str) or isinstance(value, str):
                receipts.append(Receipt(change, change.remote_id, str(value), unwritten=True))
            else:
                found = _settled(change, field, value, look)
                if isinstance(found, Receipt):
                    receipts.append(found)
                else:
                    writes.append((change, value))
        return receipts, writes

    def _written(self, project: str, writes: Sequence[tuple[Change, Written]]) -> Iterator[Receipt]:
        changes = [change for change, _ in writes]
        try:
            self._drafts.check_out(project)
        except PlumbruleError as error:
            yield from self._failed(changes, _held_meanwhile(error))
            return
        try:
            self._drafts.update(project, [value.sent for _, value in writes])
        except PlumbruleError as error:
            left = self._given_back(project)
            yield from self._failed(changes, error, left)
            return
        try:
            self._drafts.check_in(project, publish=self._publish)
        except PlumbruleError as error:
            yield from self._failed(changes, error, _LEFT_CHECKED_OUT, nothing_done=False)
            return
        yield from (Receipt(change, None if change.action == "remove" else value.shown) for change, value in writes)

    def _given_back(self, project: str) -> str:
        """Check in what was checked out, so that its manager can go on; what to tell if that fails, too."""
        try:
            self._drafts.check_in(project, publish=False)
        except PlumbruleError:
            return _LEFT_CHECKED_OUT
        return ""

    def _failed(
        self, changes: Sequence[Change], error: PlumbruleError, more: str = "", *, nothing_done: bool = True
    ) -> Iterator[Receipt]:
        """Receipts of changes that failed together. Raises what concerns more than this project."""
        if isinstance(error, RateLimited) or (isinstance(error, SignInError) and error.code != "sign_in.permission"):
            raise error
        unwritten = nothing_done and error.code in _NOTHING_DONE
        words = (
            f"{error.what} {error.remedy}" if isinstance(error, SignInError) or error.code == NO_UPDATE else error.what
        )
        receipts = [Receipt(c, c.remote_id, f"{words}{more}", unwritten=unwritten) for c in changes]
        if error.code in _ENDS_THE_WRITING:
            raise _Ended(error.what, receipts)
        yield from receipts


class _Ended(Exception):
    """No other project would fare better."""

    def __init__(self, why: str, receipts: Sequence[Receipt]) -> None:
        super().__init__(why)
        self.why = why
        self.receipts = receipts


def _settled(change: Change, field: CustomField, value: Written, look: Look) -> Receipt | None:
    """The receipt where nothing needs, or may, be written; None where it is to be written."""
    standing = look.values.get(field.internal_name)
    if standing is None:  # empty, or the site does not tell what its draft holds
        return Receipt(change) if change.action == "remove" and look.values else None
    if standing == "":
        return Receipt(change) if change.action == "remove" else None
    if own_fields.same(field, standing, value):
        return Receipt(change, value.shown)
    words = own_fields.shown(field, standing)
    ours = {line.casefold() for line in (change.remote_id or "").splitlines()}
    if words.casefold() in ours:
        return None
    if change.action == "remove":
        return Receipt(change)  # it is somebody else's now
    why = f"{field.name} holds {words!r}, which we did not write; it was left"
    return Receipt(change, change.remote_id, why, unwritten=True)


def _held_meanwhile(error: PlumbruleError) -> PlumbruleError:
    """A check-out that is refused: mostly somebody was quicker."""
    if not isinstance(error, RemoteRefusal):
        return error
    return RemoteRefusal(
        f"the project could not be checked out, it was left: {error.what}", code=error.code, remedy=error.remedy
    )


def writer(name: str, settings: PwaSource, folder: Path | None, clock: Clock | None) -> PwaPublisher:
    """What writes to one configured site. Raises ConfigurationError for an address that cannot be used."""
    write, traffic = settings.write or PwaWrite.nothing(), Traffic()
    signed = signing(Resource(name, settings.url, folder, settings.ca_bundle), settings.auth, traffic, clock)
    http = connect_http(settings, signed, traffic, clock)
    pwa = ProjectWebApp(http, online=settings.flavour == "online")
    drafts = Drafts(http, clock or Clock(), bearer=signed.bearer, seconds=write.queue_seconds)
    return PwaPublisher(name, http, drafts, CustomFields(pwa), publish=write.publish)
