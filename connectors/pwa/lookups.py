"""Values of lookup tables in words. Pure."""

from collections.abc import Mapping


def spoken(value: str | None, entries: Mapping[str, str]) -> str | None:
    """A value in words: internal names of lookup entries (`Entry_...`, several joined by `;#`) are resolved."""
    if value is None or not value.startswith("Entry_"):
        return value
    return ", ".join(entries.get(part, part) for part in value.split(";#") if part)
