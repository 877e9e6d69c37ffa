"""The pages that show the portfolio."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from plumbrule.reporting import make_report
from plumbrule.web.front import Front
from plumbrule.web.look import Look
from plumbrule.web.pages.finding import finding_page
from plumbrule.web.pages.history import history_page
from plumbrule.web.pages.rules import rule_page, rules_page
from plumbrule.web.pages.verdicts import link_to_verdicts, project_of, verdicts_page
from plumbrule.web.pages.waivers import waivers_page
from reports.render.html import render_html, report_policy
from reports.render.live import LivePage, render_live


def content_routes(front: Front) -> list[Route]:
    """Their routes. A project's key may hold a slash."""
    content = _Content(front)
    table: tuple[tuple[str, Callable[[Request], Response]], ...] = (
        ("/", content.portfolio),
        ("/projects/{key:path}/rules", content.verdicts),
        ("/projects/{key:path}", content.project),
        ("/findings/{finding}", content.finding),
        ("/rules", content.rules),
        ("/rules/{rule}", content.rule),
        ("/waivers", content.waivers),
        ("/history", content.history),
    )
    return [Route(path, endpoint) for path, endpoint in table]


class _Content:
    def __init__(self, front: Front) -> None:
        self._front = front

    def portfolio(self, request: Request) -> Response:
        """The report on all that may be seen."""
        return self._front.shown(request, lambda look: _report(look, look.within), policy=report_policy())

    def project(self, request: Request) -> Response:
        """The report on one project."""
        key = request.path_params["key"]

        def make(look: Look) -> bytes:
            project = project_of(look, key)
            return _report(look, frozenset({project["project_id"]}), title=f"{project['key']} {project['name']}")

        def also(look: Look) -> tuple[tuple[str, str], ...]:
            return (link_to_verdicts(look, project_of(look, key)),)

        return self._front.shown(request, make, policy=report_policy(), also=also)

    def verdicts(self, request: Request) -> Response:
        """What the rules say of one project."""
        return self._page(request, lambda look: verdicts_page(look, request.path_params["key"]))

    def finding(self, request: Request) -> Response:
        """All about one finding."""
        return self._page(request, lambda look: finding_page(look, request.path_params["finding"]))

    def rules(self, request: Request) -> Response:
        """All rules."""
        return self._page(request, rules_page)

    def rule(self, request: Request) -> Response:
        """All about one rule."""
        return self._page(request, lambda look: rule_page(look, request.path_params["rule"]))

    def waivers(self, request: Request) -> Response:
        """All waivers, and what was asked for."""
        allowed = self._front.settings.serve.waiver_requests
        waiting = tuple(self._front.queue.waiting()) if allowed else ()
        return self._page(request, lambda look: waivers_page(look, waiting), besides=waiting)

    def history(self, request: Request) -> Response:
        """What changed."""
        return self._page(request, history_page)

    def _page(self, request: Request, make: Callable[[Look], LivePage], besides: object = None) -> Response:
        def content(look: Look) -> bytes:
            return render_live(make(look), look.language, look.places)

        return self._front.shown(request, content, besides=besides)


def _report(look: Look, within: frozenset[str] | None, title: str | None = None) -> bytes:
    edition = look.edition
    model = make_report(
        edition.reader,
        edition.settings,
        edition.rules,
        look.language,
        edition.overlay,
        title=title,
        within=within,
        said=edition.said(look.language),
    )
    return render_html(model, look.places)
