"""Routes about accounts and groups of a Cloud site."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.call import Call, refuse


def users_in_bulk(call: Call) -> Response:
    """GET /user/bulk?accountId=…: unknown ids are left out."""
    asked = call.request.query.get("accountId", [])
    if not asked:
        refuse(400, "The accountId query parameter is required.")
    found = [call.refs.user(call.site.users[one]) for one in asked if one in call.site.users]
    return call.page(found, default=10, ceiling=200)


def all_users(call: Call) -> Response:
    """GET /users/search: a bare list."""
    call.need("USER_PICKER")
    start, size = call.number("startAt", 0), call.number("maxResults", 50, 1000)
    users = [call.refs.user(user) for user in call.site.users.values()]
    return Response.of_json(users[start : start + size])


def group_members(call: Call) -> Response:
    """GET /group/member?groupname=… or groupId=…: fifty a page at most, active ones only unless asked otherwise."""
    call.need("USER_PICKER")
    name, number = call.request.one("groupname"), call.request.one("groupId")
    if bool(name) == bool(number):
        refuse(400, "Either groupname or groupId must be given, and not both.")
    group = call.site.groups.get(name) or next((one for one in call.site.groups.values() if one.id == number), None)
    if group is None:
        refuse(404, f"Group '{name or number}' does not exist.")
    inactive = call.request.one("includeInactiveUsers") == "true"
    people = [call.site.users[one] for one in group.members]
    shown = [call.refs.user(one) for one in sorted(people, key=lambda one: one.name) if one.active or inactive]
    return call.page(shown, default=50, ceiling=50)


ROUTES = (
    ("GET", "/user/bulk", users_in_bulk),
    ("GET", "/users/search", all_users),
    ("GET", "/group/member", group_members),
)
