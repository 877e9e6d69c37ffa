"""What a caller posts about an issue -> the changes that a site understands; what cannot be set is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NoReturn

from sandbox.jira.call import Call, refuse
from sandbox.jira.records import Issue, Json
from sandbox.jira.registry import CustomField
from sandbox.jira.values import Plain


@dataclass
class Posted:
    """Changes by the names of `JiraSite.edit_issue`, custom fields by their own names, and comments to add."""

    changes: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Plain] = field(default_factory=dict)
    comments: list[Json] = field(default_factory=list)


def read_posted(call: Call, body: dict[str, Any], issue: Issue | None = None) -> Posted:
    """Read `fields` and `update` of a body; `issue` is the one edited, None when one is created."""
    posted = Posted()
    for name, value in _object(body, "fields").items():
        _set(call, posted, name, value)
    for name, operations in _object(body, "update").items():
        if not isinstance(operations, list):
            refuse(400, errors={name: "data was not an array"})
        if name == "labels":
            posted.changes["labels"] = _edited(issue.labels if issue else [], operations)
        elif name == "comment":
            posted.comments += [read_text(call, one["add"].get("body")) for one in operations if "add" in one]
        elif len(operations) == 1 and "set" in operations[0]:
            _set(call, posted, name, operations[0]["set"])
        else:
            refuse_field(name)
    return posted


_NO_DOCUMENT = {"comment": "Comment body is not valid!"}


def read_text(call: Call, body: Json, name: str = "comment") -> Json:
    """Read a comment or a description: an Atlassian document on Cloud, wiki text on Data Center."""
    if call.site.edition == "cloud":
        if not isinstance(body, dict) or body.get("type") != "doc" or not isinstance(body.get("content"), list):
            refuse(400, errors={name: _NO_DOCUMENT.get(name, "Operation value must be an Atlassian Document")})
    elif not isinstance(body, str) or (name == "comment" and not body.strip()):
        refuse(400, errors={name: "Comment body can not be empty!" if name == "comment" else "data was not a string"})
    return body


def read_account(call: Call, value: Json, name: str) -> str | None:
    """Read an account: `accountId` on Cloud, `name` or `key` on Data Center; null is nobody."""
    if value is None:
        return None
    said = value if isinstance(value, dict) else {}
    if call.site.edition == "cloud":
        found = said.get("accountId") if said.get("accountId") in call.site.users else None
    else:
        logins = {user.login: key for key, user in call.site.users.items()}
        found = logins.get(str(said.get("name"))) or (said.get("key") if said.get("key") in call.site.users else None)
    if found is None:
        refuse(400, errors={name: f"User '{said.get('name') or said.get('accountId')}' does not exist."})
    return str(found)


def refuse_field(name: str) -> NoReturn:
    """Answer that a field cannot be set."""
    refuse(400, errors={name: f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."})


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name) or {}
    if not isinstance(value, dict):
        refuse(400, f"'{name}' must be an object.")
    return value


def _set(call: Call, posted: Posted, name: str, value: Json) -> None:
    custom = next((one for one in call.site.custom_fields.values() if one.id == name), None)
    if custom is not None:
        posted.custom[custom.name] = _custom(call, custom, value)
    elif name in _READERS:
        target, read = _READERS[name]
        posted.changes[target] = read(call, value)
    else:
        refuse_field(name)


def _summary(_call: Call, value: Json) -> str:
    if not isinstance(value, str) or not value.strip():
        refuse(400, errors={"summary": "You must specify a summary of the issue."})
    if len(value) > 255 or "\n" in value:
        refuse(400, errors={"summary": "The summary is invalid because it is too long or contains newline characters."})
    return value


def _edited(labels: list[str], operations: list[dict[str, Any]]) -> list[str]:
    edited = list(labels)
    for operation in operations:
        for verb, value in operation.items():
            if verb == "add":
                edited += check_labels([value])
            elif verb == "remove":
                edited = [label for label in edited if label != value]
            elif verb == "set":
                edited = check_labels(value)
            else:
                refuse(400, errors={"labels": f"The operation '{verb}' is not supported."})
    return list(dict.fromkeys(edited))


def check_labels(value: Json) -> list[str]:
    """Give labels, or refuse those that hold spaces."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one and not set(one) & {" "} for one in value):
        refuse(400, errors={"labels": "The label can't contain spaces."})
    return value


def _day(_call: Call, value: Json) -> date | None:
    try:
        return None if value is None else date.fromisoformat(str(value))
    except ValueError:
        refuse(400, errors={"duedate": "Error parsing date string; the format is yyyy-MM-dd."})


def _priority(call: Call, value: Json) -> str:
    said = value if isinstance(value, dict) else {}
    known = {str(number): name for name, number in call.site.priorities.items()}
    name = known.get(str(said.get("id"))) or str(said.get("name"))
    if name not in call.site.priorities:
        refuse(400, errors={"priority": "The priority selected is invalid."})
    return name


def _description(call: Call, value: Json) -> Json:
    return None if value is None else read_text(call, value, "description")


_READERS: dict[str, tuple[str, Callable[[Call, Json], Any]]] = {
    "summary": ("summary", _summary),
    "labels": ("labels", lambda _, value: check_labels(value)),
    "duedate": ("due", _day),
    "priority": ("priority", _priority),
    "assignee": ("assignee", lambda call, value: read_account(call, value, "assignee")),
    "description": ("description", _description),
}


def _custom(call: Call, custom: CustomField, value: Json) -> Plain:
    """Read a custom field's JSON as the plain value that a site takes."""
    if value is None:
        return None
    if custom.type == "user":
        return read_account(call, value, custom.id)
    if custom.type == "option":
        return _option(custom, value)
    if custom.items is not None and isinstance(value, list):
        return [_option(custom, one) for one in value] if custom.items == "option" else check_labels(value)
    if custom.is_rich:
        return None if value == "" else read_text(call, value, custom.id)
    if custom.type != "date" and not isinstance(value, str if custom.type == "string" else (int, float)):
        refuse(400, errors={custom.id: f"Operation value must be a {custom.type}"})
    return _day(call, value) if custom.type == "date" else value


def _option(custom: CustomField, value: Json) -> str:
    said = value if isinstance(value, dict) else {}
    by_id = {str(number): text for number, text in custom.numbered_options()}
    text = said.get("value") or by_id.get(str(said.get("id")))
    if text is None or (custom.options and text not in custom.options):
        refuse(400, errors={custom.id: f"Option value '{text or said.get('id')}' is not valid"})
    return str(text)
