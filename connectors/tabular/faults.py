"""What can be wrong: with one cell of a row, or with a table as a whole."""

from portfolio.errors import RemoteError, RemoteRefusal


class BadCell(ValueError):
    """A cell that is not what its column asks for. `remedy` says what to do."""

    def __init__(self, found: str, expected: str, remedy: str = "") -> None:
        super().__init__(f"{found}; expected {expected}" + (f". {remedy}" if remedy else ""))


def unusable(what: str, code: str, remedy: str) -> RemoteRefusal:
    """A file or sheet that cannot be read as a table; the others go on."""
    return RemoteRefusal(what, code=f"tabular.{code}", remedy=remedy)


def later(what: str, code: str, remedy: str) -> RemoteError:
    """A file that cannot be read just now."""
    return RemoteError(what, code=f"tabular.{code}", remedy=remedy)


def shown(value: object) -> str:
    """A value as it is quoted in a message."""
    text = str(value).replace("\n", "⏎")
    return f"`{text[:60]}{'…' if len(text) > 60 else ''}`"
