"""The steps that SQL cannot say, by name."""

from collections.abc import Mapping

from portfolio.ports import Computed
from rules.measures.earned_schedule import EARNED_SCHEDULE
from rules.measures.graph.steps import GRAPH_STEPS
from rules.measures.network.step import NETWORK
from rules.measures.simulation import FORECASTS

COMPUTED: Mapping[str, Computed] = {
    **{made.returns.name: made for made in (NETWORK, EARNED_SCHEDULE, FORECASTS)},
    **GRAPH_STEPS,
}
"""Name of the step -> what it reads and the function that makes it. Each name begins with `_`."""
