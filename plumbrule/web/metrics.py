"""`/metrics`: numbers about the server and the latest check, in Prometheus' text format. Counts only, no names.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/ (text format 0.0.4).
"""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC

from plumbrule.web.edition import Edition
from reports.inputs import COLOURS

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_OPEN = """
SELECT severity, mode, count(*) AS n FROM finding WHERE state = 'open' GROUP BY severity, mode ORDER BY severity, mode
"""


class Served:
    """How many requests were answered, by class of status. Thread-safe."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, status: int) -> None:
        """One more answer."""
        with self._lock:
            self._counts[f"{status // 100}xx"] += 1

    def counts(self) -> Mapping[str, int]:
        """So far."""
        with self._lock:
            return dict(sorted(self._counts.items()))


def metrics_text(served: Served, edition: Edition | None, *, configuration_ok: bool) -> str:
    """Everything; of the portfolio nothing while there is no snapshot."""
    lines = _series("plumbrule_http_requests_total", "counter", "Requests answered, by class of status.",
                    [({"code": code}, n) for code, n in served.counts().items()])  # fmt: skip
    lines += _series("plumbrule_snapshot_available", "gauge", "Whether there is a check to show.",
                     [({}, edition is not None)])  # fmt: skip
    lines += _series("plumbrule_configuration_ok", "gauge", "Whether the configuration could be read the last time.",
                     [({}, configuration_ok)])  # fmt: skip
    if edition is not None:
        lines += _of_portfolio(edition)
    return "\n".join(lines) + "\n"


def _of_portfolio(edition: Edition) -> list[str]:
    with edition.lock:
        open_ones = edition.reader.rows(_OPEN)
        said = edition.said(edition.settings.report.languages[0])
    as_of = edition.as_of if edition.as_of.tzinfo else edition.as_of.replace(tzinfo=UTC)
    colours = Counter(health.computed for health in said.health.values())
    lines = _series("plumbrule_snapshot_as_of_seconds", "gauge", "As-of moment of the latest check, since 1970.",
                    [({}, int(as_of.timestamp()))])  # fmt: skip
    lines += _series("plumbrule_projects", "gauge", "Projects by computed status.",
                     [({"computed": colour}, colours[colour]) for colour in COLOURS])  # fmt: skip
    lines += _series("plumbrule_findings_open", "gauge", "Open findings by severity and mode.",
                     [({"severity": row["severity"], "mode": row["mode"]}, row["n"]) for row in open_ones])  # fmt: skip
    return lines + _series("plumbrule_findings_waived", "gauge", "Open findings under waiver.",
                           [({}, len(edition.overlay.covered))])  # fmt: skip


def _series(name: str, kind: str, told: str, values: Iterable[tuple[Mapping[str, str], int]]) -> list[str]:
    lines = [f"# HELP {name} {told}", f"# TYPE {name} {kind}"]
    for labels, value in values:
        shown = ",".join(f'{label}="{text}"' for label, text in labels.items())
        lines.append(f"{name}{{{shown}}} {int(value)}" if shown else f"{name} {int(value)}")
    return lines
