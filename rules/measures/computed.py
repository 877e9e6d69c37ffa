"""The steps that SQL cannot say, by name."""

from collections.abc import Mapping

from portfolio.ports import Computed
from rules.measures.graph.steps import GRAPH_STEPS

COMPUTED: Mapping[str, Computed] = {
    **GRAPH_STEPS,
}
"""Name of the step -> what it reads and the function that makes it. Each name begins with `_`."""
