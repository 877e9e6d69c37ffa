"""What belongs together across sources: projects to initiatives, logins to people. Joined or suggested, not guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.ports import Row, Store
from sync.initiatives import group_projects, suggestions
from sync.people import join_people
from sync.references import InitiativeSetting, MatchProblem, MatchSettings

__all__ = ["InitiativeSetting", "MatchProblem", "MatchSettings", "Matches", "match", "match_store"]


@dataclass(frozen=True)
class Matches:
    """Rows by table (initiative, initiative_project, person, account_person, match_suggestion), and settings that
    name something that is not there."""

    rows: dict[str, list[dict[str, Any]]]
    problems: tuple[MatchProblem, ...] = ()


def match(projects: Sequence[Row], accounts: Sequence[Row], settings: MatchSettings) -> Matches:
    """Join rows of `project` and `account`; the same rows in any order give the same result.

    Deleted projects belong to no initiative. Deleted logins stay people: their booked time remains.
    """
    present = [row for row in projects if row.get("deleted_at") is None]
    groups, problems = group_projects(present, settings.initiatives)
    people = join_people(accounts, settings.people)
    rows = {
        "initiative": [{"id": g.id, "key": g.key, "name": g.shown_name()} for g in groups],
        "initiative_project": [
            {"initiative_id": group.id, "project_id": row["id"], "matched_by": how}
            for group in groups
            for row, how in sorted(group.members, key=lambda member: str(member[0]["id"]))
        ],
        "person": people.persons,
        "account_person": people.accounts,
        "match_suggestion": sorted(
            [*suggestions(groups), *people.suggestions], key=lambda row: (row["kind"], row["left_id"], row["right_id"])
        ),
    }
    return Matches(rows, tuple(sorted([*problems, *people.problems], key=lambda p: tuple(map(str, p.steps)))))


def match_store(store: Store, settings: MatchSettings) -> Matches:
    """Match what the store holds and write the result in place of the one before."""
    matches = match(store.rows("SELECT * FROM project"), store.rows("SELECT * FROM account"), settings)
    store.put(matches.rows, replace=tuple(matches.rows))
    return matches
