"""Signing in to Dataverse: each way of Microsoft's, what the probe names, what a refusal is told as; all offline."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
import responses
from entra import ACCESS, CLIENT, TENANT, FakeEntra
from fake_clock import FakeClock
from pydantic import ValidationError

from connectors.dataverse.reader import DataverseReader
from connectors.dataverse.settings import DataverseSource
from connectors.microsoft.login import login
from connectors.microsoft.tokens import Resource, Tokens
from portfolio.errors import ConfigurationError, SignInError
from portfolio.ports import Traffic
from sandbox.entra.certificates import make_certificate

ORG = "https://contoso.crm4.dynamics.com"
APP = {"tenant": TENANT, "client_id": CLIENT}
USER = "99999999-0000-4000-8000-000000000001"


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        yield active


@pytest.fixture
def entra(mock) -> FakeEntra:
    return FakeEntra(interval=0).install(mock)


class Org:
    """Who asks, answered to those whose token is a good one; `bad` tokens meet a 401."""

    def __init__(self, mock: responses.RequestsMock, *, application: bool) -> None:
        self.bad: set[str] = set()
        self.signed: list[str] = []
        about = {"fullname": "Plumbrule Reader", "applicationid": CLIENT if application else None}
        api = f"{ORG}/api/data/v9.2/"
        for path, body in (("WhoAmI", {"UserId": USER, "OrganizationId": "o"}), (f"systemusers({USER})", about)):
            mock.add_callback("GET", re.compile(re.escape(api + path)), self._answer(body))
        mock.add("GET", re.compile(re.escape(api + "RetrieveCurrentOrganization")), status=404)
        mock.add("GET", re.compile(re.escape(api + "msdyn_projecttasks")), json={"value": []})

    def _answer(self, body):
        def answer(request):
            self.signed.append(token := request.headers["Authorization"].removeprefix("Bearer "))
            return (401, {}, "") if token in self.bad else (200, {}, json.dumps(body))

        return answer


def source(auth: dict, tmp_path: Path, **more) -> DataverseReader:
    given = DataverseSource.model_validate({"kind": "dataverse", "url": ORG, "auth": auth, **more})
    return DataverseReader("plans", given, folder=tmp_path / "store", clock=FakeClock().clock)


def pem(tmp_path: Path) -> Path:
    made = make_certificate("plumbrule", days=30)
    path = tmp_path / "app.pem"
    path.write_bytes(made.private_key + made.certificate)
    return path


def test_an_app_with_a_secret_reads_and_the_probe_names_it(entra, mock, tmp_path):
    org = Org(mock, application=True)
    auth = {"type": "client_secret", **APP, "client_secret": "s3cret", "token_expires_on": "2027-01-31"}
    probe = source(auth, tmp_path).probe()
    assert probe.account == f"Plumbrule Reader (application user), by client_secret as app {CLIENT}"
    assert (probe.expires_on, probe.expiring) == (date(2027, 1, 31), "client secret")
    assert set(org.signed) == {f"{ACCESS}-1"}
    assert entra.asked[0]["scope"] == f"{ORG}/.default", "the environment's own address is the scope"


def test_an_app_with_a_certificate_reads_and_the_end_of_the_certificate_is_known(entra, mock, tmp_path):
    Org(mock, application=True)
    probe = source({"type": "client_certificate", **APP, "certificate": pem(tmp_path)}, tmp_path).probe()
    assert probe.account.endswith(f"by client_certificate as app {CLIENT}")
    assert probe.expires_on is not None
    assert probe.expiring == "certificate"
    assert entra.asked[0]["client_assertion_type"].endswith("jwt-bearer")


def test_a_person_who_signed_in_once_is_named_and_a_run_asks_nobody(entra, mock, tmp_path):
    Org(mock, application=False)
    auth = {"type": "device_code", **APP}
    with pytest.raises(SignInError) as raised:
        source(auth, tmp_path).probe()
    assert "plumbrule auth login plans" in raised.value.remedy
    given = DataverseSource.model_validate({"kind": "dataverse", "url": ORG, "auth": auth}).auth
    tokens = Tokens(Resource("plans", ORG, tmp_path / "store"), given, Traffic(), FakeClock().clock)
    login(tokens, lambda _: None, lambda _: False)
    probe = source(auth, tmp_path).probe()
    assert probe.account == "Plumbrule Reader, by device_code as pm@contoso.example"
    assert probe.expiring == "sign-in"


def test_a_token_that_is_refused_in_a_run_is_renewed_once(entra, mock, tmp_path):
    org = Org(mock, application=True)
    org.bad = {f"{ACCESS}-1"}
    source({"type": "client_secret", **APP, "client_secret": "s3cret"}, tmp_path).probe()
    assert list(dict.fromkeys(org.signed)) == [f"{ACCESS}-1", f"{ACCESS}-2"]


@pytest.mark.parametrize(
    ("auth", "words"),
    [
        ({"type": "client_secret", **APP, "client_secret": "s3cret"}, "application user of this environment"),
        ({"type": "bearer", "token": "made elsewhere"}, "Get a token for this environment"),
    ],
)
def test_an_account_that_the_environment_does_not_know_is_told_what_to_do(entra, mock, tmp_path, auth, words):
    org = Org(mock, application=True)
    org.bad = {"made elsewhere", *(f"{ACCESS}-{n}" for n in range(9))}
    with pytest.raises(SignInError) as raised:
        source(auth, tmp_path).probe()
    assert words in raised.value.remedy
    assert ACCESS not in str(raised.value)


def test_ways_of_on_premises_servers_do_not_open_dataverse():
    with pytest.raises(ValidationError, match="ntlm"):
        DataverseSource.model_validate(
            {"kind": "dataverse", "url": ORG, "auth": {"type": "ntlm", "user": "a", "password": "b"}}
        )


def test_without_a_folder_only_a_ready_token_can_be_used():
    given = DataverseSource.model_validate(
        {"kind": "dataverse", "url": ORG, "auth": {"type": "client_secret", **APP, "client_secret": "s"}}
    )
    with pytest.raises(ConfigurationError, match="folder"):
        DataverseReader("plans", given)
    bearer = given.model_copy(
        update={"auth": DataverseSource.model_validate(
            {"kind": "dataverse", "url": ORG, "auth": {"type": "bearer", "token": "t"}}).auth}
    )  # fmt: skip
    DataverseReader("plans", bearer).close()
