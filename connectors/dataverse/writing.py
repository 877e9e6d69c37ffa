"""Fills columns of the admin's own on projects of Planner Premium. Plans themselves are never written.

Microsoft lets application users change no schedule (Project schedule APIs, 2024-04-02); own columns of msdyn_project
are ordinary columns. Each is filled only after a look at its definition, and only where it is empty or holds what we
wrote.
"""

from collections.abc import Iterator, Mapping, Sequence
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
        """One receipt a change. Raises SignInError for a refused sign-in, RateLimited when Dataverse wants to be left.

        Each call has been tried several times before it counts as unanswered, so the first one ends the writing.
        """
        silent = False
        for change in changes:
            if silent:
                yield _unwritten(change, f"not tried: {self._http.netloc} does not answer")
                continue
            try:
                yield self._carried_out(change)
            except PlumbruleError as error:
                yield _failed(change, error)
                silent = error.code in _SILENT

    def review(self, publications: Sequence[Row]) -> Review:
        """Nothing is left alone that people could change: values are looked at before they are written."""
        return Review()

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _carried_out(self, change: Change) -> Receipt:
        if objection := self._objection(change):
            return _unwritten(change, objection)
        if not plan.guid(change.mark.target):
            return _unwritten(change, f"{change.mark.target!r} is no project")
        column = self._column(change.mark.name)
        if isinstance(column, NoColumn) and change.action == "remove":
            return Receipt(change)  # gone with its column
        if isinstance(column, Unwritable):
            return _unwritten(change, f"missing: {column}")
        try:
            return self._fill(change, column)
        except Unwritable as why:
            return _unwritten(change, str(why))

    def _fill(self, change: Change, column: OwnColumn) -> Receipt:
        """Only an empty column, or one that holds what we wrote, is touched."""
        project = plan.guid(change.mark.target) or ""
        try:
            standing = self._dataverse.one(f"{_project(project)}?$select={quote(column.name)}").get(column.name)
        except RemoteRefusal as refused:
            if refused.code == _GONE and change.action == "remove":
                return Receipt(change)  # gone with its project
            raise
        shown = column.shown(standing)
        ours = {column.written(line) for line in (change.remote_id or "").splitlines()}
        if change.action == "remove":
            if shown and shown in ours:
                self._patch(project, {column.name: None})
            return Receipt(change)
        if shown and shown not in ours:
            return _unwritten(change, f"{column.name} holds {shown[:100]!r}, which we did not write; it was left")
        value = column.value(change.mark.body or {})
        if column.shown(value) != shown:
            self._patch(project, {column.name: value})
        return Receipt(change, column.shown(value))

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
