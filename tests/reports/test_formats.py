"""Every format: named once, the same bytes each time, within its budget, in both languages, whatever the portfolio."""

import re
from typing import get_args

import pytest
from page_reading import made
from shown_text import shown
from small_report import MOMENT, small_report

from portfolio.errors import ConfigurationError
from reports.formats import Extra, FormatName, require_installed
from reports.inputs import LANGUAGES, PortfolioScore
from reports.model import Attention, ReportModel
from reports.render.formats import FORMATS, format_named

NAMES = get_args(FormatName)
READ_ELSEWHERE = {"html", "json", "parquet", "pdf"}
"""Formats whose texts other tests look at: the page's, codes instead of words, and what Typst is given."""
OURS = {"EAC", "CV", "SV", "TCPI", "CPI", "SPI", "BAC", "EV", "PV", "AC", "VAC", "UTC", "PMO", "EUR", "Plumbrule"} | {
    "INI", "BUD", "HYG", "SCH", "RSK", "RES", "APP", "OLD"
}  # fmt: skip
"""Short forms that Chinese project managers use as they are, and the keys of the small report."""


def empty(language: str = "en") -> ReportModel:
    nothing = {"health": {}, "scores": {}, "portfolio_score": PortfolioScore(), "previous": {}, "rule_texts": {}}
    return made(language, {}, levels=(), **nothing)[0]


def test_settings_and_registry_know_the_same_names() -> None:
    assert tuple(FORMATS) == NAMES


def test_an_unknown_name_is_told_with_what_was_meant() -> None:
    with pytest.raises(ConfigurationError) as caught:
        format_named("excel_sheets")
    assert caught.value.code == "report.format"
    assert "xlsx" in caught.value.remedy
    with pytest.raises(ConfigurationError) as caught:
        format_named("markdwon")
    assert caught.value.remedy == "did you mean `markdown`?"
    assert format_named("pdf").name == "pdf"


def test_a_format_without_its_library_says_how_to_install_it() -> None:
    with pytest.raises(ConfigurationError) as caught:
        require_installed(["html", "pdf"], {"pdf": Extra("pdf", "no_such_module")})
    assert caught.value.code == "config.extra_missing"
    assert 'pip install "plumbrule[pdf]"' in caught.value.remedy


def test_every_extra_is_one_of_the_package() -> None:
    import tomllib
    from pathlib import Path

    from reports.formats import EXTRAS

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {extra.name for extra in EXTRAS.values()} <= set(project["optional-dependencies"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_model_gives_the_same_bytes_under_the_language_name(name: str, language: str) -> None:
    model = small_report(language)
    first, again = (FORMATS[name].files(model, "https://reports.example/all.html") for _ in range(2))
    assert first == again
    assert first
    assert all(path.startswith(f"portfolio.{language}") and data for path, data in first.items())


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_portfolio_makes_a_whole_file(name: str) -> None:
    for language in LANGUAGES:
        assert all(FORMATS[name].files(empty(language)).values())


@pytest.mark.parametrize("name", NAMES)
def test_one_project_makes_a_whole_file(name: str) -> None:
    model = small_report()
    one = model.model_copy(update={"projects": model.projects[:1]})
    assert all(FORMATS[name].files(one).values())


@pytest.mark.parametrize("name", NAMES)
def test_sections_that_are_off_are_not_written_and_break_nothing(name: str) -> None:
    assert all(FORMATS[name].files(small_report(sections=("header",))).values())


def crowded() -> ReportModel:
    """3,000 findings in 400 projects, each text long."""
    model = small_report()
    long = "A very long story about a plan that went another way than it was meant to go. " * 20
    projects = tuple(
        p.model_copy(update={"ref": p.ref.model_copy(update={"id": f"p{n}", "key": f"P-{n}", "name": long})})
        for n in range(134)
        for p in model.projects
    )[:400]
    findings = tuple(
        f.model_copy(update={"id": f"{f.id}-{n}", "message": long, "project_id": f"p{n % 134}"})
        for n in range(1000)
        for f in model.findings
    )
    row = model.attention.rows[0].model_copy(update={"reason": long})
    return model.model_copy(
        update={
            "title": long,
            "verdict": (long, long),
            "projects": projects,
            "findings": findings,
            "attention": Attention(rows=(row,) * 12, total=400),
            "decisions": model.decisions * 40,
            "portfolio": tuple(f.model_copy(update={"message": long}) for f in model.portfolio * 100),
            "rules": tuple(r.model_copy(update={"fix": long, "why": long}) for r in model.rules * 30),
            "waived": model.waived * 200,
        }
    )


@pytest.mark.parametrize("name", [n for n in NAMES if FORMATS[n].budget])
def test_a_crowded_portfolio_keeps_to_the_budget(name: str) -> None:
    files = FORMATS[name].files(crowded(), "https://reports.example/all.html")
    budget = FORMATS[name].budget
    assert budget is not None
    assert {path: len(data) for path, data in files.items() if len(data) > budget} == {}


@pytest.mark.parametrize("name", ["markdown", "mail", "adaptive_card", "slack_blocks", "confluence_storage", "adf"])
def test_what_is_left_out_is_told_in_the_language(name: str) -> None:
    model = crowded()
    assert re.search(r"… and [\d,]+ more, see the page", shown(name, FORMATS[name].files(model)))
    chinese = model.model_copy(update={"language": "zh-Hans"})
    assert re.search(r"……另有 [\d,]+ 项，见报告页面", shown(name, FORMATS[name].files(chinese)))


@pytest.mark.parametrize("name", [n for n in NAMES if n not in READ_ELSEWHERE])
def test_no_english_is_left_in_chinese(name: str) -> None:
    text = shown(name, FORMATS[name].files(small_report("zh-Hans"), "https://reports.example/all.html"))
    assert "完工成本超出基准三成五" in text
    words = set(re.findall(r"[A-Za-z]{2,}", re.sub(r"https?://\S+", "", text)))
    assert words - OURS - ({"report"} if name == "junit" else set()) == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_moment_to_the_microsecond_suits_every_format(name: str) -> None:
    moment = MOMENT.replace(microsecond=123_456)
    assert all(FORMATS[name].files(small_report(as_of=moment)).values())


@pytest.mark.parametrize("name", ["html", "markdown", "mail", "confluence_storage", "csv", "json"])
def test_work_under_waiver_of_a_department_names_it_in_place_of_a_project(name: str) -> None:
    model = small_report()
    whole = {"project": None, "item_key": None, "item_url": None, "waiver_id": "W-77"}
    department = model.waived[0].model_copy(
        update={**whole, "subject_kind": "department", "subject_name": "Field service"}
    )
    organisation = model.waived[0].model_copy(
        update={**whole, "subject_kind": "organisation", "subject_name": "organisation", "waiver_id": "W-78"}
    )
    made = model.model_copy(update={"waived": (department, organisation)})
    text = b"".join(FORMATS[name].files(made, "https://reports.example/all.html").values()).decode()
    assert "W-77" in text and "W-78" in text
    assert "Field service" in text
