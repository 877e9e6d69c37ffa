"""How `plumbrule serve` begins and ends: what it refuses, with the place and the remedy, and how it stops."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner
from web_world import make_site, served

from plumbrule.cli import main
from plumbrule.config_file import load_settings
from plumbrule.web.mistakes import require_safe
from plumbrule.web.serving import require_installed
from portfolio.errors import ConfigurationError

WHOLE = 'auth = "proxy"\npublic_url = "https://pmo.example.com"\naccess = [{ group = "PMO", see = "all" }]\n'
PROXY = '[serve.proxy]\ntrusted = ["127.0.0.1"]\n'
OIDC = '[serve.oidc]\nauthority = "https://login.example.com"\nclient_id = "a"\nclient_secret = "env:SECRET"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("start")
    make_site(folder)
    return folder


def refused(folder: Path, serve: str) -> str:
    """What the configuration is told, without its rules."""
    config = folder / "plumbrule.toml"
    text = config.read_text(encoding="utf-8").partition("[serve]")[0]
    config.write_text(f"{text}[serve]\n{serve}", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        loaded = load_settings(config, {"SECRET": "s3cret"}, with_secrets=("serve",))
        require_safe(loaded.document, loaded.settings.serve)
    return "\n".join(problem.render() for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("serve", "line", "told"),
    [
        ('address = "0.0.0.0"\n', 'address = "0.0.0.0"', 'set auth = "proxy" or "oidc"'),
        ('address = "::"\n', 'address = "::"', "nobody would have to sign in"),
        ('address = "192.168.1.7"\n', 'address = "192.168.1.7"', "can be reached by others"),
        ('address = "pmo.example.com"\n', 'address = "pmo', "does not appear to be an IPv4 or IPv6 address"),
        ('access = [{ user = "a@x", see = "all" }]\n', "access =", "no effect where nobody signs in"),
        (WHOLE, 'auth = "proxy"', 'trusted = ["127.0.0.1"]'),
        (WHOLE.replace("proxy", "oidc"), 'auth = "oidc"', "add [serve.oidc]"),
        (WHOLE.replace("access", "# access") + PROXY, "auth =", "`access` lets nobody see anything"),
        (WHOLE.replace("public_url", "# public_url") + PROXY, "auth =", "`public_url` is missing"),
        (WHOLE + PROXY.replace("127.0.0.1", "the proxy"), 'trusted = ["the proxy"]', "IPv4 or IPv6 network"),
        (WHOLE.replace('group = "PMO", ', "") + PROXY, '{ see = "all" }', "name one of them"),
        (WHOLE.replace('see = "all"', 'user = "a"') + PROXY, "user =", "names a user or a group"),
        (WHOLE.replace(', see = "all"', "") + PROXY, 'group = "PMO"', "`scope` is missing"),
        (WHOLE.replace("{ group", '{ scope = { department = "IT" }, group') + PROXY, "scope =", "no effect beside"),
        (WHOLE.replace('see = "all"', "scope = { select = \"nam = 'x'\" }") + PROXY, "nam = 'x'", "nam"),
        ('address = "10.0.0.5"\n' + WHOLE.replace("proxy", "oidc").replace("https:", "http:") + OIDC,
         "public_url =", "give an https address"),
        (WHOLE.replace("proxy", "oidc") + OIDC.replace("https:", "http:"), "authority =", "called by https"),
        (WHOLE.replace("proxy", "oidc") + OIDC.replace("env:", ""), "(not shown", "a secret must not stand"),
        ('certificate = "no.pem"\n', "certificate =", "certificate and certificate_key go together"),
        ('certificate = "no.pem"\ncertificate_key = "no.key"\n', "certificate =", "there is no file"),
        ('public_url = "https://pmo.example.com/?a=b"\n', "public_url =", "neither a query nor a fragment"),
    ],
)  # fmt: skip
def test_what_is_dangerous_or_senseless_is_refused_at_its_place(folder: Path, serve: str, line: str, told: str) -> None:
    shown = refused(folder, serve)
    assert "plumbrule.toml:" in shown and line in shown and told in shown, shown


@pytest.mark.parametrize("command", [["config", "check"], ["serve", "--port", "0"]])
def test_the_commands_tell_it_before_a_port_is_opened(folder: Path, command: list[str]) -> None:
    refused(folder, 'address = "0.0.0.0"\n')
    env = {"A_TOKEN_THAT_THE_PAGE_DOES_NOT_NEED": "t"}
    result = CliRunner().invoke(main, [*command, "-c", str(folder / "plumbrule.toml")], env=env)
    assert result.exit_code == 2 and "error[serve.open_address]" in result.output


def test_without_the_extra_it_says_what_to_install() -> None:
    require_installed()
    with pytest.raises(ConfigurationError) as caught:
        require_installed(("starlette", "no_such_module"))
    assert "no_such_module, which is not installed" in caught.value.what
    assert 'pip install "plumbrule[web]"' in caught.value.remedy


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    config = make_site(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        result = CliRunner().invoke(main, ["serve", "-c", str(config), "--port", port])
    assert result.exit_code == 2
    assert (
        f"error[serve.port]: 127.0.0.1 port {port} cannot be listened on" in result.output and "--port" in result.output
    )


def test_it_needs_no_secret_of_any_source(tmp_path: Path) -> None:
    assert "A_TOKEN_THAT_THE_PAGE_DOES_NOT_NEED" not in os.environ
    with served(make_site(tmp_path)) as page:
        assert page.get("/healthz").status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quietly_when_it_is_told_to(tmp_path: Path, number: signal.Signals) -> None:
    config = make_site(tmp_path)
    command = [sys.executable, "-m", "plumbrule.cli", "serve", "-c", str(config), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[0]
        with requests.Session() as session:  # a connection that stays open does not keep it
            session.trust_env = False
            assert session.get(f"{url}healthz", timeout=30).json() == {"status": "ok"}
            server.send_signal(number)
            _, complaints = server.communicate(timeout=30)
    assert (server.returncode, complaints) == (0, "")


def test_a_page_below_a_path_links_below_it(tmp_path: Path) -> None:
    config = make_site(tmp_path, '[serve]\npublic_url = "https://intra.example.com/pmo/"\n')
    with served(config) as page:
        answer = page.get("/", headers={"Host": "intra.example.com"})
        assert 'href="/pmo/projects/INI-1"' in answer.text and 'href="/projects' not in answer.text
        assert "Strict-Transport-Security" in answer.headers
        again = page.get("/rules?lang=zh-Hans", headers={"Host": "intra.example.com"})
        assert again.headers["Location"] == "/pmo/rules" and "Secure" in again.headers["Set-Cookie"]
