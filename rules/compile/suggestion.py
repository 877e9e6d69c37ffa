"""`did you mean ...?` for the help line of a mistake."""

from collections.abc import Iterable

from portfolio.located_toml import suggest as closest

_OF_FUNCTIONS = 0.7


def suggest(word: str, known: Iterable[str]) -> str:
    """A near name, or an empty text. Case does not matter."""
    return closest(word.lower(), known)


def suggest_function(word: str, known: Iterable[str]) -> str:
    """A near function; nearer than a name must be, as most unknown functions are no slips of the pen."""
    return closest(word.lower(), known, _OF_FUNCTIONS)
