"""Routes about the site: serverInfo, myself, mypermissions, fields, statuses, types of issues and links."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.call import Call, refuse
from sandbox.jira.fields import system_fields
from sandbox.jira.records import Json
from sandbox.jira.registry import CustomField
from sandbox.jira.shapes import moment
from sandbox.jira.site import KNOWN_PERMISSIONS

_GLOBAL = {"BULK_CHANGE", "ADMINISTER", "USER_PICKER"}


def server_info(call: Call) -> Response:
    """GET /serverInfo."""
    return Response.of_json(
        {
            "baseUrl": call.request.origin,
            "displayUrl": call.request.origin,
            "version": "1001.0.0-SNAPSHOT",
            "versionNumbers": [1001, 0, 0],
            "deploymentType": "Cloud",
            "buildNumber": 100300,
            "buildDate": "2026-11-20T00:00:00.000+0000",
            "serverTime": moment(call.site.now),
            "scmInfo": "sandbox",
            "serverTitle": call.site.title,
        }
    )


def myself(call: Call) -> Response:
    """GET /myself: the account that signed in, with its own address and time zone."""
    user = call.site.users[call.site.account]
    return Response.of_json(call.refs.user(user) | {"emailAddress": user.email, "locale": "en_US", "expand": ""})


def my_permissions(call: Call) -> Response:
    """GET /mypermissions?permissions=A,B, for the site or for one project or issue."""
    asked = call.request.listed("permissions")
    unknown = [name for name in asked if name not in KNOWN_PERMISSIONS]
    if not asked or unknown:
        refuse(400, f"Unrecognized permissions: {', '.join(unknown)}" if asked else "permissions is required.")
    for name in ("projectKey", "projectId"):
        if call.request.one(name) and call.site.project(call.request.one(name)) is None:
            refuse(404, f"No project could be found with key '{call.request.one(name)}'.")
    for name in ("issueKey", "issueId"):
        if call.request.one(name):
            call.issue(call.request.one(name))
    return Response.of_json({"permissions": {name: permission_json(call, name) for name in asked}})


def permission_json(call: Call, name: str) -> Json:
    """Write whether the account holds a permission."""
    return {
        "id": str(KNOWN_PERMISSIONS.index(name)),
        "key": name,
        "name": name.replace("_", " ").capitalize(),
        "type": "GLOBAL" if name in _GLOBAL else "PROJECT",
        "description": "",
        "havePermission": name in call.site.granted,
    }


def fields(call: Call) -> Response:
    """GET /field: system fields, then custom ones."""
    system = [
        {
            "id": field.id,
            "key": field.id,
            "name": field.name,
            "custom": False,
            "orderable": True,
            "navigable": field.navigable,
            "searchable": True,
            "clauseNames": [field.id],
            "schema": field.schema(),
        }
        for field in system_fields(call.site).values()
    ]
    return Response.of_json(system + [_custom(field) for field in call.site.custom_fields.values()])


def _custom(field: CustomField) -> Json:
    return {
        "id": field.id,
        "key": field.id,
        "name": field.name,
        "custom": True,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": [f"cf[{field.number}]", field.name],
        "schema": field.schema(),
    }


def statuses(call: Call) -> Response:
    """GET /status."""
    return Response.of_json([call.refs.status(status) for status in call.site.statuses.values()])


def priorities(call: Call) -> Response:
    """GET /priority."""
    return Response.of_json([call.refs.priority(name) for name in call.site.priorities])


def issue_types(call: Call) -> Response:
    """GET /issuetype: those of all visible projects."""
    return Response.of_json([call.refs.issue_type(kind) for kind in call.site.issue_types.values()])


def resolutions(call: Call) -> Response:
    """GET /resolution."""
    return Response.of_json([call.refs.resolution(name) for name in call.site.resolutions])


def configuration(call: Call) -> Response:
    """GET /configuration: which features are on, and how long a day and a week are when time is booked."""
    features = ("voting", "watching", "unassignedIssues", "subTasks", "issueLinking", "timeTracking", "attachments")
    names = {f"{name}Allowed" if name == "unassignedIssues" else f"{name}Enabled": True for name in features}
    tracking = {"workingHoursPerDay": 8.0, "workingDaysPerWeek": 5.0, "timeFormat": "pretty", "defaultUnit": "minute"}
    return Response.of_json(names | {"timeTrackingConfiguration": tracking})


def link_types(call: Call) -> Response:
    """GET /issueLinkType."""
    types = [
        {
            "id": str(kind.id),
            "name": kind.name,
            "inward": kind.inward,
            "outward": kind.outward,
            "self": call.refs.link(f"issueLinkType/{kind.id}"),
        }
        for kind in call.site.link_types.values()
    ]
    return Response.of_json({"issueLinkTypes": types})


ROUTES = (
    ("GET", "/serverInfo", server_info),
    ("GET", "/myself", myself),
    ("GET", "/mypermissions", my_permissions),
    ("GET", "/field", fields),
    ("GET", "/status", statuses),
    ("GET", "/priority", priorities),
    ("GET", "/resolution", resolutions),
    ("GET", "/issuetype", issue_types),
    ("GET", "/configuration", configuration),
    ("GET", "/issueLinkType", link_types),
)
