"""Runs with the real sign-in library: a pretend Entra and Dataverse, both behind TLS of a private authority.

Where only the sign-in is the point, sources are pulled and nothing is measured.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from plumbrule.cli import main
from portfolio.errors import ExitCode
from sandbox.company import build
from sandbox.company.fill_premium import fill_dataverse
from sandbox.company.premium import with_premium
from sandbox.dataverse import Caller, DataverseSite, routes
from sandbox.dataverse.site import guid
from sandbox.distortions import meanwhile
from sandbox.entra import EntraSite, dataverse_callers, serve_entra
from sandbox.entra.certificates import make_certificate, server_context
from sandbox.http import Server

SECRET = "app-s3cret-of-the-environment"
USER = "pmo@meridian.example"
WAYS = {
    "device_code": 'type = "device_code", client_id = "public-app"',
    "client_secret": 'type = "client_secret", client_id = "secret-app", client_secret = "env:APP_SECRET"',
    "client_certificate": 'type = "client_certificate", client_id = "certificate-app", certificate = "{pem}"',
}


@dataclass
class World:
    """Both servers, and what they know."""

    entra: EntraSite
    site: DataverseSite
    dataverse: Server
    config: Path
    tokens_at: Path

    def expire(self, after: int) -> None:
        """End all tokens early when so many requests for tasks have been answered."""
        self.dataverse.inject(meanwhile(self.entra.end_tokens), path="msdyn_projecttasks", after=after)

    @property
    def secrets(self) -> set[str]:
        """Everything that must not be seen anywhere."""
        return {SECRET, *self.entra.tokens, *self.entra.refresh_tokens, *self.entra.devices}

    @property
    def refused(self) -> int:
        return sum(one.status == 401 for one in self.dataverse.log)


@pytest.fixture(autouse=True)
def quiet_afterwards() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers = []


@pytest.fixture(scope="module")
def grown():
    return with_premium(build(seed=7))


@pytest.fixture
def days() -> int:
    """How long the app's certificate lasts."""
    return 300


@pytest.fixture
def pem(tmp_path: Path, days: int) -> tuple[Path, bytes]:
    made = make_certificate("plumbrule", days=days)
    path = tmp_path / "app.pem"
    path.write_bytes(made.private_key + made.certificate)
    return path, made.certificate


@pytest.fixture
def make(tmp_path: Path, grown, pem, monkeypatch) -> Iterator:
    entra, site = EntraSite(), DataverseSite()
    entra.poll_seconds = 0
    fill_dataverse(grown[0], grown[1].plans, site)
    site.add("systemusers", guid(f"user {USER}"), fullname="Pat M. Office", isdisabled=False)
    context, trusted = server_context(make_certificate("dataverse"), tmp_path)
    address: list[str] = []  # known once the server listens

    def admit(token: str) -> Caller | None:
        return dataverse_callers(entra, address[0])(token)

    doors = routes(site, admit)
    with serve_entra(entra) as served, Server(doors, tls=context) as dataverse:
        address.append(dataverse.url)
        entra.add_app("public-app", resources=[dataverse.url])
        entra.add_app("secret-app", resources=[dataverse.url], secret=SECRET)
        entra.add_app("certificate-app", resources=[dataverse.url], certificates=[pem[1]])
        bundle = tmp_path / "company-ca.pem"
        bundle.write_bytes(trusted.read_bytes() + served.ca_file.read_bytes())
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        monkeypatch.setenv("APP_SECRET", SECRET)

        def write(way: str) -> World:
            auth = WAYS[way].replace("{pem}", str(pem[0]))
            path = tmp_path / "plumbrule.toml"
            path.write_text(
                '[log]\nlevel = "debug"\nformat = "json"\n[rules]\npacks = []\n'
                f'[store]\nfolder = "{tmp_path / "store"}"\n[report]\nfolder = "{tmp_path / "out"}"\n'
                f'[sources.premium]\nkind = "dataverse"\nurl = "{dataverse.url}"\nrequests_per_second = 100\n'
                f'auth = {{ {auth}, tenant = "{entra.tenant}", authority = "{served.url}" }}\n',
                encoding="utf-8",
            )
            return World(entra, site, dataverse, path, tmp_path / "store" / "microsoft-premium.json")

        yield write
        assert dataverse.failures == []


def cli(*words: object):
    return CliRunner().invoke(main, [str(word) for word in words])


def signed_in(make, way: str) -> World:
    world = make(way)
    if way == "device_code":
        ended = cli("auth", "login", "premium", "-c", world.config)
        assert ended.exit_code == 0, ended.output
        assert "https://microsoft.com/devicelogin" in ended.output
        assert f"signed in as {USER}" in ended.output
    return world


@pytest.mark.parametrize("way", sorted(WAYS))
def test_each_way_signs_in_reads_and_goes_on_with_the_token_that_is_kept(make, way):
    world = signed_in(make, way)
    first = cli("run", "-q", "-c", world.config)
    assert first.exit_code == 0, first.output
    given = len(world.entra.tokens)
    assert cli("pull", "-q", "-c", world.config).exit_code == 0
    assert len(world.entra.tokens) == given == 1, "the second run took the token that the first one kept"
    assert oct(world.tokens_at.stat().st_mode & 0o777) == "0o600"
    told = cli("doctor", "-c", world.config)
    who = {
        "device_code": f"Pat M. Office, by device_code as {USER}",
        "client_secret": "# Plumbrule (application user), by client_secret as app secret-app",
        "client_certificate": "# Plumbrule (application user), by client_certificate as app certificate-app",
    }
    assert who[way] in told.output
    assert world.refused == 0


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_token_that_expires_in_the_middle_of_a_run_is_renewed_and_nothing_is_lost(make, way):
    world = signed_in(make, way)
    world.expire(after=3)
    ended = cli("pull", "-c", world.config)
    assert ended.exit_code == 0, ended.output
    assert world.refused >= 1, "the old token was refused"
    assert len(world.entra.tokens) == 2, "and one new one taken"


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_short_life_is_foreseen_and_no_request_is_refused(make, way):
    world = make(way)
    world.entra.token_life = timedelta(seconds=60)  # msal counts it as expired from the start
    signed_in(make, way)
    assert cli("pull", "-q", "-c", world.config).exit_code == 0
    assert cli("pull", "-q", "-c", world.config).exit_code == 0
    assert len(world.entra.tokens) >= 2
    assert world.refused == 0


def test_a_person_whose_sign_in_was_revoked_in_the_middle_of_a_run_is_asked_for_by_name_of_the_command(make):
    world = signed_in(make, "device_code")
    world.entra.revoke(USER)
    world.expire(after=3)
    ended = cli("pull", "-q", "-c", world.config)
    assert ended.exit_code == ExitCode.SIGN_IN
    assert "plumbrule auth login premium" in ended.output
    again = cli("auth", "login", "premium", "-c", world.config)
    assert again.exit_code == 0
    assert cli("pull", "-q", "-c", world.config).exit_code == 0


def test_a_wrong_secret_and_a_strange_certificate_are_told_with_microsoft_s_number(make, monkeypatch, pem):
    world = make("client_secret")
    monkeypatch.setenv("APP_SECRET", "another-s3cret")
    ended = cli("pull", "-q", "-c", world.config)
    assert ended.exit_code == ExitCode.SIGN_IN
    assert "7000215" in ended.output
    assert "another-s3cret" not in ended.output
    world = make("client_certificate")
    strange = make_certificate("stranger")
    pem[0].write_bytes(strange.private_key + strange.certificate)
    ended = cli("pull", "-q", "-c", world.config)
    assert ended.exit_code == ExitCode.SIGN_IN
    assert "700027" in ended.output


def test_a_private_authority_that_is_not_trusted_is_told_with_the_setting_that_helps(make, monkeypatch):
    world = make("client_secret")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    ended = cli("pull", "-q", "-c", world.config)
    assert ended.exit_code != 0
    assert "no trusted connection" in ended.output
    assert "REQUESTS_CA_BUNDLE" in ended.output


@pytest.mark.parametrize("days", [20])
def test_the_doctor_says_of_a_certificate_that_ends_soon_what_helps(make, days):
    ended = cli("doctor", "-c", make("client_certificate").config)
    assert ended.exit_code == 0, ended.output
    assert "certificate" in ended.output
    assert "expires in 19 days" in ended.output or "expires in 18 days" in ended.output
    assert "Make a new one, add it to the app registration" in ended.output
    assert "token_expires_on" not in ended.output


def trust(world: World, file: str) -> None:
    text = world.config.read_text(encoding="utf-8")
    trusting = text.replace("[sources.premium]", f'[sources.premium]\nca_bundle = "{file}"')
    world.config.write_text(trusting, encoding="utf-8")


@pytest.mark.parametrize("way", sorted(WAYS))
def test_the_sources_own_authority_is_trusted_by_its_requests_and_its_sign_in(make, monkeypatch, way):
    world = make(way)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    trust(world, "company-ca.pem")
    if way == "device_code":
        assert cli("auth", "login", "premium", "-c", world.config).exit_code == 0
    ended = cli("pull", "-q", "-c", world.config)
    assert ended.exit_code == ExitCode.DONE, ended.output


def test_the_sources_own_authority_goes_before_that_of_the_environment(make, monkeypatch, tmp_path):
    world = make("client_secret")
    (tmp_path / "stranger.pem").write_bytes(make_certificate("stranger").certificate)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "stranger.pem"))
    assert "no trusted connection" in cli("pull", "-q", "-c", world.config).output
    trust(world, "company-ca.pem")
    assert cli("pull", "-q", "-c", world.config).exit_code == ExitCode.DONE


def test_an_authority_of_another_company_is_no_trust(make, tmp_path):
    world = make("client_secret")
    (tmp_path / "stranger.pem").write_bytes(make_certificate("stranger").certificate)
    trust(world, "stranger.pem")
    ended = cli("pull", "-q", "-c", world.config)
    assert "no trusted connection" in ended.output
    assert "`ca_bundle`" in ended.output


@pytest.mark.parametrize("way", sorted(WAYS))
def test_no_token_and_no_secret_is_in_what_whole_runs_log_print_or_write(make, way, capfd, tmp_path):
    world = make(way)
    told = ""
    if way == "device_code":
        told += cli("auth", "login", "premium", "-c", world.config).output
    world.expire(after=3)
    for command in (("run",), ("plan",), ("doctor",), ("auth", "status")):
        told += cli(*command, "-c", world.config).output
    world.entra.revoke(USER)
    world.entra.apps["secret-app"].secret = "changed"
    world.entra.apps["certificate-app"].certificates = [make_certificate("changed").certificate]
    world.entra.end_tokens()
    told += cli("run", "-c", world.config, "--debug").output
    told += "".join(capfd.readouterr())
    assert "http.answered" in told, "the logs are there"
    assert len(world.entra.tokens) >= 2
    written = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and path not in (world.tokens_at, tmp_path / "app.pem", tmp_path / "sandbox-key.pem")
    ]
    key = (tmp_path / "app.pem").read_text().splitlines()[1]
    for secret in (*world.secrets, key):
        assert secret not in told
        assert [path.name for path in written if secret.encode() in path.read_bytes()] == []
