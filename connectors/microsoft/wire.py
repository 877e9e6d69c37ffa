"""Carries msal's own requests over our wire: with time limits, retries, counting, and never to another host.

msal wants an object with `get` and `post` that answers with status, text and headers (`msal.oauth2cli.http`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from connectors import answers
from connectors.address import Home
from connectors.answers import Dialect, TryAgain
from connectors.counting import Counting, endpoint_of
from connectors.microsoft.refusals import Asked, refusal
from connectors.pacing import Clock
from connectors.wire import Call, Wire, user_agent
from portfolio.ports import Traffic

TITLE = "Microsoft's sign-in service"
_TRIES = 4
_LONGEST_WAIT_SECONDS = 60.0


class MsalWire:
    """msal's way to one authority. Refusals of its discovery, which msal words as a riddle, are told as they are."""

    def __init__(
        self, authority_url: str, asked: Asked, traffic: Traffic, clock: Clock, ca_bundle: Path | None = None
    ) -> None:
        self._home = Home.of(authority_url)
        self._asked = asked
        self._counting = Counting(traffic)
        self._clock = clock
        self._dialect = Dialect(title=TITLE)
        self._session = requests.Session()
        self._session.headers["User-Agent"] = user_agent()
        self._wire = Wire(self._session, TITLE, self._home.netloc, (5.0, 30.0), clock.monotonic, ca_bundle)

    def get(
        self, url: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, **_: object
    ) -> requests.Response:
        """GET, as msal asks for its discovery document."""
        response = self._sent("GET", url, params, None, headers)
        if response.status_code >= 400:
            raise refusal(_told(response), self._asked)
        return response

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> requests.Response:
        """POST of a form, as msal asks for tokens; a refusal (400, 401) is msal's to read."""
        form = urlencode({k: v for k, v in (data or {}).items() if v is not None}).encode()
        return self._sent(
            "POST", url, params, form, {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        )

    def close(self) -> None:
        """Give connections back."""
        self._session.close()

    def _sent(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        body: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> requests.Response:
        call = Call(method, self._home_pinned(url), endpoint_of(method, url), True, params, body, headers or {})
        retrying = Retrying(
            stop=stop_after_attempt(_TRIES),
            retry=retry_if_exception_type(TryAgain),
            wait=self._wait_seconds,
            sleep=self._clock.sleep,
            reraise=True,
        )
        try:
            response: requests.Response = retrying(self._once, call)
        except TryAgain as used_up:
            raise used_up.final from used_up.__cause__
        return response

    def _home_pinned(self, url: str) -> str:
        return self._home.pinned(url)

    def _once(self, call: Call) -> requests.Response:
        self._counting.request(call.endpoint)
        response = self._wire.transmit(call)
        self._counting.received(len(response.content))
        now = self._clock.now()
        if response.status_code == 429:
            _, again = answers.throttled(response, self._dialect, call.where, now)
            if again.wait_seconds > _LONGEST_WAIT_SECONDS:
                raise again.final
            raise again
        if response.status_code >= 500 or 300 <= response.status_code < 400:
            failed = answers.failure(response, self._dialect, call.where, now)
            assert failed is not None  # noqa: S101 - such a status is a failure
            raise failed
        return response

    def _wait_seconds(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_seconds if isinstance(error, TryAgain) else 0.0
        return max(asked, 2.0**state.attempt_number) * self._clock.jitter()


def _told(response: requests.Response) -> Mapping[str, Any]:
    try:
        told = response.json()
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"error": f"status {response.status_code}"}
