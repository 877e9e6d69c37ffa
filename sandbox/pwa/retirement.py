"""What a Project Online site may answer since it was retired on 2026-09-30, by name.

No text of Microsoft's says which: vendors wrote of 410, of 404, of refusals, and of redirects to a plain page of the
SharePoint site that is left. So a site can be told to give any of them (`PwaSite.retired`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.http import Request, Response

PAGE = "/SitePages/Home.aspx"
_HTML = "text/html; charset=utf-8"
_HOME = """<!DOCTYPE html><html><head><title>Home</title></head><body><h1>Project archive</h1>
<p>Project Online has been retired. Documents of your project sites are still here.</p></body></html>"""


def home_page(_request: Request) -> Response:
    """The SharePoint page that is left."""
    return Response.of_text(_HOME, content_type=_HTML)


def _page(status: int, title: str) -> Callable[[Request, str], Response]:
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return lambda _request, _base: Response.of_text(text, status=status, content_type=_HTML)


def _redirect(status: int) -> Callable[[Request, str], Response]:
    return lambda request, base: Response(status, headers={"Location": f"{request.origin}{base}{PAGE}"})


ANSWERS: Mapping[str, Callable[[Request, str], Response]] = {
    "401": lambda _request, _base: Response(401, b"401 UNAUTHORIZED", {"WWW-Authenticate": "Bearer"}),
    "403": _page(403, "Access denied"),
    "404": _page(404, "404 FILE NOT FOUND"),
    "410": _page(410, "410 Gone"),
    "301": _redirect(301),
    "302": _redirect(302),
    "html": lambda request, _base: home_page(request),
}
"""Answers to anything below the site's address: status, or `html` for a page with status 200."""
