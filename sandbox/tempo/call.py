"""What every route of Tempo has in hand, and the shapes that they share: pages, lists, references, refusals.

Shapes: Tempo's OpenAPI document of REST v4 as generated clients show it, 2023-10-17.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

from sandbox.messages import HttpError, Request, Response
from sandbox.tempo.records import Period
from sandbox.tempo.site import TempoSite

Json = Any
JIRA = "https://meridian.example"
"""The site that references name: never the address that answers, as behind Tempo's own gateway."""


def refuse(status: int, message: str) -> NoReturn:
    """End the call with Tempo's list of errors."""
    raise HttpError(Response.of_json({"errors": [{"message": message}]}, status=status))


def moment(at: datetime) -> str:
    """Write a moment as Tempo does: `2026-02-06T16:41:41Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Call:
    """One authenticated request to a site whose lock is held; `base` is where Tempo is served."""

    site: TempoSite
    request: Request
    base: str

    def link(self, path: str) -> str:
        """Give the address of something of Tempo's."""
        return f"{self.request.origin}{self.base}/4/{path}"

    def here(self) -> str:
        """Give the address that was asked for."""
        asked = urlencode(dict(self.request.query), doseq=True)
        return f"{self.request.origin}{self.request.path}" + (f"?{asked}" if asked else "")

    def user(self, account_id: str) -> Json:
        """Refer to a person: by account id only, without a name."""
        return {"self": f"{JIRA}/rest/api/2/user?accountId={quote(account_id, safe='')}", "accountId": account_id}

    def need(self, scope: str) -> None:
        """Answer 403 unless the token holds a scope."""
        if scope not in self.site.scopes:
            raise HttpError(Response.of_text("Forbidden", status=403, content_type="text/html"))

    def number(self, name: str, default: int, ceiling: int | None = None) -> int:
        """Read a whole number of the query, or answer 400; one above the ceiling becomes the ceiling."""
        text = self.request.one(name, str(default))
        if not text.isdigit():
            refuse(400, f"'{name}' must be a positive number")
        return int(text) if ceiling is None else min(int(text), ceiling)

    def path_number(self, name: str) -> int:
        """Read a whole number of the path, or answer 404."""
        text = self.request.params[name]
        if not text.isdigit():
            refuse(404, f"'{text}' not found")
        return int(text)

    def day(self, name: str, value: str | None = None) -> date | None:
        """Read a day of the query (or of a body's value), or answer 400."""
        text = self.request.one(name) if value is None else value
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            refuse(400, f"'{name}' must be valid on the format: 'yyyy-MM-dd'")

    def need_day(self, name: str) -> date:
        """Read a day of the query that must be given."""
        found = self.day(name)
        if found is None:
            refuse(400, f"'{name}' is required")
        return found

    def period(self) -> Period:
        """Read `from`, which must be given, and `to`, which else ends the timesheet that holds `from`."""
        start = self.need_day("from")
        return Period(start, self.day("to") or self.site.period(start).end)

    def page(self, values: Sequence[Json], *, ceiling: int = 5000) -> Response:
        """Answer a page of `values`: offset and limit (50 unless told), `next` and `previous` as whole addresses."""
        offset, limit = self.number("offset", 0), max(self.number("limit", 50, ceiling), 1)
        shown = list(values[offset : offset + limit])
        metadata: dict[str, Json] = {"count": len(shown), "offset": offset, "limit": limit}
        if offset + limit < len(values):
            metadata["next"] = self._turned(offset + limit, limit)
        if offset:
            metadata["previous"] = self._turned(max(offset - limit, 0), limit)
        return Response.of_json({"self": self.here(), "metadata": metadata, "results": shown})

    def listed(self, values: Sequence[Json]) -> Response:
        """Answer all `values` at once, counted."""
        document = {"self": self.here(), "metadata": {"count": len(values)}, "results": list(values)}
        return Response.of_json(document)

    def body(self) -> dict[str, Any]:
        """Read the body as a JSON object, or answer 400; no body is an empty object."""
        document = self.request.json() if self.request.body else {}
        if not isinstance(document, dict):
            refuse(400, "The body must be a JSON object")
        return document

    def _turned(self, offset: int, limit: int) -> str:
        asked = {name: values for name, values in self.request.query.items() if name not in ("offset", "limit")}
        query = urlencode({**asked, "offset": offset, "limit": limit}, doseq=True)
        return f"{self.request.origin}{self.request.path}?{query}"
