"""Refusals of Entra ID: an OAuth error, and in its description a code that begins with AADSTS."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NoReturn

from sandbox.http import HttpError, Response


def refuse(now: datetime, error: str, code: int, message: str, *, status: int = 400) -> NoReturn:
    """Answer with a refusal at once (Microsoft, "Microsoft Entra authentication and authorization error codes")."""
    trace = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{now} {code}"))
    stamp = f"{now:%Y-%m-%d %H:%M:%SZ}"
    told = {
        "error": error,
        "error_description": f"AADSTS{code}: {message} Trace ID: {trace} Correlation ID: {trace} Timestamp: {stamp}",
        "error_codes": [code],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": trace,
        "error_uri": f"https://login.microsoftonline.com/error?code={code}",
    }
    raise HttpError(Response.of_json(told, status=status))
