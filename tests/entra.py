"""A small Microsoft Entra answered by `responses`: discovery, device codes, tokens, and refusals by number."""

import base64
import json
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import responses

HOST = "https://login.microsoftonline.com"
TENANT = "contoso.onmicrosoft.com"
CLIENT = "aaaaaaaa-0000-0000-0000-000000000001"
TENANT_ID = "bbbbbbbb-0000-0000-0000-000000000001"
ACCESS = "access-token-s3cret"
REFRESH = "refresh-token-s3cret"
DEVICE = "device-code-s3cret"


def aadsts(number: int, error: str = "invalid_grant", words: str = "It was refused.") -> dict:
    said = f"AADSTS{number}: {words} Trace ID: 1 Correlation ID: 2 Timestamp: 2026-11-23 06:00:00Z"
    return {"error": error, "error_description": said, "error_codes": [number]}


PENDING = aadsts(70016, "authorization_pending", "Waiting for the user.")


@dataclass
class FakeEntra:
    """`refusals` are given before anything is granted, in their order; `lasts` is how long a token lives (seconds)."""

    host: str = HOST
    refusals: list[dict] = field(default_factory=list)
    user: str = "pm@contoso.example"
    lasts: int = 3600
    interval: int = 5
    asked: list[dict[str, str]] = field(default_factory=list)
    count: int = 0
    nonce: str = ""
    shown: dict[str, str] = field(default_factory=dict)

    def install(self, mock: responses.RequestsMock) -> "FakeEntra":
        base = f"{self.host}/{TENANT_ID}"
        config = {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "issuer": f"{base}/v2.0",
        }
        mock.add("GET", f"{self.host}/{TENANT}/v2.0/.well-known/openid-configuration", json=config)
        mock.add_callback("POST", re.compile(re.escape(f"{base}/oauth2/v2.0/devicecode")), self._device)
        mock.add_callback("POST", re.compile(re.escape(f"{base}/oauth2/v2.0/token")), self._token)
        return self

    def _device(self, request):
        self.asked.append(self._form(request) | {"grant_type": "(device code)"})
        told = {
            "user_code": "ABCD-1234",
            "device_code": DEVICE,
            "verification_uri": "https://microsoft.com/devicelogin",
            "expires_in": 900,
            "interval": self.interval,
            "message": "To sign in, open https://microsoft.com/devicelogin and enter the code ABCD-1234.",
        }
        return 200, {}, json.dumps(told)

    def _token(self, request):
        self.asked.append(self._form(request))
        if self.refusals:
            return 400, {}, json.dumps(self.refusals.pop(0))
        self.count += 1
        granted = {"token_type": "Bearer", "expires_in": self.lasts, "access_token": f"{ACCESS}-{self.count}"}
        if "client_credentials" not in str(self.asked[-1].get("grant_type")):
            asked = next(s for s in self._scopes() if s.endswith("/.default"))
            root = asked.removesuffix("/.default")
            granted["scope"] = f"{root}/ProjectWebApp.FullControl {asked}"  # what was granted, and what was asked for
            granted["refresh_token"] = f"{REFRESH}-{self.count}"
            granted["id_token"] = self._id_token()
            granted["client_info"] = _part({"uid": f"oid-{self.user}", "utid": TENANT_ID})
        return 200, {}, json.dumps(granted)

    def _scopes(self) -> list[str]:
        """Those of this request; a code stands for the scopes that it was asked with."""
        told = [self.asked[-1].get("scope", ""), self.shown.get("scope", ""), self.asked[0].get("scope", "")]
        return " ".join(told).split()

    def _id_token(self) -> str:
        claims = {
            "aud": CLIENT,
            "iss": f"{self.host}/{TENANT_ID}/v2.0",
            "exp": 9999999999,
            "iat": 1,
            "sub": self.user,
            "oid": f"oid-{self.user}",
            "tid": TENANT_ID,
            "preferred_username": self.user,
            **({"nonce": self.nonce} if self.nonce else {}),
        }
        return f"{_part({'alg': 'none'})}.{_part(claims)}."

    @staticmethod
    def _form(request) -> dict[str, str]:
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        return {name: values[0] for name, values in parse_qs(body).items()}

    def grants(self) -> list[str]:
        return [asked.get("grant_type", "").rpartition(":")[2] for asked in self.asked]


def _part(claims: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
