"""Keeps what we signed a request with out of the words that its answer is told in: some servers send it back."""

import base64
import binascii
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote_plus

import requests

from portfolio.secret_references import parts_of_address

HIDDEN = "[hidden]"
_SIGNS = ("Authorization", "Cookie", "X-RequestDigest")
_SHORTEST = 4
_CREDENTIAL = re.compile(r"(?i)\b(bearer|basic|negotiate|ntlm)\s+[A-Za-z0-9._~+/=-]{6,}")
_COOKIE = re.compile(r"(?i)\b(FedAuth|rtFa|SPOIDCRL|ESTSAUTH\w*|JSESSIONID)=[^;\s\"']+")
_IN_ADDRESS = re.compile(r"(?i)([?&](?:sig|token|access_token|code)=)[^&\s\"']+")


_IN_BODY = re.compile(
    r'"?(client_secret|refresh_token|client_assertion|password|code|code_verifier)(?:"\s*:\s*"((?:[^"\\]|\\.)*)"|=([^&\s]+))'
)
"""What a request for a token holds, as JSON or as a form."""
_LONGEST_BODY = 16_384


def veiled(words: str, response: requests.Response, *, secret_address: bool = False) -> str:
    """The words without what signed the request, in whichever way they quote it, and without what looks like it.

    `secret_address`: whoever knows the address that was called may call it.
    """
    secrets = {form for secret in _sent(response, secret_address) for form in _forms(secret)}
    for secret in sorted(secrets, key=len, reverse=True):
        words = words.replace(secret, HIDDEN)
    words = _COOKIE.sub(rf"\1={HIDDEN}", _CREDENTIAL.sub(rf"\1 {HIDDEN}", words))
    return _IN_ADDRESS.sub(rf"\1{HIDDEN}", words)


def _sent(response: requests.Response, secret_address: bool) -> Iterator[str]:
    request = getattr(response, "request", None)
    if request is None:
        return
    for name in _SIGNS:
        value = request.headers.get(name)
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
        parts = [part.partition("=")[2] for part in text.split(";")] if name == "Cookie" else text.split()[-1:]
        yield from (part.strip() for part in parts if len(part.strip()) >= _SHORTEST)
        if name == "Authorization" and text.startswith("Basic "):
            yield from _password(text.removeprefix("Basic "))
    if secret_address:
        yield from parts_of_address(request.url or "")
    yield from _in_body(request.body)


def _forms(secret: str) -> Iterator[str]:
    """As it is, and as it stands in JSON, in addresses and in pages."""
    yield from (secret, html.escape(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))


def _in_body(body: object) -> Iterator[str]:
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body if isinstance(body, str) else ""
    if len(text) > _LONGEST_BODY:
        return
    for _, in_json, in_form in _IN_BODY.findall(text):
        found = json.loads(f'"{in_json}"', strict=False) if in_json else unquote_plus(in_form)
        yield from (one for one in (found, in_json, in_form) if len(one) >= _SHORTEST)


def _password(credentials: str) -> Iterator[str]:
    try:
        password = base64.b64decode(credentials).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return
    if len(password) >= _SHORTEST:
        yield password
