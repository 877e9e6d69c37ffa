"""What is read once of a Data Center before its issues: fields, projects with their properties, and their people."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

import structlog

from connectors.http import Http
from connectors.jira.api import DATA_CENTER
from connectors.jira.datacenter.walk import refused
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.people import account_key
from connectors.jira.normalise.rejections import rejected
from portfolio.errors import PlumbruleError, RemoteRefusal, SignInError
from portfolio.ports import Rejected

_AT_ONCE = 4
"""Properties and people are asked for one by one; side by side they take a quarter of the time."""
log = structlog.get_logger("plumbrule.connectors.jira")
A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class Listed:
    """Projects as received, by native id, with the PMO's property in `properties`; and what is wrong with others."""

    projects: Mapping[str, dict[str, Any]]
    refused: Sequence[Rejected] = field(default_factory=list)


def fields_of(http: Http) -> list[dict[str, Any]]:
    """`GET /field`: every field that the account can see."""
    return [entry for entry in _list(http, "field") if isinstance(entry, dict) and entry.get("id")]


def projects_of(http: Http, site: Site, wanted: Sequence[str], property_key: str) -> Listed:
    """The projects to read: those of these keys, or all that the account sees; archived ones too.

    Raises RemoteRefusal where there is none.
    """
    params: dict[str, str | int | list[str]] = {"expand": "lead,projectKeys", "includeArchived": "true"}
    chosen: list[dict[str, Any]] = []
    refusals: list[Rejected] = []
    for raw in _list(http, "project", params):
        if not isinstance(raw, dict) or not raw.get("id"):
            refusals.append(rejected(site, "project", raw, "project.unreadable", "the project has no id"))
        elif not wanted or raw.get("key") in wanted:
            chosen.append(raw)
    seen = {raw.get("key") for raw in chosen}
    reason = "the configured project does not exist, or the account may not see it"
    refusals += [Rejected(key, "project.not_visible", reason) for key in wanted if key not in seen]
    if not chosen:
        raise RemoteRefusal(
            "Jira shows us none of the projects to be read",
            code="jira.no_projects",
            remedy="Give the account Browse projects there, or correct `projects`.",
        )
    said = _side_by_side(lambda raw: _property(http, str(raw["id"]), property_key), chosen)
    projects = {
        str(raw["id"]): {**raw, "properties": {property_key: value}} for raw, value in zip(chosen, said, strict=True)
    }
    return Listed(projects, refusals)


def people_of(http: Http, short: Iterable[Any], named: Iterable[str]) -> dict[str, Any]:
    """Leads and managers as full users, so that they look the same wherever they are met; by what they were asked for.

    `short`: users as the list of projects shows them; `named`: keys or user names. Somebody who cannot be asked for
    stays in the short form, or is left out.
    """
    known = {key: user for user in short if (key := account_key(user))}
    keys = sorted({*known, *named})
    found = dict(zip(keys, _side_by_side(lambda key: _user(http, key), keys), strict=True))
    return {key: user for key in keys if (user := found[key] or known.get(key)) is not None}


def _user(http: Http, key: str) -> Any:
    """A user by key, else by name; None where there is none that we may see."""
    for parameter in ("key", "username"):
        try:
            return http.get_json(f"{DATA_CENTER.api}/user", {parameter: key})
        except RemoteRefusal:
            continue
        except SignInError as why:
            if why.code != "sign_in.permission":
                raise
            log.warning("jira.users_not_readable", why=str(why))
            return None
    return None


def _property(http: Http, project: str, key: str) -> Any:
    """The value of a project's property; None where it has none, or keeps it from us."""
    try:
        answer = http.get_json(f"{DATA_CENTER.api}/project/{project}/properties/{quote(key, safe='')}")
    except PlumbruleError as why:
        if why.code not in ("remote.not_found", "sign_in.permission"):
            raise
        return None
    return answer.get("value") if isinstance(answer, dict) else None


def _list(http: Http, path: str, params: Mapping[str, str | int | list[str]] | None = None) -> list[Any]:
    found = http.get_json(f"{DATA_CENTER.api}/{path}", params)
    if not isinstance(found, list):
        raise refused(f"answer to {path} is no list", "remote.shape")
    return found


def _side_by_side(ask: Callable[[A], B], of: Sequence[A]) -> list[B]:
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="jira-catalogue") as pool:
        return list(pool.map(ask, of))
