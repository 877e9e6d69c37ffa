"""The steps that SQL cannot say, by name."""

from collections.abc import Mapping

from portfolio.ports import Computed

COMPUTED: Mapping[str, Computed] = {}
"""Name of the step -> what it reads and the function that makes it. Each name begins with `_`."""
