"""The company of seed 7, built once."""

import pytest

from sandbox.company import Company, build


@pytest.fixture(scope="session")
def company() -> Company:
    return build(seed=7)
