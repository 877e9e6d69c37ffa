"""Waivers in files: every mistake at once, with its place; what is merely over is no mistake."""

import re
from pathlib import Path

import pytest
from rule_packs import marked

from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import parse
from rules.limits import WaiverApprovers
from rules.names import same_person
from rules.ruleset import RuleSet
from rules.waivers import WAIVER_CODES, Waiver, WaiverLimits, load_waivers
from rules.waivers.load import waivers_of

GOOD = """
[[waiver]]
id = "W-2026-031"
rule = ["SCH-06"]
subject = { project = "P-17" }
reason = "Rolling-wave plan, logic added at gate 2"
requested_by = "pm.lee"
approved_by = "pmo.chen"
ticket = "PMO-88"
starts = 2026-11-01
expires = 2027-01-31
until_value = { ratio = 0.20 }
compensating = "Weekly review of open-ended tasks"
"""


def read(text: str, rules: RuleSet | None) -> tuple[tuple[Waiver, ...], list[Problem]]:
    problems: list[Problem] = []
    found = waivers_of([parse(text.encode(), "waivers.toml")], rules, WaiverLimits(), problems)
    return found, sorted(set(problems))


def test_a_whole_waiver_is_read(built_in: RuleSet) -> None:
    [waiver], problems = read(GOOD, built_in)
    assert problems == []
    assert (waiver.id, waiver.rules, waiver.length_days, waiver.place) == (
        "W-2026-031",
        ("SCH-06",),
        92,
        "waivers.toml:3",
    )
    assert waiver.subject is not None
    assert (waiver.subject.kind, waiver.subject.text) == ("project", "P-17")
    assert (waiver.recorded, waiver.self_approved, waiver.problem) == ("approved", False, None)


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ('reason = "Rolling-wave plan, logic added at gate 2"\n', "", "R401", "waiver"),
        ('requested_by = "pm.lee"\n', "", "R401", "waiver"),
        ('approved_by = "pmo.chen"\n', "", "R401", "waiver"),
        ('ticket = "PMO-88"\n', "", "R401", "waiver"),
        ("expires = 2027-01-31\n", "", "R401", "waiver"),
        ('rule = ["SCH-06"]\n', "", "R401", "waiver"),
        ('reason = "Rolling-wave plan, logic added at gate 2"', 'reason = "  "', "R402", '"  "'),
        ("expires = 2027-01-31", 'expires = "never"', "R402", '"never"'),
        ("compensating =", "compensation =", "R400", "compensation"),
        ("project =", "projekt =", "R400", "projekt"),
        ('"pmo.chen"', '"PM.Lee "', "R404", '"PM.Lee "'),
        ("expires = 2027-01-31", "expires = 2027-05-01", "R405", "2027-05-01"),
        ("expires = 2027-01-31", "expires = 2026-10-31", "R406", "2026-10-31"),
        ('["SCH-06"]', '["SCH-6"]', "R407", '"SCH-6"'),
        ('rule = ["SCH-06"]', 'pack = "schedul"', "R407", '"schedul"'),
        ('{ project = "P-17" }', '{ project = "P-17", item = "A-1" }', "R408", '{ project = "P-17", item = "A-1" }'),
        ('{ project = "P-17" }', "{ select = \"size_clas = 'small'\" }", "R120", "size_clas"),
        ('{ project = "P-17" }', '{ select = "TRUE", view = "risks" }', "R409", '"risks"'),
        ('{ project = "P-17" }', '{ select = "TRUE", view = "riskz" }', "R407", '"riskz"'),
        ('{ project = "P-17" }', '{ project = "P-17", view = "risks" }', "R409", "view"),
        ("{ ratio = 0.20 }", "{ ratio = 0.20, count = 3 }", "R409", "{ ratio = 0.20, count = 3 }"),
        ("starts =", 'renews = "W-1"\nstarts =', "R407", '"W-1"'),
        ("starts =", "revoked_on = 2026-10-01\nstarts =", "R406", "2026-10-01"),
    ],
)
def test_each_mistake_has_its_code_and_place(built_in: RuleSet, old: str, new: str, code: str, where: str) -> None:
    assert old in GOOD
    _, problems = read(GOOD.replace(old, new), built_in)
    assert [p.code for p in problems] == [code]
    assert marked(problems[0]) == where
    assert code in WAIVER_CODES or code.startswith("R1")


def test_a_ratio_is_no_limit_of_a_rule_that_counts(built_in: RuleSet) -> None:
    _, problems = read(GOOD.replace("SCH-06", "PRO-08"), built_in)
    assert [(p.code, marked(p)) for p in problems] == [("R409", "ratio")]


def test_critical_rules_are_waived_for_thirty_days_at_most(built_in: RuleSet) -> None:
    text = GOOD.replace("SCH-06", "BUD-07").replace("ratio = 0.20", "value = 9")
    assert [p.code for p in read(text, built_in)[1]] == ["R405"]
    assert read(text.replace("2027-01-31", "2026-11-30"), built_in)[1] == []
    assert [p.code for p in read(text.replace("2027-01-31", "2026-12-01"), built_in)[1]] == ["R405"]


@pytest.mark.parametrize(
    ("approvers", "refused"),
    [
        ({}, None),
        ({"medium": ["PMO.Chen "]}, None),
        ({"medium": ["pmo.olsen", "pmo.ruiz"]}, "`pmo.chen` may not grant a waiver of SCH-06 (medium)"),
        ({"medium": ["pmo_lead"]}, None),
        ({"medium": ["sponsor"]}, "`pmo.chen` may not grant a waiver of SCH-06 (medium)"),
        ({"high": ["pmo.olsen"]}, None),
    ],
)
def test_who_may_grant_is_told_by_severity_as_people_or_roles(
    built_in: RuleSet, approvers: dict[str, list[str]], refused: str | None
) -> None:
    named = WaiverApprovers(**approvers).filled({"pmo_lead": "pmo.chen"})
    problems: list[Problem] = []
    waivers_of([parse(GOOD.encode(), "waivers.toml")], built_in, WaiverLimits(approvers=named), problems)
    assert [(p.code, marked(p)) for p in problems] == ([("R410", '"pmo.chen"')] if refused else [])
    if refused:
        assert problems[0].what.startswith(refused)
        assert f"names who may: {', '.join(approvers['medium'])}" in problems[0].help


def test_a_suggestion_comes_with_a_misspelt_rule(built_in: RuleSet) -> None:
    [problem] = read(GOOD.replace("SCH-06", "SCH-060"), built_in)[1]
    assert "did you mean `SCH-06`?" in problem.help


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path, built_in: RuleSet) -> None:
    (tmp_path / "a.toml").write_text(GOOD.replace('ticket = "PMO-88"\n', "").replace("starts = 2026-11-01\n", ""))
    (tmp_path / "b.toml").write_text(GOOD + GOOD.replace("W-2026-031", "W-2026-032").replace("SCH-06", "XXX-01"))
    (tmp_path / "c.toml").write_text("[[waiver]\n")
    with pytest.raises(ConfigurationError) as caught:
        load_waivers([tmp_path, tmp_path / "absent.toml"], built_in)
    assert sorted(p.code for p in caught.value.problems) == [
        "R401",
        "R401",
        "R407",
        "config.syntax",
        "config.unreadable",
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("pm.lee", " PM.Lee", True),
        ("pm.lee", "ｐｍ.lee", True),  # full width
        ("pm.lee", "pm\u200d.lee", True),
        ("Ann  Lee", "ann lee", True),
        ("pm.lee", "pm.leo", False),
    ],
)
def test_a_name_in_other_letters_is_the_same_person(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same


def test_an_id_is_given_once(built_in: RuleSet) -> None:
    _, problems = read(GOOD + GOOD, built_in)
    assert [p.code for p in problems] == ["R403"]
    assert "waivers.toml:3" in problems[0].what


def test_what_the_rules_would_tell_is_not_told_without_them() -> None:
    assert read(GOOD.replace("SCH-06", "XXX-01"), None)[1] == []
    assert [p.code for p in read(GOOD.replace('"pmo.chen"', '"pm.lee"'), None)[1]] == ["R404"]


def test_a_waiver_that_is_over_is_no_mistake(built_in: RuleSet) -> None:
    assert read(GOOD.replace("2026-11-01", "2019-11-01").replace("2027-01-31", "2020-01-31"), built_in)[1] == []


def test_the_page_lists_every_code_and_its_example_loads(built_in: RuleSet) -> None:
    page = (Path(__file__).parents[2] / "docs" / "waivers.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| (R4\d\d) \| (.+) \|$", page, re.MULTILINE))
    assert listed == WAIVER_CODES
    example = next(block for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "[[waiver]]" in block)
    [waiver], problems = read(example.replace('renews = "W-2026-007"', ""), built_in)
    assert (problems, waiver.length_days) == ([], 92)
