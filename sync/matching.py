"""What belongs together across sources: projects to initiatives, logins to people. Joined or suggested, not guessed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.ports import Row, Store
from sync.initiatives import group_projects
from sync.meaning import Unknown, meanings, people_by_word, projects_by_word
from sync.people import join_people
from sync.references import InitiativeSetting, MatchProblem, MatchSettings
from sync.suggesting import suggestions

__all__ = ["InitiativeSetting", "MatchProblem", "MatchSettings", "Matches", "match", "match_store"]


@dataclass(frozen=True)
class Matches:
    """Rows by table (initiative, initiative_project, person, account_person, match_suggestion, reference_match),
    settings that name something that is not there, and words in tables that mean nothing here."""

    rows: dict[str, list[dict[str, Any]]]
    problems: tuple[MatchProblem, ...] = ()
    unknown: tuple[Unknown, ...] = ()


def match(
    projects: Sequence[Row], accounts: Sequence[Row], settings: MatchSettings, references: Sequence[Row] = ()
) -> Matches:
    """Join rows of `project` and `account`, and find what rows of `reference` mean; their order does not matter.

    Deleted projects belong to no initiative. Deleted logins stay people: their booked time remains.
    """
    present = [row for row in projects if row.get("deleted_at") is None]
    groups, problems = group_projects(present, settings.initiatives)
    people = join_people(accounts, settings.people)
    known = {"project": projects_by_word(groups), "person": people_by_word(people, accounts)}
    meant, unknown = meanings(references, known)
    rows = {
        "initiative": [{"id": g.id, "key": g.key, "name": g.shown_name()} for g in groups],
        "initiative_project": [
            {
                "initiative_id": group.id,
                "project_id": row["id"],
                "matched_by": how,
                "role": _role(row, past),
                "source_is_history": row["source"] in settings.history,
            }
            for group, past in ((group, group.history(settings.history)) for group in groups)
            for row, how in sorted(group.members, key=lambda member: str(member[0]["id"]))
        ],
        "person": people.persons,
        "account_person": people.accounts,
        "match_suggestion": sorted(
            [*suggestions(groups, settings.history), *people.suggestions],
            key=lambda row: (row["kind"], row["left_id"], row["right_id"]),
        ),
        "reference_match": meant,
    }
    problems = sorted([*problems, *people.problems], key=lambda p: tuple(map(str, p.steps)))
    return Matches(rows, tuple(problems), tuple(unknown))


def _role(row: Row, past: Collection[str]) -> str:
    return "history" if row["id"] in past else "current"


def match_store(store: Store, settings: MatchSettings) -> Matches:
    """Match what the store holds and write the result in place of the one before."""
    projects, accounts, references = (
        store.rows(f"SELECT * FROM {table}")  # noqa: S608 - names of our own
        for table in ("project", "account", "reference")
    )
    matches = match(projects, accounts, settings, references)
    store.put(matches.rows, replace=tuple(matches.rows))
    return matches
