"""What every route has in hand, and the answers that they share: pages, refusals, small conversions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from sandbox.http import HttpError, Request, Response
from sandbox.jira.journal import Journal
from sandbox.jira.records import Issue, Json, Project
from sandbox.jira.references import References
from sandbox.jira.search import Searcher
from sandbox.jira.site import JiraSite

NO_CONTENT = Response(204)


def refuse(status: int, *messages: str, errors: dict[str, str] | None = None) -> NoReturn:
    """End the call with Jira's collection of errors."""
    body = {"errorMessages": list(messages), "errors": errors or {}}
    raise HttpError(Response.of_json(body, status=status))


@dataclass(frozen=True)
class Call:
    """One authenticated request to a site whose lock is held."""

    site: JiraSite
    request: Request
    refs: References
    searcher: Searcher
    journal: Journal

    def issue(self, id_or_key: str | None = None) -> Issue:
        """Find the issue of the path (or another one), or answer 404."""
        issue = self.site.issue(id_or_key or self.request.params["issue"])
        if issue is None or not self.site.sees(issue):
            refuse(404, "Issue does not exist or you do not have permission to see it.")
        return issue

    def project(self, id_or_key: str | None = None) -> Project:
        """Find the project of the path (or another one), or answer 404."""
        name = id_or_key or self.request.params["project"]
        project = self.site.project(name)
        if project is None or project.status == "deleted" or not self.site.visible(project):
            refuse(404, f"No project could be found with id or key '{name}'.")
        return project

    def need(self, permission: str, status: int = 403) -> None:
        """Answer 403 unless the account holds the permission."""
        if permission not in self.site.granted:
            refuse(status, "You do not have permission to perform this operation.")

    def may_edit(self, issue: Issue) -> None:
        """Answer 403 unless the account may edit the issue."""
        if not self.site.may_edit(issue):
            refuse(403, "You do not have permission to edit this issue.")
        self.site.limit_write(issue)

    def number(self, name: str, default: int, ceiling: int | None = None) -> int:
        """Read a whole number of the query, or answer 400; one out of range becomes the nearest allowed."""
        text = self.request.one(name, str(default))
        try:
            value = int(text)
        except ValueError:
            refuse(400, f"The value '{text}' is not a number for the parameter '{name}'.")
        value = max(value, 0)
        return value if ceiling is None else min(value, ceiling)

    def body(self) -> dict[str, Any]:
        """Read the body as a JSON object, or answer 400."""
        document = self.request.json()
        if not isinstance(document, dict):
            refuse(400, "The body must be a JSON object.")
        return document

    def texts(self, body: dict[str, Any], name: str, *, ceiling: int | None = None) -> list[str]:
        """Read a list of texts from a body, or answer 400."""
        values = body.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            refuse(400, f"'{name}' must be a list of texts.")
        if ceiling is not None and len(values) > ceiling:
            refuse(400, f"'{name}' holds {len(values)} entries; at most {ceiling} are allowed.")
        return values

    def page(self, values: Sequence[Json], *, default: int = 50, ceiling: int = 100) -> Response:
        """Answer a page of `values` in the shape that Jira calls PageBean."""
        start, size = self.number("startAt", 0), self.number("maxResults", default, ceiling)
        shown, total = values[start : start + size], len(values)
        last = start + len(shown) >= total
        # The site tells its own address, also to those who came through the gateway.
        address = f"{self.refs.origin}/rest/{self.request.path.partition('/rest/')[2]}"
        onward = {} if last else {"nextPage": f"{address}?startAt={start + size}&maxResults={size}"}
        return Response.of_json(
            {
                "self": f"{address}?startAt={start}&maxResults={size}",
                **onward,
                "maxResults": size,
                "startAt": start,
                "total": total,
                "isLast": last,
                "values": list(shown),
            }
        )
