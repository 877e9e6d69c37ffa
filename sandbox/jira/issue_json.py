"""An issue as JSON: its fields as `fields` chooses them, its custom fields, its properties and its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sandbox.jira import registry
from sandbox.jira.agile import cloud_sprint, server_sprint
from sandbox.jira.fields import system_fields
from sandbox.jira.records import Issue, Json
from sandbox.jira.references import References
from sandbox.jira.registry import CustomField


def chosen(refs: References, asked: Iterable[str]) -> list[str]:
    """Give the ids of the fields that `fields` asks for: names, `*all`, `*navigable`, `-name` to leave one out.

    Unknown names are passed over, as Jira does.
    """
    names = [part.strip() for part in asked]
    system = system_fields(refs.store)
    customs = [field.id for field in refs.store.custom_fields.values()]
    navigable = dict.fromkeys([field.id for field in system.values() if field.navigable] + customs)
    picked: dict[str, None] = {}
    for name in names:
        if name == "*all":
            picked |= dict.fromkeys([*system, *customs])
        elif name == "*navigable":
            picked |= navigable
        elif name in system or name in customs:
            picked[name] = None
    if names and all(name.startswith("-") for name in names):
        picked |= navigable
    for name in names:
        picked.pop(name.removeprefix("-") if name.startswith("-") else "", None)
    return list(picked)


def issue_json(
    refs: References, issue: Issue, fields: Iterable[str], *, properties: Iterable[str] = (), histories: Json = None
) -> dict[str, Json]:
    """Write an issue with these field ids, and with the entity properties asked for."""
    customs = {field.id: field for field in refs.store.custom_fields.values()}
    system = system_fields(refs.store)
    written = {
        name: system[name].write(refs, issue) if name in system else custom_value(refs, customs[name], issue)
        for name in fields
    }
    if refs.store.edition == "data_center" and written.get("parent", 0) is None:
        del written["parent"]  # only sub-tasks have the field at all
    wanted = {key: issue.properties[key] for key in properties if key in issue.properties}
    return {
        "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
        "id": str(issue.id),
        "self": refs.link(f"issue/{issue.id}"),
        "key": refs.store.key_of(issue),
        "fields": written,
        **({"properties": wanted} if wanted else {}),
        **({"changelog": histories} if histories is not None else {}),
    }


def custom_value(refs: References, field: CustomField, issue: Issue) -> Json:
    """Write the value of a custom field: accounts and options get their addresses, links to parents are computed."""
    computed = _COMPUTED.get(field.custom)
    if computed is not None:
        return computed(refs, issue)
    value = issue.custom.get(field.id)
    if value is None:
        return None
    if field.type == "user":
        return refs.account(value)
    if field.type == "option":
        return refs.option(value)
    if field.items == "option":
        return [refs.option(one) for one in value]
    return value


def _epic_link(refs: References, issue: Issue) -> Json:
    return _parent_key(refs, issue, 0)


def _parent_link(refs: References, issue: Issue) -> Json:
    return _parent_key(refs, issue, 1)


def _parent_key(refs: References, issue: Issue, level: int) -> Json:
    parent = None if issue.parent_id is None else refs.store.issues.get(issue.parent_id)
    if parent is None or refs.store.issue_types[issue.type].level != level:
        return None
    return refs.store.key_of(parent)


def _epic_name(refs: References, issue: Issue) -> Json:
    return issue.summary if refs.store.issue_types[issue.type].level == 1 else None


def _sprints(refs: References, issue: Issue) -> Json:
    write = cloud_sprint if refs.store.edition == "cloud" else server_sprint
    return [write(refs.store.sprints[number]) for number in issue.sprints] or None


_COMPUTED: Mapping[str, Callable[[References, Issue], Json]] = {
    registry.SPRINT.custom: _sprints,
    registry.EPIC_LINK.custom: _epic_link,
    registry.EPIC_NAME.custom: _epic_name,
    registry.PARENT_LINK.custom: _parent_link,
}
