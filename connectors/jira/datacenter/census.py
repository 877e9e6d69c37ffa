"""Which issues of a project exist: Jira tells nobody that one was deleted, so they are counted, if need be listed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.jira.confirmed import project_of, with_answers
from connectors.jira.datacenter.issues import IssueReader, listed
from connectors.jira.datacenter.known import Known
from connectors.jira.datacenter.search import count_of, searchable
from connectors.jira.normalise.governance import ID_KINDS
from connectors.jira.positions import WEEK_MS, read_position, write_position
from connectors.jira.threads import side_by_side
from portfolio.ports import Census, Page

_PROJECTS_A_COUNT = 100
MOST_CONFIRMED = 1000
"""Issues are confirmed one by one. Where more are missing than this, and than are left, a lost permission is likelier
than so many deletions: nobody is asked, and whoever stores the census holds such removals back (`sync.removal`)."""


def census_pages(known: Known, project: str, position: str | None) -> Iterator[Page]:
    """One page without rows, or none where nothing can be gone: the number is that of the last census and of what was
    created since.

    Two counts cost less than a list. What they miss (one issue deleted and another moved here) shows after a week.
    Issues are also listed when they are read in another way: a register may have lost records to another mapping.
    """
    now, reading = known.time.now_ms(), known.reading(project)
    taken = _Taken.of(project, position)
    if taken.is_recent(known) and _nothing_gone(known, [taken]):
        return
    ids: dict[str, set[str]] = defaultdict(set)
    for issue in listed(known, f"project = {project}", ["issuetype", "created"]):
        native = str(issue["id"])
        kind = known.site.kind_of((issue.get("fields") or {}).get("issuetype") or {})
        ids["work_item"].add(known.site.id("item", native))
        if kind in ID_KINDS:
            ids[kind].add(known.site.id(ID_KINDS[kind], native))
    place = known.site.id("project", project)
    censuses = [Census(table, "project_id", place, frozenset(ids[table])) for table in ("work_item", *ID_KINDS)]
    yield Page({}, write_position(observed_ms=now, issues=len(ids["work_item"]), reading=reading), censuses=censuses)


def doubtful(known: Known, positions: Mapping[str, str | None]) -> list[str]:
    """Those of the projects of which something may be gone, by the same two counts, but of many projects together."""
    censuses = [_Taken.of(project, position) for project, position in positions.items()]
    recent = [taken for taken in censuses if taken.is_recent(known)]
    found = {taken.project for taken in censuses if not taken.is_recent(known)}
    for start in range(0, len(recent), _PROJECTS_A_COUNT):
        together = recent[start : start + _PROJECTS_A_COUNT]
        if not _nothing_gone(known, together):
            found |= {taken.project for taken in together}
    return [project for project in positions if project in found]


@dataclass(frozen=True)
class _Taken:
    """What the last census of a project left in its position."""

    project: str
    observed_ms: int | None
    issues: int | None
    reading: int | None

    @classmethod
    def of(cls, project: str, position: str | None) -> "_Taken":
        seen = read_position(position)
        return cls(project, seen.get("observed_ms"), seen.get("issues"), seen.get("reading"))

    def is_recent(self, known: Known) -> bool:
        if self.observed_ms is None or self.issues is None or self.reading != known.reading(self.project):
            return False
        return known.time.now_ms() - self.observed_ms <= WEEK_MS


def _nothing_gone(known: Known, censuses: Sequence[_Taken]) -> bool:
    """Whether there are as many issues as there were then, and as were created since."""
    since: dict[str, list[str]] = defaultdict(list)
    for taken in censuses:
        since[known.time.since(taken.observed_ms or 0)].append(taken.project)
    later = " OR ".join(f"({_of(projects)} AND created >= {when})" for when, projects in since.items())
    expected = sum(taken.issues or 0 for taken in censuses) + count_of(known.http, later)
    return count_of(known.http, _of([taken.project for taken in censuses])) == expected


def _of(projects: Sequence[str]) -> str:
    return f"project in ({', '.join(projects)})"


def confirmed(known: Known, reader: IssueReader, page: Page, missing: Sequence[str]) -> Page:
    """The page of a census, with what Jira says of the work items that it misses.

    - It answers with a project that we read: moved there, or archived where it was, if search does not know it either.
      The row comes along, and stays.
    - It answers with another project: moved away from what we read.
    - It does not: deleted (404) or hidden from us (403).
    """
    items = known.site.id("item", "")
    natives = sorted({item.removeprefix(items) for item in missing if item.startswith(items)})
    if not natives or _is_blind(page, missing):
        return page
    answers = dict(zip(natives, side_by_side(reader.one, natives), strict=True))
    reasons = {native: answer for native, answer in answers.items() if isinstance(answer, str)}
    found = [answer for answer in answers.values() if not isinstance(answer, str)]
    reasons |= {str(issue["id"]): "moved" for issue in found if project_of(issue) not in known.projects}
    here = [issue for issue in found if str(issue["id"]) not in reasons]
    own = {str(census.value).rpartition(":")[2] for census in page.censuses}
    still = [str(issue["id"]) for issue in here if project_of(issue) in own]
    archived = {*still} - searchable(known.http, still)
    rows = reader.rows(here)
    return with_answers(page, known.site, rows, archived=archived, reasons=reasons)


def _is_blind(page: Page, missing: Sequence[str]) -> bool:
    listed = {item for census in page.censuses if census.table == "work_item" for item in census.ids}
    absent = len({*missing} - listed)
    return absent > max(MOST_CONFIRMED, len(listed))
