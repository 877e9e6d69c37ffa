"""Which OAuth scopes a call needs: any one of the set lets it through (Atlassian, REST v3, security of operations)."""

from __future__ import annotations

READ, WRITE, USERS = "read:jira-work", "write:jira-work", "read:jira-user"
PROJECTS, SETTINGS = "manage:jira-project", "manage:jira-configuration"
"""The classic scopes of the calls that are served here."""

BOARDS = frozenset({"read:board-scope:jira-software"})
BOARD_SETTINGS = frozenset({"read:board-scope.admin:jira-software"})
SPRINTS = frozenset({"read:sprint:jira-software"})
"""The Agile API knows granular scopes only; a classic token is refused there."""

_READING_POSTS = (
    "/search/jql",
    "/search/approximate-count",
    "/search",
    "/issue/bulkfetch",
    "/changelog/bulkfetch",
    "/worklog/list",
)
_ABOUT_USERS = ("/myself", "/user/bulk", "/users/search", "/configuration")


def needed_scopes(method: str, path: str) -> frozenset[str]:
    """Give the classic scopes of a route below /rest/api/3; an empty set means that anybody who signed in may call."""
    if path == "/serverInfo":
        return frozenset()
    if path == "/group/member":
        return frozenset({SETTINGS})
    if method == "GET" or path in _READING_POSTS:
        return frozenset({USERS if path in _ABOUT_USERS else READ})
    if path.startswith("/project/"):
        return frozenset({PROJECTS})
    return frozenset({WRITE})
