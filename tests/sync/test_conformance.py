"""The suite for connectors passes on a good one and fails on bad ones."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from conformance import ConnectorConformance, Pulled, misfit, pull_all
from sync_memory import MemoryConnector, Source, small_source

from portfolio.model import SOURCE_TABLES
from portfolio.ports import Page, Partition


class TestMemoryConforms(ConnectorConformance):
    @pytest.fixture
    def make(self) -> Callable[[], MemoryConnector]:
        return lambda: MemoryConnector(small_source())


class Forgetful(MemoryConnector):
    """Claims a position one page too far: what is lost on resuming must be noticed."""

    def pull(self, partition: Partition, position: str | None) -> Iterator[Page]:
        for page in super().pull(partition, position):
            ahead = page.position and str(int(page.position) + 1)
            yield Page(page.rows, ahead, page.scopes, page.rejected)


def test_a_position_that_skips_a_record_is_noticed() -> None:
    suite = ConnectorConformance()
    with pytest.raises(AssertionError):
        suite.test_going_on_from_any_position_loses_nothing(_make(Forgetful), _pulled(Forgetful))


def test_a_dangling_reference_is_noticed() -> None:
    source = small_source()
    source.put_entry("p0", "no-such-item", "9999")
    with pytest.raises(AssertionError):
        ConnectorConformance().test_references_lead_to_rows_or_are_none(pull_all(MemoryConnector(source)))


def test_a_row_that_differs_between_partitions_is_noticed() -> None:
    source = small_source()
    source.put("p1", "work_item", {**source.rows["p0"]["mem:item:000"][2], "title": "another"})
    with pytest.raises(AssertionError):
        ConnectorConformance().test_one_id_never_stands_for_two_different_rows(pull_all(MemoryConnector(source)))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("estimate_hours", 1.5),
        ("estimate_hours", "1.5"),
        ("estimate_hours", True),
        ("title", None),
        ("kind", "issue"),
        ("due_date", "2026-01-01"),
        ("is_blocked", 1),
    ],
)
def test_a_value_that_does_not_fit_is_noticed(column: str, value: object) -> None:
    declared = SOURCE_TABLES["work_item"].column(column)
    assert declared is not None
    assert misfit(declared, value)


def test_a_good_value_fits() -> None:
    declared = SOURCE_TABLES["work_item"].column("estimate_hours")
    assert declared is not None
    assert misfit(declared, Decimal("1.5")) is None


def _make(kind: type[MemoryConnector]) -> Callable[[], MemoryConnector]:
    return lambda: kind(_source())


def _pulled(kind: type[MemoryConnector]) -> Pulled:
    return pull_all(kind(_source()))


def _source() -> Source:
    return small_source()
