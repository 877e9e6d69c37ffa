"""What an HTTP answer means for us: usable, worth another try, or an error with its remedy. No I/O.

Sources: RFC 9110 section 10.2.3 (Retry-After) and 15 (status codes).
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

import orjson
import requests

from connectors.limits import Limits, Throttle, reset_seconds
from connectors.veil import veiled
from portfolio.errors import PlumbruleError, RateLimited, RemoteError, RemoteRefusal, SignInError

T = TypeVar("T")
BRIEFLY_UNAVAILABLE = (502, 503, 504)
_SIGN_IN_ADDRESS = re.compile(r"log-?in|sign-?in|authenticat|/adfs/|/sso|/oauth2?/|//login\.|//id\.", re.IGNORECASE)
_SHOWN = 300
_LONGEST_SECONDS = 31 * 24 * 3600.0
"""No pause is longer: a number of seconds that no calendar holds must not break the report of the pause itself."""


class TryAgain(Exception):
    """The call failed in a way that may pass. `final` is raised when the tries are used up.

    `reason` says why, in a few words that are the same for all failures of a kind. `throttled`: nothing was done, so
    any method may be repeated. `hopeless`: a quota is used up, waiting is no use.
    """

    def __init__(
        self,
        final: PlumbruleError,
        *,
        reason: str,
        wait_seconds: float = 0.0,
        throttled: bool = False,
        hopeless: bool = False,
    ) -> None:
        super().__init__(final.what)
        self.final = final
        self.reason = reason
        self.wait_seconds = wait_seconds
        self.throttled = throttled
        self.hopeless = hopeless


@dataclass(frozen=True)
class Dialect:
    """What one tool's answers say in its own way. Each source's client brings its own.

    `classify` sees every answer first, also good ones, and may return the error to raise; None: decide as usual.
    `secret_address`: who knows the address may call it, so it is told nowhere.
    """

    title: str = "the remote tool"
    sign_in_remedy: str = "Check the account and its token or password; they may have expired."
    permission_remedy: Callable[[str], str] = lambda where: f"Ask an administrator for the permission to call {where}."
    limits: Limits = field(default_factory=Limits)
    message: Callable[[bytes], str] = lambda _: ""
    classify: Callable[[requests.Response], PlumbruleError | None] = lambda _: None
    secret_address: bool = False


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Seconds to wait at least, from a Retry-After header: a number or an HTTP date. None: absent or not readable.

    Negative numbers and past dates mean now. A date counts from the answer's own Date where it has one (`now`).
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _until(value, now)
    return min(max(0.0, seconds), _LONGEST_SECONDS) if math.isfinite(seconds) else None


def _until(value: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), _LONGEST_SECONDS)


def failure(
    response: requests.Response, dialect: Dialect, where: str, now: datetime
) -> PlumbruleError | TryAgain | None:
    """What is wrong with an answer by its status; None for 2xx. `where` is method and path, for people."""
    status = response.status_code
    special = dialect.classify(response)
    if special is not None or status < 300:
        return special
    if status < 400:
        return _redirected(response, dialect, where)
    return _refused(response, dialect, where) if status < 500 else _broken(response, dialect, where, now)


def _broken(response: requests.Response, dialect: Dialect, where: str, now: datetime) -> RemoteError | TryAgain:
    status = response.status_code
    if status in BRIEFLY_UNAVAILABLE:
        what = f"{dialect.title} is not available ({status} on {where})"
        wait = retry_after_seconds(response.headers.get("Retry-After"), answered_at(response, now)) or 0.0
        final = RemoteError(what, code="remote.unavailable", remedy="Run again later; nothing was lost.")
        return TryAgain(final, reason=f"not available ({status})", wait_seconds=wait)
    what = f"{dialect.title} failed ({status} on {where}){_said(response, dialect)}"
    return RemoteError(
        what, code="remote.failed", remedy="Run again later; if it stays, tell the tool's administrator."
    )


def _refused(response: requests.Response, dialect: Dialect, where: str) -> PlumbruleError:
    status, said = response.status_code, _said(response, dialect)
    if status == 401:
        what = f"{dialect.title} refused the sign-in (401 on {where}){said}"
        return SignInError(what, code="sign_in.refused", remedy=dialect.sign_in_remedy)
    if status == 403:
        what = f"{dialect.title} refused access (403 on {where}){said}"
        return SignInError(what, code="sign_in.permission", remedy=dialect.permission_remedy(where))
    code, words, remedy = _REFUSALS.get(status, _OTHER_REFUSAL)
    return RemoteRefusal(f"{dialect.title} {words} ({status} on {where}){said}", code=code, remedy=remedy)


_REFUSALS = {
    404: (
        "remote.not_found",
        "has nothing there, or hides it from this account",
        "Check the address, and what the account may see.",
    ),
    406: ("remote.format", "does not answer in that format", "Check that no proxy stands between."),
    415: ("remote.format", "does not answer in that format", "Check that no proxy stands between."),
    410: ("remote.removed", "answers: endpoint removed", "Update Plumbrule; nothing was read through this endpoint."),
}
_OTHER_REFUSAL = ("remote.refused", "refused the request", "Read what it says; the request was not repeated.")


def throttled(response: requests.Response, dialect: Dialect, where: str, now: datetime) -> tuple[Throttle, TryAgain]:
    """A 429: whom it concerns, and how long to wait at least; hopeless where a quota is used up."""
    theirs = answered_at(response, now)
    throttle = dialect.limits.throttle(response, theirs)
    asked = retry_after_seconds(response.headers.get("Retry-After"), theirs)
    asked = reset_seconds(response.headers, theirs) if asked is None else asked
    if asked is None or (throttle.quota and asked <= 0):  # a quota that is used up is not there again at once
        asked = throttle.wait_seconds
    wait = asked
    limited = RateLimited(
        f"{dialect.title} asks us to slow down (429 on {where}, {throttle.reason})",
        until=now + timedelta(seconds=wait) if wait is not None else None,
        one_record=throttle.reach == "record",
    )
    again = TryAgain(limited, reason=throttle.reason, wait_seconds=wait or 0.0, throttled=True, hopeless=throttle.quota)
    return throttle, again


def told_time(response: requests.Response) -> datetime | None:
    """The time at which the other side answered, by its own clock (UTC); None where it does not say."""
    try:
        return parsedate_to_datetime(response.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None


def answered_at(response: requests.Response, now: datetime) -> datetime:
    """The time at which the other side answered, by its own clock; `now` where it does not say."""
    return told_time(response) or now


def decoded(response: requests.Response, dialect: Dialect, where: str) -> object:
    """The JSON of an answer; None for an empty body. Raises SignInError for a page, TryAgain for broken JSON."""
    return read(response, dialect, where, orjson.loads) if response.content.strip() else None


def read(response: requests.Response, dialect: Dialect, where: str, decode: Callable[[bytes], T]) -> T:
    """The answer as `decode` makes it of its bytes; it raises ValueError for what is no JSON. Raises like `decoded`."""
    try:
        return decode(response.content)
    except ValueError as error:
        if is_page(response):
            raise signed_out(dialect, where) from error
        what = f"{dialect.title} sent JSON that breaks off or is not valid ({where}: {error})"
        final = RemoteError(what, code="remote.bad_json", remedy="Run again; nothing was lost.")
        raise TryAgain(final, reason="broken answer") from error


def is_page(response: requests.Response) -> bool:
    """Whether the answer is an HTML page."""
    start = response.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "text/html" in response.headers.get("Content-Type", "").lower() or start.startswith((b"<!doctype", b"<html"))


def signed_out(dialect: Dialect, where: str) -> SignInError:
    """A page came where data was due: the usual sign of a lost or missing sign-in."""
    what = f"{dialect.title} showed a web page instead of data ({where}); most likely its sign-in page"
    return SignInError(what, code="sign_in.page", remedy=dialect.sign_in_remedy)


def leads_to_sign_in(address: str) -> bool:
    """Whether a redirect's target looks like a sign-in page."""
    return bool(_SIGN_IN_ADDRESS.search(address))


def _redirected(response: requests.Response, dialect: Dialect, where: str) -> PlumbruleError:
    target = response.headers.get("Location", "")
    if leads_to_sign_in(target):
        return signed_out(dialect, where)
    shown = target.split("?")[0][:_SHOWN] or "nowhere"
    if dialect.secret_address:
        shown = urlsplit(target).netloc or "another path"
    what = f"{dialect.title} sends us elsewhere ({response.status_code} on {where}, to {shown})"
    return RemoteRefusal(what, code="remote.redirected", remedy="Configure the address under which the tool answers.")


def _said(response: requests.Response, dialect: Dialect) -> str:
    words = dialect.message(response.content)
    if not words and not is_page(response):
        words = response.content[: 4 * _SHOWN].decode("utf-8", "replace")  # cut only when it is veiled
    words = " ".join(veiled(words, response, secret_address=dialect.secret_address).split())
    return f": {words[:_SHOWN]}" if words else ""
