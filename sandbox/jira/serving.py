"""One Jira site, of either edition, behind a server of its own: `with serve_jira(site) as server: ...`."""

from __future__ import annotations

from pathlib import Path

from sandbox.http import Route, Server
from sandbox.jira import browse
from sandbox.jira import routes as cloud
from sandbox.jira.datacenter import routes as data_center
from sandbox.jira.datacenter.limits import Limits
from sandbox.jira.site import JiraSite


def serve_jira(
    site: JiraSite, *, state: Path | None = None, limits: Limits | None = None, latency_seconds: float = 0.0
) -> Server:
    """Make a server for one filled site; it listens at `url` while its context is open.

    `state` is a file that keeps what is written; `limits` are what the administrator of a Data Center site set.
    """
    return Server(site_routes(site, state, limits), latency_seconds=latency_seconds)


def serve_gateway(site: JiraSite) -> Server:
    """Make a server for the gateway and the authorization server of a Cloud site, apart from the site's own host.

    Set `site.url` to the site's address, so that answers name the site and not the gateway, as Atlassian's do.
    """
    return Server(cloud.gateway_routes(site))


def site_routes(site: JiraSite, state: Path | None = None, limits: Limits | None = None) -> list[Route]:
    """Give everything that a site serves, by its edition, for a server that serves other tools too."""
    api = data_center.routes(site, state, limits) if site.edition == "data_center" else cloud.routes(site, state)
    return [*api, *browse.routes(site)]
