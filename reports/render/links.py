"""Addresses: only http and https become links; anything else in a tool's field stays text."""

import re
from urllib.parse import urlsplit

_GAP = re.compile(r"[\x00-\x20]")
_PLAIN = re.compile(r"https?://[A-Za-z0-9._-]+(?::[0-9]+)?(?:/[^\x00-\x20]*)?")
"""Nearly every address: no need to take it apart, which costs ten times as much."""


def web_link(url: str | None) -> str | None:
    """The address, or None where it is no web address."""
    if url and _PLAIN.fullmatch(url):
        return url
    if not url or _GAP.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
