"""docs/exit-codes.md: what each exit code means, and which one counts where several apply."""

from plumbrule.explaining import EXIT_CODES
from portfolio.errors import PRECEDENCE

_HEAD = """\
# Exit codes

Made from code by `make docs`; `plumbrule explain exit-codes` says the same. They are stable: schedulers and pipelines
may rely on them. What each asks of somebody at night: [operations.md](operations.md#how-a-monitor-knows).

| Code | Meaning |
| --- | --- |
"""
_FOOT = """
Where several apply, a run ends with the first of these: {order}. A single source that fails does not make the whole run
fail: what could be read is checked and reported, and the run ends with 3.
"""


def exits_page() -> str:
    """The page as Markdown."""
    rows = "".join(f"| {int(code)} | {meaning} |\n" for code, meaning in EXIT_CODES.items())
    return _HEAD + rows + _FOOT.format(order=", ".join(str(int(code)) for code in PRECEDENCE))
