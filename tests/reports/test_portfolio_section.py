"""Findings about no project: in every format and language, and in no report that is about some projects only."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args

import openpyxl
import pyarrow.parquet as pq
import pytest
from fixture_portfolio import MemoryReader, inputs
from portfolio_basics import initiative
from portfolio_rows import rows
from shown_text import csv_rows, shown
from small_report import CHINESE, ENGLISH, small_report

from reports.build import build
from reports.formats import FormatName
from reports.inputs import LANGUAGES
from reports.model import ReportModel
from reports.render.digest import Size, plain_text
from reports.render.formats import FORMATS
from reports.render.parquet import render_parquet
from reports.render.summary import make_digest

READ_HERE = [n for n in get_args(FormatName) if n not in ("html", "json", "parquet", "pdf")]
"""The page and its JSON, Parquet's codes and what Typst is given are read in other ways."""
SECRETS = ("Laboratory", "Olga Brandt", "Demand is too much", "Planned for 70 hours", "Nobody looked")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", READ_HERE)
def test_every_format_tells_about_whom_and_what(name: str, language: str) -> None:
    t = CHINESE if language == "zh-Hans" else ENGLISH
    text = shown(name, FORMATS[name].files(small_report(language)))
    kinds = ("组织", "人员") if language == "zh-Hans" else ("Organisation", "Person")
    wanted = [t["none"], t["wanted"], t["load"], t["department"], t["person"]]
    if name != "sarif":  # which has the kind as a code
        wanted += kinds
    assert [word for word in wanted if word not in text] == []


def test_a_section_without_findings_says_so_and_one_with_them_what_they_are() -> None:
    def section(model: ReportModel) -> Any:
        [found] = make_digest(model, Size(10), ("portfolio",)).sections
        return found

    empty = section(small_report(portfolio=()))
    assert (empty.rows, empty.lines, empty.empty) == ((), (), "No open findings.")
    whole, part, person = (plain_text(row.line) for row in section(small_report()).rows)
    assert whole == "Medium RSK-06 Organisation: No opportunity is recorded (observed only)"
    assert part == "High RES-03 Department Operations: Demand is 130% of capacity"
    assert person.endswith(" (not checked again) (under waiver W-2 until 31 Dec 2026)")
    cut = make_digest(small_report(), Size(1), ("portfolio",)).sections[0]
    assert (len(cut.rows), cut.more) == (1, 2)


def test_a_finding_without_a_message_has_its_rules_title() -> None:
    first = small_report().portfolio[0].model_copy(update={"message": None})
    assert "Chances are looked for (observed only)" in shown(
        "markdown", FORMATS["markdown"].files(small_report(portfolio=(first,)))
    ).replace("\\", "")


def test_the_table_has_codes_for_parquet_and_words_for_people() -> None:
    [whole, part, person] = pq.read_table(
        io.BytesIO(render_parquet(small_report())["portfolio_findings.parquet"])
    ).to_pylist()
    assert [r["subject_kind"] for r in (whole, part, person)] == ["organisation", "department", "person"]
    assert (whole["subject"], whole["subject_id"], whole["observed_only"]) == (None, None, True)
    assert (part["fix_by"], part["overdue_days"], part["evidence"]) == (date(2026, 11, 20), 3, "130\n100")
    assert (person["subject_id"], person["unverified"], person["waived_by"]) == ("olga", True, "W-2")
    files = FORMATS["csv"].files(small_report())
    head, first, *_ = csv_rows(files["portfolio.en-csv/portfolio_findings.csv"])
    assert (head[0], first[0]) == ("About", "Organisation")


def test_a_book_has_the_sheet_where_there_are_such_findings_only() -> None:
    def sheets(model: ReportModel) -> list[str]:
        [content] = FORMATS["xlsx"].files(model).values()
        return openpyxl.load_workbook(io.BytesIO(content)).sheetnames

    assert "Portfolio findings" in sheets(small_report())
    assert "Portfolio findings" not in sheets(small_report(portfolio=()))


# -- what must not be told --------------------------------------------------------------------------------------------


def given() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The twelve projects, and findings about the organisation, a department and a person."""
    found = rows()
    subjects = (
        ("organisation", "organisation", "RSK-06", "Nobody looked for opportunities"),
        ("department", "lab", "RES-03", "Demand is too much for the Laboratory"),
        ("person", "olga", "RES-07", "Planned for 70 hours"),
    )
    usual = {"severity": "high", "mode": "enforce", "state": "open", "verified": True, "opened_on": date(2026, 11, 2)}
    more = [
        usual | {"id": f"o{n}", "rule_id": rule, "subject_kind": kind, "subject_id": who, "message": message}
        for n, (kind, who, rule, message) in enumerate(subjects)
    ]
    return found | {
        "finding": [*found["finding"], *more],
        "departments": [{"department_id": "lab", "name": "Laboratory"}],
        "people": [{"person_id": "olga", "name": "Olga Brandt"}],
    }


def report(**changed: Any) -> ReportModel:
    reader = MemoryReader(given())
    try:
        return build(reader, **inputs() | changed)
    finally:
        reader.close()


def told(model: ReportModel) -> dict[str, str]:
    """What is in the files of every format that is text, or that holds text in the clear."""
    made = {n: FORMATS[n].files(model) for n in get_args(FormatName) if n not in ("xlsx", "parquet", "pdf")}
    texts = {n: b"\n".join(files.values()).decode() for n, files in made.items()}
    texts["xlsx"] = shown("xlsx", FORMATS["xlsx"].files(model))
    found = (pq.read_table(io.BytesIO(data)).to_pylist() for data in render_parquet(model).values())
    return texts | {"parquet": json.dumps(list(found), default=str, ensure_ascii=False)}


def test_the_report_about_everything_tells_of_all_three() -> None:
    model = report()
    assert [f.subject_name for f in model.portfolio] == ["organisation", "Laboratory", "Olga Brandt"]
    for name, text in told(model).items():
        assert [word for word in SECRETS if word not in text] == [], name


@pytest.mark.parametrize(
    "part",
    [
        {"within": {initiative("INI-02"), initiative("INI-03")}, "levels": ()},
        {"within": set(), "levels": ()},
        {"without": ["portfolio", "levels"], "levels": ()},
    ],
    ids=["some projects", "no project", "left out"],
)
def test_no_format_tells_what_an_audience_must_not_read(part: dict[str, Any]) -> None:
    model = report(**part)
    assert model.portfolio == ()
    assert "portfolio" not in model.sections
    for name, text in told(model).items():
        assert [word for word in SECRETS if word in text] == [], name
    assert "portfolio" not in {s.id for s in make_digest(model, Size(100), model.sections).sections}
