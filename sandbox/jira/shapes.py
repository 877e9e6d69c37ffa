"""How REST v3 writes small things: moments, durations, Atlassian documents, accounts, statuses, links to itself."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote

from sandbox.jira.records import Json

_HOUR = 3600


def moment(at: datetime) -> str:
    """Write a moment as Jira does: `2022-06-09T16:29:31.871+0000`, always in UTC here."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "+0000"


def moment_or_none(at: datetime | None) -> str | None:
    """Write a moment, or nothing."""
    return None if at is None else moment(at)


def epoch_ms(at: datetime) -> int:
    """Give milliseconds since 1970, without the detour over floats."""
    since = at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000


def duration(seconds: int) -> str:
    """Write a duration as Jira shows it with a day of 8 and a week of 5 days: `1w 2d 3h 30m`."""
    parts = []
    for unit, size in (("w", 40 * _HOUR), ("d", 8 * _HOUR), ("h", _HOUR), ("m", 60)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0m"


def seconds_of(hours: Decimal | float | None) -> int | None:
    """Give whole seconds for hours."""
    return None if hours is None else int(Decimal(str(hours)) * _HOUR)


def document(text: str | None) -> Json:
    """Write plain text as an Atlassian document: a paragraph for each block of lines."""
    if text is None or not text.strip():
        return None
    blocks = [block for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block.strip()]
    return {"type": "doc", "version": 1, "content": [_paragraph(block) for block in blocks]}


def _paragraph(block: str) -> Json:
    inline: list[Json] = []
    for line in block.split("\n"):
        if inline:
            inline.append({"type": "hardBreak"})
        if line:
            inline.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": inline}


def stable_number(text: str) -> int:
    """Give an id to what is kept by its text only, such as a component: the same text, the same id."""
    return 20_000 + zlib.crc32(text.encode()) % 1_000_000_000


def avatars(origin: str, name: str) -> dict[str, str]:
    """Give the four avatar addresses that the schema asks for."""
    return {f"{size}x{size}": f"{origin}/avatars/{quote(name, safe='')}?size={size}" for size in (16, 24, 32, 48)}


def plain_text(node: Json) -> str:
    """Give the words of an Atlassian document, a line for each block."""
    if node.get("type") == "text":
        return str(node.get("text", ""))
    parts = [plain_text(child) for child in node.get("content") or []]
    return ("\n" if node.get("type") in _HOLDS_BLOCKS else "").join(parts)


_HOLDS_BLOCKS = {"doc", "bulletList", "orderedList", "listItem", "blockquote", "panel", "table", "tableRow"}
