"""All waivers of a site on a day, and the snapshot that they are held against."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from portfolio.ports import Reader
from rules.findings import Waived
from rules.limits import WaiverLimits
from rules.ruleset import RuleSet
from rules.waivers.overlay import overlay
from rules.waivers.scope import Reacher
from rules.waivers.standing import Standing, standing, with_renewals
from rules.waivers.waiver import Waiver

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Register:
    """Where every waiver stands on `as_of`, in the order of their ids."""

    standings: tuple[Standing, ...]
    rules: RuleSet
    as_of: date

    def covered(self, findings: Sequence[Row]) -> dict[str, Waived]:
        """What covers each open finding that is under waiver, by finding id."""
        return overlay(findings, self.standings, self.rules)

    def get(self, waiver_id: str) -> Standing | None:
        """The waiver of that id."""
        return self._by_id.get(waiver_id)

    @property
    def unplaced(self) -> list[Standing]:
        """Waivers that nobody answers for: their subject is not known, nor is the project of their ticket."""
        return [s for s in self.standings if not s.subjects and s.state in ("scheduled", "in_force")]

    @cached_property
    def _by_id(self) -> dict[str, Standing]:
        return {s.waiver.id: s for s in self.standings}


def registered(
    waivers: Sequence[Waiver],
    snapshot: Reader,
    rules: RuleSet,
    as_of: date,
    *,
    limits: WaiverLimits | None = None,
    of_tools: Collection[Waiver] = (),
) -> Register:
    """Those waivers held against the views of a snapshot. `of_tools` are all that tools keep: a file's waiver whose
    ticket is one of them ends with it."""
    if not waivers:
        return Register((), rules, as_of)
    reacher = Reacher(snapshot, as_of, waivers)
    over = {w.id.casefold() for w in of_tools if w.recorded in ("rejected", "ended")}
    found = []
    for waiver in sorted(waivers, key=lambda w: w.id):
        ticket = (waiver.ticket or "").casefold()
        is_over = waiver.item_id is None and ticket in over
        reach = reacher.reach(waiver.subject)
        found.append(
            standing(
                waiver,
                reach,
                rules,
                limits or WaiverLimits(),
                as_of,
                ticket=reacher.tickets.get(ticket),
                ticket_over=is_over,
            )
        )
    return Register(with_renewals(found), rules, as_of)
