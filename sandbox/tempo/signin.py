"""Who may read Tempo: a user's token, and OAuth 2.0 tokens that rotate; and at what pace.

Tempo's documentation of REST v4, "Authentication": an access token lives 60 days; a refresh gives a new access token
and a new refresh token, and the previous ones are no longer valid.
"""

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from sandbox.messages import Gate, Request, Response

LIFETIME = timedelta(days=60)


@dataclass
class TempoAuth:
    """`token` is a user's own; `expires` ends it. The client of OAuth starts from `first_refresh_token`."""

    token: str = "sandbox-tempo-token"  # noqa: S105 - opens nothing but the pretend Tempo
    expires: datetime | None = None
    client_id: str = "sandbox-tempo-client"
    client_secret: str = "sandbox-tempo-secret"  # noqa: S105 - as above
    redirect_uri: str = "https://plumbrule.example/tempo"
    first_refresh_token: str = "sandbox-tempo-refresh-1"  # noqa: S105 - as above
    _access: tuple[str, datetime] | None = None
    _refresh: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._refresh = self.first_refresh_token

    def accepts(self, request: Request, now: datetime) -> bool:
        """Whether a request carries a token that is valid at `now`."""
        scheme, _, given = (request.headers.get("Authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not given:
            return False
        with self._lock:
            if secrets.compare_digest(given.encode(), self.token.encode()):
                return self.expires is None or now < self.expires
            return self._access is not None and self._access[0] == given and now < self._access[1]

    def answer(self, request: Request, now: datetime) -> Response:
        """POST /oauth/token: give new tokens for a refresh token, once."""
        form = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return Response.of_json({"error": "invalid_client"}, status=401)
        if form.get("grant_type") != "refresh_token":
            return Response.of_json({"error": "unsupported_grant_type"}, status=400)
        with self._lock:
            if form.get("refresh_token") != self._refresh or form.get("redirect_uri") != self.redirect_uri:
                return Response.of_json({"error": "invalid_grant"}, status=400)
            self._access = (secrets.token_urlsafe(24), now + LIFETIME)
            self._refresh = secrets.token_urlsafe(24)
            return Response.of_json(
                {
                    "access_token": self._access[0],
                    "expires_in": int(LIFETIME.total_seconds()),
                    "token_type": "Bearer",
                    "scope": "read write",
                    "refresh_token": self._refresh,
                }
            )


def pace(base: str, *, per_second: int = 5, monotonic: Callable[[], float] = time.monotonic) -> Gate:
    """Make a gate that refuses more than so many requests below `base` within a second, whoever asks.

    Tempo's page "Rate limiting": five a second through one gateway; wait a second and ask again.
    """
    recent: deque[float] = deque(maxlen=per_second)
    lock = threading.Lock()

    def gate(request: Request) -> Response | None:
        if not request.path.startswith(f"{base}/"):
            return None
        with lock:
            now = monotonic()
            if len(recent) == per_second and now - recent[0] < 1:
                document = {"errors": [{"message": "Too many requests"}]}
                return Response.of_json(document, status=429, headers={"Retry-After": "1"})
            recent.append(now)
        return None

    return gate
