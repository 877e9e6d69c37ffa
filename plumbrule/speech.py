"""The language of commands: which it is, and sentences in it. English costs nothing: no catalogue is read for it.

English sentences are what the code says, what errors carry, what the store keeps and what machines read. Another
language comes in where a command prints for people, from plumbrule/locale (docs/decisions/0057).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from plumbrule.options import Language
from portfolio.errors import Problem

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order of POSIX: the first that is set counts."""
_TRADITIONAL = ("tw", "hk", "mo", "hant")


class _Chosen:
    """The one language of this process: a command speaks one."""

    language = Language.EN


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Commands speak that language while this lasts."""
    before = _Chosen.language
    _Chosen.language = language
    try:
        yield
    finally:
        _Chosen.language = before


def language() -> Language:
    """The language that is spoken now."""
    return _Chosen.language


def language_of(environment: Mapping[str, str]) -> Language:
    """What the locale says: Chinese in simplified letters, or English for every other."""
    told = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    parts = told.partition(".")[0].partition("@")[0].replace("-", "_").casefold().split("_")
    simplified = parts[0] == "zh" and not any(part in _TRADITIONAL for part in parts)
    return Language.ZH_HANS if simplified else Language.EN


def says(message: str, /, **values: object) -> str:
    """The sentence with its `{names}` filled in. Texts among the values are said in the language, too."""
    if _Chosen.language is Language.EN:
        return message.format(**values)
    from plumbrule.phrasebook import phrasebook

    book = phrasebook(_Chosen.language)
    filled = {name: spoken(value) if isinstance(value, str) else value for name, value in values.items()}
    return book.sentence(message).format(**filled)


def spoken(text: str) -> str:
    """An English sentence that the code said somewhere, in the language; any other text as it is."""
    if _Chosen.language is Language.EN or not text:
        return text
    from plumbrule.phrasebook import phrasebook

    return phrasebook(_Chosen.language).spoken(text)


def spoken_lines(text: str) -> str:
    """The same for each line by itself; blanks before it stay."""
    if _Chosen.language is Language.EN:
        return text
    return "\n".join(line[: len(line) - len(line.lstrip())] + spoken(line.lstrip()) for line in text.split("\n"))


def framed(problem: Problem) -> str:
    """A mistake with its frame, in the language."""
    if _Chosen.language is Language.EN:
        return problem.render()
    told = replace(problem, what=spoken(problem.what), help=spoken(problem.help)).render()
    told = told.replace(f"error[{problem.code}]: ", head("error", problem.code), 1)
    return told.replace("\n  = help: ", f"\n  {advice()}", 1)


def head(kind: str, code: str, what: str = "") -> str:
    """`error[code]: what`. `kind` is error, warning or note."""
    return says(f"{kind}[{{code}}]: {{what}}", code=code, what=what)


def advice(text: str = "") -> str:
    """`= help: ` and the next step."""
    return says("= help: {text}", text=text)


def message(kind: str, code: str, what: str, *, why: str = "", remedy: str = "") -> str:
    """What, the reason, the next step, as a mistake without a place is shown."""
    lines = [head(kind, code, what)]
    lines += [f"  {says('= why: {text}', text=why)}"] if why else []
    lines += [f"  {advice(remedy)}"] if remedy else []
    return "\n".join(lines)
