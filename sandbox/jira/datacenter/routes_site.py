"""Routes about a Data Center site: serverInfo, myself, mypermissions, users."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.call import Call, refuse
from sandbox.jira.datacenter.limits import Limits
from sandbox.jira.routes_people import group_members
from sandbox.jira.routes_site import (
    configuration,
    fields,
    issue_types,
    link_types,
    permission_json,
    priorities,
    resolutions,
    statuses,
)
from sandbox.jira.service import Row
from sandbox.jira.shapes import moment
from sandbox.jira.site import KNOWN_PERMISSIONS


def rows(limits: Limits) -> list[Row]:
    """Serve what depends on the version: GET /serverInfo, whose `deploymentType` tells the editions apart."""

    def server_info(call: Call) -> Response:
        major, minor, patch = limits.version
        build = major * 1_000_000 + minor * 10_000 + patch
        return Response.of_json(
            {
                "baseUrl": call.refs.origin,
                "version": f"{major}.{minor}.{patch}",
                "versionNumbers": list(limits.version),
                "deploymentType": "Server",
                "buildNumber": build,
                "buildDate": "2026-09-15T00:00:00.000+0000",
                "databaseBuildNumber": build,
                "serverTime": moment(call.site.now),
                "scmInfo": "sandbox",
                "serverTitle": call.site.title,
            }
        )

    return [("GET", "/serverInfo", server_info)]


def myself(call: Call) -> Response:
    """GET /myself: with the time zone in which its queries are read."""
    user = call.site.users[call.site.account]
    return Response.of_json(call.refs.user(user) | {"emailAddress": user.email, "locale": "en_US"})


def my_permissions(call: Call) -> Response:
    """GET /mypermissions: always all of them, for the site or for one project or issue."""
    for name in ("projectKey", "projectId"):
        if call.request.one(name):
            call.project(call.request.one(name))
    for name in ("issueKey", "issueId"):
        if call.request.one(name):
            call.issue(call.request.one(name))
    return Response.of_json({"permissions": {name: permission_json(call, name) for name in KNOWN_PERMISSIONS}})


def user(call: Call) -> Response:
    """GET /user?username=… or ?key=…."""
    login, key = call.request.one("username"), call.request.one("key")
    found = [one for one in call.site.users.values() if (login and one.login == login) or one.account_id == key]
    if not found:
        refuse(404, f"The user named '{login or key}' does not exist")
    return Response.of_json(call.refs.user(found[0]))


def users(call: Call) -> Response:
    """GET /user/search?username=…: those whose login, name or address holds the text; `.` finds all."""
    text = call.request.one("username").lower()
    if not text:
        refuse(400, "The username query parameter was not provided")
    start, size = call.number("startAt", 0), call.number("maxResults", 50, 1000)
    inactive = call.request.one("includeInactive") == "true"
    found = [
        one
        for one in call.site.users.values()
        if (text == "." or text in f"{one.login} {one.name} {one.email}".lower()) and (one.active or inactive)
    ]
    return Response.of_json([call.refs.user(one) for one in found[start : start + size]])


ROUTES = (
    ("GET", "/myself", myself),
    ("GET", "/mypermissions", my_permissions),
    ("GET", "/user", user),
    ("GET", "/user/search", users),
    ("GET", "/group/member", group_members),
    ("GET", "/field", fields),
    ("GET", "/status", statuses),
    ("GET", "/priority", priorities),
    ("GET", "/resolution", resolutions),
    ("GET", "/issuetype", issue_types),
    ("GET", "/configuration", configuration),
    ("GET", "/issueLinkType", link_types),
)
