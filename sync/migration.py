"""Steps from one version of the stored tables to the next, for what added tables and columns do not say.

A step is SQL, in order, on the tables as the model has them (missing ones were added before). It runs once, in one
transaction with everything else that changes. Columns and tables that the model drops are dropped by a step too: a
stored column that the model does not know is otherwise the sign of a newer Plumbrule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from portfolio.counted import counted
from portfolio.model.checks import FINDING_EVENTS

_ORDER = ", ".join(f"'{event}'" for event in FINDING_EVENTS)
_COUNT_STEPS = f"""
UPDATE finding_event SET step = n.step FROM (
  SELECT finding_id, event, happened_on, step AS before, row_number() OVER (
    PARTITION BY finding_id ORDER BY happened_on, coalesce(step, 0), list_position([{_ORDER}], event)
  ) AS step
  FROM finding_event
  WHERE finding_id IN (SELECT finding_id FROM finding_event WHERE step IS NULL)
) n
WHERE n.finding_id = finding_event.finding_id AND n.event = finding_event.event
  AND n.happened_on = finding_event.happened_on AND n.before IS NOT DISTINCT FROM finding_event.step
"""  # noqa: S608 - our own names
_SUM_STEPS = """
UPDATE finding SET steps = n.steps FROM (
  SELECT finding_id, count(*) AS steps FROM finding_event GROUP BY finding_id
) n
WHERE n.finding_id = finding.id AND finding.steps IS DISTINCT FROM n.steps
"""
_NAME_SUBJECTS = """
UPDATE rule_result SET subject_kind = 'project', subject_id = project_id
WHERE subject_id IS NULL AND project_id IS NOT NULL
"""

STEPS: Mapping[int, Sequence[str]] = {
    1: (_NAME_SUBJECTS, _COUNT_STEPS, _SUM_STEPS),
}
"""By the version that they start from: each leads to the next one."""


@dataclass(frozen=True)
class Migration:
    """What was changed in a store of an older version when it was opened."""

    version_before: int
    version: int
    tables: tuple[str, ...]
    """Tables that were added."""
    columns: tuple[str, ...]
    """Columns that were added, as `table.column`."""
    read_anew: bool
    """Whether everything is read once more, because records that did not change would never fill a new column."""
    copy: Path | None = None
    """The store as it was before."""

    def as_line(self) -> str:
        """For people."""
        added = [counted(len(self.tables), "table")] if self.tables else []
        added += [counted(len(self.columns), "column")] if self.columns else []
        told = f"of version {self.version_before} brought to {self.version}"
        told += f", {' and '.join(added)} added" if added else ""
        told += "; all sources are read anew" if self.read_anew else ""
        return f"{told}; as it was: {self.copy}" if self.copy else told
