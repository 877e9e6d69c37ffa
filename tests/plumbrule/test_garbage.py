"""The collector is slowed for a pull and is as before afterwards, also when the pull fails."""

import gc

import pytest

from plumbrule.garbage import rarely_collected


def test_the_collector_is_as_before_after_a_pull_that_failed() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), rarely_collected():
        assert gc.get_threshold()[0] > before[0]
        assert gc.get_freeze_count() > 0
        raise KeyError
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
