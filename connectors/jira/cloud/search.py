"""`POST /search/jql`, page by page (Atlassian, REST v3; the only search that is left on Cloud)."""

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.http import Http
from connectors.jira.client import API
from portfolio.errors import RemoteRefusal


def search(
    http: Http, jql: str, fields: Sequence[str], page_size: int, max_pages: int
) -> Iterator[tuple[list[Any], bool]]:
    """Pages of issues, and whether it is the last: no token comes with it, or it says `isLast` (which may be missing).

    A short page says nothing: Jira shrinks pages as it likes. Raises RemoteRefusal for a token that repeats, for more
    than `max_pages`, and for an answer without issues: it must not pass for an empty project.
    """
    body: dict[str, Any] = {"jql": jql, "maxResults": page_size, "fields": list(fields)}
    used: set[str] = set()
    for _ in range(max_pages):
        answer = http.post_json(f"{API}/search/jql", body, read_only=True)
        issues = answer.get("issues") if isinstance(answer, dict) else None
        if not isinstance(issues, list):
            raise unusable("search answered without a list of issues", "remote.shape")
        token = answer.get("nextPageToken")
        is_last = answer.get("isLast") is True or not token
        yield issues, is_last
        if is_last:
            return
        body["nextPageToken"] = fresh(token, used, "search")
    raise unusable(f"search did not end within {max_pages} pages", "remote.paging")


def fresh(token: Any, used: set[str], what: str) -> str:
    """The token, noted as used. Raises RemoteRefusal if it was: following it would never end."""
    if token in used:
        raise unusable(f"{what} gave the same page token twice", "remote.paging")
    used.add(str(token))
    return str(token)


def unusable(what: str, code: str) -> RemoteRefusal:
    """The error for an answer that breaks Jira's own promises."""
    return RemoteRefusal(
        f"Jira's {what}", code=code, remedy="Run again; what was read is kept. If it stays, tell Atlassian."
    )
