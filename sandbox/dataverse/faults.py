"""What goes wrong with a Dataverse environment, by name: `server.inject(FAULTS["repeated next link"](), path="tasks")`.

Each makes a fresh `sandbox.faults.Fault`; times and paths are those of `Server.inject`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from sandbox.dataverse.errors import EXPIRED_VERSION_STAMP, JSON_TYPE
from sandbox.distortions import foreign_next_link, repeated_next_link
from sandbox.faults import Fault, half_json, sign_in_page

NEXT = "@odata.nextLink"
REQUESTS, TIME, CONCURRENT = "0x80072322", "0x80072321", "0x80072326"
_LIMITS: Mapping[str, bytes] = {
    REQUESTS: b"Number of requests exceeded the limit of 6000 over time window of 300 seconds.",
    TIME: b"Combined execution time of incoming requests exceeded limit of 1200000 milliseconds over time window of "
          b"300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again.",
    CONCURRENT: b"Number of concurrent requests exceeded the limit of 52.",
}  # fmt: skip


def throttled(retry_after: str | None = "1", code: str = REQUESTS) -> Fault:
    """429 of the service protection limits (Microsoft, "Service protection API limits"); None leaves the header out."""
    headers = {"Content-Type": JSON_TYPE} | ({} if retry_after is None else {"Retry-After": retry_after})
    return Fault("429", (429, headers, _refusal(code, _LIMITS[code])))


def expired_delta(status: int = 400) -> Fault:
    """The refusal of a delta link that has grown too old, on any request."""
    words = b"Version stamp associated with the client has expired. Please perform a full sync."
    return Fault("expired delta", (status, {"Content-Type": JSON_TYPE}, _refusal(EXPIRED_VERSION_STAMP, words)))


def _refusal(code: str, message: bytes) -> bytes:
    return orjson.dumps({"error": {"code": code, "message": message.decode()}})


FAULTS: Mapping[str, Callable[[], Fault]] = {
    "sign-in page": sign_in_page,
    "foreign next link": lambda: foreign_next_link(NEXT),
    "repeated next link": lambda: repeated_next_link(NEXT),
    "expired delta": expired_delta,
    "429 storm": throttled,
    "truncated body": half_json,
}
"""The faults that a reader of Dataverse must stand, by name."""
