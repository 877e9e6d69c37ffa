"""What DuckDB says of a statement, read: the words, where in the SQL, and what may be meant. Pure.

Source: DuckDB's setting `errors_as_json`: `exception_message`, `location` as "[offset, length]" in bytes of the
statement (`position` is the offset alone), `candidates` with commas between.
"""

import json
import re
from typing import Any

from portfolio.located_toml import suggest

Place = tuple[int, int]
"""Offset and width, in characters."""
_LOCATION = re.compile(r"\[(\d+),\s*(\d+)\]")
_CANDIDATES = re.compile(r'"([^"]+)"')
_NAMED = re.compile(r'(?:column named|[Cc]olumn|name) "?([A-Za-z_]\w*)"?')


def said(error: str, sql: str, before: str = "") -> tuple[str, Place | None, str]:
    """The first line of an error's text, its place, and what may be meant. An error of binding tells its place in the
    statement that was run, where `before` stood before the SQL; one of parsing tells it in the SQL itself."""
    kind, _, body = error.strip().partition(" Error: ")
    try:
        told: Any = json.loads(body)
    except ValueError:
        return error.strip().splitlines()[0], None, ""
    words = str(told.get("exception_message") or "").strip().splitlines() or [""]
    skipped = 0 if told.get("exception_type") == "Parser" else len(before.encode())
    return f"{kind} Error: {words[0]}", _place(told, sql, skipped), _meant(told, words)


def word(sql: str, name: str) -> Place | None:
    """Where a name stands in the SQL for the first time, alone; its last part where it has several."""
    last = name.rpartition(".")[2]
    found = re.search(rf"(?<!\w){re.escape(last)}(?!\w)", sql, re.IGNORECASE)
    return (found.start(), len(last)) if found and last else None


def _place(told: dict[str, Any], sql: str, skipped: int) -> Place | None:
    found = _LOCATION.search(str(told.get("location") or ""))
    if found is None:
        return None
    raw, start, length = sql.encode(), int(found[1]) - skipped, int(found[2])
    if not 0 <= start <= len(raw):
        return None
    before = raw[:start].decode(errors="ignore")
    inside = raw[start : start + length].decode(errors="ignore").partition("\n")[0]
    name = str(told.get("name") or "")
    return len(before), len(inside) or len(name) or 1


def _meant(told: dict[str, Any], words: list[str]) -> str:
    """What is near in writing to a name that is not there, among what DuckDB has in its place."""
    listed = [name for name in str(told.get("candidates") or "").split(",") if name]
    named = str(told.get("name") or "")
    if not listed:
        line = next((text for text in words if text.startswith("Candidate bindings")), "")
        listed = _CANDIDATES.findall(line)
        found = _NAMED.search(words[0])
        named = named or (found[1] if found else "")
    near = suggest(named.rpartition(".")[2], listed)
    return near or (f"near by: {', '.join(listed[:5])}" if listed and named else "")
