"""Networks that others have published with their results, at the precision in which they printed them."""

import json
from functools import cache
from typing import Any

import networkx as nx
import pytest

from tests.rules.network_told import DAY, Found, computed, link, task
from tests.shared_data import SHARED, needs_shared


def told(durations: dict[str, float], predecessors: dict[str, str]) -> Found:
    links = [f"{before}>{after}" for after, names in predecessors.items() for before in names]
    return computed([task(name, days) for name, days in durations.items()], links)


def rows(found: Found, *names: str) -> list[tuple[Any, ...]]:
    return [(n, *found.early(n), *found.late(n), found.float_days(n)) for n in names]


def test_a_prototype_in_seven_activities() -> None:
    """Table 2 of https://studylib.net/doc/8378728/example-1--draw-the-network-for-the-events-in-table-1, in hours."""
    found = told(
        dict(zip("ABCDEFG", (6, 2, 2, 3, 4, 2, 1), strict=True)),
        {"B": "A", "C": "A", "D": "B", "E": "DF", "F": "C", "G": "E"},
    )

    assert rows(found, *"ABDEGCF") == [
        ("A", 0, 6, 0, 6, 0),
        ("B", 6, 8, 6, 8, 0),
        ("D", 8, 11, 8, 11, 0),
        ("E", 11, 15, 11, 15, 0),
        ("G", 15, 16, 15, 16, 0),
        ("C", 6, 8, 7, 9, 1),
        ("F", 8, 10, 9, 11, 1),
    ]
    assert found.path == set("ABDEG")


def test_eleven_weeks_with_total_and_free_float() -> None:
    """The table of http://www.bizhelp24.com/small-business-portal/critical-path-analysis-part-2-4.html.

    Its events, read from the printed starts and finishes: D waits for B, E for B, F for D and E, G for F, C for A.
    """
    found = told(
        dict(zip("ABCDEFG", (1, 3, 2, 3, 3, 2, 2), strict=True)),
        {"B": "A", "C": "A", "D": "B", "E": "C", "F": "DE", "G": "F"},
    )

    assert {n: found.early(n)[0] for n in "ABCDEFG"} == dict(zip("ABCDEFG", (0, 1, 1, 4, 3, 7, 9), strict=True))
    assert {n: found.late(n)[1] for n in "ABCDEFG"} == dict(zip("ABCDEFG", (1, 4, 4, 7, 7, 9, 11), strict=True))
    assert {n: found.float_days(n) for n in "ABCDEFG"} == dict(zip("ABCDEFG", (0, 0, 1, 0, 1, 0, 0), strict=True))
    assert {n: found.free_days(n) for n in "ABCDEFG"} == dict(zip("ABCDEFG", (0, 0, 0, 0, 1, 0, 0), strict=True))


@cache
def examples() -> dict[str, Any]:
    text = (SHARED / "worked_examples" / "worked_examples.json").read_text(encoding="utf-8")
    return {example["id"]: example for example in json.loads(text)["examples"]}


@needs_shared
def test_a_patient_transport_system_of_seventeen_activities() -> None:
    example = examples()["cpm-vanhoucke-p2"]
    durations = {str(n): days for n, days in enumerate(example["inputs"]["durations"], start=1)}
    ties = [(str(before), str(after)) for before, after in example["inputs"]["links_fs"]]

    found = computed([task(n, days) for n, days in durations.items()], [f"{b}>{a}" for b, a in ties])

    expected = example["expected"]
    assert max(found.early(n)[1] or 0 for n in durations) == expected["duration"]
    assert {int(n) for n in durations if found.float_days(n) == 0} == set(expected["critical"])
    assert {int(n) for n in durations if found.float_days(n) != 0} == set(expected["not_critical"])
    graph = nx.DiGraph(ties)
    for before, after in graph.edges:
        graph.edges[before, after]["weight"] = durations[before]
    assert nx.dag_longest_path_length(graph) <= expected["duration"]
    assert set(nx.dag_longest_path(graph)) <= found.path


@needs_shared
def test_the_index_of_the_acquisition_handbook(told_index: Any) -> None:
    """720 days of path and 60 too few give 0.917."""
    example = examples()["dcma-cpli-acqnotes"]
    length, slack = (example["inputs"][name] for name in ("critical_path_length_days", "total_float_days"))

    assert round(told_index(length, slack), 3) == example["expected"]["cpli"]
    assert (told_index(length, slack) >= 0.95) is example["expected"]["passes_0_95"]


@pytest.fixture
def told_index() -> Any:
    """The index of a plan of one task of that length, begun now, with that float to its baseline finish."""

    def index(length: int, slack: int) -> float:
        from rules.measures.network.worktime import standard
        from tests.rules.network_told import MONDAY, number

        calendar = standard()
        start = number(MONDAY) * 1440
        approved = calendar.after(start, (length + slack) * DAY)
        found = computed(
            [task("A", length)], [], status_day=number(MONDAY) - 3, baseline_finish_day=approved // 1440
        ).whole
        assert found is not None and found.path_minutes is not None and found.finish_float is not None
        return (found.path_minutes + found.finish_float) / found.path_minutes

    return index


def test_leads_lags_and_other_ends_move_dates_as_their_names_say() -> None:
    """By hand: A lasts five days, B three, from the same Monday."""
    ends = {
        "A>B": (5, 8), "A>B FS+2": (7, 10), "A>B FS-2": (3, 6), "A>B SS": (0, 3), "A>B SS+1": (1, 4),
        "A>B FF": (2, 5), "A>B FF+2": (4, 7), "A>B SF+4": (1, 4),
    }  # fmt: skip
    found = {told: computed([task("A", 5), task("B", 3)], [link(told)]).early("B") for told in ends}

    assert found == ends
