"""Epics and what stands above them: Data Center names a parent by key, which we know by id."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog

from connectors.http import Http
from connectors.jira.datacenter.search import ids_of_keys

log = structlog.get_logger("plumbrule.connectors.jira")


class Parents:
    """Ids of parents by key, asked for once each. Thread-safe."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._known: dict[str, str | None] = {}
        self._asking = threading.Lock()

    def ids(self, keys: Iterable[str], page: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Ids of those keys; without those that the account may not see. `page` holds issues that need no asking."""
        wanted = sorted(set(keys))
        here = {str(issue.get("key")): str(issue["id"]) for issue in page}
        with self._asking:
            self._known |= {key: here[key] for key in wanted if key in here}
            unknown = [key for key in wanted if key not in self._known]
            if unknown:
                self._ask(unknown)
            return {key: native for key in wanted if (native := self._known[key]) is not None}

    def _ask(self, keys: Sequence[str]) -> None:
        found = ids_of_keys(self._http, keys)
        unseen = [key for key in keys if key not in found]
        if unseen:
            log.info("jira.parents_not_visible", keys=unseen)
        self._known |= {key: found.get(key) for key in keys}
