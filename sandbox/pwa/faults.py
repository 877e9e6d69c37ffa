"""What goes wrong with a Project Web App, by name: `server.inject(FAULTS["foreign next link"](), path="/Tasks")`.

Each makes a fresh `sandbox.faults.Fault`. What a retired site answers is not a fault: `retirement`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.distortions import foreign_next_link, repeated_next_link
from sandbox.faults import Fault, half_json, sign_in_page

NEXT = "odata.nextLink"
_HTML = {"Content-Type": "text/html; charset=utf-8"}


def throttled(retry_after: str | None = "1", status: int = 429, reset: str | None = None) -> Fault:
    """429 or 503 of SharePoint Online (Microsoft, "Avoid getting throttled or blocked"); None leaves a header out.

    `reset` is `RateLimit-Reset`, in seconds, which may tell another wait than Retry-After.
    """
    given = {"Retry-After": retry_after, "RateLimit-Reset": reset}
    headers = _HTML | {name: value for name, value in given.items() if value is not None}
    return Fault(str(status), (status, headers, b"<html><body><h1>Something's not right</h1></body></html>"))


FAULTS: Mapping[str, Callable[[], Fault]] = {
    "sign-in page": sign_in_page,
    "foreign next link": lambda: foreign_next_link(NEXT),
    "repeated next link": lambda: repeated_next_link(NEXT),
    "429 storm": throttled,
    "blocked": lambda: throttled("120", status=503),
    "truncated body": half_json,
}
"""The faults that a reader of the feed must stand, by name."""
