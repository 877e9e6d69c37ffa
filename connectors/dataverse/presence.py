"""What an environment has of the tables that are read, as this account sees it: asked once a run."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.dataverse.client import Dataverse
from connectors.dataverse.settings import DataverseFields
from connectors.dataverse.tables import PROJECTS, Table, lookup_column, mapped
from portfolio.errors import RemoteRefusal, SignInError

_TRACKED = "EntityDefinitions?$select=LogicalName&$filter=ChangeTrackingEnabled%20eq%20true"


@dataclass(frozen=True)
class Seen:
    """A table as it was found: its columns that we want; why it cannot be read, where it cannot.

    `own` are the admin's columns: logical name -> the name under which the Web API gives it.
    """

    columns: frozenset[str] = frozenset()
    why_not: str = ""
    own: Mapping[str, str] = field(default_factory=dict)


class Presence:
    """Tables and columns that are there. Thread-safe."""

    def __init__(self, dataverse: Dataverse, fields: DataverseFields) -> None:
        self._dataverse = dataverse
        self._fields = fields
        self._lock = threading.RLock()
        self._seen: dict[str, Seen] = {}
        self._tracked: frozenset[str] | None = None

    def of(self, table: Table) -> Seen:
        """The table, looked at once. Raises what reading it raises, where it is needed."""
        with self._lock:
            if table.name not in self._seen:
                self._seen[table.name] = self._look(table)
            return self._seen[table.name]

    def has(self, table: Table) -> bool:
        """Whether the table can be read."""
        return not self.of(table).why_not

    def tracks(self, table: Table) -> bool:
        """Whether the environment keeps the changes of that table for us; told by its definitions of tables."""
        with self._lock:
            if self._tracked is None:
                self._tracked = self._definitions()
            return table.name in self._tracked

    def give_up_tracking(self, table: Table) -> None:
        """The account may not ask for the table's changes: they need the right to read all of its records."""
        with self._lock:
            self._tracked = (self._tracked or frozenset()) - {table.name}

    def _definitions(self) -> frozenset[str]:
        """Logical names of the tables that are tracked; none where the account may not read definitions."""
        try:
            found = self._dataverse.one(_TRACKED).get("value")
        except (RemoteRefusal, SignInError) as refused:
            if refused.code in _UNAUTHENTICATED:
                raise
            return frozenset()
        rows = found if isinstance(found, list) else []
        return frozenset(str(row.get("LogicalName")) for row in rows if isinstance(row, Mapping))

    def _look(self, table: Table) -> Seen:
        try:
            columns = self._dataverse.look(table.entity_set, table.columns)
            own = self._look_for_own() if table is PROJECTS else {}
        except (RemoteRefusal, SignInError) as refused:
            why = self._why_not(table, refused)
            if table.needed or not why:
                raise
            return Seen(why_not=why)
        return Seen(columns, own=own)

    def _why_not(self, table: Table, refused: RemoteRefusal | SignInError) -> str:
        if refused.code in ("remote.not_found", "remote.removed"):
            return table.absence
        return f"the account may not read {table.entity_set}" if refused.code == "sign_in.permission" else ""

    def _look_for_own(self) -> dict[str, str]:
        """The admin's columns that are there; a lookup goes by another name."""
        wanted = set(mapped(self._fields))
        plain = self._dataverse.look(PROJECTS.entity_set, wanted)
        lookups = {lookup_column(name): name for name in wanted - plain}
        found = self._dataverse.look(PROJECTS.entity_set, lookups)
        return {**{name: name for name in plain}, **{lookups[column]: column for column in found}}


_UNAUTHENTICATED = frozenset({"sign_in.refused", "sign_in.page", "sign_in.unsendable"})
