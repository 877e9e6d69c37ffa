"""Certificates made on the spot: for the server's TLS, and for apps that sign in without a secret."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate and its key, both PEM."""

    certificate: bytes
    private_key: bytes

    @property
    def thumbprint(self) -> str:
        """The SHA-1 thumbprint in hex digits, as Entra shows it."""
        return x509.load_pem_x509_certificate(self.certificate).fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303


def make_certificate(name: str, *, days: int = 2, now: datetime | None = None) -> Certificate:
    """Make one for `name`, good for loopback addresses, from a day before `now` on."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = (now or datetime.now(UTC)) - timedelta(days=1)
    hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificate(made.public_bytes(serialization.Encoding.PEM), private)


def server_context(own: Certificate, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """What a server needs to speak TLS with that certificate, and the file that its clients must trust.

    Both files are written into `folder`, the key readable to its owner only.
    """
    trusted, secret = folder / "sandbox-ca.pem", folder / "sandbox-key.pem"
    trusted.write_bytes(own.certificate)
    secret.touch(mode=0o600)
    secret.write_bytes(own.private_key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return context, trusted
