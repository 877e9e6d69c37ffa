"""Whether two names are one person's, as far as their writing tells."""

import unicodedata


def same_person(one: str, other: str) -> bool:
    """Two names of one person, as far as their writing tells."""
    return _written(one) == _written(other)


def _written(name: str) -> str:
    """Without what differs only in its form: case, width, space, characters that are not seen."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(c for c in plain if unicodedata.category(c) != "Cf").split())
