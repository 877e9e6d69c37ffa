"""Enterprise custom fields as ProjectServer lists them, with their lookup tables.

Sources: Microsoft, "CustomField class (Microsoft.ProjectServer.Client)" (Id, Name, InternalName, FieldType,
LookupEntries), "CustomFieldType enumeration", "LookupEntry class" (InternalName, FullValue).
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors import microsoft_plan as plan
from connectors.pwa.client import ProjectWebApp, Record
from portfolio.errors import RemoteRefusal, SignInError

KEPT_BACK = frozenset(
    {
        "remote.not_found",
        "remote.refused",
        "remote.removed",
        "remote.format",
        "pwa.no_json",
        "sign_in.permission",
        "sign_in.page",
    }
)
"""How a site answers that has no ProjectServer, or hides it from the account; anything else is a failure."""

TYPES: Mapping[int, str] = {4: "date", 6: "duration", 9: "cost", 15: "number", 17: "flag", 21: "text", 27: "date"}
_COLUMNS = "Id,Name,InternalName,FieldType,EntityType/Name,LookupEntries/InternalName,LookupEntries/FullValue"
_PLAIN_COLUMNS = "Id,Name,InternalName,FieldType"


@dataclass(frozen=True)
class CustomField:
    """One enterprise custom field. `entries` gives the choices of its lookup table by internal name."""

    id: str
    name: str
    internal_name: str
    type: str
    entity: str = ""
    entries: Mapping[str, str] = field(default_factory=dict)

    @property
    def spellings(self) -> frozenset[str]:
        """What an admin may call it, in small letters."""
        return frozenset(text.casefold() for text in (self.name, self.internal_name, self.id) if text)


class CustomFields:
    """The fields of a site, read once, when somebody asks. Thread-safe.

    `closed` tells, after a look, that ProjectServer does not list them for this account.
    """

    def __init__(self, pwa: ProjectWebApp) -> None:
        self._pwa = pwa
        self._lock = threading.Lock()
        self._found: Sequence[CustomField] | None = None
        self.closed = False

    def listed(self) -> Sequence[CustomField]:
        """All of them; none where ProjectServer keeps them back."""
        with self._lock:
            if self._found is None:
                self._found = self._read()
            return self._found

    def entries(self) -> Mapping[str, str]:
        """Every choice of every lookup table, by internal name."""
        return {name: text for known in self.listed() for name, text in known.entries.items()}

    def _read(self) -> Sequence[CustomField]:
        for select, expand in ((_COLUMNS, "EntityType,LookupEntries"), (_PLAIN_COLUMNS, None)):
            try:
                records = self._pwa.server_list("CustomFields", select=select, expand=expand)
            except (RemoteRefusal, SignInError) as refused:
                if refused.code not in KEPT_BACK:
                    raise
                continue  # a server that cannot expand them may still list them
            return [found for record in records if (found := custom_field(record)) is not None]
        self.closed = True
        return []


def custom_field(record: Record) -> CustomField | None:
    """A field of its record; None for a record without id or name."""
    native, name = plan.guid(str(record.get("Id") or "")), str(record.get("Name") or "").strip()
    if native is None or not name:
        return None
    kind = record.get("FieldType")
    entity = record.get("EntityType")
    return CustomField(
        id=native,
        name=name,
        internal_name=str(record.get("InternalName") or f"Custom_{native.replace('-', '')}"),
        type=TYPES.get(kind, "other") if isinstance(kind, int) else "other",
        entity=str(entity.get("Name") or "") if isinstance(entity, Mapping) else "",
        entries={
            str(entry["InternalName"]): str(entry.get("FullValue") or "")
            for entry in _records(record.get("LookupEntries"))
            if entry.get("InternalName")
        },
    )


def _records(value: Any) -> Iterable[Mapping[str, Any]]:
    """An expanded collection: a plain list in light JSON, `results` in verbose."""
    held = value.get("results") if isinstance(value, Mapping) else value
    return [entry for entry in held if isinstance(entry, Mapping)] if isinstance(held, list) else []
