"""`plumbrule init`: from addresses and references to a configuration that runs, and each way in which that fails."""

import os
import pty
import select
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from house import small_company, with_compiled_rules
from keyrings import InMemory, in_force
from typer.testing import CliRunner, Result

from plumbrule.cli import main
from plumbrule.starting.asking import Check
from plumbrule.starting.conversation import set_up
from plumbrule.starting.sources import Given, as_address, as_reference
from portfolio.errors import ConfigurationError, ExitCode
from sandbox.entra.certificates import make_certificate, server_context
from sandbox.http import Request, Response, Route, Server
from sandbox.serve import DATAVERSE_TOKEN, JIRA_EMAIL, JIRA_TOKEN, PWA_PASSWORD, PWA_USER, Sandbox

TODAY = date(2026, 11, 23)
SECRETS = {"JIRA_TOKEN": JIRA_TOKEN, "PWA_PASSWORD": PWA_PASSWORD, "DATAVERSE_TOKEN": DATAVERSE_TOKEN}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(company=small_company(), dataverse=True) as running:
        yield running


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)


def init(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["init", "--dir", str(folder), *words])


def all_of(sandbox: Sandbox) -> list[str]:
    return [
        "--jira", sandbox.jira_url, "--jira-email", JIRA_EMAIL, "--pwa", sandbox.pwa_url, "--pwa-user", PWA_USER,
        "--dataverse", sandbox.dataverse_url, "--dataverse-auth", "bearer", "--currency", "eur",
    ]  # fmt: skip


def test_what_it_writes_passes_the_check_and_runs_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    with_compiled_rules_at(tmp_path)
    ended = init(tmp_path, *all_of(sandbox))
    assert ended.exit_code == ExitCode.DONE, ended.output
    path = tmp_path / "plumbrule.toml"
    text = path.read_text(encoding="utf-8")
    told = tomllib.loads(text)
    assert text.startswith("#:schema plumbrule.schema.json\n")
    assert (tmp_path / "plumbrule.schema.json").exists()
    assert not any(secret in text for secret in SECRETS.values())
    assert told["portfolio"] == {
        "name": "Portfolio", "timezone": "Europe/Berlin",
        "waiting_statuses": ["Blocked", "In Review", "On Hold", "With the vendor"],
    }  # fmt: skip
    assert told["sources"]["jira"]["mapping"] == {"status_categories": {"With the vendor": "in_progress"}}
    assert told["sources"]["planner"]["fields"] == {"initiative_key": "pb_initiativekey"}
    assert (told["sources"]["plans"]["currency"], told["writeback"]["enabled"]) == ("EUR", False)
    assert ended.stdout.splitlines()[-4:-3] == ["Next:"]
    assert "must hold DATAVERSE_TOKEN, JIRA_TOKEN, PWA_PASSWORD" in ended.stdout
    commands = [line.partition("#")[0].split()[1:] for line in ended.stdout.splitlines()[-3:]]
    assert [command[0] for command in commands] == ["doctor", "run", "plan"]
    check = CliRunner().invoke(main, ["config", "check", "-c", str(path)])
    assert check.exit_code == ExitCode.DONE, check.output
    run = CliRunner().invoke(main, [*commands[1], "-q"])
    assert run.exit_code == ExitCode.DONE, run.output
    assert "portfolio  8 projects" in run.stdout
    assert (tmp_path / "report" / "portfolio.en.html").exists()


def with_compiled_rules_at(folder: Path) -> None:
    """As the house does: rules compiled once for all tests."""
    scratch = folder / "scratch"
    scratch.mkdir()
    with_compiled_rules(scratch)
    (scratch / "store").rename(folder / ".plumbrule")
    scratch.rmdir()


def test_projects_can_be_chosen_and_a_misspelt_key_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    jira = ["--jira", sandbox.jira_url, "--jira-email", JIRA_EMAIL, "--project"]
    wrong = init(tmp_path, *jira, "FCOL")
    assert wrong.exit_code == ExitCode.CONFIGURATION
    assert "--project: `FCOL` is none of them; did you mean `FCLO`?" in wrong.output
    assert not (tmp_path / "plumbrule.toml").exists()
    assert init(tmp_path, *jira, "fclo", "--project", "SUPQ").exit_code == ExitCode.DONE
    assert tomllib.loads((tmp_path / "plumbrule.toml").read_text())["sources"]["jira"]["projects"] == ["FCLO", "SUPQ"]


def with_a_plan(folder: Path) -> list[str]:
    """A plan of the name of a project in Jira, in a file: nothing but the name joins them."""
    (folder / "plans").mkdir(parents=True)
    (folder / "plans" / "renewal.xml").write_text(PLAN.replace("Bridge", "Field Service Renewal"), encoding="utf-8")
    return ["--files", "plans/*.xml"]


def test_likely_joins_are_comments_unless_a_score_is_given(sandbox: Sandbox, tmp_path: Path) -> None:
    jira = ["--jira", sandbox.jira_url, "--jira-email", JIRA_EMAIL]
    asked, joined = tmp_path / "a", tmp_path / "b"
    ended = init(asked, *jira, *with_a_plan(asked))
    assert "match suggest" in ended.stdout, ended.output
    text = (asked / "plumbrule.toml").read_text(encoding="utf-8")
    assert "# Likely (100%): Field Service Renewal (jira) and Field Service Renewal (files); not joined." in text
    assert "initiatives" not in tomllib.loads(text)
    assert init(joined, *jira, *with_a_plan(joined), "--join-above", "0.9").exit_code == ExitCode.DONE
    [entry] = tomllib.loads((joined / "plumbrule.toml").read_text(encoding="utf-8"))["initiatives"].values()
    assert entry["projects"] == ["files:Field Service Renewal", "jira:FSR"]


def test_a_data_center_is_known_by_itself(tmp_path: Path) -> None:
    with Sandbox(company=small_company(), edition="data_center") as sandbox:
        ended = init(tmp_path, "--jira", f"{sandbox.jira_url}/browse/FCLO-1")
    assert ended.exit_code == ExitCode.DONE, ended.output
    source = tomllib.loads((tmp_path / "plumbrule.toml").read_text())["sources"]["jira"]
    assert source["kind"] == "jira_data_center"
    assert source["url"] == sandbox.jira_url
    assert source["token"] == "env:JIRA_TOKEN"


def test_a_configuration_that_is_there_is_kept_unless_forced_and_then_beside(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "plumbrule.toml"
    path.write_text("# mine\n", encoding="utf-8")
    jira = ["--jira", sandbox.jira_url, "--jira-email", JIRA_EMAIL]
    refused = init(tmp_path, *jira)
    assert refused.exit_code == ExitCode.CONFIGURATION
    assert "is there already" in refused.output and "--force" in refused.output
    assert path.read_text() == "# mine\n"
    for number, name in enumerate(("plumbrule.toml.bak", "plumbrule.toml.bak2"), 1):
        forced = init(tmp_path, *jira, "--force", "--name", f"Take {number}")
        assert forced.exit_code == ExitCode.DONE
        assert f"kept as {tmp_path / name}" in forced.output
    assert (tmp_path / "plumbrule.toml.bak").read_text() == "# mine\n"
    assert 'name = "Take 1"' in (tmp_path / "plumbrule.toml.bak2").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "no source is given"),
        (["--jira", "{jira}"], "--jira-email is missing"),
        (["--jira", "{jira}", "--jira-email", "somebody"], "--jira-email: an e-mail address"),
        (["--jira", "{jira}", "--jira-email", JIRA_EMAIL, "--jira-secret", "s3cr3t-token"], "never written down here"),
        (["--jira", "{jira}", "--jira-email", JIRA_EMAIL, "--jira-secret", "env:NOWHERE"], "NOWHERE is not set"),
        (["--jira", "{jira}", "--jira-email", JIRA_EMAIL, "--jira-secret", "file:none"], "cannot read the secret file"),
        (["--jira", "{jira}/nothing", "--jira-email", JIRA_EMAIL], "there is no Jira at"),
        (["--jira", "ftp://example.com"], "--jira: "),
        (["--jira", "{jira}", "--jira-email", JIRA_EMAIL, "--timezone", "Berlin"], "--timezone: `Berlin` is not an"),
        (["--jira", "{jira}", "--jira-email", JIRA_EMAIL, "--currency", "EURO"], "--currency: "),
        (["--jira", "{jira}", "--jira-email", JIRA_EMAIL, "--lang", "de"], "--lang: one of en, zh-Hans"),
        (["--pwa", "{pwa}"], "--pwa-user is missing"),
        (["--pwa", "{pwa}", "--pwa-auth", "bsaic"], "--pwa-auth: did you mean `basic`?"),
        (["--dataverse", "{jira}"], "--tenant is missing"),
        (["--files", "plans/*.xml"], "there is no such file"),
        (["--files", "budget.xlsx"], "docs/tables.md"),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_names_its_option_and_nothing_is_written(
    sandbox: Sandbox, tmp_path: Path, words: list[str], told: str
) -> None:
    filled = [word.format(jira=sandbox.jira_url, pwa=sandbox.pwa_url) for word in words]
    ended = init(tmp_path, *filled)
    assert told in ended.output
    assert "= help: " in ended.output
    assert "s3cr3t" not in ended.output
    assert ended.exit_code in (ExitCode.CONFIGURATION, ExitCode.PARTIAL)
    assert not list(tmp_path.iterdir())


def test_a_wrong_token_ends_with_4_and_says_what_to_do(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIRA_TOKEN", "wr0ng")
    ended = init(tmp_path, "--jira", sandbox.jira_url, "--jira-email", JIRA_EMAIL)
    assert ended.exit_code == ExitCode.SIGN_IN
    assert "refused the sign-in" in ended.output
    assert "Then call init again." in ended.output
    assert "wr0ng" not in ended.output


def test_a_site_that_cannot_be_reached_ends_with_5(tmp_path: Path) -> None:
    with Server([]) as server:
        url = server.url
    ended = init(tmp_path, "--jira", url)
    assert ended.exit_code == ExitCode.REMOTE
    assert "cannot be reached" in ended.output


def test_an_account_that_sees_no_project_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    with without_projects(sandbox):
        ended = init(tmp_path, "--jira", sandbox.jira_url, "--jira-email", JIRA_EMAIL)
    assert ended.exit_code == ExitCode.PARTIAL
    assert "Browse projects" in ended.output
    assert not list(tmp_path.iterdir())


@contextmanager
def without_projects(sandbox: Sandbox) -> Iterator[None]:
    kept = dict(sandbox.jira.projects)
    sandbox.jira.projects.clear()
    try:
        yield
    finally:
        sandbox.jira.projects.update(kept)


def test_a_certificate_that_nobody_trusts_is_told_and_can_be_named(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    context, bundle = server_context(make_certificate("localhost"), tmp_path)
    (tmp_path / "site").mkdir()
    with Server([Route("GET", "/rest/api/3/serverInfo", _cloud)], tls=context) as server:
        words = ["--jira", server.url.replace("127.0.0.1", "localhost"), "--jira-email", JIRA_EMAIL]
        refused = init(tmp_path / "site", *words)
        trusted = init(tmp_path / "site", *words, "--ca-bundle", str(bundle))
    assert refused.exit_code == ExitCode.REMOTE
    assert "no trusted connection" in refused.output
    assert "ca_bundle" in refused.output
    assert "is a Jira Cloud" in trusted.output


def _cloud(_: Request) -> Response:
    return Response.of_json({"deploymentType": "Cloud"})


def test_a_web_page_is_no_jira(tmp_path: Path) -> None:
    def page(_: Request) -> Response:
        return Response(200, b"<!doctype html><title>Intranet</title>", {"Content-Type": "text/html"})

    with Server([Route("GET", "/rest/api/2/serverInfo", page), Route("GET", "/rest/api/3/serverInfo", page)]) as server:
        ended = init(tmp_path, "--jira", server.url)
    assert ended.exit_code == ExitCode.PARTIAL
    assert "there is no Jira at" in ended.output
    assert "context path" in ended.output


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("acme.atlassian.net", "https://acme.atlassian.net"),
        ("https://acme.atlassian.net/jira/software/projects/A/boards/1", "https://acme.atlassian.net"),
        ("https://acme.atlassian.net/browse/A-1?x=1#y", "https://acme.atlassian.net"),
        ("https://example.com/jira/secure/Dashboard.jspa", "https://example.com/jira"),
        ("https://example.com/jira", "https://example.com/jira"),
        ("https://example.com/PWA/default.aspx", "https://example.com/PWA"),
        ("https://example.com/pwa/", "https://example.com/pwa"),
    ],
)
def test_an_address_may_be_copied_from_a_browser(typed: str, meant: str) -> None:
    assert as_address(typed) == meant


def test_a_bare_name_is_a_variable_and_a_secret_is_refused_without_being_shown() -> None:
    assert as_reference("JIRA_TOKEN") == "env:JIRA_TOKEN"
    assert as_reference("file:/run/secrets/x") == "file:/run/secrets/x"
    with pytest.raises(ValueError, match="never written down") as caught:
        as_reference("ATATT3xFfGF0")
    assert "ATATT" not in str(caught.value)


class Scripted:
    """A person with answers ready, by the beginning of the question; what else is asked takes its default."""

    is_guided = True

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.told: list[str] = []

    def text(self, option: str, question: str, default: str | None, check: Check) -> str:
        given = self.answers.get(option.strip("-").replace("-", "_"), default)
        for answer in given if isinstance(given, list) else [given]:
            try:
                return check(answer)
            except ValueError as error:
                self.told.append(str(error))
        raise AssertionError(f"nothing passes for {option}: {self.told}")

    def yes(self, question: str, *, default: bool) -> bool:
        self.told.append(question)
        return bool(self.answers.get("yes", default))

    def hidden(self, question: str) -> str:
        return str(self.answers["hidden"])

    def tell(self, text: str) -> None:
        self.told.append(text)


def guided(sandbox: Sandbox, **more: Any) -> Scripted:
    return Scripted(jira=sandbox.jira_url, jira_email=JIRA_EMAIL, pwa=sandbox.pwa_url, pwa_user=PWA_USER, **more)


def test_a_person_is_asked_for_all_and_joins_what_is_likely(sandbox: Sandbox, tmp_path: Path) -> None:
    [_, pattern] = with_a_plan(tmp_path)
    who = guided(sandbox, name="Meridian", project=["NOPE", "all"], join_above="all", lang="zh-Hans", files=pattern)
    told = set_up(Given(), who, tmp_path, force=False, today=TODAY)
    found = tomllib.loads((tmp_path / "plumbrule.toml").read_text(encoding="utf-8"))
    assert found["portfolio"]["name"] == "Meridian"
    assert found["report"]["languages"] == ["zh-Hans"]
    assert found["initiatives"]
    assert any("`NOPE` is none of them" in line for line in who.told)
    assert any("Likely the same project" in line for line in who.told)
    assert "plumbrule plan" in told


def test_a_secret_may_be_typed_into_a_file_that_others_cannot_read(sandbox: Sandbox, tmp_path: Path) -> None:
    who = Scripted(jira=sandbox.jira_url, jira_email=JIRA_EMAIL, jira_secret="file:secrets/jira", hidden=JIRA_TOKEN)
    set_up(Given(), who, tmp_path, force=False, today=TODAY)
    kept = tmp_path / "secrets" / "jira"
    assert kept.read_text() == JIRA_TOKEN
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    text = (tmp_path / "plumbrule.toml").read_text()
    assert 'token = "file:secrets/jira"' in text and JIRA_TOKEN not in text


def test_a_secret_may_be_typed_into_the_keyring(sandbox: Sandbox, tmp_path: Path) -> None:
    own = InMemory()
    who = Scripted(jira=sandbox.jira_url, jira_email=JIRA_EMAIL, jira_secret="keyring:acme/pmo-bot", hidden=JIRA_TOKEN)
    with in_force(own):
        set_up(Given(), who, tmp_path, force=False, today=TODAY)
    assert own.entries == {("acme", "pmo-bot"): JIRA_TOKEN}
    text = (tmp_path / "plumbrule.toml").read_text()
    assert 'token = "keyring:acme/pmo-bot"' in text and JIRA_TOKEN not in text


def test_who_declines_at_the_end_has_nothing_written(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nothing was written"):
        set_up(Given(), guided(sandbox, yes=False), tmp_path, force=False, today=TODAY)
    assert not list(tmp_path.iterdir())


def test_who_names_no_source_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no source was named"):
        set_up(Given(), Scripted(), tmp_path, force=False, today=TODAY)


def test_a_way_in_that_a_person_must_open_is_written_unseen_with_what_comes_first(tmp_path: Path) -> None:
    words = ["--pwa", "https://projects.example.com/pwa", "--pwa-auth", "device_code"]
    ended = init(tmp_path, *words, "--tenant", "example.onmicrosoft.com", "--client-id", "app")
    assert ended.exit_code == ExitCode.DONE, ended.output
    assert "plumbrule auth login plans" in ended.stdout
    assert "# Not looked at yet" in (tmp_path / "plumbrule.toml").read_text()


def test_plans_in_files_are_read_for_their_projects(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "bridge.xml").write_text(PLAN, encoding="utf-8")
    ended = init(tmp_path, "--files", "plans/*.xml", "--timezone", "UTC")
    assert ended.exit_code == ExitCode.DONE, ended.output
    assert "1 plan found" in ended.stderr
    found = tomllib.loads((tmp_path / "plumbrule.toml").read_text())
    assert found["sources"]["files"] == {"kind": "mspdi", "path": "plans/*.xml", "timezone": "UTC"}


PLAN = """<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project"><Title>Bridge</Title><Name>bridge.xml</Name>
<StartDate>2026-01-05T08:00:00</StartDate><FinishDate>2026-01-09T17:00:00</FinishDate>
<Tasks><Task><UID>0</UID><ID>0</ID><Name>Bridge</Name><Start>2026-01-05T08:00:00</Start>
<Finish>2026-01-09T17:00:00</Finish></Task></Tasks></Project>
"""


def test_it_asks_on_a_terminal(sandbox: Sandbox, tmp_path: Path) -> None:
    answers = [f"{sandbox.jira_url}/nothing", sandbox.jira_url, JIRA_EMAIL, "", "all", "", "", "", "", "", "", "", "y"]
    shown, code = typed([sys.executable, "-m", "plumbrule.cli", "init", "--dir", str(tmp_path)], answers)
    assert code == 0, shown
    assert shown.count("Address of your Jira") == 2
    assert "there is no Jira at" in shown and "is a Jira Cloud" in shown and "Next:" in shown
    assert (tmp_path / "plumbrule.toml").exists()


def typed(command: list[str], answers: list[str]) -> tuple[str, int]:
    """What a command shows on a terminal where these answers are typed, one whenever it waits."""
    mine, theirs = pty.openpty()
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "dumb"}
    ) as child:
        os.close(theirs)
        shown, waiting = b"", list(answers)
        while True:
            if not select.select([mine], [], [], 60)[0]:
                child.kill()
                raise AssertionError(shown.decode(errors="replace"))
            try:
                more = os.read(mine, 4096)
            except OSError:  # the other end is closed
                break
            if not more:
                break
            shown += more
            if waiting and shown.rstrip(b" ").endswith(b":") and not shown.endswith(b"\n"):
                os.write(mine, waiting.pop(0).encode() + b"\n")
        os.close(mine)
        code = child.wait()
    return shown.decode(errors="replace"), code
