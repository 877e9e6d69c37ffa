"""Refusals in Graph's shape: `{"error": {"code", "message", "innerError"}}` (Microsoft Graph, "Error responses")."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.messages import HttpError, Response

_REQUEST = "6f1a2c4e-0000-4000-8000-000000000001"


def error(
    status: int, code: str, message: str, *, inner: str | None = None, headers: Mapping[str, str] | None = None
) -> HttpError:
    """What a handler raises."""
    told = {"date": "2026-11-23T06:00:00", "request-id": _REQUEST, "client-request-id": _REQUEST}
    body = {"code": code, "message": message, "innerError": {**({"code": inner} if inner else {}), **told}}
    return HttpError(Response.of_json({"error": body}, status=status, headers=headers))


def unsigned() -> HttpError:
    """401."""
    return error(401, "InvalidAuthenticationToken", "Access token is empty or has expired.")


def mail_denied() -> HttpError:
    """403 of Exchange."""
    return error(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def drive_denied() -> HttpError:
    """403 of SharePoint."""
    return error(403, "accessDenied", "Access denied")


def no_item() -> HttpError:
    """404 of a drive."""
    return error(404, "itemNotFound", "The resource could not be found.")
