"""What the ProjectServer API changes: check out, custom fields of the draft, publish, check in.

Refusals of the project server come with status 403 and `<code>, Microsoft.ProjectServer.PJClientCallableException`, as
public clients met them. A POST that did not sign in with a bearer token needs a form digest of `_api/contextinfo`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from sandbox.http import Handler, HttpError, Request, Response, Route
from sandbox.pwa import feed
from sandbox.pwa import server_shapes as shapes
from sandbox.pwa.drafts import Refused
from sandbox.pwa.fields import BadValue, parsed
from sandbox.pwa.server_query import refuse, single
from sandbox.pwa.server_reading import API, need_project
from sandbox.pwa.server_shapes import Place
from sandbox.pwa.site import PwaSite

ACCOUNT = "PMO"
"""The name of who signs in, as `CheckedOutBy` tells it."""
DIGEST_LIFE = timedelta(minutes=30)
_INVALID = (
    "The security validation for this page is invalid and might be corrupted. Please use your web browser's Back "
    "button to try your operation again."
)


class Writer:
    """Answers changing requests to one site. `base` is the path of the Project Web App."""

    def __init__(self, site: PwaSite, base: str) -> None:
        self._site, self._base = site, base
        self._digests: dict[str, datetime] = {}
        self._numbers = count(1)

    def routes(self, guarded: Callable[[Handler], Handler]) -> list[Route]:
        """The routes, each behind `guarded`."""
        one = self._base + API + "/Projects('{id}')"
        return [
            Route("POST", self._base + "/_api/contextinfo", guarded(self._context)),
            Route("POST", one + "/Draft/{action}", guarded(self._digested(self._act))),
            Route("POST", one + "/{action}", guarded(self._digested(self._act))),
        ]

    # -- digests -----------------------------------------------------------------------------------------------------

    def _context(self, request: Request) -> Response:
        digest = f"0x{next(self._numbers):064X},{self._site.now:%d %b %Y %H:%M:%S} -0000"
        self._digests[digest] = self._site.now
        told = {
            "FormDigestTimeoutSeconds": int(DIGEST_LIFE.total_seconds()), "FormDigestValue": digest,
            "LibraryVersion": "16.0.10417.20018", "SiteFullUrl": f"{request.origin}{self._base}",
            "SupportedSchemaVersions": ["14.0.0.0", "15.0.0.0"], "WebFullUrl": f"{request.origin}{self._base}",
        }  # fmt: skip
        if "odata=verbose" in request.headers.get("Accept", ""):
            return Response.of_json({"d": {"GetContextWebInformation": told}}, content_type=feed.VERBOSE)
        return Response.of_json(told, content_type=feed.LIGHT)

    def _digested(self, handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            signed_in = request.headers.get("Authorization", "")
            if not signed_in.startswith("Bearer ") and not self._holds(request.headers.get("X-RequestDigest", "")):
                return refuse(403, "-2130575251, Microsoft.SharePoint.SPException", _INVALID)
            with self._site.lock:
                return handler(request)

        return handle

    def _holds(self, digest: str) -> bool:
        for known, given in self._digests.items():
            if hmac.compare_digest(known.encode(), digest.encode()):
                return self._site.now - given <= DIGEST_LIFE
        return False

    # -- actions -----------------------------------------------------------------------------------------------------

    def _act(self, request: Request) -> Response:
        name, _, argument = request.params["action"].partition("(")
        of_draft = "/Draft/" in request.path
        actions = _DRAFT if of_draft else _PUBLISHED
        action = actions.get(name.lower())
        if action is None or (name.lower() == "updatecustomfields" and not self._site.updates_custom_fields):
            return refuse(404, "-1, Microsoft.SharePoint.Client.ResourceNotFoundException",
                          f"Cannot find resource for the request {name}.")  # fmt: skip
        need_project(self._site, request)
        try:
            return action(self, request, argument.rstrip(")").strip().lower() == "true")
        except (Refused, BadValue) as error:
            code = f"{error.code}, Microsoft.ProjectServer.PJClientCallableException"
            return refuse(403, code, f"PJClientCallableException: {error.name}\r\n\r\n{error.name}")

    def _check_out(self, request: Request, _flag: bool) -> Response:
        project = _project(request)
        self._site.drafts.check_out(project, ACCOUNT, self._site.now)
        row = self._site.rows("Projects", ProjectId=project)[0]
        return single(request, shapes.project(self._place(request), self._site, row, draft=True), {})

    def _update_fields(self, request: Request, _flag: bool) -> Response:
        draft = self._site.drafts.need(_project(request), ACCOUNT)
        told = request.json()
        listed = told.get("customFieldDictionary") if isinstance(told, dict) else None
        if not isinstance(listed, list):
            raise HttpError(refuse(400, "-1, Microsoft.SharePoint.Client.InvalidClientQueryException",
                                   "The parameter customFieldDictionary is missing."))  # fmt: skip
        by_name = {own.internal_name: own for own in self._site.fields}
        change = {}
        for pair in listed:
            own = by_name.get(str(pair.get("Key")))
            if own is None:
                raise BadValue(11702, "CustomFieldInvalidUID")
            change[own.column] = parsed(own, pair.get("Value"), str(pair.get("ValueType", "Edm.String")))
        draft.values |= change
        return Response.of_json({"odata.null": True}, content_type=feed.LIGHT)

    def _update(self, request: Request, _flag: bool) -> Response:
        self._site.drafts.need(_project(request), ACCOUNT)
        return self._queued(request, "ProjectUpdate", lambda: None)

    def _publish(self, request: Request, check_in: bool) -> Response:
        project = _project(request)
        self._site.drafts.need(project, ACCOUNT)

        def act() -> None:
            self._site.publish(project)
            if check_in:
                self._site.drafts.check_in(project)

        return self._queued(request, "ProjectPublish", act)

    def _check_in(self, request: Request, force: bool) -> Response:
        project = _project(request)
        if not force:
            self._site.drafts.need(project, ACCOUNT)
        elif self._site.drafts.of(project).by is None:
            raise Refused(10102, "CICONotCheckedOut")
        return self._queued(request, "ProjectCheckIn", lambda: self._site.drafts.check_in(project))

    def _queued(self, request: Request, kind: str, act: Callable[[], None]) -> Response:
        job = self._site.drafts.queue(_project(request), kind, act)
        return single(request, shapes.job(self._place(request), job), {})

    def _place(self, request: Request) -> Place:
        return Place(f"{request.origin}{self._base}")


def _project(request: Request) -> str:
    return request.params["id"].lower()


_Action = Callable[[Writer, Request, bool], Response]
_PUBLISHED: dict[str, _Action] = {"checkout": Writer._check_out}
_DRAFT: dict[str, _Action] = {
    "updatecustomfields": Writer._update_fields,
    "update": Writer._update,
    "publish": Writer._publish,
    "checkin": Writer._check_in,
}
