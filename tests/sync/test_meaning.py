"""What tables name as projects and people leads to initiatives and persons, or is told and waits."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync import InitiativeSetting, MatchSettings, Owner, match, open_store, tell
from sync.meaning import STREAM

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
GUID = "7c1c5f0e-0000-4000-8000-00000000000a"


def project(id: str, kind: str, key: str | None, name: str, initiative_key: str | None = None) -> dict[str, Any]:
    source, _, native = id.partition(":project:")
    return {
        "id": id,
        "source": source,
        "native_id": native,
        "kind": kind,
        "key": key,
        "name": name,
        "initiative_key": initiative_key,
        "deleted_at": None,
    }


def account(id: str, name: str, email: str | None = None) -> dict[str, Any]:
    source, _, native = id.partition(":account:")
    return {"id": id, "source": source, "native_id": native, "name": name, "email": email, "kind": "human"}


def named(words: str, kind: str = "project", uses: int = 1) -> dict[str, Any]:
    table = "project" if kind == "project" else "account"
    return {
        "id": f"finance:reference:{kind}:{words}",
        "source": "finance",
        "refers_as": f"finance:{table}:{words.casefold()}",
        "kind": kind,
        "reference": words,
        "place": "budget.csv, row 2, column A",
        "uses": uses,
        "origin": "budget.csv",
        "deleted_at": None,
    }


PROJECTS = [
    project("jira:project:10", "tracker", "WHA", "Warehouse automation", "INI-07"),
    project(f"plans:project:{GUID}", "plan", None, "Warehouse roll-out", "ini-07"),
    project("jira:project:11", "tracker", "CRM", "Customer portal"),
]
PEOPLE = [
    account("jira:account:1", "Ada Example", "ada@example.com"),
    account("plans:account:9", "Example, Ada", "ada@example.com"),
    account("jira:account:2", "Bo Example"),
    account("jira:account:3", "Bo Example"),
]


@pytest.mark.parametrize(
    ("words", "target", "how"),
    [
        ("INI-07", "INI-07", "key"),
        ("ini-07 ", "INI-07", "key"),
        ("WHA", "INI-07", "key"),
        ("jira:WHA", "INI-07", "native_id"),
        ("{" + GUID.upper() + "}", "INI-07", "native_id"),
        ("plans:" + GUID, "INI-07", "native_id"),
        ("plans:{" + GUID.upper() + "}", "INI-07", "native_id"),
        (" Plans:{ " + GUID + " } ", "INI-07", "native_id"),
        ("Warehouse roll-out", "INI-07", "name"),
        ("warehouse automation", "INI-07", "name"),
        ("CRM", "CRM", "key"),
    ],
)
def test_a_project_is_named_by_key_id_or_name(words: str, target: str, how: str) -> None:
    matches = match(PROJECTS, PEOPLE, MatchSettings(), [named(words)])

    [row] = matches.rows["reference_match"]
    assert (row["target_id"], row["matched_by"]) == (f"initiative:{target}", how)
    assert matches.unknown == ()


@pytest.mark.parametrize(
    ("words", "target", "how"),
    [
        ("Ada@Example.com", "person:ada@example.com", "email"),
        ("Ada Example", "person:ada@example.com", "name"),
        ("plans:9", "person:ada@example.com", "native_id"),
    ],
)
def test_a_person_is_named_by_mail_login_or_name(words: str, target: str, how: str) -> None:
    [row] = match(PROJECTS, PEOPLE, MatchSettings(), [named(words, "person")]).rows["reference_match"]

    assert (row["target_id"], row["matched_by"]) == (target, how)


def test_a_table_makes_no_project_and_no_person() -> None:
    without = match(PROJECTS, PEOPLE, MatchSettings())
    with_table = match(PROJECTS, PEOPLE, MatchSettings(), [named("INI-99"), named("Zoe Example", "person")])

    for table in without.rows.keys() - {"reference_match"}:
        assert with_table.rows[table] == without.rows[table]


def test_what_is_unknown_is_told_with_place_suggestion_and_rows() -> None:
    matches = match(PROJECTS, PEOPLE, MatchSettings(), [named("INI-70", uses=3), named("Bo Example", "person")])

    assert [row["target_id"] for row in matches.rows["reference_match"]] == [None, None]
    person, of_project = matches.unknown
    assert of_project.what == (
        "budget.csv, row 2, column A: `INI-70` is none of the projects known here; did you mean `INI-07`?; "
        "3 rows of it wait until it is"
    )
    assert "`Bo Example` names several people: `jira:account:2`, `jira:account:3`" in person.what
    assert person.what.endswith("1 row of it waits until it is")


def test_a_name_that_two_projects_have_leads_nowhere() -> None:
    twins = [*PROJECTS, project("plans:project:2", "plan", None, "Customer portal", "INI-09")]

    [unknown] = match(twins, [], MatchSettings(), [named("Customer portal")]).unknown

    assert "names several projects: `CRM`, `INI-09`" in unknown.what


def test_the_pmos_key_outranks_a_trackers() -> None:
    settings = MatchSettings((InitiativeSetting("WHA", ("jira:CRM",)),))

    [row] = match(PROJECTS, [], settings, [named("WHA")]).rows["reference_match"]

    assert row["target_id"] == "initiative:WHA"


def test_a_reference_that_left_its_table_means_nothing() -> None:
    gone = {**named("INI-07"), "deleted_at": NOW}

    assert match(PROJECTS, [], MatchSettings(), [gone]).rows["reference_match"] == []


def test_unknown_references_are_kept_until_they_are_known(tmp_path: Path) -> None:
    with open_store(tmp_path / "p.duckdb", owner=Owner(1, "here", NOW)) as store:
        other = {"source": "jira", "stream": "issues", "native_id": "1", "code": "bad", "reason": "bad"}
        store.put({"rejection": [other]})
        for moment, known in ((NOW, PROJECTS[2:]), (datetime(2026, 12, 1), PROJECTS[2:])):
            tell(store, match(known, [], MatchSettings(), [named("INI-07")]).unknown, moment)
        found = store.rows("SELECT * FROM rejection ORDER BY stream")
        assert [(r["stream"], r["code"]) for r in found] == [("issues", "bad"), (STREAM, "reference.unknown_project")]
        assert found[1]["first_seen_at"] == NOW.replace(tzinfo=None)

        tell(store, match(PROJECTS, [], MatchSettings(), [named("INI-07")]).unknown, NOW)

        assert [r["stream"] for r in store.rows("SELECT * FROM rejection")] == ["issues"]
