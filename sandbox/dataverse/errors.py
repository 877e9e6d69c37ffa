"""Refusals in Dataverse's shape: {"error": {"code": "0x…", "message": …}}."""

from __future__ import annotations

from typing import NoReturn

from sandbox.http import HttpError, Response

JSON_TYPE = "application/json; odata.metadata=minimal"
BAD_QUERY = "0x80060888"
NO_SUCH_SEGMENT = "0x8006088a"
NO_SUCH_RECORD = "0x80040217"
NOT_ALLOWED = "0x80040220"
SCHEDULED = "0x80040265"
BAD_PAYLOAD = "0x80048d19"
TOO_LONG = "0x80044331"
OTHER_VERSION = "0x80060882"
NOT_TRACKED = "0x80072491"
EXPIRED_VERSION_STAMP = "0x80044352"
"""Codes of Microsoft's list of Web service error codes; `EXPIRED_VERSION_STAMP` is the one for an old delta link."""


def error(status: int, code: str, message: str) -> Response:
    """Make an answer that refuses."""
    document = {"error": {"code": code, "message": message}}
    return Response.of_json(document, status=status, content_type=JSON_TYPE, headers={"OData-Version": "4.0"})


def refuse(status: int, code: str, message: str) -> NoReturn:
    """Answer with a refusal at once."""
    raise HttpError(error(status, code, message))


def no_such_property(name: str, logical: str) -> NoReturn:
    """Refuse a column that the table has not."""
    refuse(400, BAD_QUERY, f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{logical}'.")


def no_such_segment(name: str) -> NoReturn:
    """Refuse a table that the environment has not."""
    refuse(404, NO_SUCH_SEGMENT, f"Resource not found for the segment '{name}'.")


def no_such_record(logical: str, key: str) -> NoReturn:
    """Refuse a record that is not there."""
    refuse(404, NO_SUCH_RECORD, f"Entity '{logical}' With Id = {key} Does Not Exist")
