"""`plumbrule auth`, and runs of sources to which a person signs in: nobody is asked, and no secret is logged."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import responses
import structlog
from entra import ACCESS, CLIENT, DEVICE, REFRESH, TENANT, FakeEntra, aadsts
from typer.testing import CliRunner

from plumbrule import signing_in
from plumbrule.cli import main
from portfolio.errors import ExitCode
from tests.connectors.pwa_site import P1, URL, project, site_of, task

WAYS = {
    "device_code": f'type = "device_code", tenant = "{TENANT}", client_id = "{CLIENT}"',
    "bearer": 'type = "bearer", token = "env:SECRET"',
    "cookie": 'type = "cookie", cookie = "env:COOKIE"',
    "basic": r"""type = "basic", user = 'CORP\svc', password = "env:SECRET" """,
}
SECRET = "s3cret-of-the-environment"
COOKIE = f"FedAuth=77u/{SECRET}; rtFa={SECRET}=="


@pytest.fixture(autouse=True)
def quiet_afterwards():
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers = []


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        yield active


@pytest.fixture
def entra(mock):
    return FakeEntra(interval=0).install(mock)


@pytest.fixture
def config(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SECRET", SECRET)
    monkeypatch.setenv("COOKIE", COOKIE)

    def write(way: str = "device_code", more: str = "") -> Path:
        path = tmp_path / "plumbrule.toml"
        path.write_text(
            f"[rules]\npacks = []\n[sources.plans]\nkind = 'pwa'\nurl = '{URL}'\nauth = {{ {WAYS[way]} }}\n{more}",
            encoding="utf-8",
        )
        return path

    return write


def cli(*words: object):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_signing_in_lets_the_next_run_read_and_status_tells_who(config, entra, mock):
    path = config()
    before = cli("auth", "status", "-c", path)
    assert before.exit_code == ExitCode.SIGN_IN
    assert "nobody is signed in: plumbrule auth login plans" in before.output
    ended = cli("auth", "login", "plans", "-c", path)
    assert ended.exit_code == 0, ended.output
    assert "ABCD-1234" in ended.output
    assert "plans: signed in as pm@contoso.example" in ended.output
    site_of(Tasks=[task()]).install(mock)
    run = cli("run", "-q", "-c", path)
    assert run.exit_code == 0, run.output
    told = cli("auth", "status", "-c", path)
    assert told.exit_code == 0
    assert "pm@contoso.example" in told.output
    assert "lasts until" in told.output
    out = cli("auth", "logout", "plans", "-c", path)
    assert "was removed" in out.output
    assert "nobody was signed in" in cli("auth", "logout", "plans", "-c", path).output


def test_a_run_without_a_sign_in_ends_with_4_and_names_the_command(config, entra, mock):
    site_of().install(mock)
    run = cli("run", "-q", "-c", config())
    assert run.exit_code == ExitCode.SIGN_IN
    assert "plumbrule auth login plans" in run.output
    assert entra.asked == [], "nobody is asked by a run"
    assert not any(call.request.url.startswith(URL) for call in mock.calls)


def test_an_old_sign_in_is_told_as_such(config, entra):
    path = config()
    cli("auth", "login", "plans", "-c", path)
    told, code = signing_in.status(path, now=datetime.now(UTC) + timedelta(days=91))
    assert "not used for too long" in told
    assert code == ExitCode.SIGN_IN


@pytest.mark.parametrize("command", ["login", "logout"])
def test_a_source_that_nobody_signs_in_to_and_an_unknown_one_are_told(config, command):
    path = config("basic")
    ended = cli("auth", command, "plans", "-c", path)
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "by the configuration" in ended.output
    ended = cli("auth", command, "plan", "-c", path)
    assert "did you mean `plans`" in ended.output


def test_status_of_other_ways_names_them_and_asks_nobody(config, mock):
    for way in ("basic", "bearer", "cookie"):
        told = cli("auth", "status", "-c", config(way))
        assert told.output.strip() == f"plans: {way}, by the configuration"
        assert told.exit_code == 0
    assert len(mock.calls) == 0


def test_an_app_that_would_read_project_web_app_is_refused_by_config_check(config, monkeypatch):
    monkeypatch.setitem(
        WAYS,
        "secret",
        f'type = "client_secret", tenant = "{TENANT}", client_id = "{CLIENT}", client_secret = "env:SECRET"',
    )
    ended = cli("config", "check", "-c", config("secret"))
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "people only" in ended.output
    assert SECRET not in ended.output


@pytest.mark.parametrize("way", sorted(WAYS))
@pytest.mark.parametrize("fault", ["none", "refused", "server error", "odd link"])
def test_no_secret_is_in_the_logs_of_a_run_at_debug_level(config, entra, mock, way, fault, capfd):
    path = config(way, "[log]\nlevel = 'debug'\nformat = 'json'\n")
    if way == "device_code":
        entra.lasts = 200  # so that the run renews it
        assert cli("auth", "login", "plans", "-c", path).exit_code == 0
    site = site_of(Tasks=[task()], Projects=[project(P1)])
    data = "ProjectData/[en-us]/Tasks"
    if fault == "refused":
        site.answers[data] = lambda _: (401, {"Set-Cookie": f"FedAuth={SECRET}"}, f"bad token Bearer {SECRET}")
    elif fault == "server error":
        password = "" if way == "cookie" else SECRET
        site.answers[data] = lambda _: (500, {}, f"Cookie: {COOKIE} Authorization: Bearer {ACCESS}-2 {password}")
    elif fault == "odd link":
        link = f'{{"value": [], "odata.nextLink": "https://evil.example/?sig={SECRET}&code={SECRET}"}}'
        site.answers[data] = lambda _: (200, {}, link)
    site.install(mock)
    run = cli("run" if fault == "none" else "pull", "-c", path)  # only what is read is another thing
    output = run.output + "".join(capfd.readouterr())
    assert "http.answered" in output, "the logs are there"
    ours = (ACCESS, REFRESH, DEVICE) if way == "device_code" else (SECRET, COOKIE, "77u/")
    for secret in ours:
        assert secret not in output, f"{secret} in\n{output}"


def test_no_secret_is_in_the_logs_of_a_sign_in_at_debug_level(config, entra, capfd):
    path = config(more="[log]\nlevel = 'debug'\n")
    entra.refusals = [aadsts(70016, "authorization_pending", f"Waiting for {DEVICE}.")]
    ended = cli("auth", "login", "plans", "-c", path)
    assert ended.exit_code == 0
    output = ended.output + "".join(capfd.readouterr())
    for secret in (ACCESS, REFRESH, DEVICE):
        assert secret not in output


@pytest.mark.parametrize("kind", ["device_code", "auth_code"])
def test_sources_of_dataverse_are_signed_in_to_alike(tmp_path, entra, kind):
    path = tmp_path / "plumbrule.toml"
    auth = f'type = "{kind}", tenant = "{TENANT}", client_id = "{CLIENT}"'
    path.write_text(
        f'[sources.premium]\nkind = "dataverse"\nurl = "https://contoso.crm4.dynamics.com"\nauth = {{ {auth} }}\n',
        encoding="utf-8",
    )
    told = cli("auth", "status", "-c", path)
    assert told.output.strip() == f"premium: {kind}, nobody is signed in: plumbrule auth login premium"
    assert told.exit_code == ExitCode.SIGN_IN
    if kind == "auth_code":
        return  # a browser signs in; tests/connectors/test_microsoft_signin.py
    ended = cli("auth", "login", "premium", "-c", path)
    assert "premium: signed in as pm@contoso.example" in ended.output
    assert entra.asked[0]["scope"].split()[0] == "https://contoso.crm4.dynamics.com/.default"
    assert "pm@contoso.example" in cli("auth", "status", "-c", path).output
    assert "was removed" in cli("auth", "logout", "premium", "-c", path).output


def test_receivers_through_graph_are_signed_in_to_alike_and_others_are_not_listed(tmp_path, entra):
    path = tmp_path / "plumbrule.toml"
    auth = f'type = "device_code", tenant = "{TENANT}", client_id = "{CLIENT}"'
    path.write_text(
        f'[receivers.library]\nkind = "sharepoint"\nuser = "pm@contoso.example"\nauth = {{ {auth} }}\n'
        '[receivers.archive]\nkind = "folder"\npath = "archive"\n',
        encoding="utf-8",
    )
    told = cli("auth", "status", "-c", path)
    assert told.output.strip() == "library: device_code, nobody is signed in: plumbrule auth login library"
    ended = cli("auth", "login", "library", "-c", path)
    assert "library: signed in as pm@contoso.example" in ended.output
    assert entra.asked[0]["scope"].split()[0] == "https://graph.microsoft.com/.default"
    assert "was removed" in cli("auth", "logout", "library", "-c", path).output
    assert "did you mean `library`?" in cli("auth", "login", "libary", "-c", path).output
