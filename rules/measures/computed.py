"""The steps that SQL cannot say, by name."""

from collections.abc import Mapping

from portfolio.ports import Computed
from rules.measures.graph.steps import GRAPH_STEPS
from rules.measures.network.step import NETWORK

COMPUTED: Mapping[str, Computed] = {
    NETWORK.returns.name: NETWORK,
    **GRAPH_STEPS,
}
"""Name of the step -> what it reads and the function that makes it. Each name begins with `_`."""
