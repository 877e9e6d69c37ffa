"""What is no mistake and yet not what somebody may expect: told by `config check`, `plan` and `doctor`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbrule.settings import Settings
from plumbrule.speech import message
from portfolio.errors import PlanRefused
from portfolio.located_toml import suggest
from reports.plan import Plan, check_size

if TYPE_CHECKING:
    from rules.ruleset import RuleSet


@dataclass(frozen=True)
class Note:
    """One thing to know, and what to do where it is not meant so."""

    code: str
    what: str
    remedy: str

    def render(self) -> str:
        """The note as an error would be shown."""
        return message("note", self.code, self.what, remedy=self.remedy)


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


def on_owners(settings: Settings, rules: "RuleSet") -> Iterator[Note]:
    """Owners named for a role that no rule has: nobody would ever see them."""
    roles = sorted({rule.owner_role for rule in rules.known})
    for role in settings.rules.owners:
        if role not in roles:
            yield Note(
                "config.unknown_role",
                f"no rule has the role `{role}`, so its owner under [rules.owners] answers for nothing",
                suggest(role, roles) or f"Roles of rules: {', '.join(roles)}.",
            )


def on_plan(plan: Plan, settings: Settings) -> Iterator[Note]:
    """What `apply` will say of a plan, told before."""
    try:
        check_size(plan, settings.writeback.max_changes)
    except PlanRefused as refusal:
        remedy = f"{refusal.remedy} `max_changes` in [writeback] allows so many in every run."
        yield Note(refusal.code, f"`plumbrule apply` will refuse it: {refusal.what}", remedy)
