"""Commands speak English or Simplified Chinese; everything that they print goes through one place."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from string import Formatter

import messages
import pytest
from babel.messages.pofile import read_po
from click.testing import Result
from typer.testing import CliRunner

from plumbrule.cli import main
from plumbrule.options import Language
from plumbrule.phrasebook import Template, phrasebook
from plumbrule.speech import language, language_of, says, speaking, spoken
from portfolio.counted import counted

ROOT = Path(__file__).parents[2]
with messages.CATALOGUE.open("rb") as _file:
    CATALOGUE = {str(m.id): m for m in read_po(_file) if m.id}
CHINESE = re.compile("[\u4e00-\u9fff]")
NOT_TRANSLATED = {
    "[[people]]\nsame = {1}\n", "name = {1}", "match accept", "{1} UTC", "{1}", "Exchange Online", "Project Server", "ID",
}  # fmt: skip
"""Text of a file, and names."""


def fields(text: str) -> set[str]:
    return {f"{name}:{spec}" for _, name, spec, _ in Formatter().parse(text) if name}


def test_every_sentence_that_a_command_may_say_is_in_the_catalogue_and_nothing_else() -> None:
    needed = messages.needed()
    assert sorted(needed - CATALOGUE.keys()) == [], "run: python tests/messages.py"
    assert sorted(CATALOGUE.keys() - needed) == []


def test_every_sentence_has_its_chinese() -> None:
    lacking = [m for m, told in CATALOGUE.items() if not told.string or told.fuzzy]
    assert lacking == []
    english = [
        m
        for m, told in CATALOGUE.items()
        if m == told.string and m not in NOT_TRANSLATED and not CHINESE.search(str(told.string))
    ]
    assert [m for m in english if " explain INI-" not in m] == []


def test_translations_keep_the_values_of_their_sentence() -> None:
    wrong = [m for m, told in CATALOGUE.items() if fields(m) - fields(str(told.string))]
    assert [m for m in wrong if m not in UNSAID] == []
    assert [m for m, told in CATALOGUE.items() if fields(str(told.string)) - fields(m)] == []


UNSAID = {"{1} rule{2}, {3} self-test{4}"}
"""Where a value is an English ending alone."""


def test_a_sentence_with_values_is_recognised_as_itself() -> None:
    book = phrasebook("zh-Hans")
    lost = []
    for message in (m for m in CATALOGUE if "{1}" in m):
        values = {name: f"x{name}y" for _, name, _, _ in Formatter().parse(message) if name}
        filled = message.format(*(["", *values.values()]))
        found = book.recognised(filled)
        if found is None or found.weight < Template(message, "").weight:
            lost.append(message)
    assert lost == []
