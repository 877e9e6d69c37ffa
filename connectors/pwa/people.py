"""Who is who among the resources of a site, or of a dump: accounts by id and by name."""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connectors.pwa.client import ProjectWebApp
from connectors.pwa.normalise import Site


class People:
    """Learns resources one by one. Pure."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._ids: set[str] = set()
        self._by_name: dict[str, set[str]] = {}

    def add(self, native_id: str, name: str | None) -> None:
        """Take one resource."""
        self._ids.add(native_id)
        self._by_name.setdefault(name or "", set()).add(native_id)

    def account_of_name(self, name: str | None) -> str | None:
        """The account of that name, where only one has it."""
        bearers = self._by_name.get(name, ()) if name else ()
        return self._site.id_of("account", next(iter(bearers))) if len(bearers) == 1 else None

    def account_of(self, native_id: str | None, name: str | None) -> str | None:
        """The account of that id; else of that name: timesheets may keep an id of their own for their owner."""
        return self._site.id_of("account", native_id) if native_id in self._ids else self.account_of_name(name)


class PeopleOfSite:
    """The resources of a live site; read once, when somebody asks. Thread-safe."""

    def __init__(self, pwa: ProjectWebApp, site: Site) -> None:
        self._pwa = pwa
        self._site = site
        self._lock = threading.Lock()
        self._known: People | None = None

    def account_of_name(self, name: str | None) -> str | None:
        """As `People` has it."""
        return self._people().account_of_name(name)

    def account_of(self, native_id: str | None, name: str | None) -> str | None:
        """As `People` has it."""
        return self._people().account_of(native_id, name)

    def _people(self) -> People:
        with self._lock:
            if self._known is None:
                known = People(self._site)
                for record in self._pwa.rows("Resources", ("ResourceId", "ResourceName")):
                    values = self._site.values(record)
                    if native := values.guid("ResourceId"):
                        known.add(native, values.text("ResourceName"))
                self._known = known
            return self._known


def owners(records: Iterable[Mapping[str, Any]], account_of_name: Callable[[str | None], str | None]) -> dict[str, str]:
    """Account ids by the names in `Owner`: the lists of risks and issues keep names only."""
    names = {str(record.get("Owner") or "").strip() for record in records} - {""}
    found = {name: account_of_name(name) for name in sorted(names)}
    return {name: account for name, account in found.items() if account}
