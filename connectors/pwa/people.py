"""Who is who on a site: accounts by id and by name."""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from connectors import microsoft_plan as plan
from connectors.pwa.client import ProjectWebApp
from connectors.pwa.normalise import Site


class People:
    """Accounts by id and by name; read once, when somebody asks. Thread-safe."""

    def __init__(self, pwa: ProjectWebApp, site: Site) -> None:
        self._pwa = pwa
        self._site = site
        self._lock = threading.Lock()
        self._ids: set[str] | None = None
        self._by_name: dict[str, str] = {}

    def account_of_name(self, name: str | None) -> str | None:
        """The account of that name, where only one has it."""
        self._load()
        return self._by_name.get(name or "")

    def account_of(self, native_id: str | None, name: str | None) -> str | None:
        """The account of that id; else of that name: timesheets may keep an id of their own for their owner."""
        ids = self._load()
        return self._site.id_of("account", native_id) if native_id in ids else self.account_of_name(name)

    def _load(self) -> set[str]:
        with self._lock:
            if self._ids is None:
                self._by_name, self._ids = self._index(self._pwa.rows("Resources", ("ResourceId", "ResourceName")))
            return self._ids

    def _index(self, records: Iterable[Mapping[str, Any]]) -> tuple[dict[str, str], set[str]]:
        names: dict[str, list[str]] = {}
        ids = set()
        for record in records:
            values = self._site.values(record)
            native, name = values.guid("ResourceId"), values.text("ResourceName")
            if native:
                ids.add(native)
                names.setdefault(name or "", []).append(plan.row_id(self._site.source, "account", native))
        return {name: found[0] for name, found in names.items() if name and len(found) == 1}, ids
