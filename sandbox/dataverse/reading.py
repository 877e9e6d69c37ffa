"""What can be read besides tables: one record, WhoAmI, and which tables and columns there are."""

from __future__ import annotations

from sandbox.dataverse import feed
from sandbox.dataverse.calls import Call
from sandbox.dataverse.errors import BAD_QUERY, no_such_record, refuse
from sandbox.dataverse.expanding import expanded
from sandbox.dataverse.query import Kinds, compile_filter, need
from sandbox.dataverse.schema import ATTRIBUTE_TYPES, Column, Table
from sandbox.dataverse.shapes import record
from sandbox.dataverse.site import BUSINESS_UNIT, ORGANIZATION, guid
from sandbox.http import Response

_DEFINITION: Kinds = {
    "LogicalName": "text", "SchemaName": "text", "EntitySetName": "text", "PrimaryIdAttribute": "text",
    "PrimaryNameAttribute": "text", "ChangeTrackingEnabled": "flag", "IsCustomEntity": "flag", "MetadataId": "guid",
}  # fmt: skip
_ATTRIBUTE: Kinds = {
    "LogicalName": "text", "SchemaName": "text", "AttributeType": "text", "EntityLogicalName": "text",
    "IsCustomAttribute": "flag", "IsPrimaryId": "flag", "IsValidForRead": "flag", "IsValidForUpdate": "flag",
    "MetadataId": "guid",
}  # fmt: skip


def one(call: Call) -> Response:
    """Answer GET {set}({id})."""
    table, key = call.table(), call.request.params["id"].lower()
    row = next((r for r in call.visible(table) if r[table.key] == key), None)
    if row is None:
        no_such_record(table.logical, key)
    chosen = feed.choice(call.request, table)
    shown = record(call.site, table, row, chosen.columns, call.annotations)
    context = f"{feed.context(call, table, chosen)}/$entity"
    return call.answer({"@odata.context": context} | shown | expanded(call, table, row))


def who_am_i(call: Call) -> Response:
    """Answer GET WhoAmI."""
    return call.answer(
        {
            "@odata.context": f"{call.root}/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse",
            "BusinessUnitId": BUSINESS_UNIT,
            "UserId": call.caller.user,
            "OrganizationId": ORGANIZATION,
        }
    )


def definitions(call: Call) -> Response:
    """Answer GET EntityDefinitions."""
    rows = [_definition(call, table) for table in call.site.tables.values()]
    return _listed(call, rows, _DEFINITION, "EntityDefinitions", "EntityMetadata")


def attributes(call: Call) -> Response:
    """Answer GET EntityDefinitions(LogicalName='…')/Attributes."""
    logical = call.request.params["logical"]
    table = next((t for t in call.site.tables.values() if t.logical == logical), None)
    if table is None:
        refuse(404, "0x80060888", f"Could not find an entity with name {logical} and id 0 in the metadata cache.")
    rows = [_attribute(table, column) for column in table.columns]
    return _listed(call, rows, _ATTRIBUTE, f"EntityDefinitions('{logical}')/Attributes", "AttributeMetadata")


def _definition(call: Call, table: Table) -> dict[str, str | bool]:
    return {
        "LogicalName": table.logical,
        "SchemaName": table.logical,
        "EntitySetName": table.entity_set,
        "PrimaryIdAttribute": table.key,
        "PrimaryNameAttribute": table.title,
        "ChangeTrackingEnabled": table.entity_set in call.site.tracked,
        "IsCustomEntity": table.logical.startswith("msdyn_"),
        "MetadataId": guid(f"entity {table.logical}"),
    }


def _attribute(table: Table, column: Column) -> dict[str, str | bool]:
    return {
        "LogicalName": column.attribute,
        "SchemaName": column.attribute,
        "AttributeType": ATTRIBUTE_TYPES[column.kind],
        "EntityLogicalName": table.logical,
        "IsCustomAttribute": column.custom or column.attribute.startswith("msdyn_"),
        "IsPrimaryId": column.name == table.key,
        "IsValidForRead": True,
        "IsValidForUpdate": column.name != table.key,
        "MetadataId": guid(f"attribute {table.logical} {column.attribute}"),
    }


def _listed(call: Call, rows: list[dict[str, str | bool]], kinds: Kinds, place: str, kind: str) -> Response:
    """Answer metadata, which has no pages: $select and $filter alone are understood."""
    for name in call.request.query:
        if name not in ("$select", "$filter"):
            refuse(400, BAD_QUERY, f"The query parameter {name} is not supported")
    names = call.request.listed("$select")
    for name in names:
        need(name, kinds, kind)
    text = call.request.one("$filter")
    test = compile_filter(text, kinds, kind) if text else lambda _: True
    found = [row for row in rows if test(row)]
    selected = f"({','.join(names)})" if names else ""
    shown = [{k: v for k, v in row.items() if not names or k in (*names, "MetadataId")} for row in found]
    return call.answer({"@odata.context": f"{call.root}/$metadata#{place}{selected}", "value": shown})
