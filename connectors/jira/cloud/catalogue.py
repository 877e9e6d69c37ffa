"""What is read of a site before its issues: who it is, its fields, names and projects, and who leads them."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import structlog

from connectors.http import Http
from connectors.jira.api import CLOUD
from connectors.jira.client import values
from connectors.jira.groups import group_rates
from connectors.jira.normalise.columns import fields_not_found, wanted_fields
from connectors.jira.normalise.context import FieldIds, Site, resolve_fields
from connectors.jira.normalise.people import account_key, account_rows
from connectors.jira.normalise.projects import project_property, project_row, version_row
from connectors.jira.normalise.rejections import rejected
from connectors.jira.normalise.values import UNREADABLE, reason
from connectors.jira.positions import DAY_MS, counted, milliseconds, read_position, write_position
from connectors.jira.selection import Selection
from connectors.jira.settings import LABEL_PREFIX, JiraCloudSource
from portfolio.errors import RemoteRefusal, SignInError
from portfolio.ports import Census, Page, Rejected, Row, Scope

log = structlog.get_logger("plumbrule.connectors.jira")

_API = CLOUD.api
_USERS_A_CALL = 100


@dataclass(frozen=True)
class Known:
    """A site and its projects as received, by native id; the server's time in ms at the start of the run."""

    site: Site
    projects: Mapping[str, dict[str, Any]]
    binned: Sequence[str]
    """Ids of projects that stand in the recycle bin, where the account may see that."""
    refused: Sequence[Rejected]
    observed_ms: int | None
    names: Mapping[str, int]
    """Hashes of the names of statuses and types: `shared`, and by native id of a project with names of its own."""
    named_ms: int | None
    """When these names were read, and the people who lead projects with them."""
    is_named_now: bool
    of_site: int | None = None
    """How many issues all projects have that the account sees, also those that are not read; None: nobody tells."""

    @property
    def readings(self) -> dict[str, int]:
        """By native project id: what stands for all but the issues themselves that goes into their rows."""
        return {native: self.reading(native) for native in self.projects}

    def reading(self, project: str) -> int:
        """The same of one project; also of one that we do not know, which has no key."""
        key = self.projects.get(project, {}).get("key")
        return self.site.reading_of(project, key, (self.names.get("shared", 0), self.names.get(project, 0)))


def read_catalogue(
    http: Http,
    name: str,
    settings: JiraCloudSource,
    server: Mapping[str, Any],
    position: str | None,
    *,
    label_prefix: str = LABEL_PREFIX,
) -> Known:
    """Everything but the people. `position` is that of the catalogue: names of statuses are read once a day."""
    site = Site(
        source=name,
        browse_url=str(server.get("baseUrl") or http.base_url).rstrip("/"),
        mapping=settings.mapping,
        field_ids=_field_ids(http, name, settings),
        currency=settings.currency,
        label_prefix=label_prefix,
        switches=(settings.worklogs, settings.histories),
    )
    projects, binned, refused, of_site = _projects(http, site, settings)
    rates, unread = group_rates(http, CLOUD, site)
    refused += [*fields_not_found(site), *unread]
    currencies = {n: str(c) for n, p in projects.items() if (c := project_property(site, p).get("currency"))}
    observed_ms = milliseconds(server.get("serverTime"))
    site = replace(site, currencies=currencies, group_rates=rates)
    known = Known(site, projects, binned, refused, observed_ms, {}, None, is_named_now=False, of_site=of_site)
    return _named(http, known, read_position(position))


def _field_ids(http: Http, name: str, settings: JiraCloudSource) -> FieldIds:
    found = resolve_fields(http.get_json(f"{_API}/field") or [], wanted_fields(settings.mapping))
    missing = sorted(role for role, ids in found.by_role.items() if not ids)
    if missing:
        log.info("jira.fields_not_found", source=name, roles=missing)
    return found


def _projects(
    http: Http, site: Site, settings: JiraCloudSource
) -> tuple[dict[str, dict[str, Any]], list[str], list[Rejected], int | None]:
    """Projects as received, by native id; the ids of deleted ones; what is wrong: records without id, what is
    configured and not seen; and how many issues there are in all projects, whatever is configured."""
    selection = Selection.of(settings)
    params: dict[str, str | int | list[str]] = {
        "expand": "insight,lead",
        "status": ["live", "archived", "deleted"],
        "properties": [settings.mapping.project_property],
    }
    projects: dict[str, dict[str, Any]] = {}
    binned: list[str] = []
    refused: list[Rejected] = []
    totals: list[int | None] = []
    for raw in values(http, f"{_API}/project/search", params):
        if not isinstance(raw, dict) or not raw.get("id"):
            refused.append(rejected(site, "project", raw, "project.unreadable", "the project has no id"))
        elif raw.get("deleted") is True:
            binned.append(str(raw["id"]))
        else:
            totals.append(counted(raw))
            if selection.wants(raw):
                projects[str(raw["id"])] = raw
    selection.refuse_none(projects)
    refused += selection.complaints
    known = [total for total in totals if total is not None]
    return projects, binned, refused, sum(known) if len(known) == len(totals) else None


def _named(http: Http, known: Known, position: Mapping[str, int]) -> Known:
    """With the hashes of names: those of the position while they are younger than a day, else read again.

    What is not whole is not remembered: the next run asks again.

    A status that is renamed or moved to another category, or a renamed issue type, changes rows of issues whose
    `updated` stays. Team-managed projects have names of their own, which concern nobody else.
    """
    named_ms, now_ms = position.get("named_ms"), known.observed_ms
    before = replace(known, names={of: h for of, h in position.items() if of != "named_ms"}, named_ms=named_ms)
    if named_ms is not None and now_ms is not None and now_ms - named_ms <= DAY_MS:
        return before
    means: dict[str, list[Any]] = {}
    is_whole = True
    for path in ("status", "issuetype"):
        try:
            listed = http.get_json(f"{_API}/{path}") or []
        except (SignInError, RemoteRefusal) as why:
            log.warning("jira.names_not_readable", source=known.site.source, of=path, why=str(why))
            is_whole = False
            continue
        for one in listed:
            means.setdefault(_scope_of(one), []).append([path, *_meaning(one)])
    if not is_whole and named_ms is not None:  # names are not others because one request was refused
        return replace(before, is_named_now=True)
    names = {of: zlib.crc32(orjson.dumps(sorted(said, key=str))) for of, said in means.items()}
    return replace(known, names=names, named_ms=now_ms if is_whole else None, is_named_now=True)


def _scope_of(one: Any) -> str:
    """Native id of the project that a status or type belongs to, or `shared`."""
    scope = one.get("scope") if isinstance(one, dict) else None
    project = scope.get("project") if isinstance(scope, dict) else None
    return str(project.get("id") or "shared") if isinstance(project, dict) else "shared"


def _meaning(one: Any) -> list[Any]:
    if not isinstance(one, dict):
        return []
    category = one.get("statusCategory")
    return [one.get("id"), one.get("name"), one.get("subtask"), (category or {}).get("key")]


def catalogue_page(http: Http, known: Known) -> Page:
    """Projects, and once a day those who lead them in full."""
    refused = list(known.refused)
    rows: list[Row] = []
    for raw in known.projects.values():
        try:
            row, complaints = project_row(known.site, raw)
        except UNREADABLE as why:
            refused.append(rejected(known.site, "project", raw, "project.unreadable", reason(why)))
            continue
        rows.append(row)
        refused += complaints
    tables: dict[str, Sequence[Row]] = {"project": rows}
    if known.is_named_now:
        tables["account"] = account_rows(known.site, _leads(http, known))
    position = write_position(**known.names, named_ms=known.named_ms) if known.named_ms is not None else None
    ids = frozenset(row["id"] for row in rows)
    binned = {known.site.id("project", native): "deleted" for native in known.binned}
    census = Census("project", "source", known.site.source, ids, binned)
    return Page(tables, position, rejected=refused, censuses=[census], whole=True)


def _leads(http: Http, known: Known) -> list[Any]:
    """Leads and managers as full users; where they cannot be asked for, the short form in the list of projects."""
    short = {key: lead for raw in known.projects.values() if (key := account_key(lead := raw.get("lead")))}
    named = {m for raw in known.projects.values() if (m := project_property(known.site, raw).get("manager"))}
    keys = sorted({*short, *(key for key in named if isinstance(key, str))})
    found: dict[str, Any] = dict(short)
    for start in range(0, len(keys), _USERS_A_CALL):
        try:
            users = values(http, f"{_API}/user/bulk", {"accountId": keys[start : start + _USERS_A_CALL]})
            found |= {key: user for user in users if (key := account_key(user))}
        except (SignInError, RemoteRefusal) as why:
            log.warning("jira.users_not_readable", source=known.site.source, why=str(why))
            break
    return [found[key] for key in sorted(found)]


def versions_page(http: Http, known: Known, project: str) -> Page:
    """All versions of a project. Jira does not say when one changed, so they are read once a day."""
    rows: list[Row] = []
    refused: list[Rejected] = []
    for raw in values(http, f"{_API}/project/{project}/version", {}):
        try:
            rows.append(version_row(known.site, project, raw))
        except UNREADABLE as why:
            refused.append(rejected(known.site, "version", raw, "version.unreadable", reason(why)))
    scope = Scope("version", "project_id", known.site.id("project", project))
    position = write_position(observed_ms=known.observed_ms)
    return Page({"version": rows}, position, [scope], refused, whole=True)
