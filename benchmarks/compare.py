"""`python -m benchmarks.compare`: the newest results beside those before them, figure by figure, as ratios.

Of each part the newest result is held against the newest earlier one that measured something of the same size. Looks in
`benchmarks/out`, where every bench keeps what it measured, and in `benchmarks/results`, which belongs to the project.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.kept import Result, results

_LEAST = 0.05
"""Seconds and the like below this are as good as nought: their ratio tells nothing."""


@dataclass(frozen=True)
class Ratio:
    """One figure, before and now."""

    what: str
    figure: str
    before: float
    now: float

    @property
    def times(self) -> float:
        """How many times as much it is now."""
        return self.now / self.before


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the ratios; with --at-most, end with 1 where a figure grew more than that."""
    options = _parser().parse_args(arguments)
    found = results()
    parts = options.part or sorted({one.part for one in found})
    worse: list[Ratio] = []
    for part in parts:
        pair = last_two([one for one in found if one.part == part])
        if pair is None:
            _say(f"{part}: nothing to compare with\n")
            continue
        ratios = compared(*pair)
        _say(shown(*pair, ratios) + "\n")
        worse += [one for one in ratios if options.at_most and one.times > options.at_most]
    for one in worse:
        _say(f"more than {options.at_most} x: {one.what}: {one.figure} {one.times:.2f}")
    return 1 if worse else 0


def last_two(found: Sequence[Result]) -> tuple[Result, Result] | None:
    """The newest of a part that has a figure in common with an earlier one, and the newest such earlier one."""
    for place in range(len(found) - 1, 0, -1):
        for before in reversed(found[:place]):
            if before.figures.keys() & found[place].figures.keys():
                return before, found[place]
    return None


def compared(before: Result, now: Result) -> list[Ratio]:
    """What both measured, in the order of the newer."""
    both = [key for key in now.figures if key in before.figures]
    pairs = [Ratio(*key, before.figures[key], now.figures[key]) for key in both]
    return [one for one in pairs if one.before >= _LEAST]


def shown(before: Result, now: Result, ratios: Sequence[Ratio]) -> str:
    """A line a figure, and what both were measured on."""
    return "\n".join([
        f"{now.part}: {now.at} beside {before.at}",
        f"  before: {before.machine}",
        f"  now:    {now.machine}",
        f"  {'':<62}{'before':>12}{'now':>12}{'x':>7}",
        *(f"  {f'{x.what}: {x.figure}':<62}{x.before:>12,.2f}{x.now:>12,.2f}{x.times:>7.2f}" for x in ratios),
    ])  # fmt: skip


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("part", nargs="*", help="such as jira or rules; left out: all")
    parser.add_argument(
        "--at-most", type=float, help="end with 1 where a figure is more than so many times the earlier"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
