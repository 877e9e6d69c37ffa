# ruff: noqa: E501 - one mistake a line
from pathlib import Path

import pytest
from rule_packs import HEADER, build, marked, problems, problems_of, rule_text

from portfolio.errors import ConfigurationError
from portfolio.located_toml import LocatedToml, parse
from rules.load import load_rules
from rules.settings import Override, RuleSettings

ROW = 'view = "work_items"\nfail_when = "points > 3"'

MISTAKES = [
    (ROW + '\nsevrity = "low"', "R200", "did you mean `severity`?"),
    (ROW + '\n[rule.params]\nx = { type = "int", default = 1, mn = 2 }', "R200", "did you mean `min`?"),
    (ROW + '\n[rule.evidence]\ncolums = ["key"]', "R200", "did you mean `columns`?"),
    (ROW + "\n[[rule.test]]\nnam = 1", "R200", "did you mean `name`?"),
    ('fail_when = "points > 3"\nview = "work_itmes"', "R202", "did you mean `work_items`?"),
    ('view = "work_items"', "R201", ""),
    ('kind = "ratio"\nview = "work_items"\nfail_when = "ratio > 0.1"', "R201", ""),
    ('kind = "expect"', "R201", ""),
    ('kind = "metric"', "R201", ""),
    ('kind = "metric"\nmetric = "evm.cpi"', "R201", ""),
    ('kind = "metric"\nmetric = "evm.cip"\nparams.fail_below = { type = "float", default = 1 }', "R120", "did you mean `cpi`?"),
    ('kind = "metric"\nmetric = "work_items.points"\nparams.fail_below = { type = "float", default = 1 }', "R202", "kind `row`"),
    (ROW + '\nmetric = "evm.cpi"', "R204", "`row` takes"),
    (ROW + '\nkind = "rows"', "R202", ""),
    (ROW + '\nmode = "loud"', "R202", ""),
    (ROW + '\nrequires = ["pionts"]', "R120", "did you mean `points`?"),
    (ROW + '\nvalue = "pionts"', "R120", "did you mean `points`?"),
    (ROW + '\nlimit = "max"', "R122", ""),
    (ROW + '\nunknown_reason = { pionts = "no_baseline" }', "R120", "did you mean `points`?"),
    (ROW + '\nunknown_reason = { points = "no_reason" }', "R202", ""),
    (ROW + '\nevidence = { columns = ["pionts"] }', "R120", "did you mean `points`?"),
    (ROW + '\nevidence = { columns = ["points"], order_by = "points DOWN" }', "R202", "column DESC"),
    (ROW + '\nevidence = { columns = ["points"], limit = 1000 }', "R202", ""),
    (ROW + '\ntolerance = { max_count = "few" }', "R122", "$name"),
    (ROW + "\ntolerance = { max_ratio = -0.1 }", "R202", ""),
    (ROW + '\nparams.t = { type = "text", default = "x" }\ntolerance = { max_count = "$t" }', "R131", ""),
    (ROW + '\nparams.few = { type = "int", default = 1 }', "R208", ""),
    (ROW + '\nparams.ratio = { type = "int", default = 1 }', "R202", "choose another"),
    (ROW + '\nparams.few = { type = "int", default = 1.5 }', "R206", ""),
    (ROW + '\nparams.few = { type = "int", default = 9, max = 8 }', "R206", ""),
    (ROW + '\nparams.few = { type = "int", default = 1, min = 2 }', "R206", ""),
    (ROW + '\nparams.few = { type = "float", default = nan }', "R206", ""),
    (ROW + '\nparams.few = { type = "date", default = "x" }', "R206", ""),
    (ROW + '\nparams.few = { type = "int", default = true }', "R206", ""),
    (ROW + '\nproject_when = "fase = 1"', "R120", "did you mean `phase`? run `plumbrule rules columns projects`"),
    (ROW + '\nwarn_message = "leans a little"', "R204", ""),
    (ROW + '\nwarn_when = "points > 2"\nwarn_message = "{cuont} lean"', "R205", "did you mean `count`?"),
    (ROW + '\nsummary = "{cuont} lean"', "R205", "did you mean `count`?"),
    (ROW + '\nsummary = "{count.real} lean"', "R205", ""),
    (ROW + '\nsummary = "{count!r} lean"', "R205", ""),
    (ROW + '\nsummary = "{count:>10000} lean"', "R205", ""),
    (ROW + '\nsummary = "{count lean"', "R205", ""),
    ('kind = "expect"\nexpect = { view = "artefact" }', "R202", "did you mean `artefacts`?"),
    ('kind = "expect"\nexpect = { view = "artefacts", on = "item" }', "R120", ""),
    ('kind = "expect"\nexpect = { view = "artefacts", where = "kind = \'carter\'" }', "R130", "did you mean `charter`?"),
    ('kind = "expect"\nexpect = { view = "artefacts", min = "$n" }', "R122", ""),
    (ROW + '\n[[rule.test]]\nname = "x"\ngiven.work_items = [{ pionts = 3 }]\nexpect = [{ subject = "P", outcome = "fail" }]', "R120", "did you mean `points`?"),
    (ROW + '\n[[rule.test]]\nname = "x"\ngiven.work_items = [{ kind = "tsk" }]\nexpect = [{ subject = "P", outcome = "fail" }]', "R130", "did you mean `task`?"),
    (ROW + '\n[[rule.test]]\nname = "x"\ngiven.work_itmes = []\nexpect = [{ subject = "P", outcome = "fail" }]', "R202", "did you mean `work_items`?"),
    (ROW + '\n[[rule.test]]\nname = "x"\nparams = { few = 1 }\ngiven.work_items = []\nexpect = [{ subject = "P", outcome = "fail" }]', "R122", ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code", "help"), MISTAKES, ids=[b[-50:].replace("\n", " ") for b, _, _ in MISTAKES])
def test_a_mistake_in_a_rule_is_refused_with_code_place_and_help(body: str, code: str, help: str) -> None:
    found = [p for p in problems_of(body) if p.code == code]
    assert found, problems_of(body)
    assert help in found[0].help
    assert found[0].file == "mine.toml" and found[0].line > 4


def test_the_caret_points_into_the_predicate() -> None:
    [problem] = problems_of('view = "work_items"\nfail_when = "points > 3 AND asignee_id IS NULL"')
    assert marked(problem) == "asignee_id"
    assert "rule OWN-01, fail_when" in problem.what


def test_the_caret_points_into_a_predicate_over_several_lines() -> None:
    [problem] = problems_of('view = "work_items"\nfail_when = """\npoints > 3\n  AND status_category = \'doen\'"""')
    assert marked(problem) == "'doen'"


def test_the_caret_points_at_the_unknown_key() -> None:
    [problem] = problems_of(ROW + '\nsevrity = "low"')
    assert marked(problem) == "sevrity"


def test_a_missing_key_is_named_at_its_rule() -> None:
    found = problems(HEADER + '\n[[rule]]\nid = "OWN-01"\ntitle = "A rule"\n')
    assert {p.code for p in found} == {"R201"}
    assert {p.line for p in found} == {6}
    assert any("`severity` is missing (rule OWN-01)" in p.what for p in found)


def test_a_mistake_in_the_shape_of_one_rule_hides_no_mistake_in_another() -> None:
    shape = rule_text('view = "work_items"\nfail_when = "points > 3"').replace('"medium"', '"midium"')
    found = problems(HEADER + shape + rule_text('fail_when = "fase = 1"', "OWN-02"))
    assert [(p.code, marked(p), p.help) for p in sorted(found)] == [
        ("R202", '"midium"', "did you mean `medium`?"),
        ("R120", "fase", "did you mean `phase`? run `plumbrule rules columns projects`"),
    ]


def test_a_word_that_is_not_allowed_hides_no_mistake_in_its_own_rule() -> None:
    found = problems(HEADER + rule_text('fail_when = "fase = 1"\nmode = "observ"'))
    assert {(p.code, p.help) for p in found} == {
        ("R202", "did you mean `observe`?"),
        ("R120", "did you mean `phase`? run `plumbrule rules columns projects`"),
    }


def test_a_mistake_in_the_head_of_the_file_hides_no_mistake_in_its_rules() -> None:
    found = problems(HEADER.replace("schema = 1", "schema = 2") + rule_text('fail_when = "fase = 1"'))
    assert {p.code for p in found} == {"R202", "R120"}


@pytest.mark.parametrize("rules", ["rule = 3", "rule = [3]", "rule = []"])
def test_rules_that_are_no_tables_are_refused(rules: str) -> None:
    assert {p.code for p in problems(rules + "\n" + HEADER)} == {"R202"}


def test_an_id_is_used_once_over_all_files(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(HEADER + rule_text(ROW, "SCH-01"))
    with pytest.raises(ConfigurationError) as caught:
        load_rules([tmp_path])
    [problem] = caught.value.problems
    assert problem.code == "R203" and "rules/packs/schedule.toml" in problem.what


def test_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HEADER + rule_text('fail_when = "fase = 1"'))
    (tmp_path / "b.toml").write_text("not toml at all")
    (tmp_path / "c.toml").write_text(HEADER + rule_text('fail_when = "key = 3"', "OWN-02"))
    with pytest.raises(ConfigurationError) as caught:
        load_rules([tmp_path, tmp_path / "absent"])
    assert {p.code for p in caught.value.problems} == {"R120", "config.syntax", "R131", "config.unreadable"}


def test_a_folder_of_rules_adds_to_the_built_in_ones(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(HEADER + rule_text(ROW))
    assert load_rules([tmp_path]).get("OWN-01") is not None
    assert {r.id for r in load_rules([tmp_path], RuleSettings(packs=["mine"])).rules} == {"OWN-01"}


def settings(text: str) -> tuple[RuleSettings, LocatedToml]:
    doc = parse(text.encode(), "plumbrule.toml")
    return RuleSettings.model_validate(doc.data["rules"]), doc


def test_settings_change_parameters_and_say_where_from() -> None:
    chosen, doc = settings('[rules.set."BUD-03"]\nparams.fail_below = 0.85\nseverity = "critical"\nmode = "observe"\n')
    rule = load_rules((), chosen, doc).get("BUD-03")
    assert rule is not None
    parameter = rule.parameter("fail_below")
    assert parameter is not None
    assert (str(parameter.value), str(parameter.default), parameter.origin) == ("0.85", "0.9", "plumbrule.toml:2")
    assert (rule.severity, rule.mode, rule.severity_origin) == ("critical", "observe", "plumbrule.toml:3")


def test_rules_that_are_off_are_kept_but_not_in_force() -> None:
    rules = load_rules((), RuleSettings(off=["SCH-06"], set={"SCH-07": Override(mode="off")}))
    assert {"SCH-06", "SCH-07"} & rules.ids == set()
    assert {r.id for r in rules.off} == {"SCH-06", "SCH-07"}


@pytest.mark.parametrize(
    ("text", "code", "mark", "help"),
    [
        ('[rules]\noff = ["SCH-99"]', "R207", '"SCH-99"', "did you mean"),
        ('[rules]\npacks = ["shedule"]', "R207", '"shedule"', "did you mean `schedule`?"),
        ('[rules.set."SCH-06"]\nparams.max_ration = 0.1', "R207", "0.1", "did you mean `max_ratio`?"),
        ('[rules.set."SCH-06"]\nparams.max_ratio = 1.1', "R206", "1.1", ""),
        ('[rules.set."SCH-06"]\nparams.max_ratio = -0.1', "R206", "-0.1", ""),
        ('[rules.set."SCH-06"]\nparams.float_days = "many"', "R206", '"many"', ""),
        ('[rules.set."SHC-06"]\nmode = "off"', "R207", '"SHC-06"', "did you mean `SCH-06`?"),
    ],
)
def test_a_mistake_in_the_settings_is_shown_where_it_stands(text: str, code: str, mark: str, help: str) -> None:
    chosen, doc = settings(text)
    with pytest.raises(ConfigurationError) as caught:
        load_rules((), chosen, doc)
    [problem] = caught.value.problems
    assert problem.code == code and marked(problem) == mark and help in problem.help


def test_settings_without_a_file_are_named_by_their_path() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_rules((), RuleSettings(set={"SCH-06": Override(params={"max_ratio": 2})}))
    assert caught.value.problems[0].what.startswith("rules.set.SCH-06.params.max_ratio: ")


def test_words_may_be_given_in_one_language_only() -> None:
    rule = build(ROW)
    assert rule.title.said_in("zh-Hans") == rule.title.en == "A rule"
