"""What is read of a Data Center before its issues: its fields and names, projects with properties, versions, people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import structlog

from connectors.http import Http
from connectors.jira.api import DATA_CENTER
from connectors.jira.datacenter.known import Known
from connectors.jira.datacenter.parents import Parents
from connectors.jira.datacenter.shapes import Shapes
from connectors.jira.datacenter.times import ServerTime
from connectors.jira.groups import group_rates
from connectors.jira.normalise.columns import fields_not_found, wanted_fields
from connectors.jira.normalise.context import FieldIds, Site, resolve_fields
from connectors.jira.normalise.people import account_key, account_rows, zone_of
from connectors.jira.normalise.projects import project_property, project_row, version_row
from connectors.jira.normalise.rejections import rejected
from connectors.jira.normalise.values import UNREADABLE, reason
from connectors.jira.positions import write_position
from connectors.jira.selection import Selection
from connectors.jira.settings import LABEL_PREFIX, JiraDataCenterSource
from connectors.jira.threads import side_by_side
from connectors.jira.unusable import unusable
from portfolio.errors import PlumbruleError
from portfolio.ports import Page, Rejected, Row, Scope

_API = DATA_CENTER.api
_UNSEEN = ("remote.not_found", "sign_in.permission")
log = structlog.get_logger("plumbrule.connectors.jira")


def read_catalogue(
    http: Http,
    name: str,
    settings: JiraDataCenterSource,
    *,
    server: Mapping[str, Any],
    time: ServerTime,
    me: Any,
    label_prefix: str = LABEL_PREFIX,
) -> Known:
    """Everything at once. `server` is what serverInfo told, `me` the account that signed in.

    Raises RemoteRefusal where none of the projects to be read is shown to us.
    """
    fields = [entry for entry in _list(http, "field") if isinstance(entry, dict) and entry.get("id")]
    found = _field_ids(name, settings, fields)
    site = Site(
        source=name,
        browse_url=str(server.get("baseUrl") or http.base_url).rstrip("/"),
        mapping=settings.mapping,
        field_ids=found,
        currency=settings.currency,
        label_prefix=label_prefix,
        switches=(settings.worklogs, settings.histories),
    )
    projects, refused = _projects(http, site, settings)
    rates, unread = group_rates(http, DATA_CENTER, site)
    currencies = {n: str(c) for n, p in projects.items() if (c := project_property(site, p).get("currency"))}
    return Known(
        http=http,
        settings=settings,
        site=replace(site, currencies=currencies, group_rates=rates),
        shapes=Shapes.of(fields, found),
        time=time,
        zone=zone_of(me),
        names=[*_names(http, "status"), *_names(http, "issuetype")],
        projects=projects,
        people=_people(http, site, projects),
        refused=[*refused, *fields_not_found(site), *unread],
        parents=Parents(http),
    )


def _names(http: Http, path: str) -> list[Any]:
    """Statuses or issue types; none where they are kept from us, for issues name their own."""
    try:
        return _list(http, path)
    except PlumbruleError as why:
        if why.code not in _UNSEEN:
            raise
        log.warning("jira.names_not_readable", of=path, why=str(why))
        return []


def _field_ids(name: str, settings: JiraDataCenterSource, listed: Sequence[Mapping[str, Any]]) -> FieldIds:
    found = resolve_fields(listed, wanted_fields(settings.mapping))
    missing = sorted(role for role, ids in found.by_role.items() if not ids)
    if missing:
        log.info("jira.fields_not_found", source=name, roles=missing)
    return found


def _projects(
    http: Http, site: Site, settings: JiraDataCenterSource
) -> tuple[dict[str, dict[str, Any]], list[Rejected]]:
    """Projects as received with the PMO's property, by native id, and what is wrong: records without id, what is
    configured and not seen. Archived ones too; a version that cannot list them leaves the parameter out of account."""
    selection, key = Selection.of(settings), site.mapping.project_property
    chosen: list[dict[str, Any]] = []
    refused: list[Rejected] = []
    for raw in _list(http, "project", {"expand": "lead", "includeArchived": "true"}):
        if not isinstance(raw, dict) or not raw.get("id"):
            refused.append(rejected(site, "project", raw, "project.unreadable", "the project has no id"))
        elif selection.wants(raw):
            chosen.append(raw)
    selection.refuse_none(chosen)
    refused += selection.complaints
    said = side_by_side(lambda raw: _property(http, str(raw["id"]), key), chosen)
    return {
        str(raw["id"]): {**raw, "properties": {key: value}} for raw, value in zip(chosen, said, strict=True)
    }, refused


def _property(http: Http, project: str, key: str) -> Any:
    """The value of a project's property; None where it has none, or keeps it from us. There is no list of them all."""
    try:
        answer = http.get_json(f"{_API}/project/{quote(project, safe='')}/properties/{quote(key, safe='')}")
    except PlumbruleError as why:
        if why.code not in _UNSEEN:
            raise
        return None
    return answer.get("value") if isinstance(answer, dict) else None


def _people(http: Http, site: Site, projects: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Leads and managers as full users, so that they look the same wherever they are met; by what they were asked for.

    Properties may name a manager by key or by user name. A lead who cannot be asked for stays in the short form.
    """
    short = {key: lead for raw in projects.values() if (key := account_key(lead := raw.get("lead")))}
    named = {str(m) for raw in projects.values() if (m := project_property(site, raw).get("manager"))}
    keys = sorted({*short, *named})
    found = dict(zip(keys, side_by_side(lambda key: _user(http, key), keys), strict=True))
    return {key: user for key in keys if (user := found[key] or short.get(key)) is not None}


def _user(http: Http, key: str) -> Any:
    """A user by key, else by name; None where there is none that we may see."""
    for parameter in ("key", "username"):
        try:
            return http.get_json(f"{_API}/user", {parameter: key})
        except PlumbruleError as why:
            if why.code not in _UNSEEN:
                raise
    return None


def catalogue_page(known: Known) -> Page:
    """Projects, and those who lead them."""
    site, refused = known.site, list(known.refused)
    rows: list[Row] = []
    for raw in known.projects.values():
        try:
            row, complaints = project_row(site, _with_manager_by_key(known, raw))
        except UNREADABLE as why:
            refused.append(rejected(site, "project", raw, "project.unreadable", reason(why)))
            continue
        rows.append(row)
        refused += complaints
    accounts = account_rows(site, _people_once(known.people.values()))
    return Page(
        {"project": rows, "account": accounts}, None, [Scope("project", "source", site.source)], refused, whole=True
    )


def _people_once(people: Iterable[Any]) -> list[Any]:
    return list({account_key(person): person for person in people}.values())


def _with_manager_by_key(known: Known, raw: dict[str, Any]) -> dict[str, Any]:
    """People are known by key; whoever writes a property knows them by user name."""
    said = project_property(known.site, raw)
    key = account_key(known.people.get(str(said.get("manager"))))
    if key is None:
        return raw
    return {**raw, "properties": {known.site.mapping.project_property: {**said, "manager": key}}}


def versions_page(known: Known, project: str) -> Page:
    """All versions of a project. Jira does not say when one changed, so they are read once a day."""
    rows: list[Row] = []
    refused: list[Rejected] = []
    for raw in _list(known.http, f"project/{project}/versions"):
        try:
            rows.append(version_row(known.site, project, raw))
        except UNREADABLE as why:
            refused.append(rejected(known.site, "version", raw, "version.unreadable", reason(why)))
    scope = Scope("version", "project_id", known.site.id("project", project))
    position = write_position(observed_ms=known.time.said_ms)
    return Page({"version": rows}, position, [scope], refused, whole=True)


def _list(http: Http, path: str, params: Mapping[str, str | int | list[str]] | None = None) -> list[Any]:
    found = http.get_json(f"{_API}/{path}", params)
    if not isinstance(found, list):
        raise unusable(f"answer to {path} is no list", "remote.shape")
    return found
