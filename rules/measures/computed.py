"""The steps that SQL cannot say, by name."""

from collections.abc import Mapping

from portfolio.ports import Computed
from rules.measures.earned_schedule import EARNED_SCHEDULE
from rules.measures.simulation import FORECASTS

COMPUTED: Mapping[str, Computed] = {made.returns.name: made for made in (EARNED_SCHEDULE, FORECASTS)}
"""Name of the step -> what it reads and the function that makes it. Each name begins with `_`."""
