"""Plugins of installed packages: what they compute is judged like a view, and what they do wrong is theirs alone."""

import sys
from datetime import date
from pathlib import Path

import pytest
from plugin_package import install
from rule_packs import HEADER, build, problems_of, rule_text
from snapshots import item, write_snapshot

from portfolio.errors import ConfigurationError
from rules.connection import Limits
from rules.evaluate import evaluate
from rules.explain import checks
from rules.load import load_rules
from rules.results import Evaluation
from rules.ruleset import RuleSet
from rules.selftest import run_on

DAY = date(2026, 6, 30)
BODY = 'kind = "plugin"\nplugin = "{}"\nfail_when = "tally > 2"\nvalue = "tally"'
LEAST = '\nparams.least = { type = "int", default = 3 }'


@pytest.fixture(autouse=True)
def package(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Installed here, and in every process that is started from here."""
    folder = install(tmp_path_factory.mktemp("site"))
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.delitem(sys.modules, "tally_plugins", raising=False)
    return folder


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    items = [item(f"I{n}", points=n) for n in range(8)]
    return write_snapshot(tmp_path / "latest.duckdb", {"projects": [{"project_id": "P"}], "work_items": items})


def evaluated(name: str, snapshot: Path, limits: Limits | None = None, more: str = "") -> Evaluation:
    """That plugin's rule, and after it one about a view."""
    rule = build(BODY.format(name) + more)
    other = load_rules().get("PRO-01")
    assert other is not None
    return evaluate(RuleSet((rule, other)), snapshot, as_of=DAY, limits=limits)


def test_rows_of_a_plugin_are_judged_like_those_of_a_view(snapshot: Path) -> None:
    found = evaluated("counted", snapshot, more=LEAST)
    assert found.errors == {}
    first = found.results[0]
    assert (first.outcome, first.value) == ("fail", 4)
    assert "PRO-01" in {r.rule_id for r in found.results}


def test_an_arrow_table_is_taken_too_and_the_day_is_given(snapshot: Path) -> None:
    assert evaluated("arrow", snapshot).results[0].value == 4
    assert evaluated("dated", snapshot).results[0].value == DAY.year


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("raises", "plugin raises: ValueError: the path is broken"),
        ("leaves", "plugin leaves: SystemExit: 0"),
        ("prints", "plugin prints writes to standard output ('counting ...')"),
        ("lacks", "row 1 has no column mood"),
        ("more", "row 1 has undeclared column extra"),
        ("typed", "column `tally` is not of its declared type"),
        ("wrong_arrow", "a column is not of its declared type"),
        ("worded", "column `mood` holds `fair`, but only good, bad"),
        ("nobody", "column `project_id` is null in row 1"),
        ("twice", "two rows have the key P"),
        ("tuples", "row 1 is a tuple, not a dictionary"),
        ("nothing", "TypeError"),
        ("writes", "not a SELECT; nothing was run"),
        ("dies", "the evaluation process died"),
        ("hungry", "memory"),
        ("hoards", "memory"),
        ("of_series", "TypeError"),
        ("listed", "column `tally` is not of its declared type"),
    ],
)
def test_what_a_plugin_does_wrong_is_an_error_of_its_rule_and_the_others_go_on(
    name: str, why: str, snapshot: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found = evaluated(name, snapshot)
    assert set(found.errors) == {"OWN-01"} and why.lower() in found.errors["OWN-01"].lower()
    assert [r.outcome for r in found.results if r.rule_id == "OWN-01"] == ["error"]
    assert [r.outcome for r in found.results if r.rule_id == "PRO-01"] != ["error"]
    assert capfd.readouterr().out == ""


def test_a_number_that_is_not_finite_is_refused(snapshot: Path) -> None:
    rule = build('kind = "plugin"\nplugin = "endless_numbers"\nfail_when = "share > 2"')
    assert "not finite" in evaluate(RuleSet((rule,)), snapshot, as_of=DAY).errors["OWN-01"]


@pytest.mark.parametrize("name", ["endless", "slow_query"])
def test_a_plugin_that_overruns_is_stopped_and_the_others_go_on(name: str, snapshot: Path) -> None:
    found = evaluated(name, snapshot, Limits(rule_seconds=1.0, grace_seconds=0.2))
    assert found.errors["OWN-01"] == "stopped after 1 seconds; simplify the rule, or raise the limit"
    assert "PRO-01" in {r.rule_id for r in found.results}


def test_the_same_snapshot_twice_gives_the_same_rows(snapshot: Path) -> None:
    assert evaluated("counted", snapshot, more=LEAST) == evaluated("counted", snapshot, more=LEAST)


def test_a_self_test_gives_views_and_the_plugin_runs() -> None:
    rule = build(BODY.format("counted") + LEAST)
    [result] = run_on(rule, {"work_items": [item("A", points=9), item("B", points=1)]}).results
    assert (result.outcome, result.value) == ("pass", 1)


def test_explain_says_whose_plugin_it_is() -> None:
    assert "plugin   counted, of tally 1.2" in checks(build(BODY.format("counted") + LEAST))


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (BODY.format("conted"), "R221", "no installed package has a plugin `conted`"),
        (BODY.format("absent"), "R222", "tally 1.2 cannot be loaded: AttributeError"),
        (BODY.format("not_a_plugin"), "R222", "it needs `table` and `rows`"),
        (BODY.format("broken"), "R222", "ValueError: no table today"),
        (BODY.format("a_class"), "R222", "it needs `table` and `rows`"),
        (BODY.format("one_word"), "R222", "no list of names"),
        (BODY.format("no_project"), "R222", "`project_id`"),
        (BODY.format("taken"), "R222", "cannot be called `evm`"),
        (BODY.format("no_key"), "R222", "key"),
        (BODY.format("counted"), "R122", "needs parameter `least`"),
        (BODY.format("dated").replace("tally > 2", "taly > 2"), "R120", "taly"),
        (BODY.format("dated") + '\nrequires = ["taly"]', "R120", "taly"),
        ('kind = "plugin"\nplugin = "dated"', "R201", "fail_when"),
        ('kind = "plugin"\nfail_when = "tally > 2"', "R201", "plugin"),
        ('view = "work_items"\nfail_when = "points > 3"\nplugin = "dated"', "R204", "plugin"),
    ],
)
def test_a_plugin_that_cannot_be_used_is_a_mistake_of_the_rule(body: str, code: str, said: str) -> None:
    found = [p for p in problems_of(body) if p.code == code]
    assert found and said in found[0].what


def test_the_remedy_for_a_missing_package_names_what_is_near_and_what_to_do() -> None:
    [problem] = [p for p in problems_of(BODY.format("conted")) if p.code == "R221"]
    assert "did you mean `counted`?" in problem.help and "install the package" in problem.help


def test_a_package_that_breaks_or_leaves_on_import_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "more", "broken", "import sys\nprint('hello')\nsys.exit(3)", ("one",))
    monkeypatch.syspath_prepend(tmp_path / "more")
    [problem] = problems_of(BODY.format("one"))
    assert problem.code == "R222" and "broken 1.2 cannot be loaded: SystemExit: 3" in problem.what


def test_two_packages_with_one_name_are_told_apart_by_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "more", "rival", names=("dated",))
    monkeypatch.syspath_prepend(tmp_path / "more")
    [problem] = problems_of(BODY.format("dated"))
    assert problem.code == "R222" and "rival, tally" in problem.what


def test_code_in_a_folder_of_rules_is_never_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proof = tmp_path / "ran"
    install(tmp_path / "rules.d", "hidden", f"open({str(proof)!r}, 'w')", ("sneaky",))
    (tmp_path / "rules.d" / "mine.toml").write_text(HEADER + rule_text(BODY.format("sneaky")))
    monkeypatch.chdir(tmp_path / "rules.d")
    with pytest.raises(ConfigurationError) as caught:
        load_rules([tmp_path / "rules.d"])
    assert [p.code for p in caught.value.problems] == ["R221"]
    assert not proof.exists()


def test_the_folder_that_a_command_runs_in_is_no_place_to_load_code_from(
    snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "duckdb.py").write_text("raise SystemExit('a file of the folder was run')")
    monkeypatch.chdir(tmp_path)
    assert evaluated("dated", snapshot).errors == {}
