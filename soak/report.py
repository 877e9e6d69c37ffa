"""The soak's report: what was met, and what came of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from soak.kept import as_json
from soak.trials import Outcome


def report(outcomes: Sequence[Outcome], *, kills: int, faults: int, out: Path | None) -> tuple[str, bool]:
    """Text for people, and whether nothing was lost, doubled or broken and enough was met; all figures go to `out`."""
    kinds = Counter(str(one.kind) for one in outcomes)
    seconds = sum(one.seconds for one in outcomes)
    deaths = sum((one.deaths for one in outcomes), Counter())
    harms = sum((one.harms for one in outcomes), Counter())
    found = {
        "rows lost": sum(one.difference.rows_lost for one in outcomes),
        "rows doubled": sum(one.difference.rows_doubled for one in outcomes),
        "writes lost": sum(one.difference.writes_lost for one in outcomes),
        "writes doubled": sum(one.difference.writes_doubled for one in outcomes),
        "runs that broke": sum(len(one.trouble) for one in outcomes),
    }
    met = {
        "trials": len(outcomes),
        **{f"  {kind}": number for kind, number in sorted(kinds.items())},
        "runs": sum(one.runs for one in outcomes),
        "kills": deaths.total(),
        **{f"  at a {way}" if way == "moment" else f"  at a {way}'s edge": n for way, n in sorted(deaths.items())},
        "faults": harms.total(),
        **{f"  {harm}": number for harm, number in sorted(harms.items())},
        "messages told as doubtful": sum(one.untold for one in outcomes),
    }
    is_good = not any(found.values()) and deaths.total() >= kills and harms.total() >= faults
    if out is not None:
        document = {"seconds": seconds, "met": met, "found": found, "trials": [as_json(one) for one in outcomes]}
        out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    lines = [f"Soak: {seconds / 60:.0f} minutes of trials, several at a time", *_table(met), "", *_table(found)]
    lines.append("" if is_good else "\nNOT GOOD: something above must be 0, or too little was met.")
    return "\n".join(lines) + "\n", is_good


def _table(figures: dict[str, int]) -> list[str]:
    return [f"  {name:<28}{number:>8,}" for name, number in figures.items()]
