"""Whom a source is trusted by: the certificates of a company's own authority, as an admin names their file."""

import ssl
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field


def _usable(path: Path | None) -> Path | None:
    """The file, once it was read. Raises ValueError for one that is not there, not readable, or no PEM."""
    if path is None:
        return None
    try:
        body = path.read_bytes()
    except OSError as error:
        why = f"{path} cannot be read: {error.strerror}; give a PEM file that this account may read"
        raise ValueError(why) from None
    if not body.strip():
        raise ValueError(f"{path} is empty; it takes certificates in PEM")
    try:
        found = ssl.create_default_context(cadata=body.decode("ascii", "ignore")).cert_store_stats()["x509"]
    except ssl.SSLError:
        found = 0
    if not found:
        hint = "openssl x509 -inform der -in FILE -out FILE.pem turns DER into it"
        raise ValueError(f"{path} holds no certificate in PEM (-----BEGIN CERTIFICATE-----); {hint}")
    return path


CaBundle = Annotated[
    Path | None,
    AfterValidator(_usable),
    Field(
        description="PEM file of the authorities to trust, for all that this source calls, its sign-in too, in place of"
        " the usual ones; left out: REQUESTS_CA_BUNDLE, else the usual ones"
    ),
]
"""A file of certificates, looked at when the configuration is; None: whom the environment trusts."""
