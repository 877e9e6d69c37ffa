"""Which logins are one human: by the admin's lists, else by equal e-mail, else each alone. Never by name."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.ports import Row
from sync.references import Directory, MatchProblem, text_of
from sync.similarity import namesakes

_NOT_PEOPLE = frozenset(("app", "generic", "material", "cost"))


@dataclass(frozen=True)
class People:
    """Rows of `person`, `account_person` and `match_suggestion`."""

    persons: list[dict[str, Any]]
    accounts: list[dict[str, Any]]
    suggestions: list[dict[str, Any]]
    problems: list[MatchProblem]


def join_people(accounts: Sequence[Row], same: Sequence[Sequence[str]]) -> People:
    """Every human login in exactly one person. The order of `accounts` does not matter; lists that overlap merge.

    A person's id comes from the e-mail where there is one, else from the login, so that it lasts from run to run.
    """
    humans = sorted((a for a in accounts if a.get("kind") not in _NOT_PEOPLE), key=lambda row: str(row["id"]))
    unions = _Unions([row["id"] for row in humans])
    for group in _by_email(humans).values():
        unions.join([row["id"] for row in group])
    named, problems = _configured(humans, same, unions)
    people = _People(humans, unions, named)
    return People(people.persons(), people.account_rows(), people.suggestions(), problems)


class _Unions:
    """Sets that can be joined; each is known by its smallest member."""

    def __init__(self, members: Sequence[str]) -> None:
        self._above = {member: member for member in members}

    def root(self, member: str) -> str:
        while self._above[member] != member:
            self._above[member] = self._above[self._above[member]]
            member = self._above[member]
        return member

    def join(self, members: Sequence[str]) -> None:
        roots = sorted({self.root(member) for member in members})
        for other in roots[1:]:
            self._above[other] = roots[0]


def _reference(row: Row) -> str:
    """A login as the configuration names it, as a string of TOML."""
    return json.dumps(f"{row['source']}:{row['native_id']}", ensure_ascii=False)


def _email(row: Row) -> str | None:
    email = text_of(row, "email")
    return email.lower() if email else None


def _by_email(rows: Sequence[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        email = _email(row)
        if email:
            groups.setdefault(email, []).append(row)
    return groups


def _configured(
    rows: Sequence[Row], same: Sequence[Sequence[str]], unions: _Unions
) -> tuple[set[str], list[MatchProblem]]:
    """Join what the lists name; returns the logins so joined, and references that name nobody."""
    by_email, directory = _by_email(rows), Directory(rows, "login")
    sources = {row["source"] for row in rows}
    named: set[str] = set()
    problems = []
    for number, references in enumerate(same):
        members: list[str] = []
        for place, reference in enumerate(references):
            steps = ("people", number, "same", place)
            if "@" in reference and reference.partition(":")[0] not in sources:
                found: list[Row] = by_email.get(reference.strip().lower(), [])
                if not found:
                    what = f"no login has the e-mail `{reference}`"
                    hint = "where the tool hides e-mails, name the login as `<source>:<native id>`"
                    problems.append(MatchProblem(steps, "match.unknown", what, hint))
            else:
                meant = directory.find(reference, steps)
                found = [] if isinstance(meant, MatchProblem) else [meant]
                if isinstance(meant, MatchProblem):
                    problems.append(meant)
            members += [row["id"] for row in found]
        unions.join(members)
        if len(set(members)) > 1:
            named |= set(members)
    return named, problems


@dataclass(frozen=True)
class _Human:
    """One person's logins, sorted by id."""

    logins: tuple[Row, ...]

    @property
    def email(self) -> str | None:
        return min((email for row in self.logins if (email := _email(row))), default=None)

    @property
    def id(self) -> str:
        return f"person:{self.email or self.logins[0]['id']}"

    @property
    def name(self) -> str | None:
        return next((row["name"] for row in self.logins if row.get("name")), None)


class _People:
    """Turns the joined sets into rows."""

    def __init__(self, rows: Sequence[Row], unions: _Unions, named: set[str]) -> None:
        self._named = named
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(unions.root(row["id"]), []).append(row)
        self._humans = sorted((_Human(tuple(group)) for group in groups.values()), key=lambda human: human.id)

    def persons(self) -> list[dict[str, Any]]:
        return [{"id": human.id, "name": human.name, "email": human.email} for human in self._humans]

    def account_rows(self) -> list[dict[str, Any]]:
        rows = [
            {"account_id": row["id"], "person_id": human.id, "matched_by": self._how(row, human)}
            for human in self._humans
            for row in human.logins
        ]
        return sorted(rows, key=lambda row: str(row["account_id"]))

    def _how(self, row: Row, human: _Human) -> str:
        if row["id"] in self._named:
            return "configuration"
        return "email" if len(human.logins) > 1 else "single"

    def suggestions(self) -> list[dict[str, Any]]:
        """Logins of different sources with the same name that an e-mail could not tell apart."""
        return sorted(self._namesakes(), key=lambda row: (row["left_id"], row["right_id"]))

    def _namesakes(self) -> Iterator[dict[str, Any]]:
        human_of = {row["id"]: human for human in self._humans for row in human.logins}
        for group in namesakes([row for human in self._humans for row in human.logins]):
            logins = sorted(group, key=lambda row: str(row["id"]))
            first = logins[0]
            for other in logins[1:]:
                one, two = human_of[first["id"]], human_of[other["id"]]
                told_apart = one.email is not None and two.email is not None
                if one != two and first["source"] != other["source"] and not told_apart:
                    yield {
                        "kind": "people",
                        "left_id": first["id"],
                        "right_id": other["id"],
                        "left_name": first["name"],
                        "right_name": other["name"],
                        "confidence_ratio": 1,
                        "settings_lines": f"[[people]]\nsame = [{', '.join(map(_reference, (first, other)))}]",
                        "method": "the same name in two sources, an e-mail is hidden",
                    }
