"""Requests, answers and routes of the pretend tools, apart from how they travel."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from email.message import Message
from typing import Any, Literal

import orjson


@dataclass(frozen=True)
class Request:
    """One request: `path` is percent-decoded, `query` keeps repeated names, `params` come from the route."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Message
    body: bytes = b""
    origin: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def one(self, name: str, default: str = "") -> str:
        """Give the last value of a query parameter, or `default`."""
        values = self.query.get(name)
        return values[-1] if values else default

    def listed(self, name: str) -> list[str]:
        """Give all values of a query parameter, whether it was repeated, separated by commas, or both."""
        return [part.strip() for value in self.query.get(name, []) for part in value.split(",") if part.strip()]

    def json(self) -> Any:
        """Decode the body; `HttpError` with 400 when it is not JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise HttpError(
                Response.of_json({"errorMessages": [f"The body is not JSON: {error}"]}, status=400)
            ) from error


@dataclass(frozen=True)
class Response:
    """One answer. `cut` announces the full length, sends half of the body and hangs up."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False

    @classmethod
    def of_json(
        cls,
        document: object,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json;charset=UTF-8",
    ) -> Response:
        """Make a JSON answer; decimals are written as numbers."""
        body = orjson.dumps(document, default=_plain_number)
        return cls(status, body, {"Content-Type": content_type, **(headers or {})})

    @classmethod
    def of_text(cls, text: str, *, status: int = 200, content_type: str = "text/plain;charset=UTF-8") -> Response:
        """Make an answer of text: HTML, XML or plain."""
        return cls(status, text.encode(), {"Content-Type": content_type})

    @property
    def document(self) -> Any:
        """Decode the body as JSON (for tests that look at an answer without a connection)."""
        return orjson.loads(self.body)


def _plain_number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class HttpError(Exception):
    """Raised by a handler to answer with `response` at once."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"HTTP {response.status}")
        self.response = response


Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Handler = Callable[[Request], Response]
Gate = Callable[[Request], "Response | None"]
"""Looks at a request before its route does; an answer ends the matter (a rate limit, for instance)."""


@dataclass(frozen=True)
class Route:
    """`pattern` is a path in which `{name}` stands for text without a slash, as in `/Projects({id})/Tasks`."""

    method: Method
    pattern: str
    handler: Handler

    def expression(self) -> re.Pattern[str]:
        """Compile the pattern."""
        parts = re.split(r"\{(\w+)\}", self.pattern)
        return re.compile(
            "".join(f"(?P<{part}>[^/]+?)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
        )


@dataclass(frozen=True)
class Exchange:
    """One line of the request log: header names in lower case, no Authorization; `document` is the JSON body."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    document: Any
    status: int
