"""Versions of packs, what they build on, and other names of rules."""

from pathlib import Path

import pytest
from rule_packs import HEADER, build, marked, problems, rule_text

from plumbrule.explaining import explain
from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml, parse
from rules.explain import explain_rule
from rules.load import load_rules
from rules.ruleset import RuleSet
from rules.settings import RuleSettings

ROW = 'view = "work_items"\nfail_when = "points > $most"\nparams.most = { type = "int", default = 3, max = 9 }'
ALIASED = ROW + '\naliases = ["size.too_big", "old-07"]\nservice = "assurance"\nframeworks = ["DCMA-14:8"]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.toml").write_text(HEADER + "version = 2\n" + rule_text(ALIASED))
    return tmp_path


def loaded(folder: Path, text: str = "[rules]") -> RuleSet:
    settings, doc = chosen(text)
    return load_rules([folder], settings, doc)


def chosen(text: str) -> tuple[RuleSettings, LocatedToml]:
    doc = parse(text.encode(), "plumbrule.toml")
    return RuleSettings.model_validate(doc.data["rules"]), doc


def mistakes(folder: Path, text: str = "[rules]") -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        loaded(folder, text)
    return caught.value.problems


def test_a_pack_may_be_asked_for_in_its_version(folder: Path) -> None:
    assert loaded(folder, '[rules]\npacks = ["mine@2"]').ids == {"OWN-01"}
    assert "SCH-01" in loaded(folder, '[rules]\npacks = ["mine", "schedule@1"]').ids


def test_another_version_than_that_asked_for_is_refused_with_the_remedy(folder: Path) -> None:
    [problem] = mistakes(folder, '[rules]\npacks = ["mine@1"]')
    assert (problem.code, marked(problem)) == ("R223", '"mine@1"') and "`mine@2`" in problem.help


def test_a_pack_that_is_not_there_is_named_as_ever(folder: Path) -> None:
    [problem] = mistakes(folder, '[rules]\npacks = ["mien@2"]')
    assert problem.code == "R207" and "did you mean `mine`?" in problem.help


def test_versions_are_checked_without_a_document_too(folder: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_rules([folder], RuleSettings(packs=["mine@9"]))
    assert [p.code for p in caught.value.problems] == ["R223"]


def test_a_pack_needs_what_it_builds_on(folder: Path) -> None:
    more = HEADER.replace('"mine"', '"more"') + 'depends_on = ["mine@2", "schedule"]\n' + rule_text(ROW, "OWN-02")
    (folder / "more.toml").write_text(more)
    assert {"OWN-01", "OWN-02"} <= loaded(folder).ids
    assert loaded(folder, '[rules]\npacks = ["more", "mine", "schedule"]')
    [problem] = mistakes(folder, '[rules]\npacks = ["more", "schedule"]')
    assert (problem.code, marked(problem), problem.help) == ("R224", '"more"', "add `mine`")

    (folder / "more.toml").write_text(more.replace("mine@2", "mine@1").replace('"schedule"', '"shedule"'))
    assert sorted((p.code, marked(p)) for p in mistakes(folder)) == [("R207", '"shedule"'), ("R223", '"mine@1"')]


def test_files_of_one_pack_are_of_one_version(folder: Path) -> None:
    (folder / "other.toml").write_text(HEADER + "version = 3\n" + rule_text(ROW, "OWN-02"))
    [problem] = mistakes(folder)
    assert (problem.code, marked(problem)) == ("R223", "3") and "mine.toml" in problem.what


def test_a_pack_for_views_to_come_is_refused(folder: Path) -> None:
    (folder / "mine.toml").write_text(HEADER + "min_views = 2\n" + rule_text(ROW))
    [problem] = mistakes(folder)
    assert (problem.code, marked(problem)) == ("R223", "2") and "newer" in problem.help


@pytest.mark.parametrize("line", ['depends_on = ["Mine"]', "version = 0", "min_views = 0", 'needs = ["mine"]'])
def test_keys_of_a_header_are_checked(line: str) -> None:
    assert {p.code for p in problems(HEADER + line + rule_text(ROW))} <= {"R200", "R202"}
    assert problems(HEADER + line + rule_text(ROW))


def test_an_alias_is_as_good_as_the_id_in_settings(folder: Path) -> None:
    rules = loaded(folder, '[rules.set."size.too_big"]\nparams.most = 5\nseverity = "low"')
    rule = rules.get("OWN-01")
    assert rule is not None
    parameter = rule.parameter("most")
    assert parameter is not None and (parameter.value, parameter.origin) == (5, "plumbrule.toml:2")
    assert (rule.severity, rule.severity_origin) == ("low", "plumbrule.toml:3")
    assert "OWN-01" not in loaded(folder, '[rules]\noff = ["old-07"]').ids


def test_a_mistake_below_an_alias_is_shown_where_it_stands(folder: Path) -> None:
    [problem] = mistakes(folder, '[rules.set."size.too_big"]\nparams.most = 10')
    assert (problem.code, marked(problem)) == ("R206", "10")


@pytest.mark.parametrize("other", ["OWN-01", "old-07"])
def test_a_rule_that_is_set_under_two_names_is_a_mistake(folder: Path, other: str) -> None:
    text = f'[rules.set."size.too_big"]\nmode = "off"\n[rules.set."{other}"]\nmode = "observe"'
    assert {p.code for p in mistakes(folder, text)} == {"R203"}


def test_an_alias_of_another_rule_is_taken(folder: Path) -> None:
    (folder / "other.toml").write_text(HEADER + "version = 2\n" + rule_text(ROW + '\naliases = ["old-07"]', "OWN-02"))
    [problem] = mistakes(folder)
    assert problem.code == "R203" and "`old-07`" in problem.what


def test_a_rule_is_explained_by_its_alias_with_service_and_frameworks(folder: Path, tmp_path: Path) -> None:
    text = "\n".join(explain_rule(loaded(folder), "Size.Too_Big").lines())
    assert text.startswith("OWN-01") and "service assurance" in text and "DCMA-14:8" in text and "old-07" in text
    with pytest.raises(ConfigurationError) as caught:
        explain_rule(loaded(folder), "size.too_bg")
    assert "did you mean" in (caught.value.remedy or "")


def test_a_rule_keeps_its_service_and_other_names() -> None:
    rule = build(ALIASED)
    assert (rule.service, rule.aliases, rule.frameworks) == ("assurance", ("size.too_big", "old-07"), ("DCMA-14:8",))


def test_explain_still_knows_a_built_in_rule_without_a_configuration(tmp_path: Path) -> None:
    assert explain("SCH-06", tmp_path / "none.toml", "en").startswith("SCH-06")
