"""Search by words: every word must occur, whatever its case and accents; a word in double quotes may hold spaces."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_WORD = re.compile(r'"([^"]+)"|(\S+)')
_LOOKED_AT = ("title", "detail", "cause", "project", "project_name", "department", "reference")


def folded(text: str) -> str:
    """The text without case and accents: `Straße` and `STRASSE`, `Müller` and `muller` are the same."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """What is sought, folded."""
    return [folded(quoted or plain) for quoted, plain in _WORD.findall(text)]


def matching(rows: Iterable[Mapping[str, Any]], sought: str) -> Sequence[Mapping[str, Any]]:
    """Rows in which every word occurs, those whose title holds more of them first, else in their order."""
    wanted = words(sought)
    scored = []
    for row in rows:
        whole = folded("\n".join(str(row[key]) for key in _LOOKED_AT if row.get(key)))
        if all(word in whole for word in wanted):
            title = folded(str(row.get("title") or ""))
            scored.append((sum(word in title for word in wanted), row))
    return [row for _, row in sorted(scored, key=lambda pair: -pair[0])]
