"""What every request goes through: language, who asks, what they may see, and how an answer is sent."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from plumbrule import __version__
from plumbrule.app import Clock
from plumbrule.settings import Language, Settings
from plumbrule.waiver_requests import RequestQueue
from plumbrule.web.edition import Body
from plumbrule.web.look import Absent, Look
from plumbrule.web.people import Asker, People
from plumbrule.web.published import Published
from plumbrule.web.sessions import Cookies
from plumbrule.web.sight import seen
from plumbrule.web.signing_in import SigningIn
from reports.render.live import Cell, LivePage, live_policy, render_live
from reports.render.places import LANGUAGE_NAMES, Places
from reports.words import Words

LANGUAGE_COOKIE = "plumbrule-language"
_YEAR_SECONDS = 365 * 24 * 3600
audit = structlog.get_logger("plumbrule.audit")


@dataclass(frozen=True)
class Front:
    """The parts that answers are made with. `settings` are those of the start; what is shown has its own."""

    settings: Settings
    published: Published
    cookies: Cookies
    people: People
    clock: Clock
    signing_in: SigningIn | None = None

    @property
    def queue(self) -> RequestQueue:
        """What people asked for."""
        return RequestQueue(Path(self.settings.store.folder))

    # -- who and how -------------------------------------------------------------------------------------------------

    def language(self, request: Request) -> Language:
        """The one chosen here before, else the browser's, else the first of the report's."""
        offered = self.settings.report.languages
        chosen = request.cookies.get(LANGUAGE_COOKIE)
        for language in offered:
            if language == chosen:
                return language
        wanted = [
            part.partition(";")[0].strip().lower() for part in request.headers.get("accept-language", "").split(",")
        ]
        for one in wanted:
            for language in offered:
                if one and one.partition("-")[0] == language.partition("-")[0].lower():
                    return language
        return offered[0]

    def places(self, also: tuple[tuple[str, str], ...] = ()) -> Places:
        """Where links lead; `also` are links of one page."""
        offered = tuple((one, LANGUAGE_NAMES[one]) for one in self.settings.report.languages)
        return Places(self.settings.serve.base, self.settings.serve.auth == "oidc", offered, also)

    def chosen_language(self, request: Request) -> Response | None:
        """Where `?lang=` asks for a language: back to the page without it, and the choice in a cookie."""
        wanted = request.query_params.get("lang")
        if wanted is None or wanted not in self.settings.report.languages:
            return None
        answer = RedirectResponse(self.settings.serve.base + request.url.path, status_code=303)
        secure = self.settings.serve.is_secure
        answer.set_cookie(
            LANGUAGE_COOKIE, wanted, max_age=_YEAR_SECONDS, path="/", secure=secure, httponly=True, samesite="lax"
        )
        return answer

    def look(self, request: Request, asker: Asker) -> Look:
        """What they may look at. Raises Unavailable."""
        edition = self.published.edition()
        within = None
        if asker.viewer is not None:
            with edition.lock:
                within = seen(edition.reader, asker.viewer, asker.entries)
        return Look(edition, self.language(request), within, self.places())

    # -- answers -----------------------------------------------------------------------------------------------------

    def shown(
        self,
        request: Request,
        make: Callable[[Look], bytes],
        *,
        policy: str | None = None,
        besides: object = None,
        also: Callable[[Look], tuple[tuple[str, str], ...]] | None = None,
    ) -> Response:
        """A page of the edition, kept and told apart by a tag. `besides` is what it depends on beside the edition.

        Raises what `asker` and `look` raise, and what `make` raises.
        """
        if (turned := self.chosen_language(request)) is not None:
            return turned
        asker = self.people.asker(request)
        look = self.look(request, asker)
        try:
            with look.edition.lock:
                if also is not None:
                    look = replace(look, places=self.places(also(look)))
                key = self._key(request, look, besides)
                body = look.edition.body(key, lambda: make(look))
        except Absent:
            self.note(request, asker, look, 404)
            raise
        answer = sent(request, body, policy=policy or live_policy(forms=False), tag=key)
        self.note(request, asker, look, answer.status_code)
        return answer

    def fresh(self, page: LivePage, language: Language, *, status: int = 200) -> Response:
        """A page that is nobody else's and is not kept."""
        content = render_live(page, language, self.places())
        return unkept(content, policy=live_policy(forms=page.has_form), status=status)

    def note(self, request: Request, asker: Asker, look: Look, status: int) -> None:
        """A line of the audit log: who saw what, or tried to. Without sign-in there is nobody to name."""
        if asker.viewer is not None:
            sees = "all" if look.within is None else len(look.within)
            audit.info(
                "serve.viewed",
                user=asker.viewer.name,
                path=request.url.path,
                status=status,
                projects=sees,
                address=request.client.host if request.client else None,
            )

    def words(self, request: Request) -> Words:
        """Words of the request's language."""
        return Words(self.language(request))

    def _key(self, request: Request, look: Look, besides: object) -> str:
        sight = "all" if look.within is None else sorted(look.within)
        parts = (
            __version__,
            look.edition.tag,
            request.url.path,
            look.language,
            sight,
            repr(look.places),
            repr(besides),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def sent(request: Request, body: Body, *, policy: str, tag: str) -> Response:
    """The body, packed where the browser takes that; or 304 where it has it already."""
    headers = {
        "ETag": f'W/"{tag}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding, Accept-Language, Cookie",
        "Content-Security-Policy": _framed(policy),
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(body.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type="text/html")
    return Response(body.plain, headers=headers, media_type="text/html")


def unkept(content: bytes, *, policy: str, status: int = 200) -> Response:
    """A page that no cache may keep; never packed, since it may hold a secret beside what somebody else chose."""
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _framed(policy)}
    return Response(content, status_code=status, headers=headers, media_type="text/html")


def link(text: str, to: str) -> Cell:
    """A link of ours."""
    return Cell(text, to=to)


def _framed(policy: str) -> str:
    """Only a header can say that no other site may show the page in a frame."""
    return f"{policy}; frame-ancestors 'none'"


def _takes_gzip(accepted: str) -> bool:
    """RFC 9110, section 12.5.3: named, and not with a weight of nought."""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "x-gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
