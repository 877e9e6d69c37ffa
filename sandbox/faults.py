"""What goes wrong on a network, on request: `server.inject(too_many_requests("1"), times=3, path="/search")`.

Answers that are almost true, and worlds that change while they are read, are in `sandbox.distortions`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.messages import Request, Response


@dataclass(frozen=True)
class Fault:
    """One misbehaviour. `instead`: (status, headers, body) sent in place of the true answer, which is not computed.

    `before` is called first, `ask` changes the request and `rewrite` the answer.
    """

    name: str
    instead: tuple[int, Mapping[str, str], bytes] | None = None
    half_json: bool = False
    cut: bool = False
    reset: bool = False
    before: Callable[[], object] | None = None
    ask: Callable[[Request], Request] | None = None
    rewrite: Callable[[Response], Response] | None = None


_JSON = {"Content-Type": "application/json;charset=UTF-8"}
_HTML = {"Content-Type": "text/html;charset=UTF-8"}


def too_many_requests(
    retry_after: str | None = "1", reason: str | None = "jira-burst-based", reset: str | None = None
) -> Fault:
    """429 with the headers of Atlassian's page "Rate limiting"; `None` leaves a header out.

    `reset` is an ISO moment, which real sites were seen to write without seconds.
    """
    given = {"Retry-After": retry_after, "RateLimit-Reason": reason, "X-RateLimit-Reset": reset}
    headers = _JSON | {name: value for name, value in given.items() if value is not None}
    return Fault("429", (429, headers, b'{"errorMessages":["Rate limit exceeded."]}'))


def quota_reached(reset: str, retry_after: str | None = "1847", reason: str = "jira-quota-tenant-based") -> Fault:
    """429 because the points of the hour are spent: nothing but waiting until `reset` helps."""
    return too_many_requests(retry_after, reason, reset)


def unavailable(retry_after: str | None = None, status: int = 503) -> Fault:
    """A proxy's 502, 503 or 504: HTML, sometimes with Retry-After."""
    headers = _HTML | ({} if retry_after is None else {"Retry-After": retry_after})
    return Fault(str(status), (status, headers, b"<html><body><h1>Service unavailable</h1></body></html>"))


def refused(status: int, message: str = "Refused.") -> Fault:
    """An answer of the tool itself, such as 401, 403, 410 or 500, in Jira's shape of errors."""
    return Fault(str(status), (status, _JSON, b'{"errorMessages":["' + message.encode() + b'"]}'))


def sign_in_page(status: int = 200) -> Fault:
    """HTML with 200 where JSON was asked: an expired session behind a single sign-on."""
    return Fault("sign-in page", (status, _HTML, b"<!DOCTYPE html><html><title>Sign in</title><form></form></html>"))


def redirect(location: str, status: int = 302) -> Fault:
    """A redirect, as to a sign-in page or to a foreign host."""
    return Fault("redirect", (status, {"Location": location}, b""))


def half_json() -> Fault:
    """The first half of the true body, with a matching length: JSON that does not parse."""
    return Fault("half JSON", half_json=True)


def cut_off() -> Fault:
    """The true length announced, half of the body sent, then hung up."""
    return Fault("cut off", cut=True)


def reset() -> Fault:
    """The connection is reset after the request was handled: the client cannot know whether it was."""
    return Fault("reset", reset=True)


@dataclass
class _Waiting:
    fault: Fault
    times: int
    method: str | None
    path: str
    after: int

    def fits(self, method: str, path: str) -> bool:
        return self.times > 0 and self.method in (None, method) and self.path in path

    def due(self) -> bool:
        """Tell whether enough fitting requests have gone by, and count this one."""
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True


class FaultQueue:
    """Faults that wait for their request, first come first served; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []

    def put(self, fault: Fault, *, times: int, method: str | None, path: str, after: int = 0) -> None:
        """Let the next `times` fitting requests meet `fault`, but for the first `after` of them."""
        with self._lock:
            self._waiting.append(_Waiting(fault, times, method, path, after))

    def take(self, method: str, path: str) -> Fault | None:
        """Give the fault that this request meets, if any, and use it up."""
        with self._lock:
            for waiting in self._waiting:
                if waiting.fits(method, path) and waiting.due():
                    return waiting.fault
            self._waiting = [waiting for waiting in self._waiting if waiting.times > 0]
        return None

    @property
    def left(self) -> int:
        """How many faults still wait."""
        with self._lock:
            return sum(waiting.times for waiting in self._waiting)


class EveryNth:
    """Lets every `nth` request below `path` meet a 429, `most` times at most, as on a busy site; safe for threads."""

    def __init__(self, nth: int, *, path: str = "/rest/", most: int = 8, retry_after_seconds: int = 1) -> None:
        self._nth, self._path, self._left = nth, path, most
        self._refusal = too_many_requests(str(retry_after_seconds))
        self._seen = 0
        self._lock = threading.Lock()

    def fault_for(self, path: str) -> Fault | None:
        """Count one request and give the refusal that it meets, if any."""
        with self._lock:
            if self._path not in path or self._left == 0:
                return None
            self._seen += 1
            if self._seen % self._nth:
                return None
            self._left -= 1
            return self._refusal
