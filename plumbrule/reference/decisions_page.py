"""docs/decisions.md: every decision record by its title."""

import re
from pathlib import Path

_FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
_HEAD = """\
# Decisions

Why it is built as it is. A record stays as it was written; where a later one says otherwise, the later one counts.

| No. | Decision |
| --- | --- |
"""


def decisions_page() -> str:
    """The page as Markdown."""
    return _HEAD + "".join(_row(path) for path in sorted(_FOLDER.glob("*.md")))


def _row(path: Path) -> str:
    title = path.read_text(encoding="utf-8").partition("\n")[0]
    number, words = re.fullmatch(r"# (\d+)\. (.+)", title).groups()  # type: ignore[union-attr]
    return f"| {number} | [{words}](decisions/{path.name}) |\n"
