"""One request over the network: sent within time limits, read within size limits, failures in our own terms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import requests
import structlog
from requests.cookies import extract_cookies_to_jar
from requests.hooks import dispatch_hook
from requests.utils import check_header_validity

from connectors.answers import TryAgain
from connectors.body import BeyondLimits, read_body
from portfolio.errors import RemoteError, RemoteRefusal, SignInError

Params = Mapping[str, str | int | list[str]]
log = structlog.get_logger("plumbrule.connectors.http")
_TLS_REMEDY = (
    "Check the certificate; for a company's own authority give its certificate file as `ca_bundle` of the source, or"
    " set REQUESTS_CA_BUNDLE to it."
)


@dataclass(frozen=True)
class Call:
    """What is to be sent. `repeatable`: sent twice it does no more than once. `endpoint` names it without ids."""

    method: str
    url: str
    endpoint: str
    repeatable: bool
    params: Params | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False
    """The address itself is the secret: nobody is told more of it than its host."""

    @property
    def where(self) -> str:
        """Method and path, for people."""
        parts = urlsplit(self.url)
        return f"{self.method} {parts.netloc}" if self.secret else f"{self.method} {parts.path}"

    def moved(self, url: str) -> Self:
        """The same call after a redirect: the new address has its own parameters."""
        return replace(self, url=url, params=None)


@dataclass(frozen=True)
class Wire:
    """Sends calls through one session. `title` and `netloc` name the other side for people; `trusted` is a file of the
    certificates to trust, in place of those that the environment trusts."""

    session: requests.Session
    title: str
    netloc: str
    timeout_seconds: tuple[float, float]
    monotonic: Callable[[], float]
    trusted: Path | None = None
    _surroundings: dict[tuple[str, str], Any] = field(default_factory=dict)

    def transmit(self, call: Call) -> requests.Response:
        """One answer, its body read, whatever its status. Raises TryAgain where the line failed, else what is wrong."""
        prepared = self._prepared(call)
        surroundings = self._surrounding(prepared.url or "")
        try:
            # The adapter, not the session: a vendor library's session may bring a retry loop of its own, and every
            # session reads the whole body of a redirect and looks into its target before we can.
            adapter = self.session.get_adapter(prepared.url or "")
            around = {"timeout": self.timeout_seconds, **surroundings}
            first = adapter.send(prepared, **around)
            # A sign-in of several steps (NTLM, Kerberos) is a hook; it looks at the line, so before the body is read.
            response: requests.Response = dispatch_hook("response", prepared.hooks, first, **around)  # type: ignore[no-untyped-call]
            if not getattr(response, "_content_consumed", False):
                read_body(response, self.monotonic)
            extract_cookies_to_jar(self.session.cookies, prepared, response.raw)  # type: ignore[no-untyped-call]
        except BeyondLimits as error:
            raise self._beyond(call, error) from error
        except requests.exceptions.SSLError as error:
            raise self._unreachable(call, "no trusted connection", error, remedy=_TLS_REMEDY) from error
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            raise TryAgain(self._unreachable(call, _why(error), error), reason="lost connection") from error
        except requests.RequestException as error:
            raise self._unreachable(call, _why(error), error) from error
        return response

    def _surrounding(self, url: str) -> Any:
        """Proxies and certificates as the environment has them, looked up once for each host: requests goes through
        all variables of the environment with each call, which takes a tenth of its own time."""
        parts = urlsplit(url)
        host = (parts.scheme, parts.netloc)
        if host not in self._surroundings:
            # not the session's own `verify`: REQUESTS_CA_BUNDLE would go before it
            verify = None if self.trusted is None else str(self.trusted)
            self._surroundings[host] = self.session.merge_environment_settings(url, {}, True, verify, None)
        return self._surroundings[host]

    def _prepared(self, call: Call) -> requests.PreparedRequest:
        headers = {"Accept": "application/json", **call.headers}
        if call.body is not None:
            headers.setdefault("Content-Type", "application/json")
        request = requests.Request(call.method, call.url, headers=headers, params=call.params, data=call.body)
        try:
            prepared = self.session.prepare_request(request)
            for name, value in prepared.headers.items():  # what signed the request was not looked at by requests
                check_header_validity((name, value))
                value.encode("latin-1")
        except (requests.RequestException, ValueError) as error:
            if isinstance(error, requests.exceptions.InvalidHeader) or getattr(error, "encoding", "") == "latin-1":
                raise self._unsendable() from None  # the error holds the secret
            raise RemoteRefusal(
                f"{self.title} names an address that is none ({call.where[:200]!a})",
                code="remote.bad_address",
                remedy="Configure the address under which the tool answers; if it stays, tell its administrator.",
            ) from error
        return prepared

    def _unsendable(self) -> SignInError:
        return SignInError(
            f"the user, password or token for {self.title} holds a character that a sign-in cannot carry",
            code="sign_in.unsendable",
            remedy="Copy it again, without line breaks and without characters of another script.",
        )

    def _beyond(self, call: Call, error: BeyondLimits) -> RemoteRefusal:
        return RemoteRefusal(
            f"{self.title} sent an answer that cannot be taken: {error} ({call.where})",
            code="remote.too_large",
            remedy="Check the configured address and what stands between; it was not read further.",
        )

    def _unreachable(self, call: Call, why: str, error: Exception, remedy: str = "") -> RemoteError:
        log.warning("http.failed", where=call.where, error=type(error).__name__)
        return RemoteError(
            f"{self.title} at {self.netloc} cannot be reached: {why} ({call.where})",
            code="remote.unreachable",
            remedy=remedy or "Check the address and the network, then run again; nothing was lost.",
        )


def user_agent() -> str:
    """The name under which we call."""
    try:
        return f"Plumbrule/{version('plumbrule')}"
    except PackageNotFoundError:
        return "Plumbrule"


def _why(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return "it did not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the answer broke off"
    if isinstance(error, requests.ConnectionError):
        return "no connection, or it broke off"
    return type(error).__name__
