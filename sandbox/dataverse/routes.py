"""The HTTP face of a Dataverse environment: /api/data/v9.2 and the versions beside it."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.dataverse import definitions, feed, reading, writing
from sandbox.dataverse.calls import Call
from sandbox.dataverse.site import SERVICE_USER, Caller, DataverseSite
from sandbox.http import Handler, Request, Response, Route
from sandbox.messages import Method

BASE = "/api/data/{version}"
TOKEN = "sandbox-dataverse-token"  # noqa: S105 - opens nothing but the pretend environment
_RIGHTS = "Microsoft.Dynamics.CRM.RetrieveUserSetOfPrivilegesByNames"
_ATTRIBUTE = "/EntityDefinitions(LogicalName='{logical}')/Attributes(LogicalName='{attribute}')"
_AUTHORITY = "https://login.microsoftonline.com/common/oauth2/authorize"

Answer = Callable[[Call], Response]
Admit = Callable[[str], "Caller | None"]
"""Tells whom a bearer token stands for, None for a stranger."""

_ROWS: tuple[tuple[Method, str, Answer], ...] = (
    ("GET", "/WhoAmI", reading.who_am_i),
    ("GET", "/WhoAmI()", reading.who_am_i),
    ("GET", "/RetrieveCurrentOrganization(AccessType={access})", reading.organization),
    ("GET", f"/systemusers({{id}})/{_RIGHTS}(PrivilegeNames={{alias}})", reading.privileges),
    ("GET", "/EntityDefinitions", definitions.definitions),
    ("GET", "/EntityDefinitions(LogicalName='{logical}')/Attributes", definitions.attributes),
    ("GET", _ATTRIBUTE, definitions.attribute),
    ("GET", f"{_ATTRIBUTE}/Microsoft.Dynamics.CRM.{{cast}}", definitions.attribute),
    ("GET", "/{set}({id})", reading.one),
    ("PATCH", "/{set}({id})", writing.patch),
    ("GET", "/{set}/$count", feed.count),
    ("GET", "/{set}", feed.page),
)


def routes(site: DataverseSite, admit: Admit | None = None) -> list[Route]:
    """Routes of the environment for `sandbox.http.Server`.

    `admit` looks at bearer tokens; without it, `site.callers` does, and `TOKEN` is let in too.
    """
    known = admit or (lambda token: site.callers.get(token) or (Caller(SERVICE_USER) if token == TOKEN else None))
    return [Route(method, BASE + path, _guarded(site, known, answer)) for method, path, answer in _ROWS]


def _guarded(site: DataverseSite, admit: Admit, answer: Answer) -> Handler:
    def handle(request: Request) -> Response:
        scheme, _, token = (request.headers.get("Authorization") or "").partition(" ")
        caller = admit(token) if scheme == "Bearer" else None
        if caller is None:
            challenge = f"Bearer authorization_uri={_AUTHORITY}, resource_id={request.origin}/"
            return Response(401, headers={"WWW-Authenticate": challenge})
        with site.lock:
            return answer(Call(site, request, caller, _base(request)))

    return handle


def _base(request: Request) -> str:
    return BASE.format(version=request.params["version"])
