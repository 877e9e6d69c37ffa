"""The skip token of a next link: an XML cookie, encoded in itself and once more in the link.

`$skiptoken=%3Ccookie%20pagenumber%3D%222%22%20pagingcookie%3D%22%253Ccookie%2520page…`: a client that decodes the link,
encodes it again or puts it together anew sends something else, and is refused (Microsoft, "Page results").
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlencode

from sandbox.dataverse.errors import refuse
from sandbox.http import Request

_OUTER = re.compile(r'<cookie pagenumber="(\d+)" pagingcookie="([^"<>]*)" istracking="(True|False)" />')
_INNER = re.compile(r'<cookie page="(\d+)" at="(\d+)" of="(\w+)" since="(\d*)"><(\w+) last="\{([^"}]*)\}" /></cookie>')
_MALFORMED = "0x80041129"


@dataclass(frozen=True)
class Place:
    """Where the next page begins: after `last` in the order of keys, or at row `at` in an order of the client's own.

    `version` is the change after which a tracked reading began, `since` where a delta began.
    """

    page: int
    at: int
    last: str
    tracking: bool = False
    version: str = ""


def link(request: Request, root: str, key: str, place: Place) -> str:
    """The next link."""
    inner = (
        f'<cookie page="{place.page - 1}" at="{place.at}" of="{_digest(request)}" since="{place.version}">'
        f'<{key} last="{{{place.last}}}" /></cookie>'
    )
    outer = f'<cookie pagenumber="{place.page}" pagingcookie="{quote(inner, safe="")}" istracking="{place.tracking}" />'
    kept = {name: values[-1] for name, values in request.query.items() if name != "$skiptoken"}
    query = urlencode({**kept, "$skiptoken": outer}, quote_via=quote, safe="$,()'")
    return f"{root}/{request.path.rpartition('/')[2]}?{query}"


def read(request: Request) -> Place | None:
    """The place that the request goes on from, None on a first page; 400 for what we never gave."""
    token = request.one("$skiptoken")
    if not token:
        return None
    outer = _OUTER.fullmatch(token)
    inner = _INNER.fullmatch(unquote(outer[2])) if outer else None
    if outer is None or inner is None:
        refuse(400, _MALFORMED, "Malformed XML in the Paging Cookie")
    if inner[3] != _digest(request):
        refuse(400, _MALFORMED, "Paging cookie does not belong to this query.")
    return Place(int(outer[1]), int(inner[2]), inner[6], outer[3] == "True", inner[4])


def _digest(request: Request) -> str:
    asked = sorted((name, values[-1]) for name, values in request.query.items() if name != "$skiptoken")
    return hashlib.sha256(repr((request.path, asked)).encode()).hexdigest()[:12]
