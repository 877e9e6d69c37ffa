"""Which source projects are one initiative: by configuration, else by the key held in the tools, else each alone."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from portfolio.ports import Row
from sync.references import Directory, InitiativeSetting, MatchProblem, Steps, text_of

MatchedBy = Literal["configuration", "key", "guid", "single"]
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Group:
    """An initiative in the making: its key, the admin's name for it, its projects and what joined each."""

    key: str
    name: str | None = None
    members: list[tuple[Row, MatchedBy]] = field(default_factory=list)
    superseded: set[str] = field(default_factory=set)
    """Ids of projects that the admin said were taken over."""

    def history(self, sources: Collection[str]) -> set[str]:
        """Ids of its plans that are history: superseded, or of one of these sources, or, of two plans of one GUID, the
        one changed earlier. Where no plan would be left, all of them stay current: then they are all that there is.
        """
        plans = {row["id"]: row for row, _ in self.members if row.get("kind") == "plan"}
        past = {row_id for row_id, row in plans.items() if row_id in self.superseded or row["source"] in sources}
        for row_id, row in plans.items():
            twins = [p for i, p in plans.items() if i not in past and p["native_id"] == row["native_id"]]
            if row_id not in past and _GUID.fullmatch(str(row["native_id"])) and len(twins) > 1:
                past.update(twin["id"] for twin in sorted(twins, key=recency)[:-1])
        return past if len(past) < len(plans) else set()

    @property
    def id(self) -> str:
        """Stable as long as the key is."""
        return f"initiative:{self.key}"

    @property
    def kinds(self) -> set[str | None]:
        """tracker, plan, or both."""
        return {row.get("kind") for row, _ in self.members}

    def shown_name(self) -> str:
        """The admin's name, else the tracker's, else the plan's: the tracker is where most people meet the project."""
        if self.name:
            return self.name
        first = min(self.members, key=lambda m: (m[0].get("kind") != "tracker", m[0]["id"]), default=None)
        return str(first[0]["name"]) if first else self.key


def group_projects(
    projects: Sequence[Row], settings: Sequence[InitiativeSetting]
) -> tuple[list[Group], list[MatchProblem]]:
    """Every project in exactly one group. The order of `projects` does not matter.

    Two trackers that happen to share a key are not joined by it, nor are two plans by their name: only a key that
    somebody wrote down for this purpose joins. Such a key also takes in the one tracker whose own key it is. Plans of
    one GUID in several sources are the same plan, as an export and the site that it came from.
    """
    rows = sorted(projects, key=lambda row: str(row["id"]))
    groups, problems = _configured(rows, settings)
    placed = {row["id"] for group in groups.values() for row, _ in group.members}
    rest = [row for row in rows if row["id"] not in placed]
    keyed = [row for row in rest if text_of(row, "initiative_key")]
    _by_key(groups, keyed)
    unkeyed = _by_guid(groups, [row for row in rest if not text_of(row, "initiative_key")])
    singles = _by_tracker_key(groups, unkeyed)
    filled = [group for group in groups.values() if group.members]
    told = {problem.steps[1] for problem in problems}  # a successor that is misspelt is told once
    problems += _nothing_took_over(filled, [setting for setting in settings if setting.key not in told])
    return sorted([*filled, *_alone(singles, set(groups))], key=lambda g: g.id), problems


def _configured(
    rows: Sequence[Row], settings: Sequence[InitiativeSetting]
) -> tuple[dict[str, Group], list[MatchProblem]]:
    directory = Directory(rows, "project")
    groups: dict[str, Group] = {}
    taken: dict[str, str] = {}
    problems = []
    for setting in settings:
        group = groups.setdefault(setting.key.casefold(), Group(setting.key, setting.name))
        for listed, number, reference in _references(setting):
            steps = ("initiatives", setting.key, listed, number)
            found = directory.find(reference, steps)
            if isinstance(found, MatchProblem):
                problems.append(found)
            elif found["id"] in taken:
                problems.append(_claimed_twice(reference, steps, taken[found["id"]], setting.key))
            elif listed == "supersedes" and found.get("kind") != "plan":
                what = f"`{reference}` is a {found.get('kind')}; only a plan is taken over by another"
                problems.append(MatchProblem(steps, "match.supersedes", what, "name it in `projects`"))
            else:
                taken[found["id"]] = setting.key
                group.members.append((found, "configuration"))
                if listed == "supersedes":
                    group.superseded.add(found["id"])
    return groups, problems


def _claimed_twice(reference: str, steps: Steps, owner: str, key: str) -> MatchProblem:
    if owner != key:
        what = f"`{reference}` already belongs to initiative `{owner}`"
        return MatchProblem(steps, "match.claimed_twice", what, "leave it in one of them")
    if "supersedes" in steps:
        what = f"`{reference}` is named above already: no plan takes over from itself"
        return MatchProblem(
            steps, "match.supersedes", what, "leave the old plan in `supersedes` and the new in `projects`"
        )
    return MatchProblem(steps, "match.claimed_twice", f"`{reference}` is named twice", "leave it in once")


def _nothing_took_over(groups: Sequence[Group], settings: Sequence[InitiativeSetting]) -> Iterator[MatchProblem]:
    """Initiatives of which the admin said that every plan was taken over: then none was, and all of them count."""
    by_key = {group.key.casefold(): group for group in groups}
    for setting in settings:
        group = by_key.get(setting.key.casefold())
        plans = {row["id"] for row, _ in group.members if row.get("kind") == "plan"} if group else set()
        if group and group.superseded and plans <= group.superseded:
            what = (
                f"initiative `{setting.key}` has no plan but those in `supersedes`, so that nothing took over from them"
            )
            hint = "name the new plan in `projects`; until then the old ones count"
            yield MatchProblem(("initiatives", setting.key, "supersedes"), "match.supersedes", what, hint)


def _references(setting: InitiativeSetting) -> Iterator[tuple[str, int, str]]:
    """List, place in it, and text of each reference."""
    yield from (("projects", number, reference) for number, reference in enumerate(setting.projects))
    yield from (("supersedes", number, reference) for number, reference in enumerate(setting.supersedes))


def recency(row: Row) -> tuple[str, str, str]:
    """Later is newer: by last change, then publication, else by name of the source."""
    return str(row.get("updated_at") or ""), str(row.get("published_at") or ""), str(row["id"])


def _by_key(groups: dict[str, Group], rows: Sequence[Row]) -> None:
    """Join on the key that the tools hold; case does not matter."""
    shown: dict[str, str] = {}
    for row in rows:
        key = text_of(row, "initiative_key") or ""
        shown[key.casefold()] = min(key, shown.get(key.casefold(), key))
    for row in rows:
        folded = (text_of(row, "initiative_key") or "").casefold()
        groups.setdefault(folded, Group(shown[folded])).members.append((row, "key"))
    for folded in shown:  # nobody joined it: the key names it, but nothing was matched
        members = groups[folded].members
        if len(members) == 1 and members[0][1] == "key":
            groups[folded].members = [(members[0][0], "single")]


def _by_guid(groups: dict[str, Group], rows: Sequence[Row]) -> list[Row]:
    """Join plans of one GUID in different sources, also to one that is in a group already; returns the others."""
    homes = {row["native_id"]: group for group in groups.values() for row, _ in group.members if _has_guid(row)}
    bearers = Counter(row["native_id"] for row in rows if _has_guid(row))
    left = []
    for row in rows:
        native = row["native_id"]
        if not _has_guid(row) or (native not in homes and bearers[native] < 2):
            left.append(row)
            continue
        if native not in homes:
            newest = max((r for r in rows if r["native_id"] == native), key=recency)
            key = _own_key(newest)
            taken = key.casefold() in groups
            homes[native] = Group(f"{newest['source']}:{native}" if taken else key)
            groups[homes[native].key.casefold()] = homes[native]
        group = homes[native]
        group.members = [(member, "guid" if how == "single" else how) for member, how in group.members]
        group.members.append((row, "guid"))
    return left


def _has_guid(row: Row) -> bool:
    return row.get("kind") == "plan" and _GUID.fullmatch(str(row["native_id"])) is not None


def _by_tracker_key(groups: dict[str, Group], rows: Sequence[Row]) -> list[Row]:
    """Let a tracker join the initiative that bears its own key, if it is the only one; returns the others."""
    bearers = Counter((text_of(row, "key") or "").casefold() for row in rows if row.get("kind") == "tracker")
    left = []
    for row in rows:
        key = (text_of(row, "key") or "").casefold()
        if row.get("kind") == "tracker" and key in groups and bearers[key] == 1:
            group = groups[key]
            group.members = [(member, "key" if how == "single" else how) for member, how in group.members]
            group.members.append((row, "key" if len(group.members) else "single"))
        else:
            left.append(row)
    return left


def _alone(rows: Sequence[Row], taken: set[str]) -> list[Group]:
    """Each its own initiative, under its key or name; where that is not unique, with the source before it."""
    wanted = Counter(_own_key(row).casefold() for row in rows)
    qualified = Counter(_qualified(row).casefold() for row in rows)
    used = set(taken) | {key for key, count in wanted.items() if count > 1}
    used |= {key for key, count in qualified.items() if count > 1}
    groups = []
    for row in rows:
        choices = (_own_key(row), _qualified(row), f"{row['source']}:{row['native_id']}", str(row["id"]))
        key = next((choice for choice in choices if choice.casefold() not in used), choices[-1])
        used.add(key.casefold())
        groups.append(Group(key, None, [(row, "single")]))
    return groups


def _qualified(row: Row) -> str:
    return f"{row['source']}:{_own_key(row)}"


def _own_key(row: Row) -> str:
    key = text_of(row, "key") if row.get("kind") == "tracker" else None
    return key or text_of(row, "name") or str(row["native_id"])
