"""Colours can be read, and told apart without seeing colour."""

from itertools import pairwise

import pytest

from reports.render.palette import DARK, LIGHT, TEXT_PAIRS, Theme, contrast, css, luminance

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


@THEMES
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_stands_out_from_its_ground(theme: Theme, text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@THEMES
def test_white_on_the_darkest_heat_cell_can_be_read(theme: Theme) -> None:
    assert contrast("#ffffff", theme["fill-red"]) >= 4.5


@THEMES
def test_fills_of_a_status_differ_in_luminance(theme: Theme) -> None:
    steps = [luminance(theme[f"fill-{c}"]) for c in ("red", "amber", "green")]
    assert all(brighter - darker >= 0.15 for darker, brighter in pairwise(steps))


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_dark_never_reaches_print() -> None:
    before, *blocks = css().split("@media ")
    assert DARK["page"] not in before
    assert all(block.startswith("screen") for block in blocks)
