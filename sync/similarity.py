"""How alike two names are, for suggestions that a person decides on."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from difflib import SequenceMatcher

from portfolio.ports import Row

THRESHOLD = 0.75
METHOD = "share of characters in common order (difflib ratio), words as written or sorted, whichever is higher"
_FILLERS = frozenset(("project", "programme", "program", "plan", "the", "a", "an", "of", "for", "and", "项目", "计划"))


def normalised(name: str) -> str:
    """Lower case, words sorted, punctuation and words that say nothing (project, plan, the) left out."""
    return " ".join(sorted(_words(name)))


def similar(left: Sequence[Row], right: Sequence[Row]) -> Iterator[tuple[Row, Row, Decimal]]:
    """Pairs whose names reach the threshold, with their likeness 0..1. Rows without a name have no pairs."""
    named = [(row, _forms(row["name"])) for row in left if row.get("name")]
    for other in (row for row in right if row.get("name")):
        matchers = [SequenceMatcher(None, "", form, autojunk=False) for form in _forms(other["name"])]
        for row, forms in named:
            likeness = max(_ratio(matcher, form) for matcher, form in zip(matchers, forms, strict=True))
            if likeness >= THRESHOLD:
                yield row, other, Decimal(str(round(likeness, 6)))


def _words(name: str) -> list[str]:
    words = re.findall(r"\w+", name.casefold())
    return [word for word in words if word not in _FILLERS] or words


def _forms(name: str) -> tuple[str, str]:
    return " ".join(_words(name)), normalised(name)


def _ratio(matcher: SequenceMatcher[str], name: str) -> float:
    """The ratio, or 0 where one of its two cheap upper bounds already stays below the threshold."""
    matcher.set_seq1(name)
    if matcher.real_quick_ratio() < THRESHOLD or matcher.quick_ratio() < THRESHOLD:
        return 0.0
    return matcher.ratio()


def namesakes(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows that bear the same name, written in whichever order and case."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.get("name"):
            groups.setdefault(normalised(row["name"]), []).append(row)
    return [group for _, group in sorted(groups.items()) if len(group) > 1]
