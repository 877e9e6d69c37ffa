"""Words of a check in further languages: kept for a command, of one snapshot, and made where they are not."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from plumbrule.settings import Settings
from plumbrule.wordings import Told, Wording, Wordings, languages_of, main_wording
from rules.findings import finding_id
from rules.results import Evaluation, Leaning, RuleResult, RuleRun

RESULT = RuleResult("HYG-02", "P", "fail", "medium", "enforce", message="one", also=("eins",))
LEANING = Leaning("HYG-02", "P", "item", "A", "medium", "enforce", "one", also=("eins",))
BROKEN = RuleResult("HYG-03", "P", "error", "medium", "enforce", message="stopped after 60 seconds")
CHECK = Evaluation(
    date(2026, 6, 30), (RuleRun("HYG-02", (RESULT,), (LEANING,)), RuleRun("HYG-03", (BROKEN,), error="stopped"))
)


def never() -> Wording:
    pytest.fail("it is known already")


def test_words_told_with_a_check_are_those_of_an_evaluation_in_that_language() -> None:
    told = Told(["zh-Hans"])
    told.note(CHECK)
    alone = replace(
        CHECK.runs[0], results=(RESULT._replace(message="eins"),), leaning=(LEANING._replace(message="eins"),)
    )
    assert told.wordings == {"zh-Hans": main_wording(replace(CHECK, runs=(alone, CHECK.runs[1])))}
    assert told.wordings["zh-Hans"].findings == {finding_id(LEANING): "eins"}


def test_results_are_told_in_those_words_and_in_their_own_where_rules_say_nothing_now() -> None:
    told = Told(["zh-Hans"])
    told.note(CHECK)
    gone = RESULT._replace(rule_id="OLD-01", message="of a rule that is no more")
    rows = [r.row() for r in (RESULT, BROKEN, gone)]
    words = [row["message"] for row in told.wordings["zh-Hans"].of_results(rows)]
    assert words == ["eins", "stopped after 60 seconds", "of a rule that is no more"]


def test_they_are_kept_of_a_snapshot_under_all_its_names_and_of_no_other(tmp_path: Path) -> None:
    placed, latest = tmp_path / "snapshot-1.duckdb", tmp_path / "latest.duckdb"
    placed.write_bytes(b"first")
    os.link(placed, latest)
    wordings, kept, made = Wordings(), Wording(findings={"a": "b"}), Wording()
    wordings.keep(placed, {"zh-Hans": kept})
    assert wordings.of(latest, "zh-Hans", never) is kept
    assert wordings.of(latest, "en", lambda: made) is made
    assert wordings.of(latest, "en", never) is made
    (tmp_path / "aside").write_bytes(b"second")
    (tmp_path / "aside").replace(latest)
    assert wordings.of(latest, "zh-Hans", lambda: made) is made


def test_languages_are_those_of_pages_and_reports_each_once() -> None:
    settings = Settings.model_validate(
        {"report": {"languages": ["zh-Hans"]}, "reports": [{"name": "a", "language": "en"}, {"name": "b"}]}
    )
    assert languages_of(settings) == ("zh-Hans", "en")
