"""Routes that mark an issue without editing it: entity properties and web links."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.call import NO_CONTENT, Call, refuse
from sandbox.jira.entity import delete_property, get_property, list_properties, put_property
from sandbox.jira.records import Issue, Json


def _wrote(call: Call, issue: Issue) -> None:
    call.journal.wrote_issue(issue.id)
    call.journal.save()


def property_keys(call: Call) -> Response:
    """GET /issue/{issue}/properties."""
    issue = call.issue()
    return list_properties(call, issue.properties, f"issue/{issue.id}")


def get(call: Call) -> Response:
    """GET /issue/{issue}/properties/{key}."""
    return get_property(call, call.issue().properties)


def put(call: Call) -> Response:
    """PUT /issue/{issue}/properties/{key}: `updated` stays, no mail, no history."""
    issue = call.issue()
    call.may_edit(issue)
    response = put_property(call, issue.properties)
    _wrote(call, issue)
    return response


def delete(call: Call) -> Response:
    """DELETE /issue/{issue}/properties/{key}."""
    issue = call.issue()
    call.may_edit(issue)
    response = delete_property(call, issue.properties)
    _wrote(call, issue)
    return response


def remote_links(call: Call) -> Response:
    """GET /issue/{issue}/remotelink: all, or the one with `globalId`."""
    issue, wanted = call.issue(), call.request.one("globalId")
    if not wanted:
        return Response.of_json([_link(call, issue, number) for number in issue.remote_links])
    number = _find(issue, wanted)
    if number is None:
        refuse(404, f"No remote link with globalId '{wanted}' was found.")
    return Response.of_json(_link(call, issue, number))


def _link(call: Call, issue: Issue, number: int) -> Json:
    return {"id": number, "self": call.refs.link(f"issue/{issue.id}/remotelink/{number}")} | issue.remote_links[number]


def _find(issue: Issue, global_id: str) -> int | None:
    return next((number for number, link in issue.remote_links.items() if link.get("globalId") == global_id), None)


def put_remote_link(call: Call) -> Response:
    """POST /issue/{issue}/remotelink: 201 for a new one, 200 when one with the same globalId is replaced as a whole."""
    issue, body = call.issue(), call.body()
    call.need("LINK_ISSUES")
    call.site.limit_write(issue)
    errors = _link_errors(body)
    if errors:
        refuse(400, errors=errors)
    known = _find(issue, body["globalId"]) if body.get("globalId") else None
    number = known or call.site.next_id("remote link")
    issue.remote_links[number] = _kept(body)
    _wrote(call, issue)
    written = {"id": number, "self": call.refs.link(f"issue/{issue.id}/remotelink/{number}")}
    return Response.of_json(written, status=201 if known is None else 200)


def _link_errors(body: dict[str, Any]) -> dict[str, str]:
    target = body.get("object")
    if not isinstance(target, dict):
        return {"object": "'object' is required."}
    errors = {name: f"'{name}' is required." for name in ("title", "url") if not target.get(name)}
    if len(str(target.get("title") or "")) > 255:
        errors["title"] = "The title has 255 characters at most."
    if len(str(body.get("globalId") or "")) > 255:
        errors["globalId"] = "The globalId has 255 characters at most."
    return errors


def _kept(body: dict[str, Any]) -> Json:
    target = {"icon": {}, "status": {"icon": {}}} | body["object"]
    named = {name: body[name] for name in ("globalId", "relationship") if body.get(name)}
    return {"application": body.get("application") or {}, **named, "object": target}


def delete_remote_link(call: Call) -> Response:
    """DELETE /issue/{issue}/remotelink?globalId=…"""
    issue, wanted = call.issue(), call.request.one("globalId")
    call.need("LINK_ISSUES")
    if not wanted:
        refuse(400, "globalId is required.")
    number = _find(issue, wanted)
    if number is None:
        refuse(404, f"No remote link with globalId '{wanted}' was found.")
    del issue.remote_links[number]
    _wrote(call, issue)
    return NO_CONTENT


ROUTES = (
    ("GET", "/issue/{issue}/properties", property_keys),
    ("GET", "/issue/{issue}/properties/{key}", get),
    ("PUT", "/issue/{issue}/properties/{key}", put),
    ("DELETE", "/issue/{issue}/properties/{key}", delete),
    ("GET", "/issue/{issue}/remotelink", remote_links),
    ("POST", "/issue/{issue}/remotelink", put_remote_link),
    ("DELETE", "/issue/{issue}/remotelink", delete_remote_link),
)
