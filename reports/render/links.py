"""Addresses: only http and https become links; anything else in a tool's field stays text."""

from urllib.parse import urlsplit


def web_link(url: str | None) -> str | None:
    """The address, or None where it is no web address."""
    if not url or any(ord(c) <= 32 for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
