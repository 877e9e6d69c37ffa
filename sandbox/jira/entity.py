"""Entity properties, which projects and issues have alike: any JSON value under a key, invisible to people."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.call import NO_CONTENT, Call, refuse
from sandbox.jira.records import Json

LONGEST_VALUE = 32_768
"""Characters (Atlassian, REST v3, "Set issue property")."""
LONGEST_KEY = 255


def list_properties(call: Call, properties: dict[str, Json], owner: str) -> Response:
    """List the keys."""
    keys = [{"self": call.refs.link(f"{owner}/properties/{key}"), "key": key} for key in properties]
    return Response.of_json({"keys": keys})


def get_property(call: Call, properties: dict[str, Json]) -> Response:
    """Give one value, or 404."""
    key = call.request.params["key"]
    if key not in properties:
        refuse(404, f"The property {key} does not exist.")
    return Response.of_json({"key": key, "value": properties[key]})


def put_property(call: Call, properties: dict[str, Json]) -> Response:
    """Set one value: 201 when it is new, 200 when it replaces another."""
    key = call.request.params["key"]
    if len(key) > LONGEST_KEY:
        refuse(400, f"A property key has {LONGEST_KEY} characters at most.")
    if len(call.request.body.decode()) > LONGEST_VALUE:
        refuse(400, f"A property value has {LONGEST_VALUE} characters at most.")
    value, fresh = call.request.json(), key not in properties
    properties[key] = value
    return Response.of_json({}, status=201 if fresh else 200)


def delete_property(call: Call, properties: dict[str, Json]) -> Response:
    """Remove one value, or 404."""
    key = call.request.params["key"]
    if key not in properties:
        refuse(404, f"The property {key} does not exist.")
    del properties[key]
    return NO_CONTENT
