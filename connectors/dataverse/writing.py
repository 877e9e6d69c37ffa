"""Fills columns of the admin's own on projects of Planner Premium. Plans themselves are never written.

Microsoft lets application users change no schedule (Project schedule APIs, 2024-04-02); own columns of msdyn_project
are ordinary columns. Each is filled only after a look at its definition, and only where it is empty or holds what we
wrote.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from connectors import microsoft_plan as plan
from connectors.dataverse.client import API, Dataverse, connect_http
from connectors.dataverse.own_columns import NoColumn, OwnColumn, Unwritable, own_column
from connectors.dataverse.rights import depths
from connectors.dataverse.settings import DataverseSource, DataverseWrite
from connectors.http import Http
from connectors.microsoft.signing import signing
from connectors.microsoft.tokens import Resource
from connectors.pacing import Clock
from portfolio.errors import PlumbruleError, RateLimited, RemoteRefusal, SignInError
from portfolio.ports import Change, Missing, Receipt, Review, Row, Traffic

_SILENT = frozenset({"remote.unreachable", "remote.unavailable"})
_REFUSED = frozenset({"remote.refused", "remote.not_found", "remote.removed", "sign_in.permission"})
"""Codes of errors that say that nothing was written."""
_READ, _WRITE = "prvReadmsdyn_project", "prvWritemsdyn_project"
_GONE = "remote.not_found"


_OF_ONE_COLUMN = frozenset({"remote.refused", "sign_in.permission"})
"""Codes of refusals that may be about one of several columns: its value, or the security of columns."""


@dataclass(frozen=True)
class _Write:
    """A value for a column, and the receipt once it stands there."""

    change: Change
    column: str
    value: Any
    receipt: Receipt


class DataversePublisher:
    """Carries out changes in one environment; `portfolio.ports.Publisher`. Its marks are fields of projects."""

    def __init__(self, name: str, write: DataverseWrite | None, http: Http) -> None:
        self.name = name
        self._http = http
        self._dataverse = Dataverse(http)
        self._allowed = (write.state_target, write.score_target) if write else ()
        self._columns: dict[str, OwnColumn | Unwritable] = {}

    @property
    def traffic(self) -> Traffic:
        """Counters of what was sent for writing."""
        return self._http.traffic

    def preflight(self, changes: Sequence[Change]) -> Sequence[Missing]:
        """The right to write projects; columns that are not there, are not the admin's own, or cannot be written."""
        mine = [change for change in changes if not self._objection(change)]
        if not mine:
            return ()
        rights = depths(self._dataverse, (_READ, _WRITE))
        if _READ in rights and _WRITE not in rights:
            what = "the right to write msdyn_project: give the account a security role that has it"
            return [Missing(what, tuple(mine))]
        groups: dict[str, list[Change]] = {}
        for change in mine:
            groups.setdefault(change.mark.name, []).append(change)
        missing = []
        for name in sorted(groups):
            why = self._column(name)
            if isinstance(why, NoColumn):  # what is to be cleared went with it
                groups[name] = [change for change in groups[name] if change.action != "remove"]
            if isinstance(why, Unwritable) and groups[name]:
                missing.append(Missing(str(why), tuple(groups[name])))
        return missing

    def apply(self, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt a change; what concerns one project goes in one write. Raises SignInError for a refused sign-in,
        RateLimited when Dataverse wants to be left.

        Each call has been tried several times before it counts as unanswered, so the first one ends the writing.
        """
        silent = False
        for group in _by_project(changes):
            if silent:
                why = f"not tried: {self._http.netloc} does not answer"
                yield from (_unwritten(change, why) for change in group)
                continue
            for receipt, code in self._carried_out(group):
                yield receipt
                silent = silent or code in _SILENT

    def review(self, publications: Sequence[Row]) -> Review:
        """Nothing is left alone that people could change: values are looked at before they are written."""
        return Review()

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _carried_out(self, group: Sequence[Change]) -> Iterator[tuple[Receipt, str]]:
        """Changes of one project, each with the code of what kept it from being made, if the other side did."""
        places: list[tuple[Change, OwnColumn]] = []
        for change in group:
            try:
                found = self._place(change)
            except PlumbruleError as error:
                yield _failed(change, error), error.code
                continue
            if isinstance(found, Receipt):
                yield found, ""
            else:
                places.append((change, found))
        if not places:
            return
        project = plan.guid(group[0].mark.target) or ""
        try:
            standing = self._standing(project, [column for _, column in places])
        except PlumbruleError as error:
            gone = error.code == _GONE
            for change, _ in places:
                went_along = gone and change.action == "remove"
                yield (Receipt(change), "") if went_along else (_failed(change, error), error.code)
            return
        writes: list[_Write] = []
        for change, column in places:
            decided = _decided(change, column, standing.get(column.name))
            if isinstance(decided, Receipt):
                yield decided, ""
            else:
                writes.append(decided)
        yield from self._written(project, writes)

    def _place(self, change: Change) -> OwnColumn | Receipt:
        """The column that a change is for, or why it is not made."""
        if objection := self._objection(change):
            return _unwritten(change, objection)
        if not plan.guid(change.mark.target):
            return _unwritten(change, f"{change.mark.target!r} is no project")
        column = self._column(change.mark.name)
        if isinstance(column, NoColumn) and change.action == "remove":
            return Receipt(change)  # gone with its column
        return _unwritten(change, f"missing: {column}") if isinstance(column, Unwritable) else column

    def _standing(self, project: str, columns: Iterable[OwnColumn]) -> Mapping[str, Any]:
        """What the project holds in those columns now."""
        names = ",".join(sorted({column.name for column in columns}))
        return self._dataverse.one(f"{_project(project)}?$select={quote(names, safe=',')}")

    def _written(self, project: str, writes: Sequence[_Write]) -> Iterator[tuple[Receipt, str]]:
        """All values of a project in one write. Where Dataverse refuses it, each by itself: one column that it does not
        take must not keep the others from being filled."""
        if not writes:
            return
        try:
            self._patch(project, {write.column: write.value for write in writes})
        except PlumbruleError as error:
            if len(writes) > 1 and error.code in _OF_ONE_COLUMN:
                for write in writes:
                    yield from self._written(project, [write])
                return
            yield from ((_failed(write.change, error), error.code) for write in writes)
            return
        yield from ((write.receipt, "") for write in writes)

    def _patch(self, project: str, values: Mapping[str, Any]) -> None:
        """`If-Match: *` changes a project that is there and never makes one. Sent twice it does no more than once."""
        headers = {"If-Match": "*"}
        body = orjson.dumps(values)
        self._http.request("PATCH", f"{API}/{_project(project)}", body=body, headers=headers, read_only=True)

    def _column(self, name: str) -> OwnColumn | Unwritable:
        """The column, looked at once; or what is missing."""
        if name not in self._columns:
            try:
                self._columns[name] = own_column(self._dataverse, name)
            except Unwritable as why:
                self._columns[name] = why
            except (RemoteRefusal, SignInError) as refused:
                if refused.code not in _REFUSED:
                    raise
                self._columns[name] = Unwritable(f"the right to read the definition of {name} ({refused.what})")
        return self._columns[name]

    def _objection(self, change: Change) -> str:
        """Why a mark is not for us to write, or an empty text. What we wrote may be cleared wherever it stands.

        Its target is not looked at: the doctor asks about columns without naming a project.
        """
        mark = change.mark
        if mark.source != self.name:
            return f"it belongs to {mark.source}, not to {self.name}"
        if (mark.channel, mark.target_kind) != ("field", "project"):
            return f"Planner Premium takes no {mark.channel} on a {mark.target_kind}, only columns of projects"
        if mark.name not in self._allowed and change.action != "remove":
            return f"the source's table `write` does not name the column {mark.name!r}"
        return ""


def _by_project(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes of one project together, in the order in which their projects come; none with two of one column."""
    groups: dict[tuple[str, int], list[Change]] = {}
    for change in changes:
        target, number = plan.guid(change.mark.target) or change.mark.target, 0
        while any(other.mark.name == change.mark.name for other in groups.get((target, number), ())):
            number += 1
        groups.setdefault((target, number), []).append(change)
    yield from groups.values()


def _decided(change: Change, column: OwnColumn, standing: Any) -> _Write | Receipt:
    """What to write, or the receipt where nothing is. Only an empty column, or one that holds what we wrote, is
    touched."""
    shown = column.shown(standing)
    try:
        ours = {column.written(line) for line in (change.remote_id or "").splitlines()}
        if change.action == "remove":
            return _Write(change, column.name, None, Receipt(change)) if shown and shown in ours else Receipt(change)
        if shown and shown not in ours:
            return _unwritten(change, f"{column.name} holds {shown[:100]!r}, which we did not write; it was left")
        value = column.value(change.mark.body or {})
    except Unwritable as why:
        return _unwritten(change, str(why))
    receipt = Receipt(change, column.shown(value))
    return receipt if column.shown(value) == shown else _Write(change, column.name, value, receipt)


def _project(native: str) -> str:
    return f"msdyn_projects({quote(native, safe='-')})"


def _unwritten(change: Change, why: str) -> Receipt:
    return Receipt(change, change.remote_id, why, unwritten=True)


def _failed(change: Change, error: PlumbruleError) -> Receipt:
    """The receipt of a change that was refused or not answered. Raises again what concerns more than this change."""
    if isinstance(error, RateLimited) or (isinstance(error, SignInError) and error.code != "sign_in.permission"):
        raise error
    words = f"{error.what} {error.remedy}" if isinstance(error, SignInError) else error.what
    return Receipt(change, change.remote_id, words, unwritten=error.code in _REFUSED)


def writer(name: str, settings: DataverseSource, folder: Path | None, clock: Clock | None) -> DataversePublisher:
    """What writes into one environment. Raises ConfigurationError for an address that cannot be used."""
    traffic = Traffic()
    signed = signing(Resource(name, settings.url, folder, settings.ca_bundle), settings.auth, traffic, clock)
    return DataversePublisher(name, settings.write, connect_http(settings, signed, traffic, clock))
