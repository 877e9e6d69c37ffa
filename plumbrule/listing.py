"""A table of results: for a terminal, or as JSON for machines."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len


@dataclass(frozen=True)
class Listing:
    """Rows with the same keys. `shown` are the keys of the text form, in order; left out: all."""

    rows: Sequence[Mapping[str, Any]]
    shown: Sequence[str] = ()
    nothing: str = "nothing"

    def as_text(self) -> str:
        """Aligned columns with their names; what is not known is left blank."""
        if not self.rows:
            return self.nothing
        keys = list(self.shown or self.rows[0])
        cells = [[key.replace("_", " ") for key in keys], *([_text(row.get(key)) for key in keys] for row in self.rows)]
        widths = [max(cell_len(line[n]) for line in cells) for n in range(len(keys))]
        return "\n".join("  ".join(_padded(c, w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells)

    def as_json(self) -> str:
        """A list of objects."""
        return json.dumps(list(self.rows), ensure_ascii=False, indent=2, default=str)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_text(each)}" for key, each in value.items())
    return str(value)


def _padded(text: str, width: int) -> str:
    """Chinese characters take two places on a terminal."""
    return text + " " * (width - cell_len(text))
