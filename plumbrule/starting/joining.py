"""Which projects of the drafts' sources are one: by the key that the tools hold, likely, or each alone. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plumbrule.joins import Join, joins
from plumbrule.starting.sources import SourceDraft
from sync import MatchSettings
from sync import match as matched


@dataclass(frozen=True)
class Joined:
    """How many initiatives hold projects of several sources by their key, and what is likely besides."""

    by_key: int
    likely: tuple[Join, ...]


def joined(drafts: Sequence[SourceDraft]) -> Joined:
    """As a run will match them, of the projects that will be read."""
    rows = [row for draft in drafts for row in chosen_rows(draft)]
    found = matched(rows, [], MatchSettings(history=_history(drafts)))
    sources: dict[str, set[str]] = {}
    for member in found.rows["initiative_project"]:
        sources.setdefault(member["initiative_id"], set()).add(str(member["project_id"]).partition(":")[0])
    likely = joins(row for row in found.rows["match_suggestion"] if row["kind"] == "projects")
    return Joined(sum(len(held) > 1 for held in sources.values()), tuple(likely))


def chosen_rows(draft: SourceDraft) -> list[Mapping[str, Any]]:
    """The rows of the projects that the draft reads."""
    if draft.survey is None:
        return []
    keys = draft.values.get("projects")
    return [row for row in draft.survey.projects if not keys or row.get("key") in keys]


def _history(drafts: Sequence[SourceDraft]) -> frozenset[str]:
    return frozenset(draft.name for draft in drafts if draft.values.get("history"))
