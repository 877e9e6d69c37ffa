"""What to say of answers that break Jira's own promises."""

from typing import Any

from portfolio.errors import RemoteRefusal


def unusable(what: str, code: str) -> RemoteRefusal:
    """The error for such an answer."""
    return RemoteRefusal(
        f"Jira's {what}", code=code, remedy="Run again; what was read is kept. If it stays, tell Jira's administrator."
    )


def fresh(token: Any, used: set[str], what: str) -> str:
    """The token of a next page, noted as used. Raises RemoteRefusal if it was: following it would never end."""
    if token in used:
        raise unusable(f"{what} gave the same page token twice", "remote.paging")
    used.add(str(token))
    return str(token)
