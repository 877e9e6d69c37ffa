"""Who asks, by whichever way people sign in, and where somebody is sent who has not yet."""

import ipaddress
from dataclasses import dataclass

from starlette.requests import Request

from plumbrule.web.sessions import Cookies
from plumbrule.web.settings import AccessSettings, ServeSettings
from plumbrule.web.sight import Viewer, entries_for


class SignInNeeded(Exception):
    """Nobody is signed in, or no longer."""


class Refused(Exception):
    """Whoever it is may not look; `why` names a sentence of the page that says so."""

    def __init__(self, why: str, name: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.name = name


@dataclass(frozen=True)
class Asker:
    """Who asks and which entries of `access` name them. Without sign-in there is no viewer, and everything is seen."""

    viewer: Viewer | None
    entries: tuple[AccessSettings, ...] = ()


class People:
    """Tells who asks."""

    def __init__(self, serve: ServeSettings, cookies: Cookies) -> None:
        self._serve = serve
        self._cookies = cookies
        self._proxies = [ipaddress.ip_network(text, strict=False) for text in serve.proxy.trusted]

    def asker(self, request: Request) -> Asker:
        """Who it is. Raises SignInNeeded, or Refused."""
        if self._serve.auth == "none":
            return Asker(None)
        viewer = self._behind_proxy(request) if self._serve.auth == "proxy" else self._cookies.viewer(request)
        if viewer is None:
            raise SignInNeeded
        entries = entries_for(viewer, self._serve.access)
        if not entries:
            raise Refused("no_access", viewer.name)
        return Asker(viewer, entries)

    def is_proxy(self, request: Request) -> bool:
        """The request comes from a trusted proxy."""
        try:
            peer = ipaddress.ip_address(request.client.host if request.client else "")
        except ValueError:
            return False
        mapped = getattr(peer, "ipv4_mapped", None)
        return any((mapped or peer) in network for network in self._proxies)

    def _behind_proxy(self, request: Request) -> Viewer:
        """Whom the proxy names. A header that came twice was not set by it alone."""
        proxy = self._serve.proxy
        if not self.is_proxy(request):
            raise Refused("not_the_proxy")
        names = [name.strip() for name in request.headers.getlist(proxy.user_header)]
        if len(names) != 1 or not names[0]:
            raise Refused("proxy_names_nobody")
        told = request.headers.getlist(proxy.groups_header) if proxy.groups_header else []
        groups = frozenset(group.strip() for line in told for group in line.split(",") if group.strip())
        return Viewer(names[0], names[0] if "@" in names[0] else None, groups)
