"""Routes about the comments of an issue and their entity properties. Shared by both editions."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.call import NO_CONTENT, Call, refuse
from sandbox.jira.entity import get_property, list_properties, put_property
from sandbox.jira.fields import comment_json
from sandbox.jira.incoming import read_text
from sandbox.jira.records import Comment, Issue, Json


def _wrote(call: Call, issue: Issue) -> None:
    call.journal.wrote_issue(issue.id)
    call.journal.save()


def comments(call: Call) -> Response:
    """GET /issue/{issue}/comment."""
    issue = call.issue()
    start, size = call.number("startAt", 0), call.number("maxResults", 100, 5000)
    shown = [comment_json(call.refs, issue, one) for one in issue.comments[start : start + size]]
    total = len(issue.comments)
    return Response.of_json({"startAt": start, "maxResults": size, "total": total, "comments": shown})


def add_comment(call: Call) -> Response:
    """POST /issue/{issue}/comment: mails the watchers, always."""
    issue = call.issue()
    call.need("ADD_COMMENTS")
    body, properties = _text(call), _properties(call)
    call.site.limit_write(issue)
    comment = call.site.comment(issue, body)
    comment.properties |= properties
    call.site.mails.append(f"{call.site.key_of(issue)}: commented")
    _wrote(call, issue)
    return Response.of_json(comment_json(call.refs, issue, comment), status=201)


def edit_comment(call: Call) -> Response:
    """PUT /issue/{issue}/comment/{comment}: `notifyUsers=false` keeps the mails back."""
    issue = call.issue()
    comment = _comment(call, issue)
    _may_change(call, comment, "EDIT")
    body, properties = _text(call), _properties(call)
    call.site.limit_write(issue)
    comment.body, comment.updated, issue.updated = body, call.site.now, call.site.now
    comment.properties |= properties
    call.site.changed()
    if call.request.one("notifyUsers", "true") != "false":
        call.site.mails.append(f"{call.site.key_of(issue)}: comment edited")
    _wrote(call, issue)
    return Response.of_json(comment_json(call.refs, issue, comment))


def delete_comment(call: Call) -> Response:
    """DELETE /issue/{issue}/comment/{comment}."""
    issue = call.issue()
    comment = _comment(call, issue)
    _may_change(call, comment, "DELETE")
    call.site.limit_write(issue)
    issue.comments.remove(comment)
    issue.updated = call.site.now
    call.site.changed()
    _wrote(call, issue)
    return NO_CONTENT


def one_comment(call: Call) -> Response:
    """GET /issue/{issue}/comment/{comment}."""
    issue = call.issue()
    return Response.of_json(comment_json(call.refs, issue, _comment(call, issue)))


def _may_change(call: Call, comment: Comment, verb: str) -> None:
    own = comment.author == call.site.account
    if f"{verb}_ALL_COMMENTS" not in call.site.granted and not (own and f"{verb}_OWN_COMMENTS" in call.site.granted):
        refuse(400, f"You do not have the permission to {verb.lower()} this comment.")


def _properties(call: Call) -> dict[str, Json]:
    """Read the entity properties that are set together with a comment."""
    given = call.body().get("properties") or []
    if not isinstance(given, list) or not all(isinstance(one, dict) and one.get("key") for one in given):
        refuse(400, "Each of 'properties' needs a key and a value.")
    return {str(one["key"]): one.get("value") for one in given}


def comment_property_keys(call: Call) -> Response:
    """GET /comment/{comment}/properties."""
    _, comment = _any_comment(call)
    return list_properties(call, comment.properties, f"comment/{comment.id}")


def comment_property(call: Call) -> Response:
    """GET /comment/{comment}/properties/{key}."""
    return get_property(call, _any_comment(call)[1].properties)


def put_comment_property(call: Call) -> Response:
    """PUT /comment/{comment}/properties/{key}."""
    issue, comment = _any_comment(call)
    _may_change(call, comment, "EDIT")
    response = put_property(call, comment.properties)
    _wrote(call, issue)
    return response


def _any_comment(call: Call) -> tuple[Issue, Comment]:
    wanted = call.request.params["comment"]
    for issue in call.site.issues.values():
        for comment in issue.comments:
            if str(comment.id) == wanted and call.site.sees(issue):
                return issue, comment
    return refuse(404, f"Can not find a comment for the id: {wanted}.")


def _text(call: Call) -> Json:
    return read_text(call, call.body().get("body"))


def _comment(call: Call, issue: Issue) -> Comment:
    wanted = call.request.params["comment"]
    found = [comment for comment in issue.comments if str(comment.id) == wanted]
    if not found:
        refuse(404, f"Can not find a comment for the id: {wanted}.")
    return found[0]


ROUTES = (
    ("GET", "/issue/{issue}/comment", comments),
    ("POST", "/issue/{issue}/comment", add_comment),
    ("GET", "/issue/{issue}/comment/{comment}", one_comment),
    ("PUT", "/issue/{issue}/comment/{comment}", edit_comment),
    ("DELETE", "/issue/{issue}/comment/{comment}", delete_comment),
    ("GET", "/comment/{comment}/properties", comment_property_keys),
    ("GET", "/comment/{comment}/properties/{key}", comment_property),
    ("PUT", "/comment/{comment}/properties/{key}", put_comment_property),
)
