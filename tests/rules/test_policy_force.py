"""Policy in force: who gets what, from where, and what is not taken."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policies import RULES, Rows, header, read, ruleset, setting

from portfolio.errors import StoreError
from rules.policy.force import Book, InForce, at_organisation, in_force
from rules.policy.order import is_looser, loosest
from rules.policy.record import policy_hash
from rules.policy.resolve import Resolved
from rules.policy.told import policy_told
from rules.ruleset import RuleSet

DAY = date(2026, 6, 30)
ORG = header("organisation")
DEPT = header("department", "Research")
PROJECTS = (
    {"project_id": "P", "department": "Research", "programme": "Apollo"},
    {"project_id": "Q", "department": "Sales"},
    {"project_id": "R"},
)


def unit(project: str, depth: int, key: str, kind: str = "department", stated_as: str = "department") -> dict[str, Any]:
    return {
        "project_id": project, "stated_as": stated_as, "stated": key, "depth": depth, "unit_key": key,
        "unit_name": f"{key} unit", "unit_kind": kind, "owner_name": None, "pmo_level": None,
    }  # fmt: skip


def forced(files: Mapping[str, str], reader: Rows | None = None, day: date = DAY) -> InForce:
    policy, _ = read(files)
    return in_force(RuleSet(RULES, policy=policy), reader or Rows(PROJECTS), day)


def book(files: Mapping[str, str], reader: Rows | None = None) -> Book:
    policy, _ = read(files)
    return Book(policy, reader or Rows(PROJECTS), DAY)


def resolved(files: Mapping[str, str], project: str, rule: str = "OWN-01", reader: Rows | None = None) -> Resolved:
    found = book(files, reader)
    return found.resolved(rule, next(p for p in found.places if p.subject_id == project))


def days(found: Resolved) -> tuple[Any, str]:
    parameter = found.rule.parameter("days")
    assert parameter is not None
    return parameter.value, parameter.origin


def of_rule(found: InForce, rule: str = "OWN-01") -> list[tuple[Any, Sequence[str] | None, Sequence[str]]]:
    return [
        (v.rule.parameters[0].value, None if v.subjects is None else sorted(v.subjects), sorted(v.without))
        for v in found.variants
        if v.rule.id == rule
    ]


def test_without_files_every_rule_is_one_variant_for_all() -> None:
    assert all(v.is_whole for v in in_force(RuleSet(RULES), Rows(PROJECTS), DAY).variants)
    assert forced({"a": ORG + setting("params.days = 20")}).off == {}
    assert of_rule(forced({"a": ORG + setting("params.days = 20")})) == [(20, None, [])]


def test_what_is_off_for_some_is_known_as_it_would_be_evaluated() -> None:
    files = {
        "o.toml": ORG + setting("mode = 'off'\nparams.days = 20") + setting("mode = 'off'", "OWN-02"),
        "p.toml": header("project", "P") + setting("mode = 'enforce'"),
    }
    found = forced(files)
    assert of_rule(found) == [(20, ["P"], [])]
    assert [(v.rule.id, v.rule.mode, v.subjects, sorted(v.without)) for v in found.silent] == [
        ("OWN-01", "off", None, ["P"]),
        ("OWN-02", "off", None, []),
    ]
    policy, _ = read(files)
    at_org = at_organisation(RuleSet(RULES, policy=policy), DAY)
    assert (sorted(at_org.ids), sorted(at_org.ids_anywhere(DAY))) == (["OWN-03"], ["OWN-01", "OWN-03"])


def test_each_level_adds_to_what_stands_above() -> None:
    files = {
        "org.toml": ORG + setting("params.days = 20\nloosen_until = { project = 30 }"),
        "dept.toml": DEPT + setting("params.days = 12"),
        "prog.toml": header("programme", "apollo") + setting("severity = 'high'"),
        "p.toml": header("project", "P") + setting("params.days = 30"),
    }
    found = resolved(files, "P")
    assert days(found) == (30, "p.toml:6")
    assert (found.rule.severity, found.rule.severity_origin) == ("high", "prog.toml:6")
    assert [(s.unit, s.value, s.verdict) for s in found.steps if s.key == "params.days"] == [
        ("organisation", 20, "set"),
        ("organisation", 30, "room"),
        ("department Research", 12, "set"),
        ("project P", 30, "set"),
    ]
    assert days(resolved(files, "Q")) == days(resolved(files, "R")) == (20, "org.toml:5")
    assert of_rule(forced(files)) == [(20, None, ["P"]), (30, ["P"], [])]


def test_nested_departments_come_from_the_org_tree_top_first() -> None:
    units = [unit("P", 0, "lab"), unit("P", 1, "rnd"), unit("P", 2, "acme", "organisation"), unit("Q", 0, "rnd")]
    reader = Rows(({"project_id": "P", "department": "Lab"}, {"project_id": "Q", "department": "rnd"}), units)
    files = {
        "lab.toml": header("department", "LAB UNIT") + setting("params.days = 5"),
        "rnd.toml": header("department", "rnd") + setting("params.days = 10"),
    }
    assert days(resolved(files, "P", reader=reader)) == (5, "lab.toml:6")
    assert [s.unit for s in resolved(files, "P", reader=reader).steps] == ["department rnd unit", "department lab unit"]
    assert days(resolved(files, "Q", reader=reader)) == (10, "rnd.toml:6")


def test_without_an_org_tree_departments_lie_where_their_files_say() -> None:
    files = {
        "top.toml": header("department", "Science", owner='"dr.lee"') + setting("params.days = 10\nlocked = true"),
        "leaf.toml": header("department", "Research", parent='"science"') + setting("params.days = 5"),
    }
    found = resolved(files, "P")
    assert days(found) == (5, "leaf.toml:7")
    assert [s.unit for s in found.steps] == ["department Science", "department Science", "department Research"]
    assert forced(files).notes == ()


def test_a_programme_tells_whose_a_project_is_where_no_department_is_stated() -> None:
    units = [unit("P", 0, "apollo", "programme", "programme"), unit("P", 1, "rnd", "department", "programme")]
    reader = Rows(({"project_id": "P", "programme": "Apollo"},), units)
    files = {"d.toml": header("department", "rnd") + setting("params.days = 5")}
    assert days(resolved(files, "P", reader=reader)) == (5, "d.toml:6")


def test_what_has_no_room_is_not_taken_and_told_with_the_projects() -> None:
    files = {
        "org.toml": ORG + setting("loosen_until.days.department = 20"),
        "dept.toml": DEPT + setting("params.days = 20"),
        "prog.toml": header("programme", "Apollo") + setting("params.days = 20"),
        "sales.toml": header("department", "Sales") + setting("params.days = 9"),
        "q.toml": header("project", "Q") + setting("params.days = 12"),
    }
    found = forced(files)
    [problem] = found.problems
    assert (problem.code, problem.file, problem.line) == ("R306", "q.toml", 6)
    assert problem.what == (
        "`days` = 12 of rule OWN-01 is not taken at project Q: it is looser than 9, and no level above gives room to "
        "level project (project Q)"
    )
    assert problem.help == "9 stays (sales.toml:6); ask for room above, or for a waiver"
    assert of_rule(found) == [(14, None, ["P", "Q"]), (20, ["P"], []), (9, ["Q"], [])]


def test_a_lock_of_a_department_holds_below_it_and_not_beside_it() -> None:
    files = {
        "org.toml": ORG + setting("loosen_until.mode.project = 'off'"),
        "dept.toml": DEPT + setting("locked = true"),
        "p.toml": header("project", "P") + setting("mode = 'off'"),
        "q.toml": header("project", "Q") + setting("mode = 'off'"),
    }
    found = forced(files)
    assert [p.code for p in found.problems] == ["R307"]
    assert "department Research locks the rule (dept.toml:6)" in found.problems[0].what
    assert found.off == {"OWN-01": {"Q"}}


def test_a_locked_rule_may_be_tightened() -> None:
    files = {"o.toml": ORG + setting("locked = true"), "p.toml": header("project", "P") + setting("params.days = 3")}
    assert days(resolved(files, "P")) == (3, "p.toml:6")


def test_nobody_gives_more_room_than_they_have() -> None:
    files = {
        "org.toml": ORG + setting("loosen_until.days.department = 20"),
        "dept.toml": DEPT + setting("loosen_until.days.project = 40"),
    }
    [problem] = forced(files).problems
    assert (problem.code, problem.line) == ("R308", 6)
    assert "it has no more room itself than 20" in problem.what
    files["dept.toml"] = DEPT + setting("loosen_until.days.project = 20")
    assert days(resolved({**files, "p": header("project", "P") + setting("params.days = 20")}, "P"))[0] == 20


def test_a_parameter_without_direction_takes_exactly_what_room_is_given_for() -> None:
    org = ORG + setting("loosen_until.least.department = 3")
    for value, taken in ((3, 3), (2, 0)):
        files = {"o.toml": org, "d.toml": DEPT + setting(f"params.least = {value}")}
        assert resolved(files, "P").rule.parameters[1].value == taken


def test_a_selected_value_counts_before_the_one_for_all_and_a_rule_before_its_pack() -> None:
    files = {
        "o.toml": ORG
        + setting("params.days = 20")
        + setting("params.days = 40\nselect = 'is_closed'")
        + "[[set]]\npack = 'mine'\nmode = 'observe'\n"
        + setting("mode = 'enforce'", "OWN-02")
    }
    reader = Rows(PROJECTS, selected={'"is_closed"': ["R"]})
    assert of_rule(forced(files, reader)) == [(20, None, ["R"]), (40, ["R"], [])]
    modes = {v.rule.id: (v.rule.mode, v.rule.mode_origin) for v in forced(files, reader).variants}
    assert modes == {
        "OWN-01": ("observe", "o.toml:12"),
        "OWN-02": ("enforce", "built-in"),  # said again, not changed
        "OWN-03": ("observe", "o.toml:12"),
    }


def test_two_selects_that_are_both_true_are_told_and_the_strictest_counts() -> None:
    org = ORG + setting("params.days = 40\nselect = 'is_closed'") + setting("params.days = 30\nselect = 'has_plan'")
    reader = Rows(PROJECTS, selected={'"is_closed"': ["P", "Q"], '"has_plan"': ["Q", "R"]})
    found = forced({"o.toml": org}, reader)
    assert of_rule(found) == [(14, None, ["P", "Q", "R"]), (40, ["P"], []), (30, ["Q", "R"], [])]
    [problem] = found.problems
    assert problem.code == "R303"
    assert problem.what.endswith("40 (o.toml:5), 30 (o.toml:9); the strictest counts (project Q)")
    lines = policy_told(ruleset({"o.toml": org}), DAY, reader, "q", "own-01").lines()
    several = "organisation  several values for the same projects: 40 (o.toml:5), 30 (o.toml:9); the strictest counts"
    assert [line.strip() for line in lines if "several" in line] == [f"- {several}"]


def test_two_selects_without_direction_that_are_both_true_leave_what_stands_above() -> None:
    org = ORG + setting("params.least = 4\nselect = 'is_closed'") + setting("params.least = 3\nselect = 'has_plan'")
    reader = Rows(PROJECTS, selected={'"is_closed"': ["P"], '"has_plan"': ["P"]})
    assert resolved({"o.toml": org}, "P", reader=reader).rule.parameters[1].value == 0
    assert "none of them counts" in forced({"o.toml": org}, reader).problems[0].what


def test_a_rule_that_is_off_above_may_be_enforced_below() -> None:
    files = {"o.toml": ORG + setting("mode = 'off'"), "d.toml": DEPT + setting("mode = 'enforce'")}
    found = forced(files)
    assert of_rule(found) == [(14, ["P"], [])]
    assert found.off == {"OWN-01": {"Q", "R"}}


def test_a_policy_counts_from_its_day_on() -> None:
    files = {"d.toml": header("department", "Research", effective_from="2026-07-01") + setting("params.days = 5")}
    assert of_rule(forced(files)) == [(14, None, [])]
    assert of_rule(forced(files, day=date(2026, 7, 1))) == [(14, None, ["P"]), (5, ["P"], [])]


def test_a_unit_that_no_project_lies_in_is_noted_with_a_suggestion() -> None:
    files = {
        "a.toml": header("department", "Reserch") + setting("params.days = 5"),
        "b.toml": header("project", "X-99") + setting("params.days = 5"),
    }
    found = forced(files)
    assert found.problems == ()
    assert [(n.code, n.what, n.help) for n in found.notes] == [
        ("R310", "no project lies in department Reserch", "did you mean `research`?"),
        ("R310", "no project has the key `X-99`", "its policy has no effect"),
    ]


def test_a_select_that_cannot_be_evaluated_is_told_and_selects_nobody() -> None:
    class Broken(Rows):
        def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
            if "WHERE " in sql and "unit" not in sql:
                raise StoreError("out of range", code="store.query")
            return super().rows(sql, parameters)

    found = forced({"o.toml": ORG + setting("params.days = 40\nselect = 'is_closed'")}, Broken(PROJECTS))
    assert of_rule(found) == [(14, None, [])]
    assert [p.code for p in found.problems] == ["R311"]


def test_what_is_said_of_a_rule_where_no_project_is_named_is_what_the_organisation_sets() -> None:
    rules = ruleset({"o.toml": ORG + setting("params.days = 40") + setting("mode = 'off'", "OWN-03")})
    found = at_organisation(rules, DAY)
    assert [r.id for r in found.off] == ["OWN-03"]
    assert found.rules[0].parameters[0].value == 40
    assert at_organisation(RuleSet(RULES), DAY) == RuleSet(RULES)


def test_the_hash_tells_what_is_in_force_apart_and_not_where_it_stands() -> None:
    one = [v.rule for v in forced({"o.toml": ORG + setting("params.days = 40")}).variants]
    two = [v.rule for v in forced({"elsewhere.toml": "\n" + ORG + setting("params.days = 40")}).variants]
    other = [v.rule for v in forced({"o.toml": ORG + setting("params.days = 41")}).variants]
    assert policy_hash(one) == policy_hash(two) != policy_hash(other)


# -- whatever the files say ------------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.integers(1, 90).map(lambda n: f"params.days = {n}"),
    st.sampled_from(["critical", "high", "medium", "low", "info"]).map(lambda s: f"severity = '{s}'"),
    st.sampled_from(["enforce", "observe", "off"]).map(lambda m: f"mode = '{m}'"),
)
ROOMS = st.one_of(
    st.tuples(st.sampled_from(["department", "programme", "project"]), st.integers(1, 90)).map(
        lambda pair: f"loosen_until.days.{pair[0]} = {pair[1]}"
    ),
    st.sampled_from(["loosen_until.mode.project = 'off'", "loosen_until.severity.department = 'info'"]),
)
HEADS = {"org": ORG, "dept": DEPT, "prog": header("programme", "Apollo"), "proj": header("project", "P")}
FILES = st.fixed_dictionaries(
    {},
    optional={
        name: st.tuples(VALUES, st.none() | ROOMS, st.booleans())
        .map(lambda t: "\n".join(x for x in (t[0], t[1] or "", "locked = true" if t[2] else "") if x))
        .map(lambda body, head=head: head + setting(body))
        for name, head in HEADS.items()
    },
)
KEYS = ("params.days", "severity", "mode")


def value(found: Resolved, key: str) -> Any:
    return days(found)[0] if key == "params.days" else getattr(found.rule, key)


@settings(deadline=None)
@given(FILES)
def test_never_looser_than_what_the_organisation_leaves_and_gives(files: dict[str, str]) -> None:
    top = resolved({name: text for name, text in files.items() if name == "org"}, "P")
    policy, _ = read(files)
    found = resolved(files, "P")
    for key in KEYS:
        rooms = [
            r.said.value for s in policy.settings if s.unit.level == "organisation" for r in s.rooms if r.key == key
        ]
        most = loosest(RULES[0], key, value(top, key), *rooms)
        assert not is_looser(RULES[0], key, value(found, key), most)


@settings(deadline=None)
@given(FILES, st.integers(1, 90))
def test_tightening_is_always_taken(files: dict[str, str], tighter: int) -> None:
    files.pop("proj", None)
    before = value(resolved(files, "P"), "params.days")
    after = value(resolved({**files, "proj": HEADS["proj"] + setting(f"params.days = {tighter}")}, "P"), "params.days")
    if tighter <= before:
        assert after == tighter
    else:
        assert after in (before, tighter)


@settings(deadline=None)
@given(FILES)
def test_the_order_of_files_does_not_matter(files: dict[str, str]) -> None:
    results = {repr(forced(dict(order))) for order in permutations(files.items())}
    assert len(results) == 1


@settings(deadline=None)
@given(FILES, FILES)
def test_policy_of_another_project_changes_nothing(files: dict[str, str], others: dict[str, str]) -> None:
    elsewhere = {
        "q": others.get("proj", HEADS["proj"]).replace('"P"', '"Q"'),
        "sales": others.get("dept", DEPT).replace("Research", "Sales"),
    }
    alone, together = forced(files), forced({**files, **elsewhere})

    def mine(found: InForce) -> list[Any]:
        return [(v.rule, v.concerns("P")) for v in found.variants if v.concerns("P")]

    assert [rule for rule, _ in mine(alone)] == [rule for rule, _ in mine(together)]
    assert ("P" in alone.off.get("OWN-01", ())) <= ("P" in together.off.get("OWN-01", ()) or not mine(together)[0])


@pytest.mark.parametrize("exact", [Decimal("0.85"), Decimal("0.90")])
def test_amounts_stay_exact(exact: Decimal) -> None:
    found = resolved({"o.toml": ORG + setting(f"params.fail_below = {exact}", "OWN-02")}, "P", "OWN-02")
    assert found.rule.parameters[0].value == exact
