"""Signing in at the provider, what one is signed in as, and signing out."""

from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from plumbrule.web.bodies import form_endpoint
from plumbrule.web.front import Front, audit, link, unkept
from plumbrule.web.look import Look
from plumbrule.web.people import Asker
from plumbrule.web.sight import Viewer
from plumbrule.web.signing_in import DONE
from plumbrule.web.trouble import trouble_page
from portfolio.errors import PlumbruleError, SignInError
from reports.render.live import Block, Cell, Facts, Field, Form, LivePage, live_policy
from reports.render.places import project_path

_SHOWN = 200
log = structlog.get_logger("plumbrule.serve")


def account_routes(front: Front) -> list[Route]:
    """Their routes; none where nobody signs in here."""
    if front.signing_in is None:
        return []
    account = _Account(front)
    return [
        Route("/sign-in", account.begin),
        Route(DONE, account.finish),
        Route("/account", account.account),
        Route("/sign-out", form_endpoint(account.sign_out), methods=["POST"]),
    ]


def to_sign_in(front: Front, request: Request) -> Response:
    """To the sign-in, and from there back to what was asked for."""
    return RedirectResponse(f"{front.settings.serve.base}/sign-in?to={quote(request.url.path)}", status_code=303)


class _Account:
    def __init__(self, front: Front) -> None:
        assert front.signing_in is not None  # noqa: S101 - there are no routes without
        self._front = front
        self._signing_in = front.signing_in

    def begin(self, request: Request) -> Response:
        """To the provider."""
        try:
            address, state = self._signing_in.begin(request.query_params.get("to", "/"))
        except PlumbruleError as error:
            return self._failed(request, error)
        answer = RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
        self._front.cookies.begin_sign_in(answer, state)
        return answer

    def finish(self, request: Request) -> Response:
        """Back from the provider."""
        front, cookies = self._front, self._front.cookies
        try:
            identity, to = self._signing_in.finish(dict(request.query_params), cookies.signing_in(request))
        except PlumbruleError as error:
            answer = self._failed(request, error)
            cookies.end_sign_in(answer)
            return answer
        headers = {"Cache-Control": "no-store"}
        answer = RedirectResponse(front.settings.serve.base + to, status_code=303, headers=headers)
        cookies.end_sign_in(answer)
        wanted = {entry.group.casefold() for entry in front.settings.serve.access if entry.group}
        groups = [group for group in identity.groups if group.casefold() in wanted]
        cookies.sign_in(answer, Viewer(identity.name, identity.email), groups)
        audit.info("serve.signed_in", user=identity.name, address=request.client.host if request.client else None)
        return answer

    def account(self, request: Request) -> Response:
        """Who one is here, and what one sees."""
        front, asker = self._front, self._front.people.asker(request)
        look = front.look(request, asker)
        answer = Response()
        token = front.cookies.form_token(request, answer, "sign-out")
        page = front.fresh(_page(look, asker, token), look.language)
        page.raw_headers.extend(pair for pair in answer.raw_headers if pair[0] == b"set-cookie")
        return page

    def sign_out(self, request: Request, form: dict[str, str]) -> Response:
        """End the session, where the form is ours."""
        front = self._front
        is_ours = front.cookies.is_own_form(request, form.get("token", ""), "sign-out")
        what, status = ("signed_out", 200) if is_ours else ("foreign_form", 403)
        words = front.words(request)
        again = link(words("Sign in"), "/sign-in")
        content = trouble_page(what, front.language(request), front.places(), link=again if is_ours else None)
        answer = unkept(content, policy=live_policy(forms=False), status=status)
        if is_ours:
            front.cookies.sign_out(request, answer)
        return answer

    def _failed(self, request: Request, error: PlumbruleError) -> Response:
        """What the provider said is for the log; people are told that it did not work, and can try again."""
        log.warning("serve.sign_in_failed", code=error.code, error=error.what, remedy=error.remedy)
        front = self._front
        words = front.words(request)
        again = link(words("Sign in"), "/sign-in")
        content = trouble_page("sign_in_failed", front.language(request), front.places(), link=again)
        status = 403 if isinstance(error, SignInError) else 502
        return unkept(content, policy=live_policy(forms=False), status=status)


def _page(look: Look, asker: Asker, token: str) -> LivePage:
    words, viewer = look.words, asker.viewer
    assert viewer is not None  # noqa: S101 - whoever is here is signed in
    rows = look.rows("SELECT project_id, key FROM projects ORDER BY key, project_id")
    seen = [Cell(row["key"], to=project_path(row["key"])) for row in rows if look.shows(row["project_id"])]
    told = [Cell(words("everything"))] if look.within is None else seen[:_SHOWN]
    blocks: list[Block] = [
        Facts(
            "who",
            words("Signed in"),
            [
                (words("Name"), [Cell(look.said(viewer.name))]),
                (words("Groups"), [Cell(look.said(group)) for group in sorted(viewer.groups)]),
                (words("What you see"), told or [Cell(words("no project"))]),
            ],
        ),
        Form("sign-out", words("Sign out"), "/sign-out", [Field("token", "", token, "hidden")], words("Sign out")),
    ]
    return LivePage(words("Signed in"), blocks)
