"""What is kept in cookies: signed, so that nobody but us can have written it, and short.

A session holds who it is and of their groups only those that access is given to: of hundreds, none other matters, and a
cookie holds four kilobytes. Signing out ends it here too, wherever a copy of the cookie may be.
"""

import secrets
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from plumbrule.app import Clock
from plumbrule.web.settings import ServeSettings
from plumbrule.web.sight import Viewer

_SIGN_IN_MINUTES = 10
FORM_MINUTES = 60


class Cookies:
    """Reads and sets them. `session_key` None: a key of this process, so that a restart signs everybody out."""

    def __init__(self, serve: ServeSettings, clock: Clock) -> None:
        key = serve.session_key.get_secret_value() if serve.session_key else secrets.token_urlsafe(32)
        self._secure = serve.is_secure
        self._clock = clock
        self._session_minutes = serve.session_minutes
        self._signers = {
            name: URLSafeSerializer(key, salt=f"plumbrule.{name}") for name in ("session", "sign-in", "form")
        }
        self._ended: dict[str, float] = {}
        self._lock = threading.Lock()

    # -- who is signed in --------------------------------------------------------------------------------------------

    def sign_in(self, response: Response, viewer: Viewer, groups: Iterable[str]) -> None:
        """Begin a session of a person, with those of their groups."""
        told = {"name": viewer.name, "email": viewer.email, "groups": sorted(groups), "id": secrets.token_urlsafe(12)}
        self._set(response, "session", told, minutes=self._session_minutes)

    def viewer(self, request: Request) -> Viewer | None:
        """Who is signed in; None: nobody, no longer, or the cookie is not ours."""
        told = self._get(request, "session")
        if told is None or self._is_ended(str(told.get("id"))):
            return None
        return Viewer(told["name"], told["email"], frozenset(told["groups"]))

    def sign_out(self, request: Request, response: Response) -> None:
        """End the session, here and in the browser."""
        told = self._get(request, "session")
        if told is not None:
            with self._lock:
                now = self._clock().timestamp()
                self._ended = {one: until for one, until in self._ended.items() if until > now}
                self._ended[str(told["id"])] = float(told["until"])
        self._drop(response, "session")

    def _is_ended(self, session: str) -> bool:
        with self._lock:
            return session in self._ended

    # -- a sign-in that is under way ---------------------------------------------------------------------------------

    def begin_sign_in(self, response: Response, state: str) -> None:
        """Tie a sign-in to this browser, so that nobody can be signed in as somebody else by a link."""
        self._set(response, "sign-in", {"state": state}, minutes=_SIGN_IN_MINUTES)

    def signing_in(self, request: Request) -> str | None:
        """The state of the sign-in that this browser began."""
        told = self._get(request, "sign-in")
        return str(told["state"]) if told else None

    def end_sign_in(self, response: Response) -> None:
        """The sign-in is done or failed."""
        self._drop(response, "sign-in")

    # -- forms -------------------------------------------------------------------------------------------------------

    def form_token(self, request: Request, response: Response, about: str) -> str:
        """The token of a form about something, for this browser; set on the response what it is held against."""
        told = self._get(request, "form")
        nonce = str(told["nonce"]) if told else secrets.token_urlsafe(18)
        self._set(response, "form", {"nonce": nonce}, minutes=FORM_MINUTES)
        return self._signers["form"].dumps({"nonce": nonce, "about": about, "until": self._until(FORM_MINUTES)})

    def is_own_form(self, request: Request, token: str, about: str) -> bool:
        """The form was made here, for this browser, about the same thing, and not long ago."""
        told, held = self._loaded("form", token), self._get(request, "form")
        return told is not None and held is not None and told.get("about") == about and told["nonce"] == held["nonce"]

    # -- cookies -----------------------------------------------------------------------------------------------------

    def _name(self, kind: str) -> str:
        """With the prefix by which browsers take it only over https, from this host alone."""
        return f"{'__Host-' if self._secure else ''}plumbrule-{kind}"

    def _set(self, response: Response, kind: str, told: dict[str, Any], *, minutes: int) -> None:
        signed = self._signers[kind].dumps({**told, "until": self._until(minutes)})
        response.set_cookie(
            self._name(kind),
            signed,
            max_age=minutes * 60,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict" if kind == "form" else "lax",  # lax: the provider sends people back from its own site
        )

    def _drop(self, response: Response, kind: str) -> None:
        response.delete_cookie(self._name(kind), path="/", secure=self._secure, httponly=True, samesite="lax")

    def _get(self, request: Request, kind: str) -> dict[str, Any] | None:
        return self._loaded(kind, request.cookies.get(self._name(kind), ""))

    def _loaded(self, kind: str, signed: str) -> dict[str, Any] | None:
        try:
            told = self._signers[kind].loads(signed)
        except BadData:
            return None
        if not isinstance(told, dict) or float(told.get("until", 0)) <= self._clock().timestamp():
            return None
        return told

    def _until(self, minutes: int) -> float:
        ends: datetime = self._clock() + timedelta(minutes=minutes)
        return ends.timestamp()
