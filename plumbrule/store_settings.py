"""What the settings say of the store: where it lies, and how much of the past it keeps."""

from pathlib import Path

from pydantic import Field

from plumbrule.section import Section
from sync import Keep


class StoreSettings(Section):
    """Where the portfolio is kept between runs, and how much of the past: docs/operations.md."""

    folder: Path = Field(Path(".plumbrule"), description="folder of the store, its snapshots and its lock")
    keep_runs: int = Field(
        400, ge=1, description="latest runs of which it is kept what each part of each source did; of others one line"
    )
    keep_daily_days: int = Field(
        400, ge=373, description="days for which the measures of every day are kept; before that, of one day a week"
    )
    keep_measures_days: int = Field(
        3650, ge=400, le=36500, description="days for which measures, and lines of runs, are kept at all"
    )
    keep_snapshots: int = Field(5, ge=1, le=1000, description="published snapshots that are kept, the latest included")
    keep_crash_files: int = Field(10, ge=0, le=1000, description="files on crashes that are kept, the newest")
    keep_backups: int = Field(
        2, ge=1, le=1000, description="copies of the store that are kept of those made before a migration or a restore"
    )

    @property
    def keep(self) -> Keep:
        """The same for the store's tables."""
        return Keep(self.keep_runs, self.keep_daily_days, self.keep_measures_days)
