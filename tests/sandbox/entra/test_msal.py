"""The library that clients use signs in here as it does at Microsoft: over https, which it insists on."""

import msal
import pytest
import requests

from sandbox.dataverse import DataverseSite, routes
from sandbox.entra import EntraSite, ServedEntra, dataverse_callers
from sandbox.entra.certificates import Certificate, make_certificate
from sandbox.http import Server

DATAVERSE, SHAREPOINT = "https://org.crm4.dynamics.com", "https://meridian.sharepoint.com"
SCOPES = [f"{DATAVERSE}/.default"]


@pytest.fixture
def session(served: ServedEntra):
    with requests.Session() as session:
        session.trust_env = False  # else REQUESTS_CA_BUNDLE goes before `verify`
        session.verify = str(served.ca_file)
        yield session


def confidential(served, session, app: str, credential) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        app, client_credential=credential, authority=served.authority, instance_discovery=False, http_client=session
    )


def test_msal_refuses_an_authority_without_tls(served: ServedEntra) -> None:
    with pytest.raises(ValueError, match="https"):
        msal.PublicClientApplication("public-app", authority=served.authority.replace("https", "http"))


def test_a_secret(served: ServedEntra, session, entra: EntraSite) -> None:
    app = confidential(served, session, "secret-app", "right")
    first = app.acquire_token_for_client(SCOPES)
    again = app.acquire_token_for_client(SCOPES)
    assert (first["token_source"], again["token_source"]) == ("identity_provider", "cache")
    assert entra.holder(first["access_token"], DATAVERSE)
    wrong = confidential(served, session, "secret-app", "wrong").acquire_token_for_client(SCOPES)
    assert wrong["error"] == "invalid_client" and "AADSTS7000215" in wrong["error_description"]


def test_a_certificate(served: ServedEntra, session, certificate: Certificate) -> None:
    key = {"private_key": certificate.private_key.decode(), "thumbprint": certificate.thumbprint}
    assert "access_token" in confidential(served, session, "certificate-app", key).acquire_token_for_client(SCOPES)
    public = {"private_key": certificate.private_key.decode(), "public_certificate": certificate.certificate.decode()}
    assert "access_token" in confidential(served, session, "certificate-app", public).acquire_token_for_client(SCOPES)


def test_a_certificate_that_is_not_registered_and_a_key_that_is_not_its_own(
    served: ServedEntra, session, certificate: Certificate
) -> None:
    other = make_certificate("other")
    for key, thumbprint in (
        (other.private_key, other.thumbprint),
        (other.private_key, certificate.thumbprint),
    ):
        credential = {"private_key": key.decode(), "thumbprint": thumbprint}
        refused = confidential(served, session, "certificate-app", credential).acquire_token_for_client(SCOPES)
        assert refused["error"] == "invalid_client" and "AADSTS700027" in refused["error_description"]


def test_a_device_code_and_a_silent_renewal(served: ServedEntra, session, entra: EntraSite, monkeypatch) -> None:
    monkeypatch.setattr("msal.oauth2cli.oauth2.time.sleep", lambda _: None)
    app = msal.PublicClientApplication(
        "public-app", authority=served.authority, instance_discovery=False, http_client=session
    )
    flow = app.initiate_device_flow([f"{SHAREPOINT}/.default"])
    told = app.acquire_token_by_device_flow(flow)
    assert told["id_token_claims"]["preferred_username"] == "pmo@meridian.example"
    [account] = app.get_accounts()
    silent = app.acquire_token_silent([f"{SHAREPOINT}/.default"], account=account, force_refresh=True)
    assert silent["access_token"] != told["access_token"]
    assert entra.holder(silent["access_token"], SHAREPOINT).user == "pmo@meridian.example"


@pytest.mark.filterwarnings("ignore:response_mode")
def test_an_authorization_code(served: ServedEntra, session, entra: EntraSite) -> None:
    app = confidential(served, session, "secret-app", "right")
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri="http://localhost:8400/")
    sent = session.get(flow["auth_uri"], allow_redirects=False)
    query = requests.utils.urlparse(sent.headers["Location"]).query
    back = dict(pair.split("=", 1) for pair in query.split("&"))
    told = app.acquire_token_by_auth_code_flow(flow, back)
    assert "access_token" in told, told


def test_a_token_of_the_tenant_opens_dataverse(served: ServedEntra, session, entra: EntraSite) -> None:
    token = confidential(served, session, "secret-app", "right").acquire_token_for_client(SCOPES)["access_token"]
    with Server(routes(DataverseSite(), dataverse_callers(entra, DATAVERSE))) as dataverse:
        address = f"{dataverse.url}/api/data/v9.2/WhoAmI"
        headers = {"Authorization": f"Bearer {token}"}
        assert requests.get(address, headers=headers, timeout=10).status_code == 200
        entra.wait(hours=1)
        assert requests.get(address, headers=headers, timeout=10).status_code == 401
