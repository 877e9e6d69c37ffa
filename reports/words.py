"""Every word of a report, from gettext catalogues that are read as text: no compiled files in the repository.

The message id is the English sentence; names of values (colours, severities) have a context, for instance
`colour` / `green`. English has a catalogue too, so that both languages are held against the same list.
"""

from functools import cache, lru_cache, partial
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from portfolio.errors import ConfigurationError
from reports.inputs import LANGUAGES

LOCALE_FOLDER = Path(__file__).parent / "locale"
_REMEMBERED = 10_000
"""Whole numbers of which the text is kept."""


@cache
def catalogue(language: str) -> Catalog:
    """The catalogue of a language. Raises ConfigurationError for a language that is not shipped."""
    if language not in LANGUAGES:
        raise ConfigurationError(
            f"there are no reports in `{language}`",
            code="report.language",
            remedy=f"Choose one of {', '.join(LANGUAGES)}.",
        )
    path = LOCALE_FOLDER / language.replace("-", "_") / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))


class Words:
    """Translates into one language. A sentence that the catalogue lacks is shown in English."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = catalogue(language)
        self._text = cache(self._found)  # a page of a thousand projects says the same few sentences again and again
        self._number = lru_cache(_REMEMBERED)(partial(format_decimal, locale=self._catalogue.locale))

    def __call__(self, message: str, **values: object) -> str:
        """The sentence, with its `{names}` filled in."""
        return self._fill(self._text(message, None, 0) or message, values)

    def count(self, singular: str, plural: str, n: int, **values: object) -> str:
        """The sentence in the form that fits `n`, which it may hold as `{n}`."""
        found = self._catalogue.get(singular)
        form = 0
        if found is not None and isinstance(found.id, tuple):
            form = 0 if self._catalogue.num_plurals == 1 or n == 1 else 1
        text = self._text(singular, None, form) or (singular if n == 1 else plural)
        return self._fill(text, {"n": n, **values})

    def term(self, context: str, value: str) -> str:
        """The name of a value such as a colour; the value itself where it is not one of ours."""
        return self._text(value, context, 0) or value

    def _found(self, message: str, context: str | None, form: int) -> str:
        found = self._catalogue.get(message, context)
        if found is None:
            return ""
        string = found.string
        if isinstance(string, tuple | list):
            return str(string[min(form, len(string) - 1)])
        return string or ""

    def _fill(self, text: str, values: dict[str, object]) -> str:
        return text.format(**{name: self._shown(value) for name, value in values.items()}) if values else text

    def _shown(self, value: object) -> object:
        """Whole numbers are written as the language groups them."""
        return self._number(value) if type(value) is int else value
