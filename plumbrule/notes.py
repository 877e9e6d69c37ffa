"""What is no mistake and yet not what somebody may expect: told by `config check`, `plan` and `doctor`."""

from collections.abc import Iterator
from dataclasses import dataclass

from plumbrule.settings import Settings
from portfolio.errors import PlanRefused
from reports.plan import Plan, check_size


@dataclass(frozen=True)
class Note:
    """One thing to know, and what to do where it is not meant so."""

    code: str
    what: str
    remedy: str

    def render(self) -> str:
        """The note as an error would be shown."""
        return f"note[{self.code}]: {self.what}\n  = help: {self.remedy}"


def on_configuration(settings: Settings, *, planning: bool = False) -> Iterator[Note]:
    """Settings that have no effect. What stands there by default counts once something is planned, or allowed."""
    writeback = settings.writeback
    is_meant = planning or writeback.enabled or "marks" in writeback.model_fields_set
    if is_meant and settings.writable and "remote_link" in writeback.marks and not writeback.report_url:
        yield Note(
            "config.no_report_url",
            "`remote_link` is among the marks, but no `report_url` is configured, so there is nowhere to lead to",
            "Add `report_url` to [writeback], the address at which people open the page, or take `remote_link` out.",
        )


def on_plan(plan: Plan, settings: Settings) -> Iterator[Note]:
    """What `apply` will say of a plan, told before."""
    try:
        check_size(plan, settings.writeback.max_changes)
    except PlanRefused as refusal:
        remedy = f"{refusal.remedy} `max_changes` in [writeback] allows so many in every run."
        yield Note(refusal.code, f"`plumbrule apply` will refuse it: {refusal.what}", remedy)
