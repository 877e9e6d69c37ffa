"""The draft of one project in ProjectServer: checked out, written to, checked in again, and the queue waited for.

Sources: Microsoft, "Bulk update custom fields and create project sites from a workflow in Project Online" (2016:
`checkOut`, `Draft/UpdateCustomFields()`, `Draft/Publish(true)`, `Draft/CheckIn(true)`; values as SP.KeyValue),
"JobState enumeration" (4 success; 5, 6 failed; 8 blocked; 9 cancelled), "Complete basic operations using SharePoint
REST endpoints" (`contextinfo`, X-RequestDigest).
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from connectors.answers import decoded
from connectors.http import Http
from connectors.pacing import Clock
from portfolio.errors import PlumbruleError, RemoteError, RemoteRefusal

_SERVER = "_api/ProjectServer"
_VERBOSE = "application/json;odata=verbose"
_READ = "application/json;odata=verbose, application/json;q=0.9"
_SUCCESS = 4
_OVER = frozenset({5, 6, 8, 9})
_LOOK_AGAIN_SECONDS = 2.0
_DIGEST_SHARE = 0.8
"""Share of a digest's life for which it is used."""
_DIGEST_SECONDS = 1800
_STALE_DIGEST = ("security validation", "26031")

NO_UPDATE = "pwa.no_update_custom_fields"
"""The site has no method by which custom fields could be written."""


@dataclass(frozen=True)
class Look:
    """What stands in a project before it is written to. `values` are those of custom fields by their key, if told."""

    checked_out: bool
    by: str
    values: Mapping[str, str]


class Drafts:
    """Drafts of a site. POSTs are never repeated by themselves, but for a 429 and one renewal of the digest.

    `bearer`: requests carry a token, so that no digest is needed. `seconds` is how long the queue is waited for.
    """

    def __init__(self, http: Http, clock: Clock, *, bearer: bool, seconds: float) -> None:
        self._http = http
        self._clock = clock
        self._bearer = bearer
        self._seconds = seconds
        self._lock = threading.Lock()
        self._digest: tuple[str, float] | None = None

    def offers_update(self) -> bool | None:
        """Whether the site's own description of its methods names UpdateCustomFields; None where it gives none.

        Microsoft documents the method for Project Online only; descriptions of Project Server 2016 and 2019 name it.
        """
        try:
            return "UpdateCustomFields" in self._http.get_text("_api/$metadata")
        except PlumbruleError as error:
            if isinstance(error, RemoteError):
                raise
            return None

    def look(self, project: str) -> Look:
        """Who holds the project, and what its draft holds. Raises RemoteRefusal where there is no such project."""
        told = self._get(f"Projects('{project}')")
        held = told.get("IsCheckedOut") is True
        who = self._owner(project) if held else ""
        return Look(held, who or str(told.get("CheckOutDescription") or ""), self._values(project))

    def check_out(self, project: str) -> None:
        """Raises what a refusal raises; then nothing is held."""
        self._post(f"Projects('{project}')/checkOut")

    def update(self, project: str, values: Sequence[Mapping[str, str]]) -> None:
        """Write the values and wait for the queue. Raises RemoteRefusal where the site has no such method."""
        body = {
            "customFieldDictionary": [{"__metadata": {"type": "SP.KeyValue"}, **value} for value in values],
        }
        try:
            job = self._post(f"Projects('{project}')/Draft/UpdateCustomFields()", body)
        except RemoteRefusal as refused:
            if refused.code not in ("remote.not_found", "remote.removed"):
                raise
            raise RemoteRefusal(
                "this site has no UpdateCustomFields, the method by which custom fields are written",
                code=NO_UPDATE,
                remedy="Microsoft documents it for Project Online only: take `write` out of this source, and read the "
                "state on the page instead.",
                why=refused.what,
            ) from refused
        self._wait(job, "writing the fields")

    def check_in(self, project: str, *, publish: bool) -> None:
        """Give the project back; with `publish`, the manager's own changes are published along."""
        step = "Publish(true)" if publish else "CheckIn(true)"
        self._wait(self._post(f"Projects('{project}')/Draft/{step}"), "publishing" if publish else "the check-in")

    def _owner(self, project: str) -> str:
        try:
            told = self._get(f"Projects('{project}')/CheckedOutBy")
        except RemoteRefusal:
            return ""
        return str(told.get("Title") or told.get("LoginName") or "")

    def _values(self, project: str) -> dict[str, str]:
        """Values of custom fields of the draft, by `Custom_<id>`; keys come with an escaped underscore.

        A project's own record does not hold them: real sites keep them behind its property IncludeCustomFields.
        """
        try:
            told = self._get(f"Projects('{project}')/Draft/IncludeCustomFields")
        except RemoteRefusal:
            return {}
        found: dict[str, str] = {}
        for key, value in told.items():
            name = key.replace("_x005f_", "_")
            if name.startswith("Custom_") and value is not None:
                found[name] = ";#".join(map(str, _list(value))) if isinstance(value, list | Mapping) else str(value)
        return found

    def _wait(self, answer: Any, doing: str) -> None:
        """Until the queue's job is done. Raises RemoteRefusal where it failed, RemoteError where that is not known."""
        job = _entity(answer)
        native = str(job.get("Id") or "")
        ends, looked = self._clock.monotonic() + self._seconds, False
        while native and job.get("JobState") != _SUCCESS:
            if job.get("JobState") in _OVER:
                raise RemoteRefusal(
                    f"the queue of the site gave up on {doing} (JobState {job['JobState']})",
                    code="pwa.job_failed",
                    remedy="Look into the queue (Server Settings, Manage Queue Jobs) for the reason.",
                )
            if self._clock.monotonic() >= ends:
                raise RemoteError(
                    f"the queue of the site did not finish {doing} within {self._seconds:.0f} seconds",
                    code="pwa.job_slow",
                    remedy="Run again later: what arrived meanwhile is seen then and not written twice.",
                )
            if looked:
                self._clock.sleep(_LOOK_AGAIN_SECONDS)
            looked, job = True, self._job(native, doing)

    def _job(self, native: str, doing: str) -> Mapping[str, Any]:
        try:
            return self._get(f"QueueJobs('{native}')")
        except RemoteRefusal as refused:
            raise RemoteError(
                f"the queue of the site does not tell what became of {doing}",
                code="pwa.job_unknown",
                remedy="Run again: what arrived is seen then and not written twice.",
                why=refused.what,
            ) from refused

    def _get(self, path: str) -> Mapping[str, Any]:
        return _entity(self._http.get_read(f"{_SERVER}/{path}", {"Accept": _READ}, _json))

    def _post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            return self._posted(path, body)
        except PlumbruleError as refused:
            if self._bearer or not any(sign in refused.what for sign in _STALE_DIGEST):
                raise
            with self._lock:
                self._digest = None
            return self._posted(path, body)

    def _posted(self, path: str, body: Mapping[str, Any] | None) -> Any:
        headers = {"Accept": _VERBOSE, "Content-Type": _VERBOSE}
        if not self._bearer:
            headers["X-RequestDigest"] = self._request_digest()
        sent = orjson.dumps(body) if body is not None else b""
        response = self._http.request("POST", f"{_SERVER}/{path}", body=sent, headers=headers)
        return decoded(response, self._http.dialect, f"POST {path}")

    def _request_digest(self) -> str:
        """A site that signs in by connection or cookie wants each POST to quote a digest of the present session."""
        with self._lock:
            now = self._clock.monotonic()
            if self._digest is None or now >= self._digest[1]:
                headers = {"Accept": _VERBOSE, "Content-Type": _VERBOSE}
                answer = self._http.request("POST", "_api/contextinfo", body=b"", headers=headers, read_only=True)
                told = _entity(decoded(answer, self._http.dialect, "POST contextinfo"))
                inner = told.get("GetContextWebInformation")
                told = inner if isinstance(inner, Mapping) else told
                digest = told.get("FormDigestValue")
                if not isinstance(digest, str):
                    raise RemoteRefusal(
                        "the site gives no request digest, without which nothing can be written",
                        code="pwa.no_digest",
                        remedy="Check that no proxy rewrites its answers.",
                    )
                lasts = told.get("FormDigestTimeoutSeconds")
                seconds = lasts if isinstance(lasts, int) and lasts > 0 else _DIGEST_SECONDS
                self._digest = digest, now + seconds * _DIGEST_SHARE
            return self._digest[0]


def _json(body: bytes) -> Any:
    return orjson.loads(body) if body.strip() else None


def _entity(body: Any) -> Mapping[str, Any]:
    """One record, light or verbose (`d`); an empty one for anything else. Methods wrap theirs once more by name."""
    inner = body.get("d", body) if isinstance(body, Mapping) else {}
    if isinstance(inner, Mapping) and len(inner) == 1:
        (only,) = inner.values()
        if isinstance(only, Mapping) and "__deferred" not in only:
            return only
    return inner if isinstance(inner, Mapping) else {}


def _list(value: Any) -> list[Any]:
    held = value.get("results", []) if isinstance(value, Mapping) else value
    return list(held)
