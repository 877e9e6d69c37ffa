"""Findings: their life from check to check, what waivers do to them, until when they are to be mended and by whom."""

from rules.findings.due import dated, working_days_after
from rules.findings.life import (
    REOPEN_DAYS,
    FindingUpdate,
    finding_id,
    fingerprint,
    update_findings,
    watched,
)
from rules.findings.under_waiver import Waived, age_days, under_waivers
from rules.limits import FixDays

__all__ = [
    "REOPEN_DAYS",
    "FindingUpdate",
    "FixDays",
    "Waived",
    "age_days",
    "dated",
    "finding_id",
    "fingerprint",
    "under_waivers",
    "update_findings",
    "watched",
    "working_days_after",
]
