"""What is joined across sources, by what, and what is only suggested."""

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sync_memory import AS_OF

from sync import InitiativeSetting, Matches, MatchSettings, Owner, match, match_store, open_store

NOTHING = MatchSettings()


def project(source: str, native: str, kind: str, name: str, key: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"id": f"{source}:project:{native}", "source": source, "native_id": native, "kind": kind, "name": name}
    return {**row, "key": key, **more}


def account(source: str, native: str, name: str, email: str | None = None, kind: str = "human") -> dict[str, Any]:
    row = {"id": f"{source}:account:{native}", "source": source, "native_id": native}
    return {**row, "name": name, "email": email, "kind": kind}


ALPHA = project("jira", "100", "tracker", "Alpha rollout", "ALPHA")
ALPHA_PLAN = project("pwa", "g-1", "plan", "Alpha roll-out plan")


def joined(matches: Matches) -> dict[str, dict[str, str]]:
    """How each project was joined, by initiative key."""
    keys = {row["id"]: row["key"] for row in matches.rows["initiative"]}
    found: dict[str, dict[str, str]] = {key: {} for key in keys.values()}
    for row in matches.rows["initiative_project"]:
        found[keys[row["initiative_id"]]][row["project_id"]] = row["matched_by"]
    return found


def initiatives(*settings: InitiativeSetting) -> MatchSettings:
    return MatchSettings(initiatives=settings)


def test_a_project_alone_is_its_own_initiative_under_the_trackers_key_or_the_plans_name() -> None:
    assert joined(match([ALPHA, ALPHA_PLAN], [], NOTHING)) == {
        "ALPHA": {"jira:project:100": "single"},
        "Alpha roll-out plan": {"pwa:project:g-1": "single"},
    }


@pytest.mark.parametrize("reference", ["jira:ALPHA", "jira:alpha", "jira:Alpha rollout", "jira:100"])
def test_the_configuration_joins_by_key_name_or_native_id(reference: str) -> None:
    settings = initiatives(InitiativeSetting("P-1", (reference, "pwa:g-1"), "Project Alpha"))
    matches = match([ALPHA, ALPHA_PLAN], [], settings)
    assert not matches.problems
    assert joined(matches) == {"P-1": {"jira:project:100": "configuration", "pwa:project:g-1": "configuration"}}
    assert matches.rows["initiative"] == [{"id": "initiative:P-1", "key": "P-1", "name": "Project Alpha"}]


def test_the_trackers_name_is_shown_where_the_configuration_gives_none() -> None:
    matches = match([ALPHA, ALPHA_PLAN], [], initiatives(InitiativeSetting("P-1", ("pwa:g-1", "jira:ALPHA"))))
    assert matches.rows["initiative"][0]["name"] == "Alpha rollout"


def test_the_same_key_held_in_the_tools_joins_whatever_its_case() -> None:
    projects = [{**ALPHA, "initiative_key": "p-7 "}, {**ALPHA_PLAN, "initiative_key": "P-7"}]
    assert joined(match(projects, [], NOTHING)) == {"P-7": {"jira:project:100": "key", "pwa:project:g-1": "key"}}


def test_several_plans_of_one_key_are_one_initiative() -> None:
    plans = [project("pwa", f"g-{n}", "plan", f"Part {n}", initiative_key="P-7") for n in range(3)]
    assert len(joined(match(plans, [], NOTHING))["P-7"]) == 3


def test_a_plan_that_names_the_trackers_key_takes_that_tracker_in() -> None:
    projects = [ALPHA, {**ALPHA_PLAN, "initiative_key": "alpha"}]
    assert joined(match(projects, [], NOTHING)) == {"alpha": {"jira:project:100": "key", "pwa:project:g-1": "key"}}


def test_a_key_that_two_trackers_bear_takes_neither_in() -> None:
    other = project("jira2", "5", "tracker", "Alpha elsewhere", "ALPHA")
    found = joined(match([ALPHA, other, {**ALPHA_PLAN, "initiative_key": "ALPHA"}], [], NOTHING))
    assert found == {
        "ALPHA": {"pwa:project:g-1": "single"},
        "jira:ALPHA": {"jira:project:100": "single"},
        "jira2:ALPHA": {"jira2:project:5": "single"},
    }


def test_a_configured_initiative_also_takes_in_what_bears_its_key() -> None:
    projects = [ALPHA, {**ALPHA_PLAN, "initiative_key": "P-1"}]
    found = joined(match(projects, [], initiatives(InitiativeSetting("P-1", ("jira:ALPHA",)))))
    assert found == {"P-1": {"jira:project:100": "configuration", "pwa:project:g-1": "key"}}


def test_trackers_of_two_sites_with_one_key_stay_apart() -> None:
    other = project("jira2", "100", "tracker", "Alpha elsewhere", "ALPHA")
    assert set(joined(match([ALPHA, other], [], NOTHING))) == {"jira:ALPHA", "jira2:ALPHA"}


def test_plans_of_one_name_in_one_source_are_told_apart_by_their_ids() -> None:
    plans = [project("pwa", f"g-{n}", "plan", "Untitled") for n in range(2)]
    assert set(joined(match(plans, [], NOTHING))) == {"pwa:g-0", "pwa:g-1"}


def test_a_deleted_project_belongs_to_no_initiative() -> None:
    assert joined(match([{**ALPHA, "deleted_at": AS_OF}], [], NOTHING)) == {}


@pytest.mark.parametrize(
    ("reference", "code", "what", "hint"),
    [
        ("jira:ALPA", "match.unknown", "there is no project `jira:ALPA`", "did you mean `jira:ALPHA`?"),
        ("jra:ALPHA", "match.unknown_source", "source `jra`", "did you mean `jira`?"),
        ("other:ALPHA", "match.unknown_source", "source `other`", "there is jira, pwa"),
        ("ALPHA", "match.reference", "does not say which source", "`jira:ALPHA`"),
        ("jira:Alpha rollouts", "match.unknown", "there is no project", "did you mean `jira:Alpha rollout`?"),
    ],
)
def test_a_reference_to_nothing_is_a_problem_with_its_place_and_a_hint(
    reference: str, code: str, what: str, hint: str
) -> None:
    matches = match([ALPHA, ALPHA_PLAN], [], initiatives(InitiativeSetting("P-1", ("pwa:g-1", reference))))
    (problem,) = matches.problems
    assert problem.code == code
    assert what in problem.what
    assert hint in problem.help
    assert problem.steps == ("initiatives", "P-1", "projects", 1)
    assert joined(matches)["P-1"] == {"pwa:project:g-1": "configuration"}


def test_a_name_that_two_projects_bear_is_a_problem_that_lists_their_ids() -> None:
    plans = [project("pwa", f"g-{n}", "plan", "Untitled") for n in range(2)]
    (problem,) = match(plans, [], initiatives(InitiativeSetting("P-1", ("pwa:untitled",)))).problems
    assert problem.code == "match.ambiguous"
    assert "`pwa:g-0`, `pwa:g-1`" in problem.help


def test_a_project_claimed_twice_stays_with_the_first() -> None:
    settings = initiatives(InitiativeSetting("P-1", ("jira:ALPHA",)), InitiativeSetting("P-2", ("jira:100",)))
    matches = match([ALPHA], [], settings)
    assert [p.code for p in matches.problems] == ["match.claimed_twice"]
    assert "P-1" in matches.problems[0].what
    assert joined(matches) == {"P-1": {"jira:project:100": "configuration"}}


def test_alike_names_are_suggested_and_not_joined() -> None:
    matches = match([ALPHA, ALPHA_PLAN], [], NOTHING)
    (suggestion,) = matches.rows["match_suggestion"]
    assert (suggestion["left_id"], suggestion["right_id"]) == ("jira:project:100", "pwa:project:g-1")
    assert Decimal("0.75") <= suggestion["confidence_ratio"] <= 1
    assert len(matches.rows["initiative"]) == 2


def test_nothing_is_suggested_for_what_is_matched_already_or_not_alike() -> None:
    settings = initiatives(InitiativeSetting("P-1", ("jira:ALPHA", "pwa:g-1")))
    beta = project("pwa", "g-2", "plan", "Payroll for the northern region")
    assert match([ALPHA, ALPHA_PLAN, beta], [], settings).rows["match_suggestion"] == []


def test_word_order_and_words_that_say_nothing_do_not_matter_to_likeness() -> None:
    plan = project("pwa", "g-2", "plan", "Project plan: ROLLOUT (Alpha)")
    (suggestion,) = match([ALPHA, plan], [], NOTHING).rows["match_suggestion"]
    assert suggestion["confidence_ratio"] == 1


def test_names_without_spaces_are_compared_too() -> None:
    one, two = project("jira", "1", "tracker", "数据中心迁移"), project("pwa", "2", "plan", "数据中心迁移二期")
    assert len(match([one, two], [], NOTHING).rows["match_suggestion"]) == 1


JANE = account("jira", "a1", "Jane Doe", "Jane.Doe@firm.example")
JANE_PLAN = account("pwa", "r1", "Doe, Jane", "jane.doe@firm.example")
HIDDEN = account("jira", "a2", "Jane Doe")


def people_of(matches: Matches) -> dict[str, tuple[str, str]]:
    return {row["account_id"]: (row["person_id"], row["matched_by"]) for row in matches.rows["account_person"]}


def test_an_equal_email_is_one_person_whatever_its_case() -> None:
    matches = match([], [JANE, JANE_PLAN], NOTHING)
    person = "person:jane.doe@firm.example"
    assert people_of(matches) == {"jira:account:a1": (person, "email"), "pwa:account:r1": (person, "email")}
    assert matches.rows["person"] == [{"id": person, "name": "Jane Doe", "email": "jane.doe@firm.example"}]


def test_a_list_joins_logins_whose_email_is_hidden() -> None:
    matches = match([], [HIDDEN, JANE_PLAN], MatchSettings(people=(("jane.doe@firm.example", "jira:a2"),)))
    assert set(people_of(matches).values()) == {("person:jane.doe@firm.example", "configuration")}
    assert not matches.problems
    assert not matches.rows["match_suggestion"]


def test_a_login_alone_is_a_person_whose_id_is_the_login() -> None:
    assert people_of(match([], [HIDDEN], NOTHING)) == {"jira:account:a2": ("person:jira:account:a2", "single")}


@pytest.mark.parametrize("kind", ["app", "generic", "material", "cost"])
def test_what_is_not_human_is_no_person(kind: str) -> None:
    matches = match([], [account("pwa", "r9", "Crane", "crane@firm.example", kind)], NOTHING)
    assert matches.rows["person"] == []
    assert matches.rows["account_person"] == []


def test_one_name_in_two_sources_is_suggested_only() -> None:
    matches = match([], [HIDDEN, JANE_PLAN], NOTHING)
    assert len(matches.rows["person"]) == 2
    (suggestion,) = matches.rows["match_suggestion"]
    assert suggestion["kind"] == "people"


def test_one_name_with_two_emails_is_two_people_and_no_suggestion() -> None:
    other = account("pwa", "r1", "Jane Doe", "jane.doe2@firm.example")
    assert match([], [JANE, other], NOTHING).rows["match_suggestion"] == []


@pytest.mark.parametrize("reference", ["nobody@firm.example", "jira:zz", "zz"])
def test_a_list_that_names_nobody_is_a_problem_with_its_place(reference: str) -> None:
    (problem,) = match([], [JANE], MatchSettings(people=((reference, "jira:a1"),))).problems
    assert problem.steps == ("people", 0, "same", 0)
    assert problem.help or reference == "jira:zz"


def test_the_result_replaces_the_one_before(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.duckdb", owner=Owner(1, "host", AS_OF)) as store:
        store.put({"project": [ALPHA, ALPHA_PLAN], "account": [JANE, JANE_PLAN]})
        match_store(store, NOTHING)
        match_store(store, initiatives(InitiativeSetting("P-1", ("jira:ALPHA", "pwa:g-1"))))
        assert [row["id"] for row in store.rows("FROM initiative")] == ["initiative:P-1"]
        assert store.rows("FROM match_suggestion") == []
        assert len(store.rows("FROM person")) == 1


KEYS = st.sampled_from(["A", "a", "B", "jira:A", None])
PROJECTS = st.lists(
    st.builds(
        lambda source, native, kind, key, held: project(
            source, native, kind, f"Name {key or native}", key, initiative_key=held
        ),
        st.sampled_from(["jira", "pwa"]),
        st.sampled_from("1234"),
        st.sampled_from(["tracker", "plan"]),
        KEYS,
        KEYS,
    ),
    unique_by=lambda row: row["id"],
    max_size=8,
)
ACCOUNTS = st.lists(
    st.builds(
        account,
        st.sampled_from(["jira", "pwa"]),
        st.sampled_from("12345"),
        st.sampled_from(["Jo", "Al"]),
        st.sampled_from([None, "jo@x.example", "JO@x.example", "al@x.example"]),
        st.sampled_from(["human", "app"]),
    ),
    unique_by=lambda row: row["id"],
    max_size=8,
)
SETTINGS = st.builds(
    MatchSettings,
    st.lists(
        st.builds(InitiativeSetting, st.sampled_from(["A", "X"]), st.just(("jira:1", "pwa:A"))),
        unique_by=lambda setting: setting.key,
        max_size=2,
    ).map(tuple),
    st.sampled_from([(), (("jo@x.example", "pwa:1"),), (("jira:1", "pwa:2"), ("pwa:2", "al@x.example"))]),
)


@given(PROJECTS, ACCOUNTS, SETTINGS, st.randoms(use_true_random=False))
def test_every_project_and_every_human_is_placed_once_in_whatever_order(
    projects: list[dict[str, Any]], accounts: list[dict[str, Any]], settings: MatchSettings, chance: random.Random
) -> None:
    matches = match(projects, accounts, settings)
    assert sorted(r["project_id"] for r in matches.rows["initiative_project"]) == sorted(r["id"] for r in projects)
    humans = sorted(r["id"] for r in accounts if r["kind"] == "human")
    assert [r["account_id"] for r in matches.rows["account_person"]] == humans
    for table, key in (("initiative", "id"), ("person", "id")):
        ids = [row[key] for row in matches.rows[table]]
        assert len({i.casefold() for i in ids}) == len(ids)
    chance.shuffle(projects)
    chance.shuffle(accounts)
    assert match(projects, accounts, settings) == matches
