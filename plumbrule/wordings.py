"""What the rules say of a check in other languages than its own: told with the check, or worked out once.

A check keeps its words in one language, in the store. A run writes pages and reports in several: their words are told
while the rules are evaluated, and kept for as long as the command lasts, not on disk.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbrule.settings import Language, Settings

if TYPE_CHECKING:
    from rules.results import Evaluation

Row = Mapping[str, Any]
ResultKey = tuple[str, ...]
"""Rule, kind of subject, subject."""


@dataclass
class Wording:
    """The words of one check in one language: of results by their key, of findings by their id."""

    results: dict[ResultKey, str | None] = field(default_factory=dict)
    findings: dict[str, str] = field(default_factory=dict)

    def of_results(self, rows: Iterable[Row]) -> list[Row]:
        """Rows of `rule_result` of that check, in these words. Where rules were changed since the check, and say
        nothing of a result now, its own words stay."""
        said = self.results
        keys = ("rule_id", "subject_kind", "subject_id")
        return [{**row, "message": said.get(tuple(row[k] for k in keys)) or row["message"]} for row in rows]


def main_wording(evaluation: "Evaluation") -> Wording:
    """The words in the language that the rules were evaluated in."""
    from rules.findings import finding_id

    return Wording(
        {(r.rule_id, r.subject_kind, r.subject_id): r.message for r in evaluation.results},
        {finding_id(s): s.message for s in evaluation.leaning},
    )


def languages_of(settings: Settings) -> tuple[Language, ...]:
    """Those of pages and reports, that of the check first."""
    return tuple(dict.fromkeys([*settings.report.languages, *(report.language for report in settings.reports)]))


class Wordings:
    """The wordings of published snapshots, for one command."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, Language], Wording] = {}

    def keep(self, snapshot: Path, told: Mapping[Language, Wording]) -> None:
        """Those that were told with the check which published the snapshot."""
        for language, wording in told.items():
            self._kept[_identity(snapshot), language] = wording

    def of(self, snapshot: Path, language: Language, make: Callable[[], Wording]) -> Wording:
        """That of a snapshot; made where it is not kept."""
        key = _identity(snapshot), language
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


class Told:
    """Collects the words in further languages from the evaluations of one check."""

    def __init__(self, languages: Iterable[Language]) -> None:
        self.languages = tuple(languages)
        self.wordings: dict[Language, Wording] = defaultdict(Wording)

    def note(self, evaluation: "Evaluation") -> None:
        """What an evaluation says in them. A rule that could not be evaluated says why in the same words in all."""
        from rules.findings import finding_id

        for number, language in enumerate(self.languages):
            wording = self.wordings[language]
            for r in evaluation.results:
                wording.results[r.rule_id, r.subject_kind, r.subject_id] = r.also[number] if r.also else r.message
            for s in evaluation.leaning:
                wording.findings[finding_id(s)] = s.also[number]


def _identity(snapshot: Path) -> tuple[int, int, int]:
    """The same for a file under all its names, and another one for every file that takes its place."""
    found = snapshot.stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns
