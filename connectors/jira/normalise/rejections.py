"""Records that cannot be read, kept as received."""

from typing import Any

import orjson

from connectors.jira.normalise.context import Site
from connectors.jira.normalise.records import plain
from portfolio.ports import Rejected


def rejected(site: Site, kind: str, raw: Any, code: str, reason: str) -> Rejected:
    """The record with the reason, by the id that its row would have.

    So what is stored of it is not held for gone, and the rejection is forgotten once the record can be read. Ids of
    Jira's records are told apart by their kind only: an issue and a worklog may have the same number.
    """
    raw = plain(raw)
    known = raw.get("id") or raw.get("key") if isinstance(raw, dict) else None
    return Rejected(site.id(kind, str(known or "?")), code, reason, orjson.dumps(raw, default=str).decode())
