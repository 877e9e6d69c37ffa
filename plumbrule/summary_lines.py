"""Parts of a summary as lines for a person. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from plumbrule.speech import advice, head, says, spoken
from plumbrule.told_traffic import waiting, warnings
from portfolio.counted import counted
from portfolio.errors import PlumbruleError
from portfolio.ports import Mark, Receipt, Traffic
from sync import PullReport
from sync.outcome import PartitionReport

_SHOWN_ALIKE = 3
_SHOWN_UNKNOWN = 5
_SINGULAR = {
    "projects": "project",
    "items": "item",
    "time entries": "time entry",
    "people": "person",
    "unreadable records": "unreadable record",
}
"""Names of counts, by their plural."""


@dataclass(frozen=True)
class Written:
    """What became of a plan."""

    planned: int
    receipts: tuple[Receipt, ...] = ()
    missing_permissions: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    """What people did to our earlier writes, and we leave alone."""
    allowed: bool = True
    stopped: PlumbruleError | None = None
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    """What writing asked of each source."""

    @property
    def applied(self) -> int:
        """Changes that the tools confirmed."""
        return sum(1 for receipt in self.receipts if receipt.error is None)

    @property
    def failed(self) -> list[Receipt]:
        """Changes that were refused, with the reason."""
        return [receipt for receipt in self.receipts if receipt.error is not None]


def pull_lines(report: PullReport, today: date) -> list[str]:
    """What each source was asked and gave, what it waited for, and what failed."""
    lines = []
    for source in report.sources:
        changed = sum(p.rows_changed for p in source.partitions)
        rejected = sum(p.rejections for p in source.partitions)
        told = says(
            "{source}, {changed} new or changed",
            source=counted(source.traffic.requests, "request"),
            changed=counted(changed, "row"),
        )
        told += _throttled(source.traffic.throttled)
        told += says(", {rejected} could not be read", rejected=counted(rejected, "record")) if rejected else ""
        lines.append(f"{source.source:<10} {spoken(source.outcome)}: {told}")
        lines += warnings(source, today)
        if source.failure:
            lines += _failed(source.failure.code, source.failure.what, source.failure.remedy)
        lines += _broken_lines(source.partitions)
    return lines


def _failed(code: str, what: str, remedy: str) -> list[str]:
    return [f"  {head('error', code, what)}", f"  {advice(remedy)}"]


def _throttled(times: int) -> str:
    return says(", throttled {times}", times="once" if times == 1 else counted(times, "time")) if times else ""


def _broken_lines(partitions: Iterable[PartitionReport]) -> Iterable[str]:
    """What failed, and once for all that failed alike what to do: a site that sends us away fails all its projects."""
    alike: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for part in partitions:
        if part.failure:
            place = f"{part.stream} of {part.title or part.key}"
            alike.setdefault((part.failure.code, part.failure.remedy), []).append((place, part.failure.what))
    for (_, remedy), places in alike.items():
        yield from (f"  {place}: {spoken(what)}" for place, what in places[:_SHOWN_ALIKE])
        more = [place for place, _ in places[_SHOWN_ALIKE:]]
        if more:
            named = ", ".join(more[:_SHOWN_ALIKE]) + (", …" if len(more) > _SHOWN_ALIKE else "")
            yield says("  and {more} more like these: {named}", more=len(more), named=named)
        if remedy:
            yield f"  {advice(remedy)}"


def written_lines(written: Written) -> list[str]:
    """What was planned and became of it, or why nothing was written."""
    if not written.allowed:
        return [
            says(
                "writes     {planned} planned, none made: write-back is off. Next: plumbrule plan",
                planned=written.planned,
            )
        ]
    lines = [says("writes     {planned} planned, {applied} applied", planned=written.planned, applied=written.applied)]
    lines += [f"  {name}: {told}" for name, traffic in written.traffic.items() if (told := waiting(traffic))]
    if written.stopped:
        lines += _failed(written.stopped.code, written.stopped.what, written.stopped.remedy)
    lines += [says("  missing: {name}", name=name) for name in written.missing_permissions]
    lines += [says("  note: {notice}", notice=notice) for notice in written.notices]
    failed = [r for r in written.failed if not (r.error or "").startswith("not tried: ")]
    lines += [f"  {_place(r.change.mark)}: {spoken(r.error or '')}" for r in failed[:5]]
    if len(failed) > 5:
        lines.append(says("  and {failed} more", failed=len(failed) - 5))
    if len(written.failed) > len(failed):
        lines.append(says("  {failed} were therefore not tried", failed=len(written.failed) - len(failed)))
    return lines


def without_data(rules: Sequence[str]) -> list[str]:
    """Rules that nothing feeds are no mistake, and yet nobody should take them for kept."""
    if not rules:
        return []
    named = ", ".join(rules[:_SHOWN_UNKNOWN])
    more = f" and {len(rules) - _SHOWN_UNKNOWN} more" if len(rules) > _SHOWN_UNKNOWN else ""
    return [
        says(
            "  {rules} can never be told, as no source holds what they read: {named}{more}",
            rules=counted(len(rules), "rule"),
            named=named,
            more=more,
        )
    ]


def _place(mark: Mark) -> str:
    """Where it was to stand; of a report also who was to get it, for several may fail to."""
    named = mark.title or mark.target or mark.name
    return f"{mark.source}, {named}" if mark.target_kind == "receiver" else named


def of_tables(found: str, told: Sequence[str]) -> list[str]:
    """What tables hold and cannot be taken, the first of them with their places."""
    more = len(told) - _SHOWN_UNKNOWN
    lines = [says("tables     {found}", found=found), *(f"  {what}" for what in told[:_SHOWN_UNKNOWN])]
    return [*lines, says("  and {more} more; the page lists them", more=more)] if more > 0 else lines


def listed(head: str, counts: Mapping[str, int], *, plural: bool = False) -> str:
    """Numbers with their names; names that are plurals, such as `time entries`, stand in the singular for one."""
    told = ", ".join(
        spoken(counted(number, _SINGULAR.get(name, name), name))
        if plural
        else f"{number} {spoken(name.replace('_', ' '))}"
        for name, number in counts.items()
    )
    return f"{spoken(head)}  {told}"


def likely_lines(likely: Sequence[Mapping[str, Any]]) -> list[str]:
    """Joins that are likely, the likeliest projects with the lines that make them."""
    projects = [one for one in likely if one["kind"] == "projects"]
    people = len(likely) - len(projects)
    told = [counted(len(projects), "pair of projects", "pairs of projects")] if projects else []
    told += [counted(people, "pair of logins", "pairs of logins")] if people else []
    lines = [
        says("likely     {told} may be one; none was joined. Next: plumbrule match suggest", told=" and ".join(told))
    ]
    for one in projects[:_SHOWN_ALIKE]:
        lines.append(
            says(
                "  {left} and {right}, {ratio:.0%} alike. To join them:",
                left=_side(one, "left"),
                right=_side(one, "right"),
                ratio=one["confidence_ratio"],
            )
        )
        lines += [f"    {line}" for line in str(one["settings_lines"] or "").splitlines()]
    return lines


def _side(pair: Mapping[str, Any], side: str) -> str:
    return f"{pair[f'{side}_name']} ({str(pair[f'{side}_id']).partition(':')[0]})"
