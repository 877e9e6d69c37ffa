"""Which column of a file is which field: by the headers that the admin states, else by our own words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connectors.tabular.dates import DateFormat
from connectors.tabular.faults import BadCell, unusable
from connectors.tabular.settings import TableSettings
from connectors.tabular.shapes import Field, shape
from portfolio.located_toml import suggest

_SHOWN = 40


@dataclass(frozen=True)
class Wanted:
    """A field that is looked for under any of these headers. `stated`: the admin named the header."""

    field: Field
    words: tuple[str, ...]
    stated: bool


@dataclass(frozen=True)
class Header:
    """Where each field stands, by column from 0; of a wide table, the day of each of its columns.

    `unused` are headers that are no field; `key` are the columns that tell rows apart beside fields.
    """

    fields: Mapping[str, int]
    days: Mapping[int, date]
    key_columns: tuple[int, ...]
    unused: tuple[str, ...]


def wanted(settings: TableSettings) -> list[Wanted]:
    """What to look for in a file of that table."""
    made = []
    taken = {settings.unpivot.into, settings.unpivot.value} if settings.unpivot else set()
    for name, field in shape(settings.into).fields.items():
        if name in settings.columns:
            made.append(Wanted(field, (settings.columns[name],), stated=True))
        elif name not in settings.constants and name not in taken:
            made.append(Wanted(field, (name,), stated=False))
    return made


def fits(headers: Sequence[str], looked_for: Sequence[Wanted]) -> bool:
    """Whether a row can be the header: every header that the admin names is there, or one of ours."""
    there = {folded(header) for header in headers}
    stated = [one for one in looked_for if one.stated]
    if stated:
        return all(folded(word) in there for one in stated for word in one.words)
    return any(folded(word) in there for one in looked_for for word in one.words)


def find(headers: Sequence[str], settings: TableSettings, name: str) -> Header:
    """The header. Raises RemoteRefusal with the headers that are there, where one is missing or stands twice."""
    if not any(headers):
        raise unusable(
            f"{name}: row {settings.header_row} holds no headers", "no_headers", "State `header_row` of the table."
        )
    places: dict[str, list[int]] = {}
    for index, header in enumerate(headers):
        if header:
            places.setdefault(folded(header), []).append(index)
    fields: dict[str, int] = {}
    for one in wanted(settings):
        found = _place(one, places, headers, name)
        if found is not None:
            fields[one.field.name] = found
    days = _days(headers, settings, name, set(fields.values()))
    _refuse_missing(fields, settings, headers, name)
    keys = tuple(_key_column(word, places, headers, name) for word in settings.key if word not in _known(settings))
    used = {*fields.values(), *days, *keys}
    unused = tuple(header for index, header in enumerate(headers) if header and index not in used)
    return Header(fields, days, keys, unused)


def mapped(header: Header, settings: TableSettings) -> set[str]:
    """Every field that a row can have."""
    wide = {settings.unpivot.into, settings.unpivot.value} if settings.unpivot else set()
    return {*header.fields, *settings.constants, *wide}


def _known(settings: TableSettings) -> Mapping[str, Field]:
    return shape(settings.into).fields


def _place(one: Wanted, places: Mapping[str, list[int]], headers: Sequence[str], name: str) -> int | None:
    for word in one.words:
        found = places.get(folded(word), [])
        if len(found) > 1:
            raise unusable(
                f"{name}: the header `{word}` stands {len(found)} times", "header_twice", "Rename all but one of them."
            )
        if found:
            return found[0]
    if one.stated:
        raise _missing(f"no column `{one.words[0]}` (for {one.field.name})", one.words[0], headers, name)
    return None


def _key_column(word: str, places: Mapping[str, list[int]], headers: Sequence[str], name: str) -> int:
    found = places.get(folded(word), [])
    if not found:
        raise _missing(f"no column `{word}` (named in `key`)", word, headers, name)
    return found[0]


def _refuse_missing(fields: Mapping[str, int], settings: TableSettings, headers: Sequence[str], name: str) -> None:
    """Raises for a field that every row needs and that nothing gives."""
    here = shape(settings.into)
    given = {*fields, *settings.constants}
    if settings.unpivot:
        given |= {settings.unpivot.into, settings.unpivot.value}
    for needed in here.needs:
        if needed not in given:
            raise _missing(f"no column for {needed}, which every row of {here.table} needs", needed, headers, name)
    if here.needs_one_of and not given & set(here.needs_one_of):
        either = " or ".join(here.needs_one_of)
        raise _missing(f"no column for {either}, one of which {here.table} needs", here.needs_one_of[0], headers, name)


def _missing(what: str, word: str, headers: Sequence[str], name: str) -> Exception:
    there = [header for header in headers if header]
    listed = ", ".join(f"`{header}`" for header in there[:_SHOWN]) + (" …" if len(there) > _SHOWN else "")
    hint = suggest(word, there)
    remedy = f"Correct `columns` of the table{f': {hint}' if hint else ''}; `header_row` says where the headers are."
    return unusable(f"{name}: {what}; there are: {listed}", "no_column", remedy)


def _days(headers: Sequence[str], settings: TableSettings, name: str, taken: Iterable[int]) -> dict[int, date]:
    """Columns of a wide table, by the day that each is for."""
    wide = settings.unpivot
    if wide is None:
        return {}
    listed = {folded(word): day for word, day in wide.columns.items()}
    form, days = DateFormat(wide.header_format), {}
    for index, header in enumerate(headers):
        if not header or index in taken:
            continue
        day = listed.get(folded(header)) if listed else _day(form, header)
        if day is not None:
            days[index] = day
    absent = [word for word in wide.columns if folded(word) not in {folded(header) for header in headers}]
    if absent or not days:
        word = absent[0] if absent else "2026-11"
        what = f"no column `{word}`" if absent else "no column whose header is a day, a month or a week"
        raise _missing(what, word, headers, name)
    twice = [day for day in days.values() if list(days.values()).count(day) > 1]
    if twice:
        raise unusable(f"{name}: two columns are for {twice[0]}", "header_twice", "Rename or remove one of them.")
    return days


def _day(form: DateFormat, header: str) -> date | None:
    try:
        return form.parse(header)
    except BadCell:
        return None


def folded(header: str) -> str:
    """A header as it is compared: case, blanks, hyphens and underscores do not matter."""
    return " ".join(re.split(r"[\s_\-]+", header.strip())).casefold()
