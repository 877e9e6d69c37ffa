"""What the demo finds against what was planted: precision and recall of each rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Trial:
    """One rule: who was planted to fail it, who was found."""

    rule: str
    planted: frozenset[str]
    found: frozenset[str]
    judged: int
    """Subjects that passed, got a warning or failed."""

    @property
    def precision(self) -> float | None:
        """Part of what was found that was planted; None where nothing was found."""
        return len(self.planted & self.found) / len(self.found) if self.found else None

    @property
    def recall(self) -> float | None:
        """Part of what was planted that was found; None where nothing was planted."""
        return len(self.planted & self.found) / len(self.planted) if self.planted else None

    @property
    def is_right(self) -> bool:
        return self.planted == self.found

    def line(self) -> str:
        wrong = sorted(self.found - self.planted), sorted(self.planted - self.found)
        shares = "  ".join("   -" if share is None else f"{share:4.0%}" for share in (self.precision, self.recall))
        told = "".join(
            f"  {word}: {', '.join(keys)}" for word, keys in zip(("healthy", "missed"), wrong, strict=True) if keys
        )
        counts = f"{self.judged:>3} judged  {len(self.planted):>2} planted  {len(self.found):>2} found"
        return f"{self.rule}  {counts}  {shares}{told}"


def trials(
    outcomes: Iterable[tuple[str, str, str]], planted: Mapping[str, frozenset[str]], known: Iterable[str]
) -> list[Trial]:
    """One per rule of `known`, from (rule, outcome, key of the subject)."""
    failed: dict[str, set[str]] = {rule: set() for rule in known}
    judged = dict.fromkeys(failed, 0)
    for rule, outcome, key in outcomes:
        judged[rule] += outcome in ("pass", "warn", "fail")
        if outcome == "fail":
            failed[rule].add(key)
    return [
        Trial(rule, planted.get(rule, frozenset()), frozenset(keys), judged[rule])
        for rule, keys in sorted(failed.items())
    ]


def table(found: Iterable[Trial], elsewhere: Mapping[str, str]) -> str:
    """A line each, what they come to, and why nothing was planted where nothing was."""
    found = list(found)
    lines = ["rule    judged      planted     found   precision recall", *(trial.line() for trial in found)]
    hit = sum(len(t.planted & t.found) for t in found)
    all_found, all_planted = sum(len(t.found) for t in found), sum(len(t.planted) for t in found)
    lines.append(f"{hit} of {all_planted} planted faults found, {all_found - hit} found in the healthy")
    lines += [
        f"{t.rule}  nothing planted and nothing found: {elsewhere.get(t.rule, 'nobody says why')}"
        for t in found
        if not t.planted and not t.found
    ]
    return "\n".join(lines)
