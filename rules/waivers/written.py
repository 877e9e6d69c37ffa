"""Waivers as text in a site's file: a block added, a waiver ended. Every other byte of the file stays as it is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portfolio.located_toml import LocatedToml
from portfolio.toml_text import string

_ID = re.compile(r"W-(\d{4})-(\d+)")


@dataclass(frozen=True)
class Draft:
    """A waiver to be written. `subject` is what stands in its table; `note` a comment above the block."""

    id: str
    rules: tuple[str, ...]
    subject: Mapping[str, str | bool]
    reason: str
    requested_by: str
    approved_by: str
    ticket: str
    starts: date
    expires: date
    until_value: Decimal | None = None
    compensating: str | None = None
    renews: str | None = None
    notes: tuple[str, ...] = field(default=())


def next_id(known: Iterable[str], year: int) -> str:
    """The next free id of that year: `W-2026-031`."""
    numbers = [int(m[2]) for name in known if (m := _ID.fullmatch(name)) and int(m[1]) == year]
    return f"W-{year}-{max(numbers, default=0) + 1:03}"


def block(draft: Draft) -> str:
    """The waiver as TOML."""
    subject = ", ".join(
        f"{key} = {'true' if value is True else string(str(value))}" for key, value in draft.subject.items()
    )
    pairs = {
        "id": string(draft.id),
        "rule": "[" + ", ".join(string(rule) for rule in draft.rules) + "]",
        "subject": f"{{ {subject} }}",
        "reason": string(draft.reason),
        "requested_by": string(draft.requested_by),
        "approved_by": string(draft.approved_by),
        "ticket": string(draft.ticket),
        "starts": draft.starts.isoformat(),
        "expires": f"{draft.expires.isoformat()}  # the last day, included",
        "until_value": None if draft.until_value is None else f"{{ value = {draft.until_value:f} }}",
        "compensating": string(draft.compensating) if draft.compensating else None,
        "renews": string(draft.renews) if draft.renews else None,
    }
    notes = [f"# {' '.join(note.split())}" for note in draft.notes]
    return "\n".join([*notes, "[[waiver]]", *(f"{key} = {text}" for key, text in pairs.items() if text)]) + "\n"


def added(content: bytes, text: str) -> bytes:
    """The file with the block at its end, in the file's own line ends."""
    ending = b"\r\n" if b"\r\n" in content else b"\n"
    gap = b"" if not content.strip() else ending if content.endswith(b"\n") else ending * 2
    return content + gap + text.encode().replace(b"\n", ending)


def revoked(content: bytes, doc: LocatedToml, waiver_id: str, on: date) -> bytes | None:
    """The file with that waiver ended on that day; None where it does not stand there as a block of its own."""
    blocks = doc.data.get("waiver", [])
    number = next((n for n, one in enumerate(blocks) if one.get("id") == waiver_id), None)
    place = doc.values.get(("waiver", number, "expires")) if number is not None else None
    if place is None:
        return None
    ending = b"\r\n" if b"\r\n" in content else b"\n"
    lines = content.split(b"\n")
    line = lines[place.line - 1]
    if not re.match(rb"\s*expires\s*=", line):
        return None
    indent = line[: len(line) - len(line.lstrip())]
    if not line.endswith(b"\r") and ending == b"\r\n":
        lines[place.line - 1] = line + b"\r"
    added_line = indent + f"revoked_on = {on.isoformat()}".encode() + ending.removesuffix(b"\n")
    return b"\n".join([*lines[: place.line], added_line, *lines[place.line :]])
