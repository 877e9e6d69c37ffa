"""`did you mean ...?`, without its question, for the help line of a mistake."""

from collections.abc import Iterable

from portfolio.located_toml import suggest as closest


def suggest(word: str, known: Iterable[str]) -> str:
    """A near name, or an empty text. Case does not matter."""
    return closest(word.lower(), known)
