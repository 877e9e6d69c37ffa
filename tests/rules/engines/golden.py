"""Predicates with what they are on each engine: `tests/rules/golden/*.toml`.

`python -m tests.rules.engines.golden` writes the engines' forms anew, to be read before they are committed.
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from rules.compile import ENGINES, compile_predicate
from tests.rules.engines.rows import SCOPE

FOLDER = Path(__file__).parents[1] / "golden"


def files() -> list[Path]:
    """The files, in order."""
    return sorted(FOLDER.glob("*.toml"))


def predicates() -> Iterator[dict[str, str]]:
    """Every predicate: `text`, and its form on each engine."""
    for path in files():
        yield from tomllib.loads(path.read_text(encoding="utf-8"))["predicate"]


def rewritten(path: Path) -> str:
    """The file with the forms that the compiler gives today."""
    return "\n".join(_entry(p["text"]) for p in tomllib.loads(path.read_text(encoding="utf-8"))["predicate"])


def _entry(text: str) -> str:
    forms = {engine: compile_predicate(text, SCOPE, engine).sql for engine in ENGINES}
    lines = [f"{key} = {_quoted(value)}" for key, value in {"text": text, **forms}.items()]
    return "\n".join(["[[predicate]]", *lines, ""])


def _quoted(text: str) -> str:
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in plain)


if __name__ == "__main__":
    for file in files():
        file.write_text(rewritten(file), encoding="utf-8")
