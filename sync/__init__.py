"""Pulls sources into the store, matches what belongs together, and leaves snapshots for readers."""

from sync.backup import Backup, Restored, read_backup, restore_backup
from sync.copies import store_copies
from sync.doubled import Doubled, doubled
from sync.engine import pull
from sync.export import SnapshotExport, belongs_to_projects
from sync.integrity import Checked
from sync.integrity import check as check_store
from sync.ledger import begin_run, end_run
from sync.lock import Owner
from sync.matching import Matches, match, match_store
from sync.meaning import Unknown, tell
from sync.migration import Migration
from sync.outcome import Failure, PartitionReport, PullReport, SourceReport
from sync.references import InitiativeSetting, MatchProblem, MatchSettings
from sync.removal import Brake
from sync.retention import Forgotten, Keep
from sync.snapshot import FileReader, FileSnapshot, open_snapshot, published
from sync.stopping import Stop, stop_on_signals
from sync.store import DuckStore, open_store
from sync.units import circles

__all__ = [
    "Backup",
    "Brake",
    "Checked",
    "Doubled",
    "DuckStore",
    "Failure",
    "FileReader",
    "FileSnapshot",
    "Forgotten",
    "InitiativeSetting",
    "Keep",
    "MatchProblem",
    "MatchSettings",
    "Matches",
    "Migration",
    "Owner",
    "PartitionReport",
    "PullReport",
    "Restored",
    "SnapshotExport",
    "SourceReport",
    "Stop",
    "Unknown",
    "begin_run",
    "belongs_to_projects",
    "check_store",
    "circles",
    "doubled",
    "end_run",
    "match",
    "match_store",
    "open_snapshot",
    "open_store",
    "published",
    "pull",
    "read_backup",
    "restore_backup",
    "stop_on_signals",
    "store_copies",
    "tell",
]
