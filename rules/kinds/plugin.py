"""Kind `plugin`: the rows come from Python code of an installed package, the conditions judge them as ever."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from portfolio.located_toml import suggest
from portfolio.model import VIEWS, Table
from rules.kinds.row import RowKind
from rules.kinds.shape import Compiled
from rules.plugins import NotInstalled, PluginFault, ViewReader, find_plugin, installed, run_plugin
from rules.ruleset import PluginUse, Rule

if TYPE_CHECKING:
    import duckdb

    from rules.drafts import Draft

RELATION = "_plugin_rows"


class PluginKind(RowKind):
    """`plugin` names it; its rows are judged like those of a view."""

    name = "plugin"
    asks = "does this row, which a plugin computes, lean?"
    takes = RowKind.takes | {"plugin"}
    needs = ("plugin", "fail_when")
    reads_anything = True

    def view(self, draft: "Draft") -> Table | None:
        """The table that the plugin declares."""
        name = draft.entry.plugin
        if name is None:
            return None
        try:
            draft.plugin, needed = find_plugin(name)
        except NotInstalled as fault:
            known = installed()
            hint = suggest(name, known) or f"installed: {', '.join(known) or 'none'}"
            remedy = "install the package that has it where Plumbrule is installed"
            draft.problem(("plugin",), "R221", str(fault), f"{hint}; {remedy}")
            return None
        except PluginFault as fault:
            draft.problem(("plugin",), "R222", f"plugin `{name}` cannot be used: {fault}", "ask who maintains it")
            return None
        for parameter in needed:
            if parameter not in draft.names:
                hint = f"declare it under [rule.params]; it needs: {', '.join(needed)}"
                draft.problem(("plugin",), "R122", f"plugin `{name}` needs parameter `{parameter}`", hint)
        draft.used |= set(needed)
        return draft.plugin.table

    def compile(self, draft: "Draft", view: Table) -> Compiled:
        """The conditions of a row."""
        row = super().compile(draft, view)
        return Compiled(row.counts, row.fails, row.warns, row.value, row.requires, row.tolerance, plugin=draft.plugin)

    def relation(self, rule: Rule) -> str:
        """What the plugin's rows are called while its rule is evaluated."""
        return RELATION

    @contextmanager
    def prepared(self, rule: Rule, connection: "duckdb.DuckDBPyConnection", as_of: date) -> Iterator[None]:
        """The plugin's rows in place. Raises PluginFault."""
        values = {p.name: p.value for p in rule.parameters}
        made = run_plugin(_of(rule), ViewReader(connection), values, as_of)
        connection.register(RELATION, made)
        try:
            yield
        finally:
            connection.unregister(RELATION)

    def needed_views(self, rule: Rule) -> Sequence[str]:
        """It may read any."""
        return tuple(VIEWS)

    def lines(self, rule: Rule) -> Sequence[str]:
        """Whose it is."""
        return [f"plugin   {_of(rule).name}, of {_of(rule).package}"]


def _of(rule: Rule) -> PluginUse:
    assert rule.plugin is not None  # noqa: S101 - compiled so
    return rule.plugin
