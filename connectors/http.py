"""The one way to the network: a session per source with sign-in, timeouts, one retry policy and a pace per host.

What a caller may rely on: nothing leaves the configured host; no secret is logged; a 429 is waited out by every thread
or reported with its time; only calls that may be repeated are repeated; every failure is a PlumbruleError.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import orjson
import requests
import structlog
from requests.auth import AuthBase
from requests.cookies import extract_cookies_to_jar
from requests.hooks import dispatch_hook
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from connectors import answers
from connectors.address import Home
from connectors.answers import Dialect, TryAgain
from connectors.body import BeyondLimits, read_body
from connectors.counting import Counting
from connectors.pacing import Clock, Pace, shared_pace
from portfolio.errors import RemoteError, RemoteRefusal
from portfolio.ports import Traffic

TRIES = 5
TIMEOUT_SECONDS = (5.0, 60.0)
"""To connect, and between two bytes of an answer."""
_LONGEST_BACKOFF_SECONDS = 30.0
_REDIRECTS = 3
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
log = structlog.get_logger("plumbrule.connectors.http")

T = TypeVar("T")
Params = Mapping[str, str | int | list[str]]


@dataclass(frozen=True)
class _Call:
    method: str
    url: str
    params: Params | None
    body: bytes | None
    repeatable: bool
    headers: Mapping[str, str]

    @property
    def where(self) -> str:
        return f"{self.method} {urlsplit(self.url).path}"


class Http:
    """One source's connection. Thread-safe; `close` gives the sockets back.

    `auth` signs each request; where a token can be renewed, `renew` is called once on a 401 and returns whether a
    second try makes sense. `headers` go with every request. `traffic` counts. `session` may be one that a vendor's
    library built. `pace` is shared per host in this process, unless it or a `clock` is given.

    Raises ConfigurationError for an address that is not https, unless it is this machine's own or `allow_http`.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: AuthBase | None = None,
        headers: Mapping[str, str] | None = None,
        traffic: Traffic | None = None,
        session: requests.Session | None = None,
        dialect: Dialect | None = None,
        renew: Callable[[], bool] | None = None,
        allow_http: bool = False,
        per_second: float = 10.0,
        in_flight: int = 8,
        timeout_seconds: tuple[float, float] = TIMEOUT_SECONDS,
        pace: Pace | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._home = Home.of(base_url, allow_http=allow_http)
        self.base_url = self._home.url
        self._counting = Counting(traffic if traffic is not None else Traffic())
        self.dialect = dialect or Dialect()
        self._clock = clock or Clock()
        self._pace = pace or self._default_pace(per_second, in_flight, clock)
        self._renew = renew
        self._timeout = timeout_seconds
        self._session = session if session is not None else requests.Session()
        if auth is not None:
            self._session.auth = auth
        self._session.headers.update({"User-Agent": user_agent(), **(headers or {})})

    @property
    def netloc(self) -> str:
        """Host and port, for people."""
        return self._home.netloc

    @property
    def traffic(self) -> Traffic:
        """Counters of this connection."""
        return self._counting.traffic

    def get_json(self, path: str, params: Params | None = None) -> Any:
        """GET, decoded; None for an empty body."""
        return self._json(self._call("GET", path, params))

    def get_url_json(self, absolute_url: str) -> Any:
        """GET an address that an answer gave us (an OData next link). Raises RemoteRefusal if it leaves our host."""
        return self._json(self._call_url("GET", self._home.pinned(absolute_url)))

    def get_text(self, path: str, params: Params | None = None) -> str:
        """GET, as text."""
        return self.request("GET", path, params=params, headers={"Accept": "*/*"}).text

    def post_json(self, path: str, body: object, *, params: Params | None = None, read_only: bool = False) -> Any:
        """POST JSON, answer decoded. `read_only`: the call changes nothing, or sent twice does no more than once."""
        return self._json(self._call("POST", path, params, orjson.dumps(body), repeatable=read_only))

    def put_json(self, path: str, body: object, *, params: Params | None = None) -> Any:
        """PUT JSON, answer decoded; None for an empty body."""
        return self._json(self._call("PUT", path, params, orjson.dumps(body)))

    def delete(self, path: str, params: Params | None = None) -> None:
        """DELETE; the answer's body is not looked at."""
        self._send(self._call("DELETE", path, params), lambda response, where: None)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        read_only: bool = False,
    ) -> requests.Response:
        """Any call, answered with status 2xx, undecoded."""
        call = self._call(method, path, params, body, repeatable=read_only, headers=headers)
        return self._send(call, lambda response, where: response)

    def _default_pace(self, per_second: float, in_flight: int, clock: Clock | None) -> Pace:
        if clock is None:
            return shared_pace(self._home.netloc, per_second, in_flight)
        return Pace(self._home.netloc, per_second=per_second, in_flight=in_flight, clock=clock)

    def close(self) -> None:
        """Give connections back."""
        self._session.close()

    def _call(
        self,
        method: str,
        path: str,
        params: Params | None = None,
        body: bytes | None = None,
        *,
        repeatable: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> _Call:
        call = self._call_url(method, self._home.address(path))
        repeatable = repeatable or call.repeatable
        return replace(call, params=params, body=body, repeatable=repeatable, headers=headers or {})

    def _call_url(self, method: str, url: str) -> _Call:
        return _Call(method.upper(), url, None, None, method.upper() in _REPEATABLE, {})

    def _json(self, call: _Call) -> Any:
        return self._send(call, lambda response, where: answers.decoded(response, self.dialect, where))

    def _send(self, call: _Call, read: Callable[[requests.Response, str], T]) -> T:
        """Send until `read` is content, the tries are used up, or the failure is not one that passes."""
        retrying = Retrying(
            stop=stop_after_attempt(TRIES),
            retry=retry_if_exception_type(TryAgain),
            wait=self._wait_seconds,
            before_sleep=self._count_retry,
            sleep=self._clock.sleep,
            reraise=True,
        )
        try:
            content: T = retrying(self._try, call, read)
        except TryAgain as used_up:
            raise used_up.final from used_up.__cause__
        return content

    def _try(self, call: _Call, read: Callable[[requests.Response, str], T]) -> T:
        try:
            return read(self._exchange(call), call.where)
        except TryAgain as failed:
            too_long = failed.wait_seconds > self._pace.longest_wait_seconds
            if failed.hopeless or too_long or not (call.repeatable or failed.throttled):
                raise failed.final from failed.__cause__
            raise

    def _exchange(self, call: _Call) -> requests.Response:
        """One answer with status 2xx, following redirects on the same host and one renewal of the sign-in."""
        response = self._one(call)
        if response.status_code == 401 and self._renew is not None and self._renew():
            response = self._one(call)
        hops = 0
        while call.method == "GET" and self._stays_here(response) and hops < _REDIRECTS:
            hops += 1
            call = replace(call, url=urljoin(response.url, response.headers["Location"]), params=None)
            response = self._one(call)
        failure = answers.failure(response, self.dialect, call.where, self._clock.now())
        if failure is not None:
            raise failure
        return response

    def _stays_here(self, response: requests.Response) -> bool:
        target = response.headers.get("Location")
        if not response.is_redirect or not target or answers.leads_to_sign_in(target):
            return False
        try:
            return self._home.holds(urljoin(response.url, target))
        except ValueError:  # not an address at all
            return False

    def _one(self, call: _Call) -> requests.Response:
        """One request under a permit. A 429 slows and holds the whole host before it is reported."""
        with self._pace.permit() as started:
            response = self._transmit(call)
        took = self._clock.monotonic() - started
        log.debug("http.answered", where=call.where, status=response.status_code, seconds=round(took, 3))
        if response.status_code == 429:
            self._pace.slow_down(started)
            self._counting.throttled()
            again = answers.throttled(response, self.dialect, call.where, self._clock.now())
            self._pace.hold(again.wait_seconds)
            raise again
        if answers.near_limit(response):
            self._pace.slow_down(started)
        else:
            self._pace.speed_up()
        return response

    def _transmit(self, call: _Call) -> requests.Response:
        session = self._session
        headers = {"Accept": "application/json", **call.headers}
        if call.body is not None:
            headers.setdefault("Content-Type", "application/json")
        request = requests.Request(call.method, call.url, headers=headers, params=call.params, data=call.body)
        try:
            prepared = session.prepare_request(request)
        except (requests.RequestException, ValueError) as error:
            raise self._no_address(call) from error
        surroundings = session.merge_environment_settings(prepared.url or "", {}, True, None, None)
        self._counting.request(call.method, call.url)
        try:
            # The adapter, not the session: a vendor library's session may bring a retry loop of its own, and every
            # session reads the whole body of a redirect and looks into its target before we can.
            adapter = session.get_adapter(prepared.url or "")
            response = adapter.send(prepared, timeout=self._timeout, **surroundings)  # type: ignore[arg-type]
            read_body(response, self._clock.monotonic)
            extract_cookies_to_jar(session.cookies, prepared, response.raw)  # type: ignore[no-untyped-call]
        except BeyondLimits as error:
            raise self._beyond(call, error) from error
        except requests.exceptions.SSLError as error:
            raise self._unreachable(call, "no trusted connection", error, remedy=_TLS_REMEDY) from error
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            raise TryAgain(self._unreachable(call, _why(error), error)) from error
        except requests.RequestException as error:
            raise self._unreachable(call, _why(error), error) from error
        self._counting.received(len(response.content))
        seen: requests.Response = dispatch_hook("response", prepared.hooks, response)  # type: ignore[no-untyped-call]
        return seen

    def _no_address(self, call: _Call) -> RemoteRefusal:
        return RemoteRefusal(
            f"{self.dialect.title} names an address that is none ({call.where[:200]!a})",
            code="remote.bad_address",
            remedy="Configure the address under which the tool answers; if it stays, tell the tool's administrator.",
        )

    def _beyond(self, call: _Call, error: BeyondLimits) -> RemoteRefusal:
        return RemoteRefusal(
            f"{self.dialect.title} sent an answer that cannot be taken: {error} ({call.where})",
            code="remote.too_large",
            remedy="Check the configured address and what stands between; it was not read further.",
        )

    def _unreachable(self, call: _Call, why: str, error: Exception, remedy: str = "") -> RemoteError:
        log.warning("http.failed", where=call.where, error=type(error).__name__)
        return RemoteError(
            f"{self.dialect.title} at {self._home.netloc} cannot be reached: {why} ({call.where})",
            code="remote.unreachable",
            remedy=remedy or "Check the address and the network, then run again; nothing was lost.",
        )

    def _wait_seconds(self, state: RetryCallState) -> float:
        """Never less than the other side asked for; else 2, 4, 8, 16 seconds, a little more by chance."""
        failed = state.outcome.exception() if state.outcome else None
        asked = failed.wait_seconds if isinstance(failed, TryAgain) else 0.0
        backoff = min(_LONGEST_BACKOFF_SECONDS, 2.0**state.attempt_number)
        return max(asked, backoff) * self._clock.jitter()

    def _count_retry(self, state: RetryCallState) -> None:
        seconds = state.next_action.sleep if state.next_action else 0.0
        failed = state.outcome.exception() if state.outcome else None
        log.info("http.retry", attempt=state.attempt_number, wait_seconds=round(seconds, 1), why=str(failed))
        self._counting.retry(seconds)


_TLS_REMEDY = "Check the certificate; for a company's own authority set REQUESTS_CA_BUNDLE to its certificate file."


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
