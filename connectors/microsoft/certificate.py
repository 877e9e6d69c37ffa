"""The certificate by which an app signs in: a PEM file, its thumbprint, and its last day."""

from datetime import date
from pathlib import Path

from connectors.microsoft.auth import ClientCertificateAuth
from portfolio.errors import ConfigurationError

_BEGINS = b"-----BEGIN CERTIFICATE-----"


def credential(auth: ClientCertificateAuth) -> dict[str, str]:
    """What msal signs with. Raises ConfigurationError for a file that cannot be used."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    body = _read(auth.certificate)
    password = auth.password.get_secret_value() if auth.password else None
    try:
        load_pem_private_key(body, password.encode() if password else None)
    except (ValueError, TypeError) as error:
        why = "it is encrypted, and no password is given" if isinstance(error, TypeError) and not password else ""
        raise ConfigurationError(
            f"the private key in {auth.certificate} cannot be read{': ' + why if why else ''}",
            code="config.certificate",
            remedy="Give a PEM file with the private key; its password, if it has one, as `password`.",
        ) from None  # the error may quote the key
    found = {"private_key": body.decode("ascii", "replace")}
    if password:
        found["passphrase"] = password
    if auth.thumbprint:
        return {**found, "thumbprint": auth.thumbprint}
    if _BEGINS in body:
        return {**found, "public_certificate": body[body.index(_BEGINS) :].decode("ascii", "replace")}
    raise ConfigurationError(
        f"{auth.certificate} holds a private key and no certificate",
        code="config.certificate",
        remedy="Add the certificate to the file, or give its SHA-1 `thumbprint`.",
    )


def last_day(auth: ClientCertificateAuth) -> date | None:
    """The last day of the certificate; None where the file holds none, or cannot be read."""
    from cryptography import x509

    try:
        body = auth.certificate.read_bytes()
        return x509.load_pem_x509_certificate(body[body.index(_BEGINS) :]).not_valid_after_utc.date()
    except (OSError, ValueError):
        return None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"the certificate {path} cannot be read: {error.strerror}",
            code="config.certificate",
            remedy="Check the path, and that this account may read the file.",
        ) from error
