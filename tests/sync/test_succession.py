"""Exports and what follows them: which plans are one, and which of them is history."""

import tomllib
from datetime import datetime

import pytest

from sync import InitiativeSetting, MatchSettings
from sync.matching import match

GUID, OTHER = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"


def plan(source: str, native: str, name: str = "Harbour", **more: object) -> dict:
    return {
        "id": f"{source}:project:{native}",
        "source": source,
        "native_id": native,
        "name": name,
        "kind": "plan",
        **more,
    }


def tracker(key: str = "HAR", **more: object) -> dict:
    return {"id": f"jira:project:{key}", "source": "jira", "native_id": key, "key": key, "name": "Harbour wall",
            "kind": "tracker", **more}  # fmt: skip


def joined(*projects: dict, **settings: object) -> dict[str, dict[str, tuple[str, str]]]:
    """By initiative: project id -> what joined it, and its role. The order of the projects must not matter."""
    found = [match(order, [], MatchSettings(**settings)) for order in (projects, projects[::-1])]
    assert found[0].rows == found[1].rows
    assert found[0].problems == ()
    groups: dict[str, dict[str, tuple[str, str]]] = {}
    for row in found[0].rows["initiative_project"]:
        groups.setdefault(row["initiative_id"], {})[row["project_id"]] = (row["matched_by"], row["role"])
    return groups


def test_plans_of_one_guid_are_one_and_the_one_changed_later_is_current():
    old = plan("online", GUID, updated_at=datetime(2026, 9, 29))
    new = plan("server", GUID, updated_at=datetime(2026, 11, 20))
    (group,) = joined(old, new).values()
    assert group == {old["id"]: ("guid", "history"), new["id"]: ("guid", "current")}


def test_a_plan_of_the_same_guid_joins_those_that_configuration_or_a_key_joined():
    old = plan("online", GUID, updated_at=datetime(2026, 9, 29))
    new = plan("server", GUID, updated_at=datetime(2026, 11, 20), initiative_key="HAR")
    (group,) = joined(old, new, tracker()).values()
    assert group == {
        old["id"]: ("guid", "history"), new["id"]: ("guid", "current"), "jira:project:HAR": ("key", "current"),
    }  # fmt: skip


def test_plans_of_different_guids_and_one_name_stay_two():
    assert len(joined(plan("online", GUID), plan("server", OTHER))) == 2


def test_names_of_files_are_no_guids():
    assert len(joined(plan("a", "harbour"), plan("b", "harbour"))) == 2


def test_an_old_dump_a_new_plan_and_a_tracker_are_one_line_by_configuration():
    setting = InitiativeSetting("INI-1", ("planner:Harbour", "jira:HAR"), supersedes=("online:Harbour",))
    (group,) = joined(plan("online", GUID), plan("planner", OTHER), tracker(), initiatives=(setting,)).values()
    assert group == {
        f"online:project:{GUID}": ("configuration", "history"),
        f"planner:project:{OTHER}": ("configuration", "current"),
        "jira:project:HAR": ("configuration", "current"),
    }


def test_a_source_that_is_history_steps_back_where_another_plan_is_there():
    by_key = {"initiative_key": "HAR"}
    old, new = plan("online", GUID, **by_key), plan("planner", OTHER, **by_key)
    (group,) = joined(old, new, history=frozenset({"online"})).values()
    assert group == {old["id"]: ("key", "history"), new["id"]: ("key", "current")}


def test_a_plan_without_successor_is_not_history_but_all_that_there_is():
    (group,) = joined(plan("online", GUID, initiative_key="HAR"), tracker(), history=frozenset({"online"})).values()
    assert {role for _, role in group.values()} == {"current"}


def test_a_superseded_plan_that_is_not_there_is_told_with_its_place():
    setting = InitiativeSetting("INI-1", ("planner:Harbour",), supersedes=("online:Harbor",))
    found = match([plan("planner", OTHER), plan("online", GUID)], [], MatchSettings((setting,)))
    assert [p.steps for p in found.problems] == [("initiatives", "INI-1", "supersedes", 0)]


def test_an_old_plan_of_a_like_name_is_suggested_with_its_likeness_and_not_joined():
    old, new = plan("online", GUID, "Harbour wall"), plan("planner", OTHER, "Harbour wall 2")
    found = match([old, new], [], MatchSettings(history=frozenset({"online"})))
    (row,) = found.rows["match_suggestion"]
    assert (row["left_id"], row["right_id"]) == (old["id"], new["id"])
    assert 0.75 <= row["confidence_ratio"] < 1
    assert len(found.rows["initiative"]) == 2


def test_a_new_plan_is_suggested_to_an_old_one_that_only_its_tracker_joined():
    old, new = plan("online", GUID, initiative_key="HAR"), plan("planner", OTHER)
    found = match([old, new, tracker()], [], MatchSettings(history=frozenset({"online"})))
    (row,) = found.rows["match_suggestion"]
    assert (row["left_id"], row["right_id"], row["confidence_ratio"]) == (old["id"], new["id"], 1)
    assert len(found.rows["initiative"]) == 2


def test_a_new_plan_with_a_tracker_of_its_own_is_not_suggested_to_an_old_one_with_another():
    old, new = plan("online", GUID, initiative_key="HAR"), plan("planner", OTHER, initiative_key="BAY")
    found = match([old, new, tracker(), tracker("BAY")], [], MatchSettings(history=frozenset({"online"})))
    assert found.rows["match_suggestion"] == []


def suggested(*projects: dict, **settings: object) -> list[dict]:
    found = [
        match(order, [], MatchSettings(**settings)).rows["match_suggestion"] for order in (projects, projects[::-1])
    ]
    assert found[0] == found[1]
    return found[0]


def test_plans_of_one_name_in_two_sources_are_suggested_with_the_lines_that_join_them():
    old = plan("online", GUID, key="100001", updated_at=datetime(2026, 9, 29))
    new = plan("planner", OTHER, "harbour", updated_at=datetime(2026, 11, 20))
    (row,) = suggested(old, new)
    assert (row["left_id"], row["right_id"], row["confidence_ratio"]) == (old["id"], new["id"], 1)
    lines = tomllib.loads(row["settings_lines"])
    assert lines == {"initiatives": {"harbour": {"projects": ["planner:harbour"], "supersedes": ["online:Harbour"]}}}


def test_an_old_plan_is_suggested_to_the_initiative_of_the_new_one_and_the_lines_keep_all_that_it_has():
    old = plan("online", GUID, updated_at=datetime(2026, 9, 29))
    new = plan("planner", OTHER, updated_at=datetime(2026, 11, 20))
    setting = InitiativeSetting("INI-1", ("planner:Harbour", "jira:HAR"), 'The "wall"')
    (row,) = suggested(old, new, tracker(), initiatives=(setting,))
    assert tomllib.loads(row["settings_lines"])["initiatives"]["INI-1"] == {
        "name": 'The "wall"',
        "projects": ["jira:HAR", "planner:Harbour"],
        "supersedes": ["online:Harbour"],
    }


def test_the_lines_that_are_suggested_join_what_they_say():
    old = plan("online", GUID, updated_at=datetime(2026, 9, 29))
    new = plan("planner", OTHER, updated_at=datetime(2026, 11, 20), initiative_key="HAR")
    (row,) = suggested(old, new, tracker())
    [(key, entry)] = tomllib.loads(row["settings_lines"])["initiatives"].items()
    setting = InitiativeSetting(key, tuple(entry["projects"]), None, tuple(entry["supersedes"]))
    (group,) = joined(old, new, tracker(), initiatives=(setting,)).values()
    assert {project: role for project, (_, role) in group.items()} == {
        old["id"]: "history", new["id"]: "current", "jira:project:HAR": "current",
    }  # fmt: skip
    assert suggested(old, new, tracker(), initiatives=(setting,)) == []


def test_two_plans_of_one_name_in_a_source_are_named_by_their_native_ids():
    twins = [plan("online", GUID), plan("online", "aaaaaaaa-0000-4000-8000-000000000003")]
    rows = suggested(*twins, plan("planner", OTHER, updated_at=datetime(2026, 11, 20)))
    assert {tuple(tomllib.loads(r["settings_lines"])["initiatives"]["Harbour"]["supersedes"]) for r in rows} == {
        (f"online:{twin['native_id']}",) for twin in twins
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (plan("online", GUID, "Roll-out 1"), plan("planner", OTHER, "Roll-out 2")),
        (plan("online", GUID, "Harbour wall"), plan("planner", OTHER, "Harbour hall")),
        (plan("online", GUID, "Harbour"), plan("online", OTHER, "Harbour")),
    ],
    ids=["another number", "another word", "one source"],
)
def test_plans_that_are_not_of_one_name_or_of_one_source_are_not_suggested(one: dict, other: dict):
    assert suggested(one, other) == []


def test_a_plan_is_not_suggested_to_an_initiative_that_holds_one_of_its_source():
    mine, theirs = plan("online", GUID), plan("planner", OTHER, initiative_key="HAR")
    held = plan("online", "aaaaaaaa-0000-4000-8000-000000000003", "Other", initiative_key="HAR")
    assert suggested(mine, theirs, held) == []


def test_a_plan_does_not_take_over_from_itself():
    setting = InitiativeSetting("INI-1", ("planner:Harbour",), supersedes=(f"planner:{OTHER}",))
    found = match([plan("planner", OTHER)], [], MatchSettings((setting,)))
    assert [(p.steps, p.code) for p in found.problems] == [
        (("initiatives", "INI-1", "supersedes", 0), "match.supersedes")
    ]
    assert "takes over from itself" in found.problems[0].what


def test_what_is_no_plan_cannot_be_taken_over():
    setting = InitiativeSetting("INI-1", ("planner:Harbour",), supersedes=("jira:HAR",))
    found = match([plan("planner", OTHER), tracker()], [], MatchSettings((setting,)))
    assert [p.what for p in found.problems] == ["`jira:HAR` is a tracker; only a plan is taken over by another"]


def test_an_initiative_whose_plans_were_all_taken_over_is_told():
    setting = InitiativeSetting("INI-1", ("jira:HAR",), supersedes=("online:Harbour",))
    found = match([plan("online", GUID), tracker()], [], MatchSettings((setting,)))
    assert [(p.steps, p.code) for p in found.problems] == [(("initiatives", "INI-1", "supersedes"), "match.supersedes")]
    assert {row["role"] for row in found.rows["initiative_project"]} == {"current"}


def test_a_name_that_many_plans_of_a_source_bear_suggests_nothing():
    many = [plan("online", f"n{number}", "New project") for number in range(4)]
    assert suggested(*many, plan("planner", OTHER, "new project")) == []
    assert len(suggested(*many[:3], plan("planner", OTHER, "new project"))) == 3
