"""Accounts: everybody seen on a page, once each."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.jira.normalise.context import Site
from connectors.jira.normalise.records import Person, plain
from portfolio.ports import Row

_KINDS = {"app": "app", "atlassian": "human", "customer": "human"}


def account_key(user: Any) -> str | None:
    """The account's id: `accountId` on Cloud. Jira Server, which has none, names people by `key`."""
    if type(user) is Person:
        found = user.account_id
        return found if type(found) is str and found else str(found) if found else None
    if type(user) is not dict:
        return None
    found = user.get("accountId") or user.get("key") or user.get("name")
    return found if type(found) is str else str(found) if found else None


def account_id(site: Site, user: Any) -> str | None:
    """Our id of a person in an answer, or None where there is nobody."""
    if user is None:
        return None
    try:  # nearly always; with each of a hundred thousand records it counts
        return site.account_ids[user.account_id if type(user) is Person else user["accountId"]]
    except (KeyError, TypeError):
        key = account_key(user)
    if key is None:
        return None
    return site.account_ids.setdefault(key, site.id("account", key))


def account_rows(site: Site, users: Iterable[Any]) -> list[Row]:
    """One row a person. The e-mail is only there where the person's profile shows it."""
    rows: dict[str, Row] = {}
    for user in users:
        key = account_key(user)
        if key and key not in rows:
            rows[key] = _row(site, key, plain(user))
    return [rows[key] for key in sorted(rows)]


def _row(site: Site, key: str, user: dict[str, Any]) -> Row:
    shown = user.get("emailAddress")
    email = shown.lower() if isinstance(shown, str) and shown else None
    rate = site.rate_of(key, email)
    row = {
        "id": site.id("account", key),
        "source": site.source,
        "native_id": key,
        "name": user.get("displayName") or None,
        "email": email,
        "kind": _KINDS.get(user.get("accountType") or ""),
        "active": user.get("active"),
    }
    return {**row, "rate_per_hour": rate.rate_per_hour, "currency": rate.currency} if rate else row


def zone_of(user: Any) -> ZoneInfo | None:
    """The zone of a person's profile, where the answer shows it."""
    name = user.time_zone if type(user) is Person else user.get("timeZone") if isinstance(user, dict) else None
    return _zone(name) if isinstance(name, str) and name else None


@lru_cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
