"""Who has which fault of capacity and of the portfolio as a whole, and what a check of the demo must find.

Faults that the company has anyway, such as people on many projects, stand here too: `TRUTH` is all that must fail.
"""

from collections.abc import Mapping

ENVELOPES: Mapping[str, int] = {
    "IT": 9_000_000,
    "Manufacturing": 500_000,
    "Sales & Service": 9_000_000,
    "Finance & People": 9_000_000,
}
"""What departments may spend, in the company's currency: one has far less than its projects will cost."""
OVERDRAWN = "Manufacturing"

ONLY_HOLDER: Mapping[str, str] = {"Integration architect": "amara.okafor", "Network engineer": "felix.brandt"}
"""Skills, which are the roles of people, that one person has."""

WAITING: Mapping[str, tuple[str, int, int | None]] = {
    "Regional data lake": ("Data engineer", 300, 50),
    "Plant training tour": ("Trainer", 160, None),
}
"""Proposals that wait for a skill: which, hours next month, and how likely in per cent (none stated: certain)."""

TRUTH: Mapping[str, frozenset[str]] = {
    "BUD-11": frozenset({"Manufacturing"}),
}
"""Rule id to names of the subjects for which it must fail; every other one that it applies to must not."""
