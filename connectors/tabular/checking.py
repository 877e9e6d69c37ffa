"""Mistakes in the configuration of tables that no file is needed to see, each with its place below the table."""

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.tabular.dates import mistake
from connectors.tabular.faults import BadCell
from connectors.tabular.rows import constant
from connectors.tabular.settings import TableSettings
from connectors.tabular.shapes import Shape, shape
from portfolio.located_toml import suggest
from portfolio.model import Kind


@dataclass(frozen=True)
class Flaw:
    """One mistake; `steps` lead to it from the table, to a key where `at_key`."""

    steps: tuple[str | int, ...]
    what: str
    help: str = ""
    at_key: bool = False


def flaws(settings: TableSettings) -> Iterator[Flaw]:
    """All of them."""
    here = shape(settings.into)
    for section in ("columns", "constants", "values"):
        for name in getattr(settings, section):
            if name not in here.fields:
                yield _unknown((section, name), name, here)
    for name in set(settings.columns) & set(settings.constants):
        yield Flaw(("constants", name), f"`{name}` is a column and a constant", "keep one of the two", at_key=True)
    yield from _constants(settings, here)
    yield from _values(settings, here)
    yield from _formats(settings)
    yield from _unpivot(settings, here)


def _unknown(steps: tuple[str | int, ...], name: str, here: Shape, *, at_key: bool = True) -> Flaw:
    hint = suggest(name, here.fields) or f"fields: {', '.join(here.fields)}"
    return Flaw(steps, f"`{here.table}` has no field `{name}`", hint, at_key)


def _constants(settings: TableSettings, here: Shape) -> Iterator[Flaw]:
    for name in settings.constants:
        if name in here.fields:
            try:
                constant(settings, name)
            except BadCell as bad:
                yield Flaw(("constants", name), str(bad))


def _values(settings: TableSettings, here: Shape) -> Iterator[Flaw]:
    for name, words in settings.values.items():
        allowed = here.fields[name].column.values if name in here.fields else ()
        for theirs, ours in words.items():
            if allowed and ours not in allowed:
                hint = suggest(ours, allowed) or f"one of {', '.join(allowed)}"
                yield Flaw(("values", name, theirs), f"`{ours}` is not a word for {name}", hint)


def _formats(settings: TableSettings) -> Iterator[Flaw]:
    if settings.date_format and (wrong := mistake(settings.date_format)):
        yield Flaw(("date_format",), wrong, 'for instance "DD.MM.YYYY"')
    if settings.decimal is not None and settings.decimal == settings.thousands:
        yield Flaw(("thousands",), "the sign between thousands is the decimal sign", "leave one of them out")
    if settings.encoding is not None:
        try:
            "".encode(settings.encoding)  # unlike codecs.lookup, refuses base64 and others that are not of texts
        except (LookupError, ValueError):
            yield Flaw(
                ("encoding",), f"there is no encoding `{settings.encoding}`", "for instance utf-8, cp1252, gb18030"
            )


def _unpivot(settings: TableSettings, here: Shape) -> Iterator[Flaw]:
    wide = settings.unpivot
    if wide is None:
        return
    if wide.header_format and (wrong := mistake(wide.header_format)):
        yield Flaw(("unpivot", "header_format"), wrong, 'for instance "MM/YYYY"')
    for part, kinds in (("into", (Kind.DATE,)), ("value", (Kind.MONEY, Kind.HOURS))):
        name = getattr(wide, part)
        fitting = [field.name for field in here.fields.values() if field.column.kind in kinds]
        if name not in here.fields:
            yield _unknown(("unpivot", part), name, here, at_key=False)
        elif name not in fitting:
            what = f"`{name}` is not a field for {'a day' if part == 'into' else 'an amount'}"
            yield Flaw(("unpivot", part), what, f"one of {', '.join(fitting)}")
        elif name in settings.columns or name in settings.constants:
            yield Flaw(("unpivot", part), f"`{name}` comes from the headers and from `columns` or `constants` as well")
