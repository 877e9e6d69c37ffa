"""Columns of an admin's own that look like they hold the PMO's keys, where nobody has said which one does. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.dataverse.settings import VENDOR_PREFIX

SAMPLE = 50
"""Projects that are looked at."""
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9]{0,9}[-_. /]?\d{1,7}")
_OWN = re.compile(r"[a-z][a-z0-9]*_[a-z0-9_]+")


def like_keys(records: Sequence[Mapping[str, Any]], taken: Iterable[str]) -> dict[str, list[str]]:
    """Own columns with a value like `INI-07` on every second project at least, no value twice: column -> values.

    Columns in `taken` have a meaning already.
    """
    names = {name for record in records for name in record if _OWN.fullmatch(name)} - set(taken)
    found: dict[str, list[str]] = {}
    for name in sorted(name for name in names if not name.startswith(VENDOR_PREFIX)):
        values = [str(record[name]).strip() for record in records if record.get(name) not in (None, "")]
        distinct = len({value.casefold() for value in values}) == len(values)
        if len(values) > 1 and 2 * len(values) >= len(records) and distinct and all(map(_KEY.fullmatch, values)):
            found[name] = values
    return found
