"""What Microsoft's sign-in service says when it refuses, in words and with the next step. Pure.

Source: Microsoft, "Microsoft Entra authentication and authorization error codes" (the numbers AADSTS...); RFC 6749,
section 5.2, and RFC 8628, section 3.5, for refusals without a number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.errors import SignInError

_NUMBER = re.compile(r"AADSTS(\d+)")
_SHOWN = 200


@dataclass(frozen=True)
class Asked:
    """Who asked for a token, and for what: names for people."""

    source: str
    tenant: str
    client_id: str
    resource: str

    @property
    def login(self) -> str:
        """The command by which a person signs in."""
        return f"plumbrule auth login {self.source}"


@dataclass(frozen=True)
class _Meaning:
    code: str
    what: str
    remedy: str


_AGAIN = "Sign in again: `{login}`."
_EXPIRED = _Meaning("sign_in.needed", "the sign-in has expired: it was not used for too long", _AGAIN)
_REVOKED = _Meaning("sign_in.needed", "the sign-in was ended: password changed, or sessions were revoked", _AGAIN)
_ASKS_MORE = _Meaning("sign_in.needed", "the tenant asks the person to confirm more (multi-factor sign-in)", _AGAIN)
_POLICY = _Meaning(
    "sign_in.policy",
    "a Conditional Access policy of the tenant blocks this sign-in",
    "Ask an administrator of {tenant} to let the account sign in from this machine and app {client_id}.",
)
_TENANT = _Meaning(
    "sign_in.tenant",
    "there is no tenant {tenant} at this sign-in service",
    "Correct `tenant`; for a national cloud set `cloud`.",
)
_OTHER_TENANT = _Meaning(
    "sign_in.tenant",
    "the account does not belong to the tenant {tenant}",
    "Sign in with an account of {tenant}, or correct `tenant`.",
)
_NO_APP = _Meaning(
    "sign_in.client",
    "the tenant {tenant} has no app {client_id}",
    "Correct `client_id` or `tenant`; the app must be registered in, or consented to by, that tenant.",
)
_SECRET = _Meaning(
    "sign_in.client",
    "the client secret is not that of app {client_id}",
    "Give the secret's value (not its id) under `client_secret`.",
)
_SECRET_EXPIRED = _Meaning(
    "sign_in.client", "the client secret of app {client_id} has expired", "Make a new secret for the app."
)
_CERTIFICATE = _Meaning(
    "sign_in.client",
    "the certificate is not one of app {client_id}, or its thumbprint is wrong",
    "Upload the certificate to the app registration, and check `certificate` and `thumbprint`.",
)
_CLOCK = _Meaning(
    "sign_in.clock",
    "the signed request is not valid at this time: this machine's clock is wrong",
    "Set the clock of this machine (NTP).",
)
_NOT_PUBLIC = _Meaning(
    "sign_in.client",
    "app {client_id} is not allowed to sign in people without a secret",
    "Switch on `Allow public client flows` in the app registration, or give `client_secret` with auth_code.",
)
_CONSENT = _Meaning(
    "sign_in.consent",
    "nobody has consented to what app {client_id} asks for",
    "Ask an administrator of {tenant} to grant the app's delegated permissions for {resource}.",
)
_RESOURCE = _Meaning(
    "sign_in.resource",
    "the tenant {tenant} does not know {resource}",
    "Check the address of the source, and that it belongs to the tenant.",
)
_REDIRECT = _Meaning(
    "sign_in.client",
    "the app registration {client_id} does not name our redirect address",
    "Add http://localhost under `Mobile and desktop applications`; with `redirect_port`, that port too.",
)
_DISABLED = _Meaning("sign_in.refused", "the account is disabled or locked", "Ask an administrator of {tenant}.")
_LATE = _Meaning("sign_in.not_done", "nobody signed in in time", "Run `{login}` again; the code lasts some minutes.")
_DECLINED = _Meaning("sign_in.not_done", "the sign-in was declined", "Run `{login}` again.")
_ROLE = _Meaning(
    "sign_in.permission",
    "the account is not assigned to app {client_id}",
    "Ask an administrator of {tenant} to assign the account to the app.",
)

_MEANINGS: Mapping[int, _Meaning] = {
    **dict.fromkeys((70008, 700082, 70043, 700084, 50089), _EXPIRED),
    **dict.fromkeys((50173, 50133, 50132, 700003, 50013), _REVOKED),
    **dict.fromkeys((50076, 50079, 50074, 50072, 50158, 16000, 50058), _ASKS_MORE),
    **dict.fromkeys((53000, 53001, 53002, 53003, 530003, 530034, 50005, 50097), _POLICY),
    **dict.fromkeys((90002, 900023, 50059), _TENANT),
    **dict.fromkeys((50020, 50034, 51004), _OTHER_TENANT),
    **dict.fromkeys((700016, 7000112), _NO_APP),
    7000215: _SECRET,
    7000222: _SECRET_EXPIRED,
    **dict.fromkeys((700027, 7000213, 5002730), _CERTIFICATE),
    700024: _CLOCK,
    **dict.fromkeys((7000218, 700025), _NOT_PUBLIC),
    **dict.fromkeys((65001, 90094, 650057, 65004), _CONSENT),
    **dict.fromkeys((500011, 650052), _RESOURCE),
    **dict.fromkeys((50011, 900971), _REDIRECT),
    **dict.fromkeys((50057, 50053, 50055), _DISABLED),
    **dict.fromkeys((70020, 70016), _LATE),
    70018: _DECLINED,
    50105: _ROLE,
}
_BY_WORD: Mapping[str, _Meaning] = {
    "expired_token": _LATE,
    "authorization_pending": _LATE,
    "slow_down": _LATE,
    "authorization_declined": _DECLINED,
    "access_denied": _DECLINED,
    "interaction_required": _ASKS_MORE,
    "consent_required": _CONSENT,
    "invalid_grant": _EXPIRED,
}


def refusal(answer: Mapping[str, Any], asked: Asked) -> SignInError:
    """The error for an answer with `error` and `error_description` instead of a token."""
    said = str(answer.get("error_description") or "")
    word = str(answer.get("error") or "refused")
    numbers = [int(number) for number in _NUMBER.findall(said)]
    known = next((_MEANINGS[number] for number in numbers if number in _MEANINGS), None) or _BY_WORD.get(word)
    names = {
        "tenant": asked.tenant,
        "client_id": asked.client_id,
        "resource": asked.resource,
        "login": asked.login,
    }
    why = f"AADSTS{numbers[0]}" if numbers else word
    if known is None:
        first = " ".join(said.partition("Trace ID")[0].split())[:_SHOWN]
        return SignInError(
            f"Microsoft's sign-in service refused: {first or word}",
            code="sign_in.refused",
            remedy=f"Look up {why} in Microsoft's list of sign-in errors; a person signs in by `{asked.login}`.",
            why=why,
        )
    what = known.what.format(**names)
    return SignInError(f"{what} ({why})", code=known.code, remedy=known.remedy.format(**names), why=why)


def needed(asked: Asked) -> SignInError:
    """What a run says that would have to ask a person: it never does."""
    return SignInError(
        f"nobody is signed in for {asked.source}",
        code="sign_in.needed",
        remedy=f"sign-in needed: {asked.login}",
    )
