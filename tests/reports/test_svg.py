"""Charts: right proportions, escaped names."""

import re

from reports.render import svg


def widths(markup: str) -> list[float]:
    return [float(w) for w in re.findall(r'<rect [^>]*?width="([\d.]+)"', markup)]


def test_a_stacked_bar_shares_its_width_worst_first() -> None:
    drawn = svg.stacked_bar([("green", 1), ("red", 3)], "health", width=100)
    assert widths(drawn) == [74.0, 24.0]
    assert drawn.index("f-fill-red") < drawn.index("f-fill-green")


def test_a_stacked_bar_of_nothing_is_an_empty_track() -> None:
    assert "f-track" in svg.stacked_bar([("red", 0)], "health")


def test_a_bullet_scales_both_bars_alike_and_never_leaves_its_box() -> None:
    assert widths(svg.bullet(50, 200, 100, "x", over=True, width=100)) == [50.0, 100.0]
    assert widths(svg.bullet(0, 0, 0, "x", over=False)) == [0.0, 0.0]


def test_a_sparkline_of_equal_values_is_flat_and_finite() -> None:
    drawn = svg.sparkline([3.0, 3.0, 3.0], "flat")
    assert "nan" not in drawn
    assert len({y for _, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", drawn)}) == 1


def test_names_are_escaped() -> None:
    assert "&lt;b&gt;" in svg.bar(1, 2, '<b>"')
