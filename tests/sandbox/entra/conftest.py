"""A tenant with a secret app, a certificate app and a public app, served over TLS."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from sandbox.entra import EntraSite, ServedEntra, serve_entra
from sandbox.entra.certificates import Certificate, make_certificate

DATAVERSE, SHAREPOINT = "https://org.crm4.dynamics.com", "https://meridian.sharepoint.com"
REDIRECT = "http://localhost:8400/"


@pytest.fixture(scope="session")
def certificate() -> Certificate:
    return make_certificate("plumbrule")


@pytest.fixture
def entra(certificate: Certificate) -> EntraSite:
    site = EntraSite()
    site.add_app("secret-app", secret="right", resources=[DATAVERSE, SHAREPOINT], redirects=[REDIRECT])
    site.add_app("certificate-app", certificates=[certificate.certificate], resources=[DATAVERSE])
    site.add_app("public-app", resources=[SHAREPOINT], redirects=[REDIRECT])
    return site


@pytest.fixture
def served(entra: EntraSite) -> Iterator[ServedEntra]:
    with serve_entra(entra) as served:
        yield served
        assert served.server.failures == []


@dataclass
class Form:
    served: ServedEntra

    def __call__(self, path: str, **said: str) -> requests.Response:
        address = f"{self.served.authority}/oauth2/v2.0/{path}"
        return requests.post(address, data=said, verify=str(self.served.ca_file), timeout=10)

    def token(self, **said: str) -> requests.Response:
        return self("token", **said)

    def refusal(self, **said: str) -> tuple[int, str, int]:
        answer = self.token(**said)
        document: Any = answer.json()
        assert f"AADSTS{document['error_codes'][0]}: " in document["error_description"]
        return answer.status_code, document["error"], document["error_codes"][0]


@pytest.fixture
def form(served: ServedEntra) -> Form:
    return Form(served)
