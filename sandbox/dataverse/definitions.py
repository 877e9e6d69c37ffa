"""Definitions: which tables and columns there are, how long a text may be, what a choice offers.

Source: Microsoft, "Query table definitions using the Web API" and "Retrieve table definitions by name or MetadataId":
`Attributes(LogicalName='…')`, with a cast to the kind of attribute for what only that kind has. `OptionSet` is expanded
for choices of one column alone, as those here are; `GlobalOptionSet` is null then.
"""

from __future__ import annotations

from sandbox.dataverse.calls import Call
from sandbox.dataverse.errors import BAD_QUERY, no_such_property, refuse
from sandbox.dataverse.query import Kinds, compile_filter, need
from sandbox.dataverse.schema import ATTRIBUTE_TYPES, Column, Table
from sandbox.dataverse.site import guid
from sandbox.http import Response

NO_SUCH_DEFINITION = "0x80060888"
_ENGLISH = 1033

_DEFINITION: Kinds = {
    "LogicalName": "text", "SchemaName": "text", "EntitySetName": "text", "PrimaryIdAttribute": "text",
    "PrimaryNameAttribute": "text", "ChangeTrackingEnabled": "flag", "IsCustomEntity": "flag", "MetadataId": "guid",
}  # fmt: skip
_ATTRIBUTE: Kinds = {
    "LogicalName": "text", "SchemaName": "text", "AttributeType": "text", "EntityLogicalName": "text",
    "IsCustomAttribute": "flag", "IsPrimaryId": "flag", "IsValidForRead": "flag", "IsValidForUpdate": "flag",
    "MetadataId": "guid",
}  # fmt: skip


def definitions(call: Call) -> Response:
    """Answer GET EntityDefinitions."""
    rows = [_definition(call, table) for table in call.site.tables.values()]
    return _listed(call, rows, _DEFINITION, "EntityDefinitions", "EntityMetadata")


def attributes(call: Call) -> Response:
    """Answer GET EntityDefinitions(LogicalName='…')/Attributes."""
    table = _table(call)
    logical = table.logical
    rows = [_attribute(table, column) for column in table.columns]
    return _listed(call, rows, _ATTRIBUTE, f"EntityDefinitions('{logical}')/Attributes", "AttributeMetadata")


def attribute(call: Call) -> Response:
    """Answer GET EntityDefinitions(LogicalName='…')/Attributes(LogicalName='…'), as it is or cast to its kind."""
    table, name, cast = _table(call), call.request.params["attribute"], call.request.params.get("cast", "")
    column = next((c for c in table.columns if c.attribute == name), None)
    if column is None:
        message = f"Could not find an attribute with name {name} of the entity {table.logical} in the metadata cache."
        refuse(404, NO_SUCH_DEFINITION, message)
    kind = f"{ATTRIBUTE_TYPES[column.kind]}AttributeMetadata"
    if cast not in ("", kind):
        refuse(404, NO_SUCH_DEFINITION, f"The attribute {name} is no {cast}.")
    for option in call.request.query:
        if option not in ("$select", "$expand"):
            refuse(400, BAD_QUERY, f"The query parameter {option} is not supported")
    own: dict[str, object] = dict(_attribute(table, column))
    if cast and column.kind in ("text", "memo"):
        own["MaxLength"] = column.length
    names = call.request.listed("$select")
    for chosen in names:
        if chosen not in own:
            no_such_property(chosen, kind)
    shown = {key: value for key, value in own.items() if not names or key in (*names, "MetadataId")}
    if "OptionSet(" in call.request.one("$expand") and cast == "PicklistAttributeMetadata":
        shown |= {"OptionSet": _options(column), "GlobalOptionSet": None}
    return call.answer({"@odata.context": f"{call.root}/$metadata#{kind}/$entity"} | shown)


def _options(column: Column) -> dict[str, object]:
    def label(text: str) -> dict[str, object]:
        own = {"Label": text, "LanguageCode": _ENGLISH, "IsManaged": False}
        return {"LocalizedLabels": [own], "UserLocalizedLabel": own}

    options = [{"Value": value, "Label": label(text)} for value, text in column.labels]
    return {"MetadataId": guid(f"options {column.name}"), "Options": options}


def _table(call: Call) -> Table:
    logical = call.request.params["logical"]
    table = next((t for t in call.site.tables.values() if t.logical == logical), None)
    if table is None:
        refuse(404, NO_SUCH_DEFINITION, f"Could not find an entity with name {logical} and id 0 in the metadata cache.")
    return table


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
