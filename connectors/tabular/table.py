"""One table of one file: looked through for what tells its rows apart, then read page by page in bounded memory."""

from array import array
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from connectors.tabular.cells import Reading, says_nothing
from connectors.tabular.dates import DateFormat
from connectors.tabular.header import Header, find, mapped, wanted
from connectors.tabular.lines import Line, Sheet
from connectors.tabular.numbers import NumberFormat
from connectors.tabular.opening import header_of, open_sheet
from connectors.tabular.rows import Made, Maker, Named
from connectors.tabular.settings import TableSettings
from portfolio.ports import Rejected

MOST_REJECTED = 5_000
"""Lines of one table that are told one by one."""
_NAMED_PLACES = 3


@dataclass
class Survey:
    """What a look through a table showed. `keys` and `numbers`: key and row of each record; `clear`: all have a key."""

    keys: "array[int]" = field(default_factory=lambda: array("Q"))
    numbers: "array[int]" = field(default_factory=lambda: array("L"))
    clear: bool = True
    lines: int = 0
    totals: int = 0

    def twice(self) -> dict[int, list[int]]:
        """Keys that several records have, with their rows."""
        before, again = -1, set()
        for key in sorted(self.keys):
            if key == before:
                again.add(key)
            before = key
        found: dict[int, list[int]] = {}
        for key, number in zip(self.keys, self.numbers, strict=True) if again else ():
            if key in again:
                found.setdefault(key, []).append(number)
        return found


@dataclass
class Uses:
    """A project or person that the table names: where first, and in how many rows."""

    named: Named
    place: str
    count: int = 0


@dataclass
class Table:
    """A table in an open file."""

    sheet: Sheet
    settings: TableSettings
    maker: Maker
    uses: dict[tuple[str, str], Uses] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    unlisted: int = 0
    """Lines that could not be read beyond those that are told one by one."""

    @property
    def header(self) -> Header:
        """Where its fields are."""
        return self.maker.header

    @property
    def fields(self) -> set[str]:
        """Fields that its rows can have."""
        return mapped(self.header, self.settings)

    def survey(self) -> Survey:
        """Look through it once."""
        found = Survey()
        for line in self._lines():
            if self.maker.is_total(line):
                found.totals += 1
                continue
            found.lines += 1
            for key in self.maker.keys(line):
                if key is None:
                    found.clear = False
                else:
                    found.keys.append(key)
                    found.numbers.append(line.number)
        return found

    def rows(self, twice: Mapping[int, list[int]], elsewhere: Mapping[int, str]) -> Iterator[dict[str, Any]]:
        """Its rows in the order of the file. What cannot be read is in `rejected` afterwards, what is named in `uses`.

        `twice` are keys that several of its records have, `elsewhere` those that a file before it has, with the place.
        """
        for line in self._lines():
            if self.maker.is_total(line):
                continue
            for made in self.maker.make(line):
                if made.row is None:
                    self._reject(self.maker.rejected(line, made))
                elif made.key in twice or made.key in elsewhere:
                    self._reject(self._double(line, made, twice, elsewhere))
                else:
                    self._note(line, made)
                    yield dict(made.row)

    def _lines(self) -> Iterator[Line]:
        for line in self.sheet.lines():
            if line.number <= self.settings.header_row:
                continue
            if all(says_nothing(cell) for cell in line.cells):
                if not self.settings.skip_blank:
                    return
                continue
            yield line

    def _note(self, line: Line, made: Made) -> None:
        for named in made.named:
            known = self.uses.get((named.kind, named.refers_as))
            if known is None:
                place = f"{self.maker.place(line)}, {self.maker.column(named.column)}"
                known = self.uses[named.kind, named.refers_as] = Uses(named, place)
            known.count += 1

    def _reject(self, rejected: Rejected) -> None:
        if len(self.rejected) < MOST_REJECTED:
            self.rejected.append(rejected)
        else:
            self.unlisted += 1

    def _double(self, line: Line, made: Made, twice: Mapping[int, list[int]], elsewhere: Mapping[int, str]) -> Rejected:
        """A record whose key another has: nobody can tell which of them counts, so that none does."""
        assert made.key is not None  # noqa: S101 - it has a row
        numbers = twice.get(made.key, [])
        first = bool(numbers) and numbers[0] == line.number and made.key not in elsewhere
        native = self.maker.row_id(made.key) if first else f"{self.maker.title}, row {line.number}"
        if made.key in elsewhere:
            what = f"the same record is in {elsewhere[made.key]}, and that one is read"
        else:
            others = [number for number in numbers if number != line.number] or numbers[1:]
            shown = ", ".join(map(str, others[:_NAMED_PLACES])) + (" …" if len(others) > _NAMED_PLACES else "")
            what = f"row {shown} is the same record; none of them is read, for nobody can tell which counts"
        remedy = f"Told apart by {self.maker.told_apart}: remove one, or state `key` of the table"
        reason = f"{self.maker.place(line)}: {what}. {remedy}"
        return Rejected(native, "tabular.duplicate", reason, self.maker.body(line))


def open_table(file: IO[bytes], label: str, source: str, settings: TableSettings) -> Table:
    """The table in an open file; `label` names the file. Raises RemoteRefusal where it cannot be used."""
    sheet = open_sheet(file, label, settings, wanted(settings))
    title = f"{label}, sheet {sheet.title}" if sheet.title else label
    headers = header_of(sheet, settings.header_row)
    reading = Reading(
        DateFormat(settings.date_format),
        NumberFormat(settings.decimal, settings.thousands),
        settings.values,
        sheet.epoch,
    )
    return Table(sheet, settings, Maker(source, settings, find(headers, settings, title), headers, reading, title))


def also_in(keys: Collection[int], earlier: Mapping[str, Survey]) -> dict[int, str]:
    """Those of the keys that files before have, each with file and row. `earlier` is by the title of the file."""
    found: dict[int, str] = {}
    if not earlier:
        return found
    own = set(keys)
    for title, survey in earlier.items():
        for key, number in zip(survey.keys, survey.numbers, strict=True):
            if key in own:
                found.setdefault(key, f"{title}, row {number}")
    return found
