"""How a configuration says where a secret is kept, since it never holds one, and what makes an address a secret."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

PREFIXES = ("env:", "file:", "keyring:")
"""`env:NAME`, `file:PATH`, `keyring:SERVICE/NAME`."""


def is_reference(told: str) -> bool:
    """Whether it says where a secret is kept, rather than being one."""
    return any(told.startswith(prefix) and told != prefix for prefix in PREFIXES)


_BETWEEN = re.compile(r"[/?&=#]")
_SHORTEST = 4
_LONG, _LONG_WITH_FIGURES = 16, 12
"""Words of a tool's own (`triggers`, `services`) are shorter."""


def parts_of_address(address: str) -> Iterator[str]:
    """Of an address that whoever knows it may call: the whole, and each part that may be what makes it secret."""
    parts = urlsplit(address)
    whole = f"{parts.path}?{parts.query}" if parts.query else parts.path
    yield from (text for text in (address, whole, parts.path) if len(text) >= _SHORTEST)
    for text in _BETWEEN.split(whole):
        if len(text) >= _LONG or (len(text) >= _LONG_WITH_FIGURES and any(c.isdigit() for c in text)):
            yield text
