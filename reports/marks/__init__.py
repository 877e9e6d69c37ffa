"""What should stand in the trackers: marks on projects and items that have open findings."""

from reports.marks.desired import PROPERTY, desired_marks, fingerprint_label
from reports.marks.project_fields import ProjectFields, project_field_marks
from reports.marks.wanted import FindingIssues, MarkSettings, OpenFinding, Tracker, open_findings

__all__ = [
    "PROPERTY",
    "FindingIssues",
    "MarkSettings",
    "OpenFinding",
    "ProjectFields",
    "Tracker",
    "desired_marks",
    "fingerprint_label",
    "open_findings",
    "project_field_marks",
]
