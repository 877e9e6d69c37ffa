"""Writes flags into Jira: entity properties, remote links, labels. Only what carries our name is ever touched.

Channels and their cost to people: a property is read by tools only and sends no mail; a remote link is one line on the
issue, kept single by its global id; labels go through the bulk edit with `sendBulkNotification` false.
"""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import structlog

from connectors.http import Http
from connectors.jira.client import API
from connectors.jira.flags.labels import SILENT, BulkLabels, HostSilent, not_tried
from connectors.jira.settings import JiraCloudSource
from portfolio.errors import PlumbruleError, RateLimited, RemoteRefusal, SignInError
from portfolio.ports import Change, Mark, Receipt

LINK_PREFIX = "plumbrule:"
"""Every global id of ours starts with it."""
_PERMISSION_NAMES = {
    "ADMINISTER_PROJECTS": "Administer projects",
    "EDIT_ISSUES": "Edit issues",
    "LINK_ISSUES": "Link issues",
    "BULK_CHANGE": "Make bulk changes",
}
log = structlog.get_logger("plumbrule.connectors.jira")


class JiraPublisher:
    """Carries out changes in one Jira site; `portfolio.ports.Publisher`."""

    def __init__(self, name: str, settings: JiraCloudSource, http: Http, labels: BulkLabels) -> None:
        self.name = name
        self._settings = settings
        self._http = http
        self._labels = labels

    def preflight(self, changes: Sequence[Change]) -> Sequence[str]:
        """Missing permissions, in words.

        Asked per project for properties of projects; for issues over the whole site, so that one call answers for
        thousands: an issue that refuses all the same says so in its receipt.
        """
        missing = []
        marks = [change.mark for change in changes]
        for target, title in sorted({(m.target, m.title) for m in marks if m.target_kind == "project"}):
            if not self._may({"ADMINISTER_PROJECTS"}, projectId=target)["ADMINISTER_PROJECTS"]:
                missing.append(f"Administer projects in {title or 'project ' + target}")
        site_wide = {key for mark in marks if mark.target_kind == "item" for key in _needed(mark)}
        if site_wide:
            held = self._may(site_wide)
            missing += [_PERMISSION_NAMES[key] for key in sorted(site_wide) if not held[key]]
        return missing

    def apply(self, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt a change. Raises SignInError for a refused sign-in, RateLimited when Jira wants to be left.

        Each call has been tried several times before it counts as unanswered, so the first one ends the writing: the
        changes after it get a receipt that says so, and the next run makes up for them.
        """
        labels: list[Change] = []
        silent = False
        for change in changes:
            objection = self._objection(change.mark)
            if objection:
                yield Receipt(change, change.remote_id, objection)
            elif change.mark.channel == "label":
                labels.append(change)
            elif silent:
                yield self._not_tried(change)
            else:
                try:
                    yield self._single(change)
                except HostSilent as stop:
                    silent = True
                    yield Receipt(change, change.remote_id, str(stop))
        if silent:
            yield from map(self._not_tried, labels)
        else:
            yield from self._labels.apply(labels)

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _may(self, permissions: set[str], **place: str) -> dict[str, bool]:
        answer = self._http.get_json(f"{API}/mypermissions", {"permissions": ",".join(sorted(permissions)), **place})
        held = answer.get("permissions") or {}
        return {key: bool((held.get(key) or {}).get("havePermission")) for key in permissions}

    def _objection(self, mark: Mark) -> str:
        """Why a mark is not for us to write, or an empty text."""
        if mark.source != self.name:
            return f"it belongs to {mark.source}, not to {self.name}"
        if mark.target_kind == "project" and mark.channel != "property":
            return f"a project in Jira takes no {mark.channel}"
        ours = {
            "property": mark.name == self._settings.property_key,
            "remote_link": mark.name.startswith(LINK_PREFIX),
            "label": mark.name.startswith(self._settings.label_prefix) and " " not in mark.name,
        }
        return "" if ours[mark.channel] else f"{mark.channel} {mark.name!r} does not carry our name"

    def _not_tried(self, change: Change) -> Receipt:
        return Receipt(change, change.remote_id, not_tried(self._http.netloc))

    def _single(self, change: Change) -> Receipt:
        write = self._property if change.mark.channel == "property" else self._remote_link
        try:
            remote_id = write(change)
        except RateLimited:
            raise
        except SignInError as error:
            if error.code != "sign_in.permission":
                raise
            return Receipt(change, change.remote_id, f"{error.what} {error.remedy}")
        except PlumbruleError as error:
            if error.code in SILENT:
                raise HostSilent(error.what) from error
            return Receipt(change, change.remote_id, error.what)
        return Receipt(change, remote_id)

    def _property(self, change: Change) -> str | None:
        """PUT or DELETE of an entity property; both may be repeated."""
        mark = change.mark
        kind = "project" if mark.target_kind == "project" else "issue"
        path = f"{API}/{kind}/{quote(mark.target, safe='')}/properties/{quote(mark.name, safe='')}"
        if change.action == "remove":
            self._delete(path)
            return None
        self._http.put_json(path, mark.body)
        return mark.name

    def _remote_link(self, change: Change) -> str | None:
        """Create or update by global id, in one call that may be repeated for that reason; DELETE by global id."""
        mark = change.mark
        path = f"{API}/issue/{quote(mark.target, safe='')}/remotelink"
        if change.action == "remove":
            self._delete(path, {"globalId": mark.name})
            return None
        answer = self._http.post_json(path, {**(mark.body or {}), "globalId": mark.name}, read_only=True)
        return str(answer["id"]) if isinstance(answer, dict) and answer.get("id") is not None else None

    def _delete(self, path: str, params: Mapping[str, str] | None = None) -> None:
        """What is already gone needs no removal."""
        try:
            self._http.delete(path, params)
        except RemoteRefusal as error:
            if error.code != "remote.not_found":
                raise


def _needed(mark: Mark) -> tuple[str, ...]:
    return {
        "property": ("EDIT_ISSUES",),
        "remote_link": ("LINK_ISSUES",),
        "label": ("BULK_CHANGE", "EDIT_ISSUES"),
    }[mark.channel]
