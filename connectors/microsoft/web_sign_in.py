"""Signs people in to our own web page at an OpenID Connect provider, Microsoft Entra ID or another.

Authorization code flow with PKCE, done by msal. It no longer looks into the ID token (since 1.38), so that is done here
(OpenID Connect Core 1.0, section 3.1.3.7). The token comes straight from the provider's token endpoint over TLS, which
stands in for its signature there (point 6). No access or refresh token is kept: only who it is matters.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from connectors.microsoft.refusals import Asked, refusal
from connectors.microsoft.wire import MsalWire
from connectors.pacing import Clock
from portfolio.errors import RemoteRefusal, SignInError
from portfolio.ports import Traffic

Flow = Mapping[str, Any]
"""What msal wants back to finish a sign-in: state, nonce, code verifier. Secret; kept by whoever began it."""
_SKEW_SECONDS = 120
_OVERAGE = "_claim_names"
"""Entra leaves out a person's groups where they are many (more than 200), and says so here ("groups overage")."""


@dataclass(frozen=True)
class Identity:
    """Who signed in: the name by the chosen claim, the e-mail where one is told, groups or roles."""

    name: str
    email: str | None
    groups: frozenset[str]


@dataclass(frozen=True)
class Provider:
    """Where people sign in, as which app, and which claims tell name and groups."""

    authority: str
    client_id: str
    client_secret: str
    user_claim: str
    groups_claim: str
    ca_bundle: Path | None = None


class WebSignIn:
    """One provider. Thread-safe: what belongs to one sign-in is in its flow."""

    def __init__(self, provider: Provider, clock: Clock | None = None) -> None:
        self._provider = provider
        self._clock = clock or Clock()

    def begin(self, redirect_uri: str) -> Flow:
        """A new flow; its `auth_uri` is where the person goes, its `state` comes back with the answer.

        Raises RemoteError where the provider cannot be reached, SignInError or RemoteRefusal where it answers oddly.
        """
        app = self._app
        # msal would rather have the answer sent as a form from the provider's site. With that a browser sends no cookie
        # that is SameSite=Lax, and without one the answer could be anybody's. PKCE guards the code in the address.
        warnings.filterwarnings("ignore", message="response_mode='form_post' is recommended")
        flow: Flow = app.initiate_auth_code_flow([], redirect_uri=redirect_uri)
        return flow

    def finish(self, flow: Flow, answer: Mapping[str, str]) -> Identity:
        """Who it is, from what the browser brought back. Raises SignInError where it is nobody, and as `begin`."""
        if "error" in answer:
            raise self._refused(answer)
        try:
            result: Mapping[str, Any] = self._app.acquire_token_by_auth_code_flow(dict(flow), dict(answer))
        except ValueError as error:  # the state is not the one that we sent
            raise _unfit("the answer does not belong to this sign-in") from error
        except RuntimeError as error:  # so msal tells a nonce that is not ours
            raise _unfit("the ID token is not for this sign-in") from error
        if "error" in result:
            raise self._refused(result)
        claims = result.get("id_token_claims")
        if not isinstance(claims, dict):
            raise _unfit("the provider sent no ID token")
        self._check(claims)
        return self._identity(claims)

    def _refused(self, answer: Mapping[str, Any]) -> SignInError:
        """The provider's refusal; its remedies name a command that people of a web page do not have."""
        told = refusal(answer, self._asked)
        remedy = "Sign in again." if self._asked.login in told.remedy else told.remedy
        return SignInError(told.what, code=told.code, remedy=remedy, why=told.why)

    def _check(self, claims: Mapping[str, Any]) -> None:
        """Issuer, audience and time of the ID token."""
        provider, audience = self._provider, claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        now = self._clock.now().timestamp()
        if claims.get("iss") != self._wire.issuer:
            raise _unfit("the ID token was issued by somebody else")
        if provider.client_id not in audiences or (len(audiences) > 1 and claims.get("azp") != provider.client_id):
            raise _unfit("the ID token is for another app")
        ends = claims.get("exp")
        if not isinstance(ends, int | float) or ends + _SKEW_SECONDS < now:
            raise _unfit("the ID token has expired: this machine's clock may be wrong")

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        provider = self._provider
        name = claims.get(provider.user_claim)
        if not isinstance(name, str) or not name:
            raise _unfit(f"the ID token has no claim `{provider.user_claim}` (`user_claim`)")
        if provider.groups_claim in (claims.get(_OVERAGE) or {}):
            raise _unfit(
                f"the person is in more groups than a token holds (`{provider.groups_claim}`)",
                'Use app roles: groups_claim = "roles"; or let the registration send only groups assigned to the app.',
            )
        told = claims.get(provider.groups_claim) or []
        groups = told if isinstance(told, list) else [told]
        verified = claims.get("email") if claims.get("email_verified") is not False else None
        email = next((one for one in (verified, claims.get("preferred_username")) if _is_address(one)), None)
        return Identity(name, email, frozenset(str(group) for group in groups))

    @property
    def _asked(self) -> Asked:
        provider = self._provider
        return Asked("serve", urlsplit(provider.authority).netloc, provider.client_id, "the web page")

    @cached_property
    def _wire(self) -> "_OidcWire":
        return _OidcWire(self._provider.authority, self._asked, Traffic(), self._clock, self._provider.ca_bundle)

    @cached_property
    def _app(self) -> Any:
        """msal's app, made with the first sign-in: that reads the discovery document, once."""
        import msal

        class Forgetful(msal.TokenCache):  # type: ignore[misc]
            """Keeps nobody's tokens."""

            def add(self, event: Any, now: Any = None) -> None:
                """Nothing."""

        try:
            return msal.ConfidentialClientApplication(
                self._provider.client_id,
                client_credential=self._provider.client_secret,
                oidc_authority=self._provider.authority.rstrip("/"),
                http_client=self._wire,
                token_cache=Forgetful(),
                exclude_scopes=["offline_access"],
                instance_discovery=False,
            )
        except ValueError as error:
            raise SignInError(
                f"{self._provider.authority} is no usable OpenID Connect provider",
                code="sign_in.provider",
                remedy="Correct `authority`: the issuer exactly as the provider names it, without /.well-known/…",
            ) from error


class _OidcWire(MsalWire):
    """Also calls the token endpoint that the discovery document names, wherever that is: some providers have it on
    another host. `issuer` is the document's."""

    issuer: str | None = None
    _token_endpoint: str | None = None

    def get(
        self, url: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, **_: object
    ) -> requests.Response:
        """GET, and what the discovery document says."""
        response = super().get(url, params, headers)
        try:
            told = response.json()
        except ValueError:
            told = None
        if not isinstance(told, dict) or not str(told.get("token_endpoint", "")).startswith("https://"):
            raise RemoteRefusal(
                f"{url} is not the discovery document of an OpenID Connect provider",
                code="sign_in.provider",
                remedy="Correct `authority` under [serve.oidc].",
            )
        self.issuer, self._token_endpoint = told.get("issuer"), told["token_endpoint"]
        return response

    def _home_pinned(self, url: str) -> str:
        return url if url == self._token_endpoint else super()._home_pinned(url)


def _unfit(why: str, remedy: str = "") -> SignInError:
    return SignInError(
        why,
        code="sign_in.id_token",
        remedy=remedy or "Sign in again; if it stays, compare [serve.oidc] with the provider.",
    )


def _is_address(told: object) -> bool:
    return isinstance(told, str) and "@" in told
