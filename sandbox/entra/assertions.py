"""Certificates instead of secrets: is a client assertion signed by a certificate that the app has registered?

Such a JWT names the certificate by its SHA-1 (`x5t`) or SHA-256 (`x5t#S256`) thumbprint, the app as `iss` and `sub`,
the token endpoint as `aud` (Microsoft, "Microsoft identity platform application authentication certificate
credentials").
"""

from __future__ import annotations

import base64
from datetime import datetime

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from sandbox.entra.site import App

ALGORITHMS = ("RS256", "PS256")


class BadAssertion(Exception):
    """An assertion that proves nothing; the text says why."""


def check(assertion: str, app: App, audiences: list[str], now: datetime) -> None:
    """Raise `BadAssertion` unless a registered certificate signed it for this app, endpoint and time."""
    try:
        header = jwt.get_unverified_header(assertion)
    except jwt.InvalidTokenError as error:
        raise BadAssertion(f"it is not a JWT: {error}") from error
    key = _key(header, app)
    try:
        told = jwt.decode(
            assertion,
            key,
            algorithms=list(ALGORITHMS),
            audience=audiences,
            options={"verify_exp": False, "require": ["exp"]},
        )
    except jwt.InvalidTokenError as error:
        raise BadAssertion(f"its signature or claims are wrong: {error}") from error
    if {told.get("iss"), told.get("sub")} != {app.id}:
        raise BadAssertion("it was issued for another client")
    if told["exp"] < now.timestamp():
        raise BadAssertion("it has expired")


def _key(header: dict[str, object], app: App) -> RSAPublicKey:
    for pem in app.certificates:
        certificate = x509.load_pem_x509_certificate(pem)
        known = {
            "x5t": _thumbprint(certificate, hashes.SHA1()),  # noqa: S303 - the protocol's own
            "x5t#S256": _thumbprint(certificate, hashes.SHA256()),
        }
        if any(str(header.get(name)).rstrip("=") == value for name, value in known.items()):  # msal leaves padding
            key = certificate.public_key()
            if isinstance(key, RSAPublicKey):
                return key
    raise BadAssertion("no registered certificate has the thumbprint that it names")


def _thumbprint(certificate: x509.Certificate, algorithm: hashes.HashAlgorithm) -> str:
    return base64.urlsafe_b64encode(certificate.fingerprint(algorithm)).decode().rstrip("=")
