"""The one baseline of each project, read with its tasks when it is new.

A baseline is never changed: a new one can be set only after the old one was deleted (Microsoft, "Set up baselines",
2025-10-28). So its head says whether its tasks were read.
"""

import json
from collections.abc import Iterator, Mapping

from connectors import microsoft_plan as plan
from connectors.dataverse import plan_rows
from connectors.dataverse.client import Dataverse, Record, bad_shape
from connectors.dataverse.lookups import Lookups
from connectors.dataverse.presence import Presence
from connectors.dataverse.stream import DELETED
from connectors.dataverse.tables import BASELINE_TASKS, BASELINES
from connectors.dataverse.unread import Unread
from portfolio.errors import RemoteRefusal
from portfolio.ports import Page, Partition, Scope

STREAM = "baseline"
_MAPPING_VERSION = 1
"""Raised when baselines must be read again although they did not change, because we read more of them."""
_TASKS = BASELINE_TASKS.entity_set
_GONE = ""


class Baselines:
    """Reads baselines. `of` each project; thread-safe."""

    def __init__(self, dataverse: Dataverse, presence: Presence, lookups: Lookups) -> None:
        self._dataverse = dataverse
        self._presence = presence
        self._lookups = lookups
        self._heads: dict[str, Record] | None = None

    def partitions(self, cursors: Mapping[Partition, str]) -> list[Partition]:
        """Projects whose baseline is new, another one, or gone."""
        if not self._presence.has(BASELINES):
            return []
        heads = self._list()
        names = {str(r.get("msdyn_projectid")): str(r.get("msdyn_subject") or "") for r in self._lookups.projects}
        new = [p for p in heads if cursors.get(Partition(STREAM, p)) != self._position(p)]
        gone = [
            partition.key
            for partition, position in cursors.items()
            if partition.stream == STREAM and partition.key not in heads and _head_of(position) != _GONE
        ]
        return [Partition(STREAM, project, f"baseline of {names.get(project) or project}") for project in [*new, *gone]]

    def pages(self, project: str, position: str | None) -> Iterator[Page]:
        """The baseline of a project, where it is not the one of that position."""
        if project in self._list():
            if self._position(project) != position:
                yield self._page(project)
        elif (head := _head_of(position)) != _GONE and self._is_gone(head, project):
            project_id = plan.row_id(self._lookups.here.source, "project", project)
            scope = Scope("baseline", "project_id", project_id, DELETED)
            yield Page({"baseline": []}, json.dumps([_MAPPING_VERSION, _GONE]), [scope], whole=True)

    def _page(self, project: str) -> Page:
        """The whole baseline; what the project held of another one is gone."""
        here, unread, hours = self._lookups.here, Unread(), self._lookups.hours_per_day.get(project)
        rows = []
        for record in self._tasks(str(self._list()[project].get(BASELINES.key))):
            row = unread.read(
                "baseline",
                record,
                lambda r: here.id_of("baseline", f"{plan.guid(str(r.get('msdyn_projecttaskid') or ''))}:0"),
                lambda r: plan_rows.baseline_row(r, project, here, hours),
            )
            rows += [row] if row else []
        own = unread.read(
            "baseline",
            self._list()[project],
            lambda r: here.id_of("baseline", f"{project}:0"),
            lambda r: plan_rows.project_baseline_row(r, rows, here),
        )
        rows += [own] if own else []
        scope = Scope("baseline", "project_id", plan.row_id(here.source, "project", project), DELETED)
        return Page(
            {"baseline": rows}, self._position(project), unread.safe([scope], "baseline"), unread.rejected, whole=True
        )

    def _tasks(self, head: str) -> list[Record]:
        """The tasks of a baseline; the answer gives a link to the rest where there are very many."""
        held = plan.guid(head)
        found = self._dataverse.one(f"{BASELINES.entity_set}({held})?$select={BASELINES.key}&$expand={_TASKS}")
        tasks = found.get(_TASKS)
        if not isinstance(tasks, list):
            raise bad_shape(BASELINES.entity_set)
        link = found.get(f"{_TASKS}@odata.nextLink")
        return [*tasks, *(self._dataverse.linked(link, BASELINES.entity_set) if link else ())]

    def _is_gone(self, head: str, project: str) -> bool:
        """Asked for by its id: what a list does not show may still be there."""
        columns = ",".join(sorted(self._presence.of(BASELINES).columns))
        try:
            found = self._dataverse.one(f"{BASELINES.entity_set}({head})?$select={columns}")
        except RemoteRefusal as refused:
            if refused.code != "remote.not_found":
                raise
            return True
        owner = plan.guid(str(found.get("_msdyn_projectid_value") or ""))
        return not _is_active(found) or owner not in (None, project)

    def _list(self) -> dict[str, Record]:
        """The active baseline of each project; where there are several, the youngest."""
        if self._heads is None:
            columns = self._presence.of(BASELINES).columns
            rows = self._dataverse.rows(BASELINES.entity_set, columns) if self._presence.has(BASELINES) else []
            active = sorted(filter(_is_active, rows), key=_age)
            self._heads = {p: r for r in active if (p := plan.guid(str(r.get("_msdyn_projectid_value") or "")))}
        return self._heads

    def _position(self, project: str) -> str:
        """What a baseline was read as: it counts as unchanged while this text is the same."""
        head, hours = self._list()[project], self._lookups.hours_per_day.get(project)
        here = self._lookups.here
        stamp = str(head.get("versionnumber") or head.get("createdon"))
        return json.dumps([_MAPPING_VERSION, plan.guid(str(head.get(BASELINES.key))), stamp, str(hours), here.zone.key])


def _is_active(head: Record) -> bool:
    return head.get("statecode") in (None, 0)


def _age(head: Record) -> tuple[str, str]:
    return str(head.get("createdon") or ""), str(head.get(BASELINES.key) or "")


def _head_of(position: str | None) -> str:
    """The id of the baseline in a position; empty where there was none, or the position is not ours."""
    try:
        return str(json.loads(position or "")[1] or _GONE)
    except (ValueError, IndexError, TypeError, KeyError):
        return _GONE
