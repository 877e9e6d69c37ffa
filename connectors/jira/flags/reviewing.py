"""What people did to issues that we made for findings: closed, moved or deleted them, or took our label off.

Search by label shows most of them at once. What it does not show is read by its id: search may lag, forget what was
archived, or look into the wrong project, while an id is good for as long as the issue is there.
"""

from collections.abc import Iterator, Sequence

from connectors.jira.flags.finder import Found, find, read
from connectors.jira.flags.site import Site
from portfolio.errors import RemoteRefusal
from portfolio.ports import Review, Row


def review(site: Site, publications: Sequence[Row]) -> Review:
    """Notes on issues whose finding is open, by key, and the rows of those that are gone."""
    notes: list[str] = []
    gone: list[Row] = []
    for project in sorted({row["target"] for row in publications}):
        rows = [row for row in publications if row["target"] == project]
        try:
            found = find(site, project, sorted(row["name"] for row in rows))
        except RemoteRefusal:  # the project itself is gone or hidden, which is told when something is to be written
            continue
        known = {row["name"]: row for row in rows if row["name"] not in found and row.get("remote_id")}
        by_id = {name: read(site, row["remote_id"]) for name, row in known.items()}
        gone += [known[name] for name, issue in by_id.items() if issue is None]
        elsewhere = {name: issue for name, issue in by_id.items() if issue is not None}
        notes += [
            note
            for name, issue in sorted((found | elsewhere).items(), key=lambda named: named[1].key)
            for note in _notes(issue, name, project if name in elsewhere else issue.project)
        ]
    return Review(tuple(notes), tuple(gone))


def _notes(issue: Found, label: str, project: str) -> Iterator[str]:
    if issue.done:
        yield f"{issue.key} was closed by hand while its finding is open; it stays closed"
    if issue.project != project:
        yield f"{issue.key} was moved out of {project}; it stays the issue of its finding and is closed with it"
    if label not in issue.labels:
        yield f"{issue.key} lost its label {label}; put it back, for without it the issue is known by its id alone"
