"""Who answers what `init` wants to know: a person at a terminal, or the options of the command."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import typer

from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest

Check = Callable[[str], str]
"""Returns the answer as it is kept. Raises ValueError with what is wrong, in words."""


class Asker(Protocol):
    """Answers questions, and hears what was found."""

    is_guided: bool
    """Whether somebody is there who can decide."""

    def text(self, option: str, question: str, default: str | None, check: Check) -> str:
        """An answer that passed the check. `option` gives it without asking. `default`: what nothing means."""

    def yes(self, question: str, *, default: bool) -> bool:
        """Whether it shall be so."""

    def hidden(self, question: str) -> str:
        """A secret, typed without being shown."""

    def tell(self, text: str) -> None:
        """Something that was found."""


class Options:
    """Nobody is there: what no option says takes its default, and what has none is a mistake that names the option."""

    is_guided = False

    def text(self, option: str, question: str, default: str | None, check: Check) -> str:
        """The default. Raises ConfigurationError where there is none."""
        if default is None:
            raise missing(option, question)
        return check(default)

    def yes(self, question: str, *, default: bool) -> bool:
        """As by default."""
        return default

    def hidden(self, question: str) -> str:
        """Never: a secret is no option."""
        raise missing("a terminal", question)

    def tell(self, text: str) -> None:
        """To standard error: standard output holds the result alone."""
        typer.echo(text, err=True)


class Terminal:
    """A person at a terminal. Questions go to standard error, so that the result may be piped all the same."""

    is_guided = True

    def text(self, option: str, question: str, default: str | None, check: Check) -> str:
        """Asks until the answer passes."""
        while True:
            answer = typer.prompt(question, default=default, show_default=bool(default), err=True)
            try:
                return check(str(answer).strip())
            except ValueError as error:
                self.tell(f"  {error}")

    def yes(self, question: str, *, default: bool) -> bool:
        """Asks."""
        return typer.confirm(question, default=default, err=True)

    def hidden(self, question: str) -> str:
        """Asks; nothing is shown."""
        return str(typer.prompt(question, hide_input=True, err=True)).strip()

    def tell(self, text: str) -> None:
        """Shows it."""
        typer.echo(text, err=True)


def asker(*, yes: bool) -> Asker:
    """The person, where there is a terminal and `--yes` is not given; else the options."""
    return Options() if yes or not (sys.stdin.isatty() and sys.stderr.isatty()) else Terminal()


def given_or_asked(
    who: Asker, given: str | None, option: str, question: str, *, default: str | None = None, check: Check = str
) -> str:
    """What the option says, else the answer. Raises ConfigurationError for an option that does not pass."""
    if given is None:
        return who.text(option, question, default, check)
    try:
        return check(given.strip())
    except ValueError as error:
        raise ConfigurationError(f"{option}: {error}", code="init.option", remedy=f"correct {option}") from None


def missing(option: str, question: str) -> ConfigurationError:
    """Nobody is there to ask, and no option says it."""
    return ConfigurationError(
        f"{option} is missing ({question[:1].lower()}{question[1:]})",
        code="init.missing",
        remedy=f"give {option}, or call `plumbrule init` on a terminal without --yes, where it asks",
    )


def one_of(words: Sequence[str]) -> Check:
    """One of these words."""

    def check(answer: str) -> str:
        if answer not in words:
            raise ValueError(suggest(answer, words) or f"one of {', '.join(words)}")
        return answer

    return check


def some_of(words: Iterable[str], nothing: str) -> Check:
    """Words of these with commas between; `nothing` stands for itself."""
    known = {word.casefold(): word for word in words}

    def check(answer: str) -> str:
        if answer.casefold() == nothing:
            return nothing
        listed = [word for word in answer.replace(",", " ").split() if word]
        wrong = [word for word in listed if word.casefold() not in known]
        if wrong or not listed:
            wrong_word = wrong[0] if wrong else ""
            hint = suggest(wrong_word.upper(), known.values()) or f"known: {', '.join(sorted(known.values())[:20])}"
            raise ValueError(f"`{wrong_word}` is none of them; {hint}")
        return ", ".join(known[word.casefold()] for word in listed)

    return check
