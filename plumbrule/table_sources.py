"""Mistakes in the settings of tables, each at its place in the file."""

from collections.abc import Iterator

from connectors.tabular.settings import TabularSource
from plumbrule.settings import Settings
from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml


def mistakes(document: LocatedToml, settings: Settings) -> Iterator[Problem]:
    """All of them: unknown fields, words and formats that cannot be, and a table that is read twice."""
    for name, source in settings.sources.items():
        if not isinstance(source, TabularSource):
            continue
        from connectors.tabular.checking import flaws

        read: set[tuple[str, str, str | None]] = set()
        for number, table in enumerate(source.tables):
            steps = ("sources", name, "tables", number)
            for flaw in flaws(table):
                at = "key" if flaw.at_key else "value"
                yield document.problem((*steps, *flaw.steps), "config.table", flaw.what, help=flaw.help, at=at)
            here = (table.into, str(table.path), table.sheet)
            if here in read:
                what = f"this file is read into {table.into} already"
                yield document.problem((*steps, "path"), "config.table_twice", what, help="keep one, or name a `sheet`")
            read.add(here)
