"""Resources of a dump by id and by name: lists of risks and issues keep names only. Pure."""

from collections.abc import Mapping
from typing import Any

from connectors.pwa.normalise import Row, Site


class People:
    """Learns accounts one by one."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._ids: set[str] = set()
        self._by_name: dict[str, list[str]] = {}

    def add(self, account: Row) -> None:
        """Take one `account` row."""
        self._ids.add(account["native_id"])
        self._by_name.setdefault(account["name"] or "", []).append(account["id"])

    def account_of(self, native_id: str | None, name: str | None) -> str | None:
        """The account of that id; else of that name, where only one bears it."""
        if native_id in self._ids:
            return self._site.id_of("account", native_id)
        bearers = self._by_name.get((name or "").strip(), []) if name else []
        return bearers[0] if len(bearers) == 1 else None

    def owners(self, record: Mapping[str, Any]) -> dict[str, str]:
        """The account of a record's `Owner`, by the name as it stands."""
        name = str(record.get("Owner") or "").strip()
        account = self.account_of(None, name)
        return {name: account} if account else {}
