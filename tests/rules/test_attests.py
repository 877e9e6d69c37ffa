"""Rules of kind `attest`: which confirmation counts, and mistakes in their keys."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from rule_packs import build, problems_of

from rules.explain import checks
from rules.results import RuleResult
from rules.selftest import run_on

DAY = date(2026, 6, 30)
BODY = 'kind = "attest"\ntopic = "Safety walk"\n'


def given(id: str, on: date | None = DAY, **more: Any) -> dict[str, Any]:
    return {"project_id": "P", "attestation_id": id, "topic": "safety walk", "attested_on": on, **more}


def result(body: str, *attestations: dict[str, Any]) -> RuleResult:
    rows = {"projects": [{"project_id": "P"}], "attestations": list(attestations)}
    [found] = run_on(build(BODY + body), rows).results
    return found


def test_of_several_the_one_that_lasts_longest_counts_and_all_are_shown() -> None:
    found = result(
        "warn_days = 5",
        given("new", date(2026, 6, 1), valid_until=date(2026, 7, 3), attested_by="Ada"),
        given("old", date(2026, 1, 1), valid_until=date(2026, 7, 4), url="https://files.example/1"),
        given("older", date(2025, 1, 1), valid_until=date(2025, 2, 1)),
    )
    assert (found.outcome, found.value, found.threshold) == ("warn", Decimal(4), Decimal(5))
    assert [row["expires_on"] for row in json.loads(found.evidence or "")] == ["2026-07-04", "2026-07-03", "2025-02-01"]


def test_without_days_and_without_a_last_day_it_holds_for_ever() -> None:
    assert (result("warn_days = 400", given("A", date(2001, 1, 1))).outcome) == "pass"


def test_a_passing_project_keeps_value_and_limit() -> None:
    found = result("valid_for_days = 10", given("A"))
    assert (found.outcome, found.value, found.threshold) == ("pass", Decimal(10), Decimal(0))


def test_days_beyond_any_calendar_are_many_days() -> None:
    assert result("valid_for_days = 4000000000", given("A")).outcome == "pass"


def test_an_attestation_without_a_day_counts_for_nothing() -> None:
    assert result("", given("A", None)).outcome == "fail"


def test_an_unstated_role_leaves_open_only_what_it_could_decide() -> None:
    asked = 'by_role = "pmo"\nvalid_for_days = 10'
    assert result(asked, given("A"), given("B", role="PMO ")).outcome == "pass"
    assert result(asked, given("A")).missing == "role"
    assert result(asked, given("A", date(2026, 6, 1))).outcome == "fail"


def test_a_topic_may_be_a_parameter() -> None:
    body = 'kind = "attest"\ntopic = "$what"\nparams.what = { type = "text", default = "Safety walk" }'
    [found] = run_on(build(body), {"projects": [{"project_id": "P"}], "attestations": [given("A")]}).results
    assert found.outcome == "pass"


def test_an_attest_rule_is_told_in_words() -> None:
    lines = checks(build(BODY + 'by_role = "pmo"\nvalid_for_days = 10\nwarn_days = 3'))
    assert "attested Safety walk in role pmo, for 10 days" in lines and "warns    3 days before it expires" in lines


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('kind = "attest"', "R201"),
        (BODY + 'warn_days = "$n"\nparams.n = { type = "float", default = 1.5 }', "R131"),
        (BODY + 'by_role = "$role"\nparams.role = { type = "text", default = "pmo" }', "R202"),
        (BODY + 'view = "risks"', "R202"),
        (BODY + 'view = "rsks"', "R202"),
        (BODY + "valid_for_days = -1", "R202"),
        (BODY + 'valid_for_days = "$n"', "R122"),
        (BODY + 'by_role = "$n"', "R122"),
        (BODY + 'by_role = "$n"\nparams.n = { type = "int", default = 1 }', "R131"),
        (BODY + 'warn_days = "$n"\nparams.n = { type = "text", default = "x" }', "R131"),
        (BODY + 'fail_when = "phase IS NULL"', "R204"),
        (BODY + 'warn_message = "soon"', "R204"),
        (BODY + 'evidence = { columns = ["phase"] }', "R204"),
        ('view = "work_items"\nfail_when = "points > 3"\ntopic = "x"', "R204"),
    ],
)
def test_keys_of_an_attest_rule(body: str, code: str) -> None:
    assert code in {p.code for p in problems_of(body)}
