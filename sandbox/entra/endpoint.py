"""The token endpoint: five kinds of grant, and what is refused to each."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import Callable
from typing import NoReturn
from urllib.parse import parse_qsl

import orjson

from sandbox.entra import assertions
from sandbox.entra.errors import refuse
from sandbox.entra.site import (
    CODE_LIFE,
    DEVICE_LIFE,
    GROUPS_IN_TOKEN,
    REFRESH_IDLE_LIFE,
    App,
    DeviceCode,
    EntraSite,
    Grant,
)
from sandbox.http import Request, Response

_PLAIN_SCOPES = frozenset({"openid", "profile", "offline_access", "email"})
_GRAPH = "https://graph.microsoft.com"
"""Whose token comes along where an app only wants to know who somebody is."""
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_DEVICE_GRANTS = ("device_code", "urn:ietf:params:oauth:grant-type:device_code")


class TokenEndpoint:
    """Answers for one tenant."""

    def __init__(self, site: EntraSite) -> None:
        self._site = site

    def token(self, request: Request) -> Response:
        """POST /oauth2/v2.0/token."""
        said = dict(parse_qsl(request.body.decode()))
        with self._site.lock:
            app = self._app(said)
            kind = said.get("grant_type", "")
            if kind == "client_credentials":
                self._prove(app, said, request)
                if app.public:
                    self._refuse("invalid_client", 7000218, "The request body must contain the following parameter: "
                                 "'client_assertion' or 'client_secret'.", status=401)  # fmt: skip
                return self._answer(app, self._audience(app, said), None, request)
            grants: dict[str, Callable[[App, dict[str, str], Request], Response]] = {
                "authorization_code": self._by_code,
                "refresh_token": self._by_refresh_token,
                **dict.fromkeys(_DEVICE_GRANTS, self._by_device),
            }
            if kind not in grants:
                self._refuse("unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{kind}'.")
            if not app.public:
                self._prove(app, said, request)
            return grants[kind](app, said, request)

    def device_code(self, request: Request) -> Response:
        """POST /oauth2/v2.0/devicecode."""
        said = dict(parse_qsl(request.body.decode()))
        with self._site.lock:
            app = self._app(said)
            code = self._site.secret_text()
            user_code = hashlib.sha256(code.encode()).hexdigest()[:9].upper()
            expires = self._site.now + DEVICE_LIFE
            self._site.devices[code] = DeviceCode(app.id, self._audience(app, said), user_code, expires)
        page = "https://microsoft.com/devicelogin"
        return Response.of_json(
            {
                "user_code": user_code, "device_code": code, "verification_uri": page,
                "expires_in": int(DEVICE_LIFE.total_seconds()), "interval": self._site.poll_seconds,
                "message": f"To sign in, use a web browser to open the page {page} and enter the code {user_code} to "
                           "authenticate.",
            }
        )  # fmt: skip

    def authorize(self, request: Request) -> Response:
        """GET /oauth2/v2.0/authorize: whoever `signs_in` has done so already, and the browser is sent back at once;
        with nobody to sign in the person has cancelled."""
        said = {name: values[-1] for name, values in request.query.items()}
        with self._site.lock:
            app = self._app(said)
            redirect = said.get("redirect_uri", "")
            if redirect not in app.redirects:
                self._refuse("invalid_request", 50011, f"The redirect URI '{redirect}' specified in the request does "
                             "not match the redirect URIs configured for the application.")  # fmt: skip
            if app.public and said.get("code_challenge_method") != "S256":
                self._refuse("invalid_request", 9002325, "Proof Key for Code Exchange is required for cross-origin "
                             "authorization code redemption.")  # fmt: skip
            mark = "&" if "?" in redirect else "?"
            state = f"&state={said['state']}" if "state" in said else ""
            if self._site.signs_in is None:
                told = "error=access_denied&error_description=the+user+canceled+the+authentication"
                return Response(302, headers={"Location": f"{redirect}{mark}{told}{state}"})
            code = self._site.secret_text()
            self._site.codes[code] = Grant(
                app.id, self._site.signs_in, self._audience(app, said), self._site.now, redirect,
                said.get("code_challenge", ""), said.get("nonce"),
            )  # fmt: skip
        return Response(302, headers={"Location": f"{redirect}{mark}code={code}{state}"})

    # -- who asks ----------------------------------------------------------------------------------------------------

    def _app(self, said: dict[str, str]) -> App:
        found = self._site.apps.get(said.get("client_id", ""))
        if found is None:
            self._refuse("unauthorized_client", 700016, f"Application with identifier '{said.get('client_id', '')}' "
                         f"was not found in the directory '{self._site.tenant}'.")  # fmt: skip
        return found

    def _prove(self, app: App, said: dict[str, str], request: Request) -> None:
        """Check the app's secret or certificate; a public app has nothing to prove."""
        if said.get("client_assertion_type") == _ASSERTION:
            endpoint = f"{request.origin}{request.path}"
            try:
                assertions.check(said.get("client_assertion", ""), app, [endpoint], self._site.now)
            except assertions.BadAssertion as bad:
                self._refuse("invalid_client", 700027, f"The certificate with identifier used to sign the client "
                             f"assertion is not registered on application, or {bad}.", status=401)  # fmt: skip
            return
        if app.public:
            return
        if "client_secret" not in said:
            self._refuse("invalid_client", 7000218, "The request body must contain the following parameter: "
                         "'client_assertion' or 'client_secret'.", status=401)  # fmt: skip
        if not hmac.compare_digest((app.secret or "").encode(), said["client_secret"].encode()) or app.secret is None:
            self._refuse("invalid_client", 7000215, "Invalid client secret provided. Ensure the secret being sent in "
                         "the request is the client secret value, not the client secret ID.", status=401)  # fmt: skip
        if app.secret_expires is not None and self._site.now >= app.secret_expires:
            self._refuse("invalid_client", 7000222, "The provided client secret keys for app are expired.", status=401)

    def _audience(self, app: App, said: dict[str, str]) -> str:
        """The one resource that the scopes are of; `<resource>/.default` or `<resource>/<permission>`."""
        scopes = [one for one in said.get("scope", "").split() if one not in _PLAIN_SCOPES]
        if not scopes and "openid" in said.get("scope", "").split() and said.get("grant_type") != "client_credentials":
            return _GRAPH
        audiences = {one.rpartition("/")[0].rstrip("/") for one in scopes}
        if len(audiences) != 1:
            self._refuse("invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid.")
        audience = audiences.pop()
        if said.get("grant_type") == "client_credentials" and not scopes[0].endswith("/.default"):
            self._refuse("invalid_scope", 1002012, "The provided value for scope is not valid. Client credential flows "
                         "must have a scope value with /.default suffixed to the resource identifier.")  # fmt: skip
        if audience not in self._site.resources:
            self._refuse("invalid_resource", 500011, f"The resource principal named {audience} was not found in the "
                         "tenant.")  # fmt: skip
        if audience not in app.resources:
            self._refuse("invalid_grant", 65001, "The user or administrator has not consented to use the application.")
        return audience

    # -- what is granted ---------------------------------------------------------------------------------------------

    def _by_code(self, app: App, said: dict[str, str], request: Request) -> Response:
        code = said.get("code", "")
        grant = self._site.codes.pop(code, None)
        if grant is None or grant.app != app.id:
            if code in self._site.spent_codes:
                self._refuse("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed.")
            self._refuse("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.")
        self._site.spent_codes.add(code)
        if self._site.now - grant.given > CODE_LIFE:
            self._refuse("invalid_grant", 70008, "The provided authorization code or refresh token has expired.")
        if said.get("redirect_uri") != grant.redirect:
            self._refuse("invalid_grant", 50011, "The redirect URI does not match that of the authorization request.")
        if grant.challenge and grant.challenge != _challenge(said.get("code_verifier", "")):
            self._refuse("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge supplied in the "
                         "authorization request.")  # fmt: skip
        return self._answer(app, grant.audience, grant.user, request, grant.nonce)

    def _by_refresh_token(self, app: App, said: dict[str, str], request: Request) -> Response:
        token = said.get("refresh_token", "")
        grant = self._site.refresh_tokens.get(token)
        if grant is None or grant.app != app.id:
            self._refuse("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.")
        if token in self._site.revoked:
            self._refuse("invalid_grant", 50173, "The provided grant has expired due to it being revoked, a fresh auth "
                         "token is needed. The user might have changed or reset their password.")  # fmt: skip
        if self._site.now - grant.given > REFRESH_IDLE_LIFE:
            self._refuse("invalid_grant", 700082, "The refresh token has expired due to inactivity.")
        if grant.user in self._site.interaction_needed:
            self._refuse("interaction_required", 50076, "Due to a configuration change made by your administrator, or "
                         "because you moved to a new location, you must use multi-factor authentication.")  # fmt: skip
        audience = self._audience(app, said) if said.get("scope") else grant.audience
        if self._site.spends_refresh_tokens:
            self._site.revoked.add(token)
        return self._answer(app, audience, grant.user, request)

    def _by_device(self, app: App, said: dict[str, str], request: Request) -> Response:
        code = said.get("device_code") or said.get("code", "")
        device = self._site.devices.get(code)
        if device is None or device.app != app.id:
            self._refuse("invalid_grant", 70000, "Provided grant is invalid or malformed.")
        if self._site.now >= device.expires:
            self._refuse("expired_token", 70020, "The provided value for the input parameter 'device_code' is not "
                         "valid. The code has expired.")  # fmt: skip
        if device.declined:
            self._refuse("authorization_declined", 70017, "The end user denied the authorization request.")
        device.polls += 1
        if device.user is None and device.polls > self._site.pending_polls:
            device.user = self._site.signs_in
        if device.user is None:
            self._refuse("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. "
                         "Continue polling.")  # fmt: skip
        del self._site.devices[code]
        return self._answer(app, device.audience, device.user, request)

    def _answer(
        self, app: App, audience: str, user: str | None, request: Request, nonce: str | None = None
    ) -> Response:
        now, seconds = self._site.now, int(self._site.token_life.total_seconds())
        claims: dict[str, object] = {
            "aud": audience, "appid": app.id, "tid": self._site.tenant, "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + seconds, "idtyp": "app" if user is None else "user",
        }  # fmt: skip
        if user is None and app.roles:
            claims["roles"] = sorted(app.roles)
        token = _signed(claims | ({} if user is None else {"upn": user}), self._site.secret_text())
        self._site.issue(app.id, audience, user, token)
        told: dict[str, object] = {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds}
        told["access_token"] = token
        if user is not None:
            fresh = self._site.secret_text()
            self._site.refresh_tokens[fresh] = Grant(app.id, user, audience, now)
            person = str(uuid.uuid5(uuid.NAMESPACE_DNS, user))
            claimed = {
                "aud": app.id, "iss": f"{request.origin}/{self._site.tenant}/v2.0", "sub": person,
                "oid": person, "tid": self._site.tenant, "preferred_username": user, "name": user,
                "iat": claims["iat"], "exp": claims["exp"],
            } | self._memberships(user) | ({} if nonce is None else {"nonce": nonce})  # fmt: skip
            told |= {"scope": f"{audience}/.default", "refresh_token": fresh}
            told["id_token"] = _signed(claimed, self._site.secret_text())
            told["client_info"] = _plain({"uid": person, "utid": self._site.tenant})
        return Response.of_json(told, headers={"Cache-Control": "no-store"})

    def _memberships(self, user: str) -> dict[str, object]:
        """Claims of app roles and groups; of more groups than a token holds there is only word where they are
        (Microsoft, "Configure group claims and app roles in tokens": groups overage)."""
        told: dict[str, object] = {"roles": self._site.roles[user]} if user in self._site.roles else {}
        groups = self._site.groups.get(user, [])
        if len(groups) > GROUPS_IN_TOKEN:
            return told | {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": _GRAPH}}}
        return told | ({"groups": groups} if groups else {})

    def _refuse(self, error: str, code: int, message: str, *, status: int = 400) -> NoReturn:
        refuse(self._site.now, error, code, message, status=status)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _plain(document: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(document)).decode().rstrip("=")


def _signed(claims: dict[str, object], signature: str) -> str:
    """The look of a JWT. Nobody but the pretend tools reads it, and they know every token that was given out."""
    return f"{_plain({'typ': 'JWT', 'alg': 'RS256', 'kid': 'sandbox'})}.{_plain(claims)}.{signature}"
