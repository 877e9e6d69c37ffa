"""What a Jira site has, before anybody configured it: projects, issue types, statuses, fields, boards.

Sources: the OpenAPI document of Jira Cloud v3 and Jira Data Center REST v2 (`issuetype`, `status`, `field`,
`serverInfo`, which answers also without signing in where strangers may see the site); Jira Software REST 1.0 (`board`).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from connectors.answers import Dialect
from connectors.http import Http
from connectors.jira.api import CLOUD, DATA_CENTER, Edition
from connectors.jira.proposing import propose, waiting
from connectors.jira.refusals import CLOUD_REMEDY
from connectors.pacing import Clock
from connectors.reaching import reach
from portfolio.counted import counted
from portfolio.errors import PlumbruleError, RemoteRefusal, SignInError
from portfolio.ports import Probe, Survey

Kind = Literal["jira_cloud", "jira_data_center"]
_SHOWN = 6
_LONGEST_PAUSE_SECONDS = 0.5
"""Between tries to reach an address that a person typed a moment ago, and waits to see answered."""


def kind_of(url: str, *, allow_http: bool = False, ca_bundle: Path | None = None, clock: Clock | None = None) -> Kind:
    """Which Jira answers at that address; asked without signing in.

    Raises RemoteError where nothing can be reached, RemoteRefusal where it is no Jira, ConfigurationError for an
    address that may not be called.
    """
    reach(url, "Jira", allow_http=allow_http, ca_bundle=ca_bundle, clock=clock)
    dialect = Dialect(title="Jira", sign_in_remedy=CLOUD_REMEDY)
    clock = clock or replace(Clock(), sleep=lambda seconds: time.sleep(min(seconds, _LONGEST_PAUSE_SECONDS)))
    http = Http(url, dialect=dialect, allow_http=allow_http, ca_bundle=ca_bundle, clock=clock)
    kinds: Mapping[str, Kind] = {CLOUD.api: "jira_cloud", DATA_CENTER.api: "jira_data_center"}
    try:
        for api, kind in kinds.items():
            try:
                told = http.get_json(f"{api}/serverInfo")
            except SignInError as refused:
                if refused.code == "sign_in.page":
                    continue
                return kind  # something stands there and wants to know who we are
            except RemoteRefusal:
                continue
            if isinstance(told, dict) and told.get("deploymentType"):
                return "jira_cloud" if str(told["deploymentType"]).casefold() == "cloud" else "jira_data_center"
    finally:
        http.close()
    raise RemoteRefusal(
        f"there is no Jira at {url}",
        code="jira.not_jira",
        remedy="Give the address that the browser shows before /browse or /jira, with the context path if there is one,"
        " such as https://your-site.atlassian.net or https://example.com/jira.",
    )


def survey(http: Http, edition: Edition, probe: Probe, projects: Sequence[Mapping[str, Any]]) -> Survey:
    """Look around. `projects` are the rows of the projects to be read. Raises what reading raises."""
    types = _entries(http.get_json(f"{edition.api}/issuetype"))
    statuses = _entries(http.get_json(f"{edition.api}/status"))
    fields = _entries(http.get_json(f"{edition.api}/field"))
    own = sum(bool(entry.get("custom")) for entry in fields)
    names = sorted({str(entry.get("name")) for entry in types}, key=str.casefold)
    archived = sum(bool(row.get("archived")) for row in projects)
    keyed = sum(bool(row.get("initiative_key")) for row in projects)
    return Survey(
        account=probe.account,
        deployment=f"Jira {probe.deployment}",
        projects=projects,
        found=(
            f"{counted(len(projects), 'project')} visible" + (f", {archived} of them archived" if archived else ""),
            f"{keyed} with a key of the PMO in their project property",
            f"{counted(len(names), 'issue type')}: {_listed(names)}",
            f"{counted(len({str(e.get('name')) for e in statuses}), 'status', 'statuses')}",
            f"{counted(own, 'custom field')}",
            _told(lambda: _boards(http)),
        ),
        proposals=propose(types, statuses, fields),
        waiting_statuses=waiting(statuses),
        time_zone=probe.detail.get("time_zone") or None,
    )


def _boards(http: Http) -> str:
    answer = http.get_json("/rest/agile/1.0/board", {"maxResults": 50})
    body = answer if isinstance(answer, dict) else {}
    listed = _entries(body.get("values"))
    scrum = sum(entry.get("type") == "scrum" for entry in listed)
    total = body.get("total") if isinstance(body.get("total"), int) else len(listed)
    if not listed:
        return "no board that the account sees"
    more = "" if body.get("isLast", True) else " at least"
    return f"{counted(int(total or 0), 'board')},{more} {scrum} of them with sprints"


def _told(look: Callable[[], str]) -> str:
    """What is good to know and not needed: without it the survey goes on."""
    try:
        return look()
    except PlumbruleError as error:
        return f"boards cannot be seen: {error.what}"


def _entries(answer: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in answer if isinstance(entry, dict)] if isinstance(answer, list) else []


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
