"""Signing in at a small Microsoft Entra: settings, tokens, a person with a browser, a certificate."""

import threading
import urllib.parse
import urllib.request
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from entra import CLIENT, TENANT
from pydantic import TypeAdapter

from connectors.microsoft.auth import PwaAuth
from connectors.microsoft.login import login
from connectors.microsoft.tokens import Tokens
from portfolio.ports import Traffic

SITE = "https://contoso.sharepoint.com/sites/pwa"
FORM = {"tenant": TENANT, "client_id": CLIENT}


def auth(type_="device_code", union=PwaAuth, **more):
    entra = FORM if type_ in ("device_code", "auth_code", "client_secret", "client_certificate") else {}
    return TypeAdapter(union).validate_python({"type": type_, **entra, **more})


def tokens(place, clock, settings=None):
    return Tokens(place, settings or auth(), Traffic(), clock.clock)


def sign_in(place, clock, settings=None, **more):
    told: list[str] = []
    done = login(tokens(place, clock, settings), told.append, more.get("browser", lambda _: False))
    return done, told


def file_of(place):
    return place.folder / "microsoft-plans.json"


def browser(entra, answers):
    """A person with a browser, who is sent back to the loopback address with these values of a form."""

    def open_(address: str) -> bool:
        asked = {k: v[0] for k, v in urllib.parse.parse_qs(urllib.parse.urlsplit(address).query).items()}
        entra.shown = asked
        entra.nonce = asked["nonce"]
        form = urllib.parse.urlencode(answers(asked)).encode()
        where = asked["redirect_uri"].replace("localhost", "127.0.0.1")

        def post():
            urllib.request.urlopen(urllib.request.Request(where, data=form), timeout=10).read()

        threading.Thread(target=post, daemon=True).start()
        return True

    return open_


# -- an app signs in ----------------------------------------------------------------------------------------------


DATAVERSE = "https://org.crm4.dynamics.com"


def certificate(path, password=None, with_certificate=True):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "plumbrule")])
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 5, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    how = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)
    path.write_bytes(pem + (cert.public_bytes(serialization.Encoding.PEM) if with_certificate else b""))
    return cert.fingerprint(hashes.SHA1()).hex()
