"""Addresses: only http and https become links; anything else in a tool's field stays text."""

import re
from urllib.parse import urlsplit

_GAP = re.compile(r"[\x00-\x20]")


def web_link(url: str | None) -> str | None:
    """The address, or None where it is no web address."""
    if not url or _GAP.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
