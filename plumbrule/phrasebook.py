"""A catalogue of commands, asked by English sentences: with their names still open, or with their values filled in.

Errors are made where something goes wrong, five packages below the command line, and their sentences go through the
store, a child process and the ledger before they are shown. So they are recognised by their own template: `{1} is no
folder` is a message of the catalogue, and `plans.xml is no folder` is that message with a value.
"""

import re
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

LOCALE_FOLDER = Path(__file__).parent / "locale"
_VALUE, _NUMBER = "(.*?)", r"(-?[\d.,]+)"
_QUOTES = "`\"'“"
_BETWEEN = (("; ", "；"), (". ", ""))
"""What stands between sentences of one message, and what does in Chinese."""


@cache
def phrasebook(language: str) -> "Phrasebook":
    """That of a language other than English."""
    path = LOCALE_FOLDER / language.replace("-", "_") / "LC_MESSAGES" / "commands.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language.replace("-", "_"))
    return Phrasebook({str(message.id): str(message.string) for message in catalogue if message.id and message.string})


class Template:
    """A message with numbered values, as it is recognised in a text."""

    def __init__(self, message: str, translation: str) -> None:
        pieces = list(Formatter().parse(message))
        self._names = [name for _, name, _, _ in pieces if name]
        pattern = "".join(
            re.escape(text) + ("" if not name else _NUMBER if name == "number" else _VALUE)
            for text, name, _, _ in pieces
        )
        self.literals = [text for text, *_ in pieces if text]
        self.weight = sum(map(len, self.literals))
        self.longest = max(self.literals, key=len, default="")
        self._pattern = pattern
        self._translation = translation

    @property
    def translation(self) -> str:
        """With `{1}`, `{2}` … where the values go."""
        return self._translation

    def values(self, text: str) -> dict[str, tuple[str, bool]] | None:
        """The values by their number, each with whether it stands in quotes; None where the text is another."""
        found = _compiled(self._pattern).fullmatch(text) if self.longest in text else None
        if found is None:
            return None
        spans = [found.span(n) for n in range(1, len(self._names) + 1)]
        quoted = [start > 0 and text[start - 1] in _QUOTES for start, _ in spans]
        return {n: (text[a:b], q) for n, (a, b), q in zip(self._names, spans, quoted, strict=True)}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


class Phrasebook:
    """Sentences of one language by the English ones."""

    def __init__(self, messages: dict[str, str]) -> None:
        self._messages = messages
        numbered = (Template(m, t) for m, t in messages.items() if "{1}" in m or "{number}" in m)
        self._templates = sorted(numbered, key=lambda one: -one.weight)
        self.spoken = cache(self._spoken)

    def sentence(self, message: str) -> str:
        """A message of the catalogue, its names still open; the English one where it is not there."""
        return self._messages.get(message, message)

    def recognised(self, text: str) -> Template | None:
        """The template that the text is of: of several, the one with the most words of its own."""
        return next((one for one in self._templates if one.values(text) is not None), None)

    def _spoken(self, text: str) -> str:
        known = self._messages.get(text.replace("{", "{{").replace("}", "}}"))
        if known is not None:
            return known.format()
        found = self.recognised(text)
        if found is not None:
            values = found.values(text) or {}
            told = {n: value if quoted else self.spoken(value) for n, (value, quoted) in values.items()}
            return _filled(found.translation, told)
        return self._parts(text)

    def _parts(self, text: str) -> str:
        """A text of several sentences, each by itself, where all but one at most are ours."""
        for english, chinese in _BETWEEN:
            if english in text:
                parts = text.split(english)
                ends = [f"{part}." if english == ". " else part for part in parts[:-1]] + parts[-1:]
                told = [self.spoken(part) for part in ends]
                if told != ends:
                    return chinese.join(told)
        return text


def _filled(translation: str, values: dict[str, str]) -> str:
    parts = Formatter().parse(translation)
    return "".join(text + (values.get(name, "") if name else "") for text, name, _, _ in parts)
