"""Worklogs that were deleted: Tempo's audit feed, where the account may read it.

REST v4 lists what is there and never says what is gone. The feed is not in its OpenAPI; address, the full date-time in
`updatedFrom`, `tempoWorklogId` and the continuation by `lastEvaluatedKey` are as public clients of 2025 and 2026 use
them. It goes back 180 days (Tempo, "Audit log").
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from connectors.http import Http
from connectors.tempo.client import results
from portfolio.errors import RemoteRefusal, SignInError

KEPT = timedelta(days=180)
_PATHS = ("papertrail/1/events/deleted/types/worklog", "audit/1/events/deleted/types/worklog")
"""The feed under its newer and its older name."""
_CLOSED = frozenset({"remote.not_found", "remote.refused", "remote.removed", "sign_in.permission", "sign_in.refused"})
_PAGE_SIZE = 50
_MOST_PAGES = 10_000


class Deletions:
    """The feed of one site."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._path: str | None = None

    def is_open(self, since: datetime) -> bool:
        """Whether this account may read the feed; asks once for what was deleted `since`."""
        for path in _PATHS:
            try:
                self._page(path, since, None)
            except (RemoteRefusal, SignInError) as refusal:
                if refusal.code not in _CLOSED:
                    raise
            else:
                self._path = path
                return True
        return False

    def since(self, moment: datetime) -> Iterator[list[str]]:
        """Tempo's ids of the worklogs deleted since then, page by page. `is_open` was true before."""
        assert self._path is not None  # noqa: S101 - callers ask first
        key: Any = None
        used = set()
        for _ in range(_MOST_PAGES):
            answer = self._page(self._path, moment, key)
            events = results(answer, self._path)
            yield [str(e["tempoWorklogId"]) for e in events if isinstance(e, dict) and e.get("tempoWorklogId")]
            key = (answer.get("metadata") or {}).get("lastEvaluatedKey")
            if not key:
                return
            if str(key) in used:
                break
            used.add(str(key))
        raise RemoteRefusal(
            "Tempo's list of deleted worklogs does not end",
            code="remote.paging",
            remedy="Run again; what was read is kept. If it stays, tell Tempo.",
        )

    def _page(self, path: str, moment: datetime, key: Any) -> Any:
        params: dict[str, str | int | list[str]] = {
            "updatedFrom": moment.strftime("%Y-%m-%dT%H:%M:%S"),
            "limit": _PAGE_SIZE,
        }
        if key:
            params["lastEvaluatedKey"] = str(key)
        answer = self._http.get_json(path, params)
        results(answer, path)
        return answer
