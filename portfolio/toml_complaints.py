"""What keeps a file from being TOML at all, said to somebody who has never read the specification.

`tomllib` says what its parser met; the usual causes are known and told instead: a key that stands twice, another
encoding, typographic quotes, a blank that is none.
"""

import re
import tomllib

from portfolio.errors import Problem

_ODD = {
    "“”„‟«»": 'typographic quotes; write plain ones: "',
    "‘’‚‛": 'typographic quotes; write plain ones: "',
    "\u00a0\u2007\u202f\u3000": "a blank that is not a plain one (it came with copying); type the blank again",
    "\r": "a line end of old Macs; save the file with line ends of Unix or Windows",
    "：": "a Chinese colon; TOML wants `key = value`",
    "＝": "a wide equals sign; write a plain one: =",
    "，": "a Chinese comma; write a plain one: ,",
}
"""Signs that word processors and input methods put in, and what to do."""
_KEY = re.compile(r"\s*((?:[A-Za-z0-9_.-]|\"[^\"]*\"|'[^']*')+)\s*=")
_TABLE = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")


def syntax_problem(name: str, text: str, error: tomllib.TOMLDecodeError) -> Problem:
    """The mistake with its place, its usual cause, and what to do."""
    words = str(error)
    what, _, place = words.partition(" (at ")
    lines = text.split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    line, column = len(lines), len(lines[-1]) + 1
    if place.startswith("line"):
        numbers = [int(n) for n in place.replace(",", "").replace(")", "").split() if n.isdigit()]
        line, column = numbers[0], numbers[1]
    source = lines[line - 1] if line <= len(lines) else ""
    twice = _twice(name, lines, line, what)
    if twice is not None:
        return twice
    told = f"not valid TOML: {what[:1].lower()}{what[1:]}"
    return Problem(name, line, column, "config.syntax", told, 1, source, _hint(lines, source, column))


def encoding_problem(name: str, raw: bytes, error: UnicodeDecodeError) -> Problem:
    """The mistake with the line and column of the first byte that is no UTF-8."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw[:200].count(0) > len(raw[:200]) // 4:
        what = "the file is UTF-16, not UTF-8"
        help = "save it as UTF-8; Windows PowerShell writes UTF-16 with `>`: use `| Out-File -Encoding utf8`"
        return Problem(name, 0, 0, "config.encoding", what, help=help)
    before = raw[: error.start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    shown = raw.split(b"\n")[line - 1].rstrip(b"\r").decode(errors="replace")
    return Problem(name, line, column, "config.encoding", "the file is not UTF-8", 1, shown, "save it as UTF-8")


def _twice(name: str, lines: list[str], line: int, what: str) -> Problem | None:
    """A key or table that stands in the file before. TOML refuses what other formats take for the last word."""
    source = lines[line - 1] if line <= len(lines) else ""
    if what.startswith("Cannot overwrite a value") and (key := _KEY.match(source)):
        word, column = key[1], key.start(1) + 1
        first = _earlier(lines, line, word)
        help = f"it is set in line {first} already; keep one of them" if first else "keep one of them"
        return Problem(name, line, column, "config.syntax", f"`{word}` stands there twice", len(word), source, help)
    if what.startswith("Cannot declare") and (table := _TABLE.match(source)):
        word, column = table[1], table.start(1) + 1
        first = next((n for n, text in enumerate(lines[: line - 1], 1) if _name_of(text) == word), None)
        help = "put its keys together in one place" + (f"; it begins in line {first} already" if first else "")
        return Problem(name, line, column, "config.syntax", f"[{word}] stands there twice", len(word), source, help)
    return None


def _earlier(lines: list[str], line: int, word: str) -> int | None:
    """The line above in the same table that sets the same key."""
    for number in range(line - 1, 0, -1):
        found = _KEY.match(lines[number - 1])
        if found and found[1] == word:
            return number
        if _TABLE.match(lines[number - 1]):
            return None
    return None


def _name_of(text: str) -> str | None:
    found = _TABLE.match(text)
    return found[1] if found else None


def _hint(lines: list[str], source: str, column: int) -> str:
    for signs, hint in _ODD.items():
        if any(sign in source for sign in signs):
            return f"this line holds {hint}"
    first = next((text.strip() for text in lines if text.strip() and not text.strip().startswith("#")), "")
    if first.startswith("{"):
        return "this is JSON; a configuration is TOML: `plumbrule config example` shows one"
    if first.endswith(":") or (re.match(r"[\w-]+:(\s|$)", source) and "=" not in source):
        return "this looks like YAML; a configuration is TOML, `key = value`: `plumbrule config example` shows one"
    if source[column - 1 : column].isalpha() and re.match(r"\s*[\w.-]+\s*=", source):
        return "a text stands in quotes"
    return ""
