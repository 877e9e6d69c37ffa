"""Addresses and certificates of sources that `config check` refuses, each at its place."""

import os
from pathlib import Path

import pytest

from plumbrule.config_file import load_settings
from portfolio.errors import ConfigurationError, Problem
from sandbox.entra.certificates import make_certificate

SECRET = {"T": "token"}
SOURCES = {
    "dataverse": 'auth = { type = "bearer", token = "env:T" }',
    "pwa": 'auth = { type = "bearer", token = "env:T" }',
    "jira_data_center": 'token = "env:T"',
    "jira_cloud": 'token = "env:T"\nemail = "a@b.example"',
}


def problems(tmp_path: Path, kind: str, lines: str) -> list[Problem]:
    config = tmp_path / "plumbrule.toml"
    config.write_text(f'[sources.s]\nkind = "{kind}"\n{lines}\n{SOURCES[kind]}\n', encoding="utf-8")
    try:
        load_settings(config, SECRET)
    except ConfigurationError as error:
        return list(error.problems)
    return []


@pytest.mark.parametrize("kind", SOURCES)
def test_an_address_without_encryption_is_told_before_anything_is_sent(tmp_path: Path, kind: str) -> None:
    (problem,) = problems(tmp_path, kind, 'url = "http://tool.example"')
    assert (problem.line, problem.column, problem.code) == (3, 7, "config.url_http")
    assert problem.what == "http://tool.example is not encrypted"
    assert "allow_http" in problem.help


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize(
    "lines",
    ['url = "http://tool.example"\nallow_http = true', 'url = "http://127.0.0.1:9/x"', 'url = "https://tool.example"'],
    ids=["allowed", "this machine", "encrypted"],
)
def test_an_address_that_may_be_called_is_fine(tmp_path: Path, kind: str, lines: str) -> None:
    assert problems(tmp_path, kind, lines) == []


@pytest.mark.parametrize("key", ["gateway_url", "token_url"])
def test_addresses_beside_the_sites_own_are_looked_at_too(tmp_path: Path, key: str) -> None:
    (problem,) = problems(tmp_path, "jira_cloud", f'url = "https://x.atlassian.net"\n{key} = "http://t.example/x"')
    assert (problem.line, problem.code) == (4, "config.url_http")


def test_a_token_is_never_asked_for_in_the_open(tmp_path: Path) -> None:
    lines = 'url = "https://x.atlassian.net"\ntoken_url = "http://t.example/x"\nallow_http = true'
    (problem,) = problems(tmp_path, "jira_cloud", lines)
    assert (problem.line, problem.help) == (4, "Use https.")


def bundle(tmp_path: Path, body: bytes | None) -> list[Problem]:
    if body is not None:
        (tmp_path / "ca.pem").write_bytes(body)
    return problems(tmp_path, "pwa", 'url = "https://tool.example"\nca_bundle = "ca.pem"')


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is empty"),
        (b"\x30\x82\x01\x0a", "holds no certificate in PEM"),
        (b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n", "holds no certificate in PEM"),
        (make_certificate("ca").private_key, "holds no certificate in PEM"),
    ],
    ids=["absent", "empty", "der", "damaged", "a key"],
)
def test_a_file_of_certificates_that_cannot_be_used_is_told_at_its_place(
    tmp_path: Path, body: bytes | None, words: str
) -> None:
    (problem,) = bundle(tmp_path, body)
    assert (problem.line, problem.column) == (4, 13)
    assert words in problem.what
    assert str(tmp_path / "ca.pem") in problem.what


def test_a_folder_is_no_file_of_certificates(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").mkdir()
    (problem,) = bundle(tmp_path, None)
    assert f"cannot be read: {os.strerror(21)}" in problem.what


def test_a_good_file_is_taken_from_the_folder_of_the_configuration(tmp_path: Path) -> None:
    body = b"# Company root\n" + make_certificate("ca").certificate + make_certificate("other").certificate
    assert bundle(tmp_path, body) == []
    source = load_settings(tmp_path / "plumbrule.toml", SECRET).settings.sources["s"]
    assert getattr(source, "ca_bundle", None) == tmp_path / "ca.pem"
