"""What can be read besides tables: one record, and what tells about the caller, its rights and the organisation.

Sources: Microsoft, Web API reference: WhoAmI, RetrieveCurrentOrganization, RetrieveUserSetOfPrivilegesByNames (bound to
a user; RolePrivilege with PrivilegeName and Depth: Basic, Local, Deep, Global).
"""

from __future__ import annotations

import orjson

from sandbox.dataverse import feed
from sandbox.dataverse.calls import Call
from sandbox.dataverse.errors import BAD_QUERY, no_such_record, refuse
from sandbox.dataverse.expanding import expanded
from sandbox.dataverse.shapes import record
from sandbox.dataverse.site import BUSINESS_UNIT, ORGANIZATION, guid
from sandbox.http import Response


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


def organization(call: Call) -> Response:
    """Answer GET RetrieveCurrentOrganization(AccessType=…): its name, address and version."""
    detail = {
        "OrganizationId": ORGANIZATION,
        "FriendlyName": call.site.name,
        "OrganizationVersion": "9.2.26.11",
        "UniqueName": "org" + ORGANIZATION[:8],
        "State": "Enabled",
    }
    context = f"{call.root}/$metadata#Microsoft.Dynamics.CRM.RetrieveCurrentOrganizationResponse"
    return call.answer({"@odata.context": context, "Detail": detail})


def privileges(call: Call) -> Response:
    """Answer GET systemusers(…)/Microsoft.Dynamics.CRM.RetrieveUserSetOfPrivilegesByNames(PrivilegeNames=@alias).

    Names that there are not, and rights that the user does not hold, are left out.
    """
    alias = call.request.params["alias"]
    try:
        names = orjson.loads(call.request.one(alias))
    except orjson.JSONDecodeError:
        refuse(400, BAD_QUERY, f"The parameter alias {alias} does not hold a collection of Edm.String.")
    depth = {"organization": "Global", "user": "Basic"}[call.caller.depth]
    held = {f"prvread{table.logical}" for table in call.site.tables.values()}
    if call.caller.writes:
        held |= {f"prvwrite{table.logical}" for table in call.site.tables.values()}
    rights = [
        {
            "Depth": depth,
            "PrivilegeId": guid(f"privilege {name.lower()}"),
            "BusinessUnitId": BUSINESS_UNIT,
            "PrivilegeName": name,
        }
        for name in names
        if str(name).lower() in held
    ]
    context = f"{call.root}/$metadata#Microsoft.Dynamics.CRM.RetrieveUserSetOfPrivilegesByNamesResponse"
    return call.answer({"@odata.context": context, "RolePrivileges": rights})
