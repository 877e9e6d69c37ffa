"""Tables that people keep as CSV or XLSX: budgets, costs, rates, the org tree. Settings: `.settings`."""

from typing import TYPE_CHECKING

from connectors.tabular.settings import TabularSource

if TYPE_CHECKING:
    from connectors.tabular.reader import TabularReader


def connect(name: str, settings: TabularSource) -> "TabularReader":
    """The connector of one configured source of tables. Opens nothing yet."""
    from connectors.tabular.reader import TabularReader

    return TabularReader(name, settings)
