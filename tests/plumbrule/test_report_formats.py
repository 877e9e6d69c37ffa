"""`[report] formats`: every format beside the page, and mistakes told before anything is read."""

import json
from pathlib import Path
from typing import get_args

import pytest

from plumbrule.app import open_app
from plumbrule.checking import check_everything
from plumbrule.config_file import load_settings
from plumbrule.console import Reporter
from portfolio.errors import ConfigurationError
from reports import formats
from reports.formats import Extra, FormatName
from reports.render import pdf
from tests.connectors.odata_dumps import SMALL, written

CONFIG = """
[store]
folder = "store"

[sources.online]
kind = "odata_dump"
path = "dump"

[report]
folder = "reports"
languages = ["en", "zh-Hans"]
formats = {formats}
[writeback]
report_url = "https://reports.example.com/portfolio.en.html"
"""


AUDIENCE = """
[[reports]]
name = "board"
language = "zh-Hans"
formats = ["pdf"]
days = ["sunday"]
"""


def configured(folder: Path, *names: str, more: str = "") -> Path:
    (folder / "plumbrule.toml").write_text(CONFIG.format(formats=json.dumps(names)) + more, encoding="utf-8")
    return folder / "plumbrule.toml"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_run_writes_every_format_in_every_language_and_the_same_again(tmp_path: Path) -> None:
    written(tmp_path / "dump", SMALL)
    config = configured(tmp_path, *get_args(FormatName))
    with open_app(config) as app:
        pages = app.run(Reporter()).pages
    first = contents(tmp_path / "reports")
    assert {Path(name).parts[0].replace("zh-Hans", "en") for name in first} == {
        "portfolio.en.html",
        "portfolio.en-pages",
        "portfolio.en.json",
        "portfolio.en.xlsx",
        "portfolio.en-csv",
        "portfolio.en-parquet",
        "portfolio.en.md",
        "portfolio.en.pdf",
        "portfolio.en.mail.html",
        "portfolio.en.mail.txt",
        "portfolio.en.card.json",
        "portfolio.en.slack.json",
        "portfolio.en.confluence.xml",
        "portfolio.en.adf.json",
        "portfolio.en.sarif",
        "portfolio.en.junit.xml",
    }
    assert {p.name for p in pages} == {Path(name).parts[0] for name in first}
    assert pages[0].name == "portfolio.en.html"
    assert b"https://reports.example.com/portfolio.en.html" in first["portfolio.en.md"]
    with open_app(config) as app:
        app.report(Reporter())
    assert contents(tmp_path / "reports") == first


def test_an_unknown_format_is_told_with_its_place_and_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(configured(tmp_path, "html", "markdwon"))
    [problem] = caught.value.problems
    assert problem.code == "config.not_allowed"
    assert "`markdwon` is not allowed here" in problem.what
    assert problem.help == "did you mean `markdown`?"
    assert problem.line == 12


WANTED = pytest.mark.parametrize(
    ("names", "more"), [(("html", "pdf"), ""), (("html",), AUDIENCE)], ids=["pages", "a report for an audience"]
)


@WANTED
def test_a_missing_extra_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], more: str
) -> None:
    monkeypatch.setitem(formats.EXTRAS, "pdf", Extra("pdf", "no_such_module"))  # type: ignore[arg-type]
    config = configured(tmp_path, *names, more=more)
    with open_app(config) as app, pytest.raises(ConfigurationError) as caught:
        app.run(Reporter())
    assert caught.value.code == "config.extra_missing"
    assert 'pip install "plumbrule[pdf]"' in caught.value.remedy
    assert not (tmp_path / "reports").exists()
    assert not (tmp_path / "store" / "portfolio.duckdb").exists()
    with pytest.raises(ConfigurationError) as caught:
        check_everything(config)
    assert caught.value.code == "config.extra_missing"


@WANTED
def test_a_font_that_is_not_here_is_told_by_the_check_and_before_the_first_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], more: str
) -> None:
    monkeypatch.setattr(pdf, "_families", lambda: frozenset({"dejavu sans"}))
    config = configured(tmp_path, *names, more=more)
    with pytest.raises(ConfigurationError) as caught:
        check_everything(config)
    assert caught.value.code == "pdf.no_font"
    written(tmp_path / "dump", SMALL)
    with open_app(config) as app, pytest.raises(ConfigurationError):
        app.run(Reporter())
    assert not (tmp_path / "reports" / "portfolio.en.html").exists()
