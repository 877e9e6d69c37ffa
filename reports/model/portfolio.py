"""What leans although no single project does: the organisation, a department, a programme, a person."""

from datetime import date
from typing import Literal

from reports.model.base import Part


class PortfolioFinding(Part):
    """An open finding whose subject is no project. `evidence`, `age_days` and `waived_by` as in `Finding`."""

    id: str
    rule_id: str
    title: str
    fix: str | None
    severity: str
    observed_only: bool
    subject_kind: Literal["organisation", "department", "programme", "person"]
    subject_id: str
    subject_name: str
    message: str | None
    evidence: tuple[str, ...] = ()
    opened_on: date | None
    age_days: int | None
    verified: bool
    owner: str | None = None
    fix_by: date | None = None
    overdue_days: int | None = None
    waived_by: str | None = None
    waived_until: date | None = None

    @property
    def own_name(self) -> str | None:
        """What the subject is called; None for an organisation that nobody named."""
        return None if self.subject_name == self.subject_kind else self.subject_name
