"""Cost rates by group: who is in the groups that the mapping names."""

from connectors.http import Http
from connectors.jira.api import Edition
from connectors.jira.client import values
from connectors.jira.mapping import Rate
from connectors.jira.normalise.context import Site
from connectors.jira.normalise.people import account_key
from portfolio.errors import RemoteRefusal, SignInError
from portfolio.ports import Rejected


def group_rates(http: Http, edition: Edition, site: Site) -> tuple[dict[str, Rate], list[Rejected]]:
    """By account key, the rate of the first configured group that somebody is in, and the groups that cannot be read.

    `GET /group/member`, one call a page of people; both editions ask for the right to browse users.
    """
    found: dict[str, Rate] = {}
    refused: list[Rejected] = []
    for rate in site.mapping.rates:
        if rate.group is None:
            continue
        try:
            members = list(values(http, f"{edition.api}/group/member", {"groupname": rate.group}))
        except (SignInError, RemoteRefusal) as why:
            said = f"the members of group {rate.group} cannot be read, so its rate counts for nobody: {why}"
            refused.append(Rejected(f"group {rate.group}", "rates.group_not_readable", said))
            continue
        for member in members:
            if key := account_key(member):
                found.setdefault(key, rate)
    return found, refused
