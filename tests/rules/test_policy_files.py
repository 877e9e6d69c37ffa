# ruff: noqa: E501 - files and mistakes read best on one line
"""Policy files: every mistake at once, where it stands, with what to do."""

from pathlib import Path

import pytest
from policies import header, read, setting
from rule_packs import marked

from portfolio.errors import ConfigurationError, Problem
from rules.load import load_rules
from rules.policy.faults import CODES

ORG = header("organisation")
DEPT = header("department", "research")


def problems(**files: str) -> tuple[Problem, ...]:
    return read({f"{name}.toml": text for name, text in files.items()})[1]


@pytest.mark.parametrize(
    ("text", "code", "at", "hint"),
    [
        (ORG + setting("sevrity = 'low'"), "R300", "sevrity", "did you mean `severity`?"),
        (header("organisation", onwer='"x"') + setting("locked = true"), "R300", "onwer", "did you mean `owner`?"),
        (ORG + "[[set]]\nmode = 'off'", "R301", "set", ""),
        (header("department") + setting("mode = 'off'"), "R301", "policy", 'add department = "..."'),
        (header("organisation", parent='"x"') + setting("locked = true"), "R302", "parent", ""),
        (header("organisation", project='"P"') + setting("locked = true"), "R302", "project", "a file is about one unit"),
        (ORG + setting("mode = 'observed'"), "R302", "'observed'", "did you mean `observe`?"),
        (ORG + setting("locked = true\npack = 'mine'"), "R302", "pack", ""),
        (ORG + setting("locked = true", "OWN-1"), "R304", '"OWN-1"', "did you mean `OWN-01`?"),
        (ORG + "[[set]]\nrules = ['OWN-02', 'OWN-1']\nlocked = true", "R304", "'OWN-1'", "did you mean `OWN-01`?"),
        (ORG + "[[set]]\npack = 'mina'\nlocked = true", "R304", "'mina'", "did you mean `mine`?"),
        (ORG + setting("params.day = 3"), "R304", "3", "did you mean `days`?"),
        (ORG + "[[set]]\npack = 'mine'\nparams.dais = 3", "R304", "3", "did you mean `days`?"),
        (ORG + setting("params.days = 100"), "R305", "100", ""),
        (ORG + setting("params.days = 'ten'"), "R305", "'ten'", ""),
        (ORG + setting("params.days = [1]"), "R302", "[1]", ""),
        (ORG + setting("params = 3"), "R302", "3", ""),
        (ORG + setting("loosen_until.days = 3"), "R302", "days", "loosen_until.days.department"),
        (ORG + "[[set]]\nrules = []\nlocked = true", "R302", "[]", ""),
        ("policy = 3\n", "R302", "3", ""),
        (header("department", "a", effective_from="'soon'"), "R302", "'soon'", ""),
        (ORG + setting("reason = 'why not'"), "R301", "set", "add params.NAME, severity, mode, locked or loosen_until"),
        (ORG + setting("mode = 'off'\nselect = 'is_closd'"), "R120", "is_closd", "did you mean `is_closed`?"),
        (ORG + setting("mode = 'off'\nselect = 'name'"), "R132", "name", "compare it with something"),
        (DEPT + setting("loosen_until.mode.organisation = 'off'"), "R308", "organisation", "room is given downwards"),
        (header("project", "P") + setting("loosen_until.mode.project = 'off'"), "R308", "project", "room is given downwards"),
        (ORG + setting("params.days = 14\nloosen_until = { departmnt = 3 }"), "R302", "departmnt", "did you mean `department`?"),
        (ORG + setting("params.days = 14\nloosen_until = { department = 10 }"), "R308", "10", "give more, or remove it"),
        (ORG + setting("loosen_until = { department = 31 }"), "R302", "loosen_until", "write loosen_until.NAME.department"),
        (ORG + setting("loosen_until.days.department = 91"), "R305", "91", ""),
        (ORG + setting("loosen_until.mode.department = 'of'"), "R302", "'of'", "did you mean `off`?"),
        (ORG + setting("locked = true\nloosen_until.days.department = 31"), "R308", "loosen_until", "remove one"),
        (DEPT + setting("params.days = 15"), "R306", "15", "a level above gives room with loosen_until"),
        (DEPT + setting("params.least = 1"), "R306", "1", "a level above gives room with loosen_until"),
        (DEPT + setting("mode = 'off'"), "R306", "'off'", "a level above gives room"),
        (DEPT + setting("severity = 'info'"), "R306", "'info'", "a level above gives room"),
        (DEPT + "parent = 'Research '\n", "R309", '"research"', ""),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_where_it_stands(text: str, code: str, at: str, hint: str) -> None:
    [problem] = problems(it=text)
    assert (problem.code, marked(problem)) == (code, at)
    assert problem.help.startswith(hint)


def test_the_frame_of_a_value_without_room() -> None:
    org = ORG + setting("params.days = 14\nloosen_until = { department = 31 }")
    [problem] = problems(org=org, research=DEPT + setting("params.days = 40"))
    assert problem.render() == (
        "error[R306]: `days` = 40 is looser than 14, which is in force above for rule OWN-01\n"
        "  --> research.toml:6:15\n"
        "  |\n"
        "6 | params.days = 40\n"
        "  |               ^^\n"
        "  = help: the room for level department ends at 31 (org.toml:6)"
    )


def test_the_frame_of_a_rule_that_is_locked() -> None:
    org = ORG + setting("params.fail_below = 0.90\nlocked = true", "OWN-02")
    [problem] = problems(org=org, research=DEPT + setting("params.fail_below = 0.8", "OWN-02"))
    assert problem.render() == (
        "error[R307]: rule OWN-02 is locked in org.toml:6: `fail_below` cannot be loosened to 0.8\n"
        "  --> research.toml:6:21\n"
        "  |\n"
        "6 | params.fail_below = 0.8\n"
        "  |                     ^^^\n"
        "  = help: ask for a waiver, or have it unlocked"
    )


def test_the_frame_of_what_is_set_twice() -> None:
    [problem] = problems(a=ORG + setting("params.days = 14"), b=ORG + setting("params.days = 14"))
    assert problem.render() == (
        "error[R303]: `days` of rule OWN-01 is set twice at organisation\n"
        "  --> b.toml:5:15\n"
        "  |\n"
        "5 | params.days = 14\n"
        "  |               ^^\n"
        "  = help: it is set in a.toml:5 already"
    )


@pytest.mark.parametrize(
    ("first", "second", "twice"),
    [
        (setting("mode = 'observe'"), setting("mode = 'off'\nselect = 'is_closed'"), False),  # some before all
        (setting("mode = 'observe'"), "[[set]]\npack = 'mine'\nmode = 'off'", False),  # a rule before its pack
        (setting("mode = 'observe'"), "[[set]]\npack = 'mine'\nmode = 'off'\nselect = 'is_closed'", True),
        (setting("mode = 'off'\nselect = 'is_closed'"), setting("mode = 'off'\nselect = 'is_closed'"), True),
        (setting("mode = 'off'\nselect = 'is_closed'"), setting("mode = 'off'\nselect = 'NOT is_closed'"), False),
        (setting("mode = 'observe'"), setting("severity = 'low'"), False),
        (setting("loosen_until.days.project = 20"), setting("loosen_until.days.project = 20"), True),
        (setting("loosen_until.days.project = 20"), setting("loosen_until.days.department = 20"), False),
    ],
)
def test_what_one_level_may_say_twice(first: str, second: str, twice: bool) -> None:
    found = problems(a=ORG + first, b=ORG + second)
    assert [p.code for p in found] == (["R303"] if twice else [])


def test_other_units_of_the_same_level_do_not_collide() -> None:
    other = header("department", "sales")
    assert problems(a=DEPT + setting("params.days = 7"), b=other + setting("params.days = 9")) == ()
    same = header("department", " Research")
    assert [p.code for p in problems(a=DEPT + setting("params.days = 7"), b=same + setting("params.days = 9"))] == [
        "R303"
    ]


@pytest.mark.parametrize(
    ("org", "dept"),
    [
        ("params.days = 20", "severity = 'high'"),
        ("params.days = 20\nselect = 'is_closed'", "severity = 'high'"),
        ("loosen_until.days.department = 20", "params.days = 20"),
        ("loosen_until.days.programme = 20", "severity = 'high'"),
        ("loosen_until.days.department = 20", "loosen_until.days.programme = 20"),
    ],
)
def test_room_that_may_be_there_is_decided_with_the_data(org: str, dept: str) -> None:
    """A programme may follow what stands above it, or use room that was given to it."""
    programme = header("programme", "Apollo") + setting("params.days = 20")
    assert problems(org=ORG + setting(org), dept=DEPT + setting(dept), programme=programme) == ()


def test_all_mistakes_of_all_files_come_at_once_with_those_of_packs_and_settings(tmp_path: Path) -> None:
    (tmp_path / "org.toml").write_text(ORG + setting("params.max_days = 99999\nmode = 'of'", "PRO-08"))
    (tmp_path / "broken.toml").write_text("[policy\n")
    (tmp_path / "dept.toml").write_text(DEPT + "[[set]]\nrule = 'PRO-8'\nmode = 'enforce'")
    with pytest.raises(ConfigurationError) as caught:
        load_rules(policies=[tmp_path, tmp_path / "absent"])
    found = {(Path(p.file).name, p.code) for p in caught.value.problems}
    assert found == {
        ("org.toml", "R302"),
        ("broken.toml", "config.syntax"),
        ("dept.toml", "R304"),
        ("absent", "config.unreadable"),
    }


def test_departments_that_lie_in_one_another_or_in_two_others_are_told() -> None:
    a, b = (header("department", n, parent=f'"{p}"') for n, p in (("a", "b"), ("b", "a")))
    assert {p.code for p in problems(a=a, b=b)} == {"R309"}
    twice = problems(a=header("department", "a", parent='"x"'), b=header("department", "A", parent='"y"'))
    assert [p.what for p in twice] == ["department A lies in y here, and in x elsewhere"]


def test_every_code_is_told_by_some_test() -> None:
    own = Path(__file__).read_text(encoding="utf-8") + Path(__file__).with_name("test_policy_force.py").read_text()
    assert [code for code in CODES if f'"{code}"' not in own] == []
