"""PATCH of a record: the organisation's own columns only, for the rest belongs to the scheduling service or to nobody.

What Dataverse says to a direct change of a scheduled row is quoted from people who met it: code 0x80040265, "You cannot
directly do 'Update' operation to …".
"""

from __future__ import annotations

from typing import NoReturn

from sandbox.dataverse.calls import Call
from sandbox.dataverse.errors import (
    BAD_PAYLOAD,
    NOT_ALLOWED,
    OTHER_VERSION,
    SCHEDULED,
    TOO_LONG,
    no_such_record,
    refuse,
)  # fmt: skip
from sandbox.dataverse.schema import Column, Table
from sandbox.dataverse.shapes import etag
from sandbox.dataverse.site import Value
from sandbox.http import Response

_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,), "memo": (str,), "guid": (str,), "int": (int,), "choice": (int,), "big": (int,),
    "double": (int, float), "flag": (bool,), "time": (str,), "day": (str,),
}  # fmt: skip


def patch(call: Call) -> Response:
    """Answer PATCH {set}({id}): all of it or nothing."""
    table, key = call.table(), call.request.params["id"].lower()
    if not call.caller.writes:
        message = f"Principal user (Id={call.caller.user}, type=8) is missing prvWrite{table.logical} privilege"
        refuse(403, NOT_ALLOWED, message)
    row = next((r for r in call.visible(table) if r[table.key] == key), None)
    if row is None:
        if call.request.headers.get("If-Match"):
            no_such_record(table.logical, key)
        _scheduled("Create", table)  # without If-Match a PATCH creates what is not there
    wanted = call.request.headers.get("If-Match") or "*"
    if wanted not in ("*", etag(row)):
        refuse(412, OTHER_VERSION, "The version of the existing record doesn't match the RowVersion property provided.")
    change = _read(call, table)
    if change:
        call.site.edit(table.entity_set, key, **change)
    address = f"{call.root}/{table.entity_set}({key})"
    return Response(204, headers={"OData-Version": "4.0", "OData-EntityId": address})


def _read(call: Call, table: Table) -> dict[str, Value]:
    told = call.request.json()
    if not isinstance(told, dict):
        _bad(table, "The body must be a JSON object.")
    columns = {c.name: c for c in table.columns}
    for name in told:
        if name not in columns:
            _bad(table, f"The property '{name}' does not exist on type 'Microsoft.Dynamics.CRM.{table.logical}'. "
                        "Make sure to only use property names that are defined by the type.")  # fmt: skip
    return {name: _checked(table, columns[name], value) for name, value in told.items()}


def _checked(table: Table, column: Column, value: object) -> Value:
    if not column.custom:
        _scheduled("Update", table)
    if value is None:
        return None
    fits = isinstance(value, _TYPES[column.kind]) and (column.kind == "flag" or not isinstance(value, bool))
    if not fits or not isinstance(value, str | int | float):
        _bad(table, f"Cannot convert the literal '{value}' to the expected type of '{column.name}'.")
    if isinstance(value, str) and column.kind == "text" and len(value) > column.length:
        message = (
            f"A validation error occurred. The length of the '{column.name}' attribute of the '{table.logical}' "
            f"entity exceeded the maximum allowed length of '{column.length}'."
        )
        refuse(400, TOO_LONG, message)
    if column.kind == "choice" and value not in dict(column.labels):
        _bad(table, f"The value '{value}' of '{column.name}' is outside the valid range.")
    return value


def _bad(table: Table, why: str) -> NoReturn:
    message = (
        f"Error identified in Payload provided by the user for Entity :'{table.entity_set}', For more information on "
        "this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  "
        f"InnerException : Microsoft.OData.ODataException: {why}"
    )
    refuse(400, BAD_PAYLOAD, message)


def _scheduled(operation: str, table: Table) -> NoReturn:
    message = (
        f"You cannot directly do '{operation}' operation to '{table.logical}'. Try editing it through the Resource "
        "editing UI via Project."
    )
    refuse(400, SCHEDULED, message)
