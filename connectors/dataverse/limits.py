"""How Dataverse tells that it is asked too much.

Source: Microsoft, "Service protection API limits" (2023-01-31): three limits per user and web server over five minutes,
each with a code of its own in the body of a 429, and Retry-After in seconds. The `x-ms-ratelimit-` headers are for
debugging and are not relied on.
"""

from datetime import datetime

import orjson
import requests

from connectors.limits import UNSTATED, Limits, Throttle

_REASONS = {
    "0x80072322": "0x80072322: too many requests in five minutes",
    "0x80072321": "0x80072321: too much execution time in five minutes",
    "0x80072326": "0x80072326: too many requests at once",
}


def _throttle(response: requests.Response, now: datetime) -> Throttle:
    code = error_code(response.content)
    return Throttle("host", _REASONS.get(code, code or UNSTATED))


def error_code(body: bytes) -> str:
    """The code in an error of the Web API, in small letters; empty where there is none."""
    return str(_error(body).get("code") or "").lower()[:100]


def error_message(body: bytes) -> str:
    """What an error of the Web API says, with its code; empty for another body."""
    error = _error(body)
    words = str(error.get("message") or "")
    return f"{words} ({error['code']})" if words and error.get("code") else words


def _error(body: bytes) -> dict[str, object]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    error = found.get("error") if isinstance(found, dict) else None
    return error if isinstance(error, dict) else {}


LIMITS = Limits(throttle=_throttle)
"""The limits of Dataverse."""
