"""Keeps what we signed a request with out of the words that its answer is told in: some servers send it back."""

import base64
import binascii
import re
from collections.abc import Iterator

import requests

HIDDEN = "[hidden]"
_SIGNS = ("Authorization", "Cookie", "X-RequestDigest")
_SHORTEST = 4
_CREDENTIAL = re.compile(r"(?i)\b(bearer|basic|negotiate|ntlm)\s+[A-Za-z0-9._~+/=-]{6,}")
_COOKIE = re.compile(r"(?i)\b(FedAuth|rtFa|SPOIDCRL|ESTSAUTH\w*|JSESSIONID)=[^;\s\"']+")
_IN_ADDRESS = re.compile(r"(?i)([?&](?:sig|token|access_token|code)=)[^&\s\"']+")


def veiled(words: str, response: requests.Response) -> str:
    """The words without what signed the request, and without what looks like it."""
    for secret in sorted(_sent(response), key=len, reverse=True):
        words = words.replace(secret, HIDDEN)
    words = _COOKIE.sub(rf"\1={HIDDEN}", _CREDENTIAL.sub(rf"\1 {HIDDEN}", words))
    return _IN_ADDRESS.sub(rf"\1{HIDDEN}", words)


def _sent(response: requests.Response) -> Iterator[str]:
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


def _password(credentials: str) -> Iterator[str]:
    try:
        password = base64.b64decode(credentials).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return
    if len(password) >= _SHORTEST:
        yield password
