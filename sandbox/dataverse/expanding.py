"""$expand of the few collections that are known: rows of another table that lead back to this one."""

from __future__ import annotations

import re

from sandbox.dataverse.calls import Call
from sandbox.dataverse.errors import no_such_property
from sandbox.dataverse.schema import NAVIGATION, Table
from sandbox.dataverse.shapes import record
from sandbox.dataverse.site import Row

_PART = re.compile(r"(\w+)(?:\(([^)]*)\))?(?:,|$)")


def expanded(call: Call, table: Table, row: Row) -> dict[str, object]:
    """The collections asked for of one row; 400 for a navigation property that the table has not."""
    told: dict[str, object] = {}
    for name, options in _PART.findall(call.request.one("$expand").replace(" ", "")):
        if name not in NAVIGATION.get(table.entity_set, {}):
            no_such_property(name, table.logical)
        entity_set, back = NAVIGATION[table.entity_set][name]
        target = call.site.tables[entity_set]
        selected = options.removeprefix("$select=").split(",") if options else []
        columns = [c for c in target.columns if not selected or c.name in selected]
        below = [r for r in call.visible(target) if r[back] == row[table.key]]
        told[name] = [record(call.site, target, one, columns, call.annotations) for one in below]
    return told
