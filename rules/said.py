"""Texts that people write for people in policies and waivers: reasons and names. Never empty, short, all of it seen."""

from typing import Annotated

from pydantic import AfterValidator

from rules.compile.characters import hidden, named

_TEXT, _NAME = 2000, 200


def _checked(text: str, most: int) -> str:
    shown = text.strip()
    for character in shown:
        if hidden(character):
            raise ValueError(f"it holds {named(character)}, which cannot be seen: remove it")
    if not shown:
        raise ValueError("say something: it is empty")
    if len(shown) > most:
        raise ValueError(f"it has {len(shown)} characters; {most} are allowed")
    return shown


def _text(text: str) -> str:
    return _checked(text, _TEXT)


def _name(text: str) -> str:
    return _checked(text, _NAME)


Said = Annotated[str, AfterValidator(_text)]
"""A text of some sentences, without the space around it."""
Called = Annotated[str, AfterValidator(_name)]
"""A name or a key, without the space around it."""
SHAPE_WORDS = {
    "dict_type": "a table is needed",
    "model_type": "a table is needed",
    "model_attributes_type": "a table is needed",
    "list_type": "a list is needed",
    "string_type": "a text in quotes is needed",
    "bool_type": "true or false is needed",
    "int_type": "a whole number is needed",
    "float_type": "a number is needed",
    "finite_number": "a finite number is needed",
    "date_type": "a date is needed, such as 2027-01-31, without quotes",
    "date_from_datetime_inexact": "a date is needed, such as 2027-01-31, without a time",
    "string_too_short": "it is empty",
    "too_short": "it is empty",
}
"""What the models' types of errors are in words, for those who write files."""
