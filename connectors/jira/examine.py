"""What an administrator should know of a Jira source before a run: the way in, rights, scopes, projects and fields.

Sources: the OpenAPI document of Jira Cloud v3 (`project/search` by keys, `mypermissions`, `field`); Jira Data Center
REST v2, which lists all projects at once and all permissions unasked.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from connectors.examining import looked
from connectors.http import Http
from connectors.jira.api import Edition
from connectors.jira.client import values
from connectors.jira.flags.permissions import NAMES, needed
from connectors.jira.mapping import Fields
from connectors.jira.normalise.columns import wanted_fields
from connectors.jira.normalise.context import resolve_fields
from connectors.jira.refusals import READ_SCOPES, WRITE_SCOPES
from connectors.jira.selection import Selection
from connectors.jira.settings import JiraCloudSource, JiraDataCenterSource
from connectors.oauth import BearerAuth
from portfolio.errors import ExitCode
from portfolio.ports import Channel, Observation

_KEYS_A_CALL = 50
_SHOWN = 8
_TOKENS_REMEDY = (
    f"Make a token with the scopes {', '.join(READ_SCOPES)}; for write-back also {', '.join(WRITE_SCOPES)}."
)


class Examination:
    """One look around one site. Sends only requests that read."""

    def __init__(
        self,
        http: Http,
        settings: JiraCloudSource | JiraDataCenterSource,
        edition: Edition,
        channels: Collection[Channel],
    ) -> None:
        self._http = http
        self._settings = settings
        self._edition = edition
        self._channels = channels

    def observations(self) -> Iterator[Observation]:
        """Everything, the way in first."""
        parts: list[tuple[str, Callable[[], Iterator[Observation]]]] = [
            ("sign-in", self._sign_in),
            ("deployment", self._deployment),
            ("account", self._account),
            ("scopes", self._scopes),
            ("permissions", self._permissions),
            ("projects", self._projects),
            ("fields", self._fields),
            ("reads", self._switches),
        ]
        for subject, look in parts:
            yield from looked(subject, look)

    def of_writes(self) -> Iterator[Observation]:
        """What the channels need beyond reading."""
        yield from looked("scopes", self._scopes_to_write)
        yield from looked("permissions", lambda: self._rights(sorted(self._needed())))

    def _get(self, path: str, params: dict[str, str | int | list[str]] | None = None) -> Any:
        return self._http.get_json(f"{self._edition.api}/{path}", params)

    def _sign_in(self) -> Iterator[Observation]:
        address = self._http.address
        through = "" if address == self._http.base_url else f", through {address}"
        yield Observation("sign-in", "ok", f"{self._settings.auth} at {self._http.base_url}{through}")
        if self._settings.auth in ("api_token", "scoped_token") and self._settings.token_expires_on is None:
            remedy = "State its last day as `token_expires_on`; then it is told about a month before."
            yield Observation("token", "note", "expires within a year of its making; the day is not known here", remedy)

    def _deployment(self) -> Iterator[Observation]:
        server = self._get("serverInfo") or {}
        told = str(server.get("deploymentType") or "Server")
        is_cloud = told.casefold() == "cloud"
        if is_cloud == isinstance(self._settings, JiraCloudSource):
            version = "" if is_cloud else f" {server.get('version', '')}"
            yield Observation("deployment", "ok", f"Jira {told}{version}")
            return
        kind = "jira_cloud" if is_cloud else "jira_data_center"
        found, remedy = f"this is Jira {told}", f'Write kind = "{kind}" for this source.'
        yield Observation("deployment", "failed", found, remedy, ExitCode.CONFIGURATION)

    def _account(self) -> Iterator[Observation]:
        myself = self._get("myself") or {}
        zone = myself.get("timeZone") or "not told"
        yield Observation("account", "ok", f"{myself.get('displayName', 'no name')}, time zone {zone}")

    def _scopes(self) -> Iterator[Observation]:
        settings = self._settings
        if isinstance(settings, JiraDataCenterSource) or settings.auth == "api_token":
            yield Observation("scopes", "ok", "none needed: this token has all rights of its account")
        elif isinstance(self._http.auth, BearerAuth) and self._http.auth.scopes:
            wanted = [*READ_SCOPES, *(WRITE_SCOPES if self._channels else ())]
            yield self._granted(self._http.auth.scopes, wanted)
        else:
            yield from self._tried()

    def _scopes_to_write(self) -> Iterator[Observation]:
        """Nothing where a token has all rights of its account, or does not tell its scopes."""
        if isinstance(self._http.auth, BearerAuth) and self._http.auth.scopes:
            yield self._granted(self._http.auth.scopes, WRITE_SCOPES)

    def _granted(self, held: Sequence[str], wanted: Sequence[str]) -> Observation:
        told = f"held: {', '.join(held)}"
        missing = [scope for scope in wanted if scope not in held]
        if not missing:
            return Observation("scopes", "ok", told)
        if any(scope.count(":") == 2 and scope.endswith(":jira") for scope in held):
            return Observation("scopes", "note", f"{told}; granular scopes are not compared with what is needed")
        return Observation("scopes", "failed", f"{told}; missing: {', '.join(missing)}", _TOKENS_REMEDY)

    def _tried(self) -> Iterator[Observation]:
        """A token with scopes does not tell them: cheap calls show those for reading."""
        self._get("myself")
        self._get("project/search", {"maxResults": 1})
        yield Observation("scopes", "ok", f"{', '.join(READ_SCOPES)}: tried, and held")
        if self._channels:
            untried = f"{', '.join(WRITE_SCOPES)}: cannot be tried without writing"
            yield Observation("scopes", "note", untried, _TOKENS_REMEDY)

    def _permissions(self) -> Iterator[Observation]:
        yield from self._rights(["BROWSE_PROJECTS", *sorted(self._needed())])

    def _rights(self, wanted: Sequence[str]) -> Iterator[Observation]:
        params: dict[str, str | int | list[str]] = {"permissions": ",".join(wanted)}
        held = (self._get("mypermissions", params if self._edition.edits_in_bulk else None) or {}).get(
            "permissions"
        ) or {}
        missing = [NAMES[key] for key in wanted if not (held.get(key) or {}).get("havePermission")]
        if missing:
            remedy = f"Give the account {', '.join(missing)}; nowhere on the site does it hold that."
            yield Observation("permissions", "failed", f"missing: {', '.join(missing)}", remedy)
        else:
            yield Observation(
                "permissions", "ok", f"{', '.join(NAMES[key] for key in wanted)}: held, at least somewhere"
            )

    def _needed(self) -> set[str]:
        found = {key for channel in self._channels for key in needed(self._edition, channel)}
        found |= {"ADMINISTER_PROJECTS"} if "property" in self._channels else set()
        return found | ({"CREATE_ISSUES", "TRANSITION_ISSUES"} if "finding_issue" in self._channels else set())

    def _projects(self) -> Iterator[Observation]:
        wanted = self._settings.projects
        if not wanted and not self._settings.project_categories:
            count = self._count()
            remedy = "" if count else "Give the account Browse projects where it should read."
            yield Observation("projects", "ok" if count else "failed", f"{count} visible, all are read", remedy)
            return
        selection = Selection.of(self._settings)
        for raw in self._visible(wanted):
            selection.wants(raw)
        if selection.selected:
            told = f"{len(selection.selected)} are read: {_listed(selection.selected)}"
            yield Observation("projects", "ok", told)
        unseen = [c.native_id for c in selection.complaints if c.code == "project.not_visible"]
        others = [f"{c.native_id}: {c.reason}" for c in selection.complaints if c.code != "project.not_visible"]
        if unseen:
            remedy = "Give the account Browse projects there, or correct `projects`."
            yield Observation("projects", "failed", f"not visible: {_listed(unseen)}", remedy)
        for other in others:
            yield Observation("projects", "failed", other, "Correct `projects` or `project_categories`.")

    def _count(self) -> int:
        if self._edition.edits_in_bulk:
            return int(self._get("project/search", {"maxResults": 1}).get("total") or 0)
        return len(self._get("project") or [])

    def _visible(self, wanted: Sequence[str]) -> Iterator[Any]:
        """The projects of these keys, or all where categories choose among them."""
        if not self._edition.edits_in_bulk:
            yield from self._get("project", {"includeArchived": "true"}) or []
            return
        params: dict[str, str | int | list[str]] = {"status": ["live", "archived"]}
        if self._settings.project_categories:
            yield from values(self._http, f"{self._edition.api}/project/search", params)
            return
        for start in range(0, len(wanted), _KEYS_A_CALL):
            keys = list(wanted[start : start + _KEYS_A_CALL])
            yield from values(self._http, f"{self._edition.api}/project/search", {**params, "keys": keys})

    def _fields(self) -> Iterator[Observation]:
        mapping = self._settings.mapping
        wanted = wanted_fields(mapping)
        found = resolve_fields(self._get("field") or [], wanted).by_role
        missing = {role for role, ids in found.items() if not ids}
        asked = mapping.fields.model_fields_set | (wanted.keys() - Fields.model_fields.keys())
        yield Observation("fields", "ok", f"{len(found) - len(missing)} of {len(found)} mapped fields are there")
        wrong = sorted(f"{role} ({wanted[role]})" for role in missing & asked)
        if wrong:
            remedy = "Correct the mapping: a field is named by its name, its id or its schema key."
            yield Observation("fields", "warning", f"configured and not there: {_listed(wrong)}", remedy)
        absent = sorted(role for role in Fields.model_fields if role in missing - asked)
        if absent:
            yield Observation("fields", "note", f"by default looked for and not there: {_listed(absent)}")

    def _switches(self) -> Iterator[Observation]:
        settings = self._settings
        if not settings.worklogs:
            yield Observation("reads", "note", "no booked time (worklogs = false)")
        if not settings.histories:
            yield Observation("reads", "note", "no histories (histories = false): what looks at changes stays unknown")


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
