"""The one way to the network: a session per source with sign-in, timeouts, one retry policy and a pace per host.

What a caller may rely on: nothing leaves the configured host; no secret is logged; a 429 is waited out by every thread
or reported with its time; only calls that may be repeated are repeated; every failure is a PlumbruleError.
"""

import copy
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeGuard, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import orjson
import requests
import structlog
from requests.auth import AuthBase
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from connectors import answers
from connectors.address import Home
from connectors.answers import Dialect, TryAgain
from connectors.counting import Counting, endpoint_of
from connectors.limits import told
from connectors.pacing import Clock, Pace, shared_pace
from connectors.records import RecordBusy
from connectors.wire import Call, Params, Wire, user_agent
from portfolio.errors import PlumbruleError, RateLimited, SignInError
from portfolio.ports import Traffic

__all__ = ["Http", "Params", "user_agent"]

TRIES = 5
TRIES_WHEN_THROTTLED = 12
"""A 429 says that nothing is wrong but our speed: with four in ten calls refused, a call gets through all the same."""
TIMEOUT_SECONDS = (5.0, 60.0)
"""To connect, and between two bytes of an answer."""
_LONGEST_BACKOFF_SECONDS = 30.0
_REDIRECTS = 3
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
log = structlog.get_logger("plumbrule.connectors.http")

T = TypeVar("T")


class Http:
    """One source's connection. Thread-safe; `close` gives the sockets back.

    `auth` signs each request; where a token can be renewed, `renew` is called once on a 401, with that answer, and
    returns whether a second try makes sense. `refused` may turn a refused sign-in into an error that knows more.
    `headers` go with every request. `traffic` counts. `session` may be one that a vendor's library built. `pace` is
    shared per host in this process, unless it or a `clock` is given. `locate` finds, with the first call, the address
    that is really called, where that is not `base_url`. `ca_bundle` is a file of the certificates to trust.

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
        renew: Callable[[requests.Response], bool] | None = None,
        refused: Callable[[SignInError], SignInError] | None = None,
        locate: Callable[[], str] | None = None,
        allow_http: bool = False,
        ca_bundle: Path | None = None,
        per_second: float = 10.0,
        in_flight: int = 8,
        timeout_seconds: tuple[float, float] = TIMEOUT_SECONDS,
        pace: Pace | None = None,
        clock: Clock | None = None,
    ) -> None:
        home = Home.of(base_url, allow_http=allow_http)
        self.base_url = home.url
        self.netloc = home.netloc
        self._home = home if locate is None else None
        self._locate = locate
        self._allow_http = allow_http
        self._locating = threading.Lock()
        self._counting = Counting(traffic if traffic is not None else Traffic())
        self.dialect = dialect or Dialect()
        self._clock = clock or Clock()
        self._pace = pace or _pace(home, per_second, in_flight, clock)
        self._renew = renew
        self._refused = refused
        self._patient = True
        self._session = session if session is not None else requests.Session()
        if auth is not None:
            self._session.auth = auth
        self._session.headers.update({"User-Agent": user_agent(), **(headers or {})})
        self._tell: Callable[[str, bytes], None] | None = None
        self._wire = Wire(
            self._session, self.dialect.title, self.netloc, timeout_seconds, self._clock.monotonic, ca_bundle
        )

    @property
    def address(self) -> str:
        """The address that is really called; finding it may need a call. Raises what that raises."""
        return self._target.url

    @property
    def auth(self) -> object:
        """What signs the requests."""
        return self._session.auth

    @property
    def traffic(self) -> Traffic:
        """Counters of this connection."""
        return self._counting.traffic

    def telling(self, tell: Callable[[str, bytes], None]) -> "Http":
        """The same connection, which also tells each good answer: its endpoint and its bytes. Finds the address."""
        _ = self._target  # found once, not by each of them
        other = copy.copy(self)
        other._tell = tell
        return other

    def get_json(self, path: str, params: Params | None = None, *, headers: Mapping[str, str] | None = None) -> Any:
        """GET, decoded; None for an empty body."""
        return self._json(self._call("GET", path, params, headers=headers))

    def get_url_json(self, absolute_url: str, *, headers: Mapping[str, str] | None = None) -> Any:
        """GET an address that an answer gave us (an OData next link). Raises RemoteRefusal if it leaves our host."""
        return self._json(replace(self._call_url("GET", self._target.pinned(absolute_url)), headers=headers or {}))

    def get_read(self, path: str, headers: Mapping[str, str], read: Callable[[bytes], T]) -> T:
        """GET; the answer as `read` makes it of its bytes. It raises ValueError for bytes that are no such thing."""
        call = self._call("GET", path, headers=headers)
        return self._send(call, lambda response, where: answers.read(response, self.dialect, where, read))

    def get_url_read(self, absolute_url: str, headers: Mapping[str, str], read: Callable[[bytes], T]) -> T:
        """The same for an address that an answer gave us. Raises RemoteRefusal if it leaves our host."""
        call = replace(self._call_url("GET", self._target.pinned(absolute_url)), headers=headers)
        return self._send(call, lambda response, where: answers.read(response, self.dialect, where, read))

    def get_text(self, path: str, params: Params | None = None) -> str:
        """GET, as text."""
        return self.request("GET", path, params=params, headers={"Accept": "*/*"}).text

    def post_json(self, path: str, body: object, *, params: Params | None = None, read_only: bool = False) -> Any:
        """POST JSON, answer decoded. `read_only`: the call changes nothing, or sent twice does no more than once."""
        return self._json(self._call("POST", path, params, orjson.dumps(body), repeatable=read_only))

    def post_read(self, path: str, body: object, read: Callable[[bytes], T]) -> T:
        """POST that changes nothing; the answer as `read` makes it of its bytes. It raises ValueError for bytes that
        are no JSON: then the call is repeated. The body must not be empty."""
        call = self._call("POST", path, None, orjson.dumps(body), repeatable=True)
        return self._send(call, lambda response, where: answers.read(response, self.dialect, where, read))

    def post_form(self, path: str, form: Mapping[str, str]) -> Any:
        """POST a form, answer decoded. Sent twice it must do no more than once, or be refused the second time."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._json(self._call("POST", path, None, urlencode(form).encode(), repeatable=True, headers=headers))

    def put_json(self, path: str, body: object, *, params: Params | None = None) -> Any:
        """PUT JSON, answer decoded; None for an empty body."""
        return self._json(self._call("PUT", path, params, orjson.dumps(body)))

    def delete(self, path: str, params: Params | None = None, *, headers: Mapping[str, str] | None = None) -> None:
        """DELETE; the answer's body is not looked at."""
        self._send(self._call("DELETE", path, params, headers=headers), lambda response, where: None)

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

    def post_to_itself(self, body: bytes, headers: Mapping[str, str], *, repeatable: bool) -> requests.Response:
        """POST to the base address, which is then a secret: errors and logs tell no more of it than its host."""
        return self.ask_itself("POST", body, headers, repeatable=repeatable)

    def ask_itself(
        self, method: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, *, repeatable: bool
    ) -> requests.Response:
        """Any call of the base address, which is then a secret: as an upload address that was given for one file."""
        url = self._target.url
        call = Call(method, url, f"{method} {self.netloc}", repeatable, body=body, headers=headers or {}, secret=True)
        return self._send(call, lambda response, where: response)

    @contextmanager
    def leaving_busy_records(self) -> Iterator[None]:
        """Within the block a write to a record that must wait raises RecordBusy, and nothing is sent, so that others
        can go first. For one that writes from one thread."""
        self._patient = False
        try:
            yield
        finally:
            self._patient = True

    def claim(self, record: str) -> None:
        """Count a write to a record by a call that writes to many at once; waits, or raises, as such a write would."""
        allowance = self.dialect.limits.per_record
        self._pace.claim(record, allowance, self._counting.waited, patient=self._patient)

    def close(self) -> None:
        """Give connections back."""
        self._session.close()

    @property
    def _target(self) -> Home:
        """The address that is called; found with the first call where it is not the configured one."""
        with self._locating:
            if self._home is None:
                assert self._locate is not None  # noqa: S101 - else the home was known from the start
                self._home = Home.of(self._locate(), allow_http=self._allow_http)
            return self._home

    def _call(
        self,
        method: str,
        path: str,
        params: Params | None = None,
        body: bytes | None = None,
        *,
        repeatable: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Call:
        call = self._call_url(method, self._target.address(path))
        repeatable = repeatable or call.repeatable
        return replace(call, params=params, body=body, repeatable=repeatable, headers=headers or {})

    def _call_url(self, method: str, url: str) -> Call:
        method = method.upper()
        return Call(method, url, endpoint_of(method, url.removeprefix(self._target.url)), method in _REPEATABLE)

    def _json(self, call: Call) -> Any:
        return self._send(call, lambda response, where: answers.decoded(response, self.dialect, where))

    def _send(self, call: Call, read: Callable[[requests.Response, str], T]) -> T:
        """Send until `read` is content, the tries are used up, or the failure is not one that passes."""
        retrying = Retrying(
            stop=_is_enough,
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
        except SignInError as refusal:
            if self._refused is None:
                raise
            raise self._refused(refusal) from refusal
        return content

    def _try(self, call: Call, read: Callable[[requests.Response, str], T]) -> T:
        try:
            response = self._exchange(call)
            content = read(response, call.where)
        except TryAgain as failed:
            too_long = failed.wait_seconds > self._pace.longest_wait_seconds
            if failed.hopeless or too_long or not (call.repeatable or failed.throttled):
                raise failed.final from failed.__cause__
            if not self._patient and _concerns_one_record(failed.final):
                raise RecordBusy(failed.final.what, until=failed.final.until, one_record=True) from failed
            raise
        if self._tell is not None:
            self._tell(call.endpoint, response.content)
        return content

    def _exchange(self, call: Call) -> requests.Response:
        """One answer with status 2xx, following redirects on the same host and one renewal of the sign-in."""
        response = self._one(call)
        if response.status_code == 401 and self._renew is not None and self._renew(response):
            response = self._one(call)
        hops = 0
        while call.method == "GET" and self._stays_here(response) and hops < _REDIRECTS:
            hops += 1
            call = call.moved(urljoin(response.url, response.headers["Location"]))
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
            return self._target.holds(urljoin(response.url, target))
        except ValueError:  # not an address at all
            return False

    def _one(self, call: Call) -> requests.Response:
        """One request under a permit. A 429 slows and holds what it concerns before it is reported."""
        limits = self.dialect.limits
        record = limits.record(call.method, urlsplit(call.url).path)
        waited, allowance, patient = self._counting.waited, limits.per_record, self._patient
        with self._pace.permit(call.endpoint, record, waited, allowance=allowance, patient=patient) as turn:
            self._counting.request(call.endpoint)
            response = self._wire.transmit(call)
        self._note(call, response, self._clock.monotonic() - turn.started)
        if response.status_code == 429:
            throttle, again = answers.throttled(response, self.dialect, call.where, self._clock.now())
            self._counting.throttled(throttle.reason)
            self._pace.throttled(turn, throttle.reach, throttle.reason, again.wait_seconds, quota=throttle.quota)
            raise again
        self._pace.answered(turn, limits.room(response.headers))
        return response

    def _note(self, call: Call, response: requests.Response, seconds: float) -> None:
        log.debug("http.answered", where=call.where, status=response.status_code, seconds=round(seconds, 3))
        self._counting.received(len(response.content))
        self._counting.limits(told(response.headers))
        theirs = answers.told_time(response)
        if theirs is not None:
            self._counting.clocks(theirs, self._clock.now())

    def _wait_seconds(self, state: RetryCallState) -> float:
        """Never less than the other side asked for; else 2, 4, 8, 16, 30 seconds, a little more by chance."""
        failed = _failure(state)
        backoff = min(_LONGEST_BACKOFF_SECONDS, 2.0**state.attempt_number)
        return max(failed.wait_seconds if failed else 0.0, backoff) * self._clock.jitter()

    def _count_retry(self, state: RetryCallState) -> None:
        seconds = state.next_action.sleep if state.next_action else 0.0
        failed = _failure(state)
        log.info("http.retry", attempt=state.attempt_number, wait_seconds=round(seconds, 1), why=str(failed))
        self._counting.retry(failed.reason if failed else "", seconds)


def _pace(home: Home, per_second: float, in_flight: int, clock: Clock | None) -> Pace:
    if clock is None:
        return shared_pace(home.netloc, urlsplit(home.url).path, per_second, in_flight)
    return Pace(home.netloc, per_second=per_second, in_flight=in_flight, clock=clock)


def _concerns_one_record(error: PlumbruleError) -> TypeGuard[RateLimited]:
    return isinstance(error, RateLimited) and error.one_record


def _failure(state: RetryCallState) -> TryAgain | None:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, TryAgain) else None


def _is_enough(state: RetryCallState) -> bool:
    failed = _failure(state)
    slowed = failed is not None and failed.throttled and not _concerns_one_record(failed.final)
    return state.attempt_number >= (TRIES_WHEN_THROTTLED if slowed else TRIES)
