"""Issues that we made for findings, found by their fingerprint label."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.jira.flags.site import Site
from portfolio.errors import RemoteRefusal

RESOLVED = "resolved"
"""After our label prefix: the finding is resolved, and no transition led to done."""
_LABELS_A_QUERY = 50
_PAGE = 100
_LOOKS_SECONDS = (2.0, 4.0, 8.0, 16.0, 30.0)
"""Pauses between looks for an issue that may have been created: search lags behind by seconds (Atlassian, "Search and
reconcile"), and the look by id, which does not lag, needs the id that we do not have."""


@dataclass(frozen=True)
class Found:
    """One of our issues. `done`: its status is of the category done. `resolved`: it carries our label that says so."""

    id: str
    key: str
    done: bool
    resolved: bool
    labels: frozenset[str] = frozenset()

    @property
    def project(self) -> str:
        """Key of the project that it is in."""
        return self.key.rpartition("-")[0]


def find(site: Site, project: str, labels: Sequence[str]) -> dict[str, Found]:
    """Our issues in that project by fingerprint label; the oldest where there are several."""
    found: dict[str, Found] = {}
    for start in range(0, len(labels), _LABELS_A_QUERY):
        part = labels[start : start + _LABELS_A_QUERY]
        listed = ", ".join(_quoted(label) for label in part)
        for issue in _search(site, f"project = {_quoted(project)} AND labels in ({listed}) ORDER BY created ASC"):
            for label in set((issue.get("fields") or {}).get("labels") or ()) & set(part):
                found.setdefault(label, _found(site, issue))
    return found


def read(site: Site, issue: str) -> Found | None:
    """An issue whose id we know, as it stands now; None where it is gone or hidden."""
    try:
        return _found(site, site.http.get_json(site.issue(issue), {"fields": "labels,status"}))
    except RemoteRefusal as error:
        if error.code == "remote.not_found":
            return None
        raise


def find_patiently(site: Site, project: str, labels: Sequence[str]) -> dict[str, Found]:
    """The same, looking again until all are found or the search index must have caught up."""
    found = find(site, project, labels)
    for pause in _LOOKS_SECONDS:
        missing = [label for label in labels if label not in found]
        if not missing:
            break
        site.sleep(pause)
        found |= find(site, project, missing)
    return found


def _found(site: Site, issue: dict[str, Any]) -> Found:
    fields = issue.get("fields") or {}
    category = ((fields.get("status") or {}).get("statusCategory") or {}).get("key")
    labels = frozenset(fields.get("labels") or ())
    resolved = f"{site.label_prefix}{RESOLVED}" in labels
    return Found(str(issue["id"]), str(issue.get("key", "")), category == "done", resolved, labels)


def _search(site: Site, jql: str) -> Iterator[dict[str, Any]]:
    asked = {"jql": jql, "fields": ["labels", "status"], "maxResults": _PAGE}
    if not site.edition.edits_in_bulk:
        yield from site.http.post_json(site.path("/search"), asked, read_only=True).get("issues") or ()
        return
    token, seen = "", set[str]()
    while True:
        body = {**asked, "nextPageToken": token} if token else asked
        page = site.http.post_json(site.path("/search/jql"), body, read_only=True)
        yield from page.get("issues") or ()
        token = page.get("nextPageToken") or ""
        if not token or page.get("isLast") or token in seen:
            return
        seen.add(token)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
