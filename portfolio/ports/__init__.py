"""The protocols between the floors, and the values that cross: what a connector, a store and a publisher must do.

A row is a mapping from column names of `portfolio.model` to plain values: str, int, bool, `decimal.Decimal` for
amounts, `datetime.date` for dates, timezone-aware (or naive UTC) `datetime.datetime` for instants, list[str] for
texts, None for unknown. Columns left out are None. Many rows of one table may come as `portfolio.columns.ColumnRows`.
"""

from portfolio.ports.channels import (
    CHANNEL_NAMES,
    Channel,
    MarkKind,
)
from portfolio.ports.reading import (
    OWN_PACE,
    OWN_RECORD_PACE,
    Capability,
    Census,
    Confirming,
    Connector,
    Doubted,
    Examining,
    Expiring,
    Observation,
    Page,
    Partition,
    Probe,
    Progress,
    Rejected,
    Row,
    Scope,
    Traffic,
)
from portfolio.ports.storing import (
    Computed,
    Counts,
    Reader,
    Snapshot,
    Store,
    View,
)
from portfolio.ports.surveying import Proposal, Survey, Surveying
from portfolio.ports.writing import (
    Action,
    Change,
    ExaminingReceiver,
    ExaminingWrites,
    Mark,
    Missing,
    Previewing,
    Publisher,
    Receipt,
    Review,
    TargetKind,
)

__all__ = [
    "CHANNEL_NAMES",
    "OWN_PACE",
    "OWN_RECORD_PACE",
    "Action",
    "Capability",
    "Census",
    "Change",
    "Channel",
    "Computed",
    "Confirming",
    "Connector",
    "Counts",
    "Doubted",
    "Examining",
    "ExaminingReceiver",
    "ExaminingWrites",
    "Expiring",
    "Mark",
    "MarkKind",
    "Missing",
    "Observation",
    "Page",
    "Partition",
    "Previewing",
    "Probe",
    "Progress",
    "Proposal",
    "Publisher",
    "Reader",
    "Receipt",
    "Rejected",
    "Review",
    "Row",
    "Scope",
    "Snapshot",
    "Store",
    "Survey",
    "Surveying",
    "TargetKind",
    "Traffic",
    "View",
]
