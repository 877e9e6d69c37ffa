"""Signing in to the web page: what an ID token must say, which msal does not look at."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from fake_clock import FakeClock

from connectors.microsoft.web_sign_in import Identity, Provider, WebSignIn
from portfolio.errors import PlumbruleError, RemoteError, RemoteRefusal, SignInError

AUTHORITY = "https://login.works.example/tenant"
TOKENS = "https://tokens.works.example/token"
"""On another host, as some providers have it."""
BACK = "https://pmo.works.example/sign-in/done"


@dataclass
class FakeProvider:
    """A provider answered by `responses`; `changes` are made to the claims of a good ID token."""

    mock: responses.RequestsMock
    clock: FakeClock
    changes: dict[str, Any] = field(default_factory=dict)
    sends_id_token: bool = True
    nonce: str = ""

    def __post_init__(self) -> None:
        document = {
            "issuer": AUTHORITY,
            "authorization_endpoint": f"{AUTHORITY}/authorize",
            "token_endpoint": TOKENS,
        }
        self.mock.add("GET", f"{AUTHORITY}/.well-known/openid-configuration", json=document)
        self.mock.add_callback("POST", TOKENS, self._token)

    def _token(self, _request: Any) -> tuple[int, dict[str, str], str]:
        claims = {
            "iss": AUTHORITY,
            "aud": "the-page",
            "sub": "1",
            "exp": self.clock.now().timestamp() + 3600,
            "nonce": self.nonce,
            "preferred_username": "ada@works.example",
            "roles": ["PMO"],
            **self.changes,
        }
        token = {"access_token": "t", "token_type": "Bearer", "expires_in": 3600}
        told = {name: value for name, value in claims.items() if value is not None}
        return 200, {}, json.dumps(token | ({"id_token": _unsigned(told)} if self.sends_id_token else {}))


def _unsigned(claims: dict[str, Any]) -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in ({"alg": "none"}, claims)
    ]
    return ".".join([*parts, ""])


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield FakeProvider(mock, FakeClock())


def sign_in(provider: FakeProvider) -> Identity:
    clock = provider.clock.clock
    signing = WebSignIn(Provider(AUTHORITY, "the-page", "s3cret", "preferred_username", "roles"), clock)
    flow = signing.begin(BACK)
    asked = parse_qs(urlsplit(flow["auth_uri"]).query)
    provider.nonce = asked["nonce"][0]
    return signing.finish(flow, {"code": "c", "state": asked["state"][0]})


def test_a_person_is_told_by_name_address_and_groups(provider: FakeProvider) -> None:
    assert sign_in(provider) == Identity("ada@works.example", "ada@works.example", frozenset({"PMO"}))
    [asked] = [call.request for call in provider.mock.calls if call.request.method == "POST"]
    sent = parse_qs(str(asked.body.decode() if isinstance(asked.body, bytes) else asked.body))
    assert (
        sent["client_secret"] == ["s3cret"] and len(sent["code_verifier"][0]) >= 43 and sent["redirect_uri"] == [BACK]
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"iss": "https://login.evil.example"}, "issued by somebody else"),
        ({"iss": None}, "issued by somebody else"),
        ({"aud": "another-app"}, "for another app"),
        ({"aud": ["the-page", "another-app"]}, "for another app"),
        ({"aud": ["the-page", "another-app"], "azp": "another-app"}, "for another app"),
        ({"exp": 1}, "has expired"),
        ({"exp": None}, "has expired"),
        ({"exp": "tomorrow"}, "has expired"),
        ({"nonce": "of another sign-in"}, "not for this sign-in"),
        ({"nonce": None}, "not for this sign-in"),
        ({"preferred_username": None}, "no claim `preferred_username`"),
        ({"preferred_username": 7}, "no claim `preferred_username`"),
        ({"roles": None, "_claim_names": {"roles": "src1"}}, "more groups than a token holds"),
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    provider: FakeProvider, changes: dict[str, Any], told: str
) -> None:
    provider.changes = changes
    with pytest.raises(SignInError) as caught:
        sign_in(provider)
    assert told in caught.value.what and caught.value.remedy


@pytest.mark.parametrize(
    ("changes", "email", "groups"),
    [
        ({"aud": ["the-page"]}, "ada@works.example", {"PMO"}),
        ({"aud": ["the-page", "x"], "azp": "the-page"}, "ada@works.example", {"PMO"}),
        ({"roles": None}, "ada@works.example", set()),
        ({"roles": "One"}, "ada@works.example", {"One"}),
        ({"preferred_username": "ada"}, None, {"PMO"}),
        ({"preferred_username": "ada", "email": "ada@home.example"}, "ada@home.example", {"PMO"}),
        ({"preferred_username": "ada", "email": "boss@works.example", "email_verified": False}, None, {"PMO"}),
    ],
)
def test_what_providers_say_in_different_ways_is_understood(
    provider: FakeProvider, changes: dict[str, Any], email: str | None, groups: set[str]
) -> None:
    provider.changes = changes
    found = sign_in(provider)
    assert (found.email, found.groups) == (email, frozenset(groups))


def test_an_answer_without_an_id_token_names_nobody(provider: FakeProvider) -> None:
    provider.sends_id_token = False
    with pytest.raises(SignInError, match="sent no ID token"):
        sign_in(provider)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 404, "json": {"error": "invalid_tenant"}}, SignInError),
        ({"json": {"issuer": AUTHORITY}}, RemoteRefusal),
        ({"body": "<html>"}, RemoteRefusal),
        ({"json": {"issuer": AUTHORITY, "token_endpoint": "http://plain.works.example"}}, RemoteRefusal),
        (
            {
                "json": {
                    "issuer": "https://evil.example",
                    "authorization_endpoint": "https://evil.example/a",
                    "token_endpoint": TOKENS,
                }
            },
            SignInError,
        ),
        ({"status": 503, "body": ""}, RemoteError),
    ],
)
def test_a_provider_that_cannot_be_used_is_told(answer: dict[str, Any], error: type[PlumbruleError]) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add("GET", f"{AUTHORITY}/.well-known/openid-configuration", **answer)
        signing = WebSignIn(Provider(AUTHORITY, "the-page", "s", "sub", "roles"), FakeClock().clock)
        with pytest.raises(error) as caught:
            signing.begin(BACK)
        assert caught.value.remedy


@pytest.mark.parametrize("change", [lambda flow: {"code": "c", "state": "x"}, lambda flow: {"code": "c"}])
def test_an_answer_to_another_sign_in_is_refused(
    provider: FakeProvider, change: Callable[[Any], dict[str, str]]
) -> None:
    signing = WebSignIn(Provider(AUTHORITY, "the-page", "s", "sub", "roles"), provider.clock.clock)
    flow = signing.begin(BACK)
    with pytest.raises(SignInError, match="does not belong"):
        signing.finish(flow, change(flow))


def test_a_refusal_at_the_provider_names_no_command_of_the_shell(provider: FakeProvider) -> None:
    signing = WebSignIn(Provider(AUTHORITY, "the-page", "s", "sub", "roles"), provider.clock.clock)
    flow = signing.begin(BACK)
    with pytest.raises(SignInError) as caught:
        signing.finish(flow, {"error": "access_denied", "state": str(flow["state"])})
    assert caught.value.remedy == "Sign in again."
