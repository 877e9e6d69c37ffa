"""`python -m tests.rules.corpus`: every case, counted by kind and by what became of it.

With `--guarded` the process forbids itself files, sockets and programs before it begins, and ends with an error where
one is tried: what people write is read and judged in memory.
"""

import sys
from collections import Counter
from typing import Any

from tests.rules.corpus.cases import LOADERS, Case, cases, judge

FORBIDDEN = ("open", "socket.", "subprocess.", "os.", "shutil.", "ctypes.", "urllib.", "ftplib.", "http.", "tempfile.")


def table(all_cases: list[Case]) -> str:
    """Counts by kind and code, as text."""
    kinds = Counter(c.kind for c in all_cases)
    lines = [f"{'kind':<28} {'cases':>5}  what becomes of them"]
    for kind in kinds:
        made = Counter(c.code or c.outcome or "answered" for c in all_cases if c.kind == kind)
        lines.append(f"{kind:<28} {kinds[kind]:>5}  {', '.join(f'{code} {n}' for code, n in sorted(made.items()))}")
    refused = sum(bool(c.code) for c in all_cases)
    lines.append(f"{len(all_cases)} cases: {refused} refused, {len(all_cases) - refused} evaluated")
    return "\n".join(lines)


def main(guarded: bool) -> int:
    """Judge all cases; the number of those that are not as they must be."""
    all_cases = cases()
    if guarded:
        _warm(all_cases)
        sys.addaudithook(_guard)
    wrong = 0
    for case in all_cases:
        for line in judge(case, LOADERS[case.loader](case)):
            wrong += 1
            print(f"{case.file}, {case.kind}: {case.text[:80]!r}: {line}")
    print(table(all_cases))
    return wrong


def _warm(all_cases: list[Case]) -> None:
    """Libraries are imported and packs are read where they are first needed: before the guard, once a kind of text."""
    for case in all_cases:
        case.bytes()  # encodings are modules
    for case in {(c.loader, bool(c.code)): c for c in all_cases}.values():
        LOADERS[case.loader](case)


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"{event} {arguments}")


if __name__ == "__main__":
    sys.exit(min(1, main("--guarded" in sys.argv)))
