"""What `plumbrule waive` does. A file is replaced in one step, and only by one that loads without a mistake."""

import math
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from plumbrule.app import Clock, open_app, system_clock
from plumbrule.listing import ColumnKind, Listing
from plumbrule.listing_forms import written
from plumbrule.options import Form
from plumbrule.settings import Settings
from plumbrule.speech import says, spoken
from plumbrule.waiver_subjects import Asker, Meant
from plumbrule.waiving import FINDINGS, register_at
from portfolio.counted import counted
from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml, load, parse, suggest
from portfolio.model.subjects import ORGANISATION_ID
from portfolio.whole_file import put_whole
from rules.ruleset import RuleSet
from rules.waivers import Reach, Register, Standing, Subject, Waiver, WaiverLimits
from rules.waivers.load import waiver_files, waivers_of
from rules.waivers.waiver import Kind
from rules.waivers.written import Draft, added, block, next_id, revoked
from sync import open_snapshot

_DEFAULT_FILE = "waivers.toml"
_COLUMNS: dict[str, ColumnKind] = {
    "id": "text", "state": "text", "why": "text", "rules": "text", "subject": "text", "subject_kind": "text",
    "starts": "day", "expires": "day", "ends": "day", "days_left": "number", "matches": "number", "covers": "number",
    "renewals": "number", "reason": "text", "requested_by": "text", "approved_by": "text", "ticket": "text",
    "kept_in": "text",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; empty where it says nothing."""

    what: str = ""
    rules: tuple[str, ...] = ()
    project: str | None = None
    item: str | None = None
    department: str | None = None
    programme: str | None = None
    person: str | None = None
    organisation: bool = False
    reason: str = ""
    requested_by: str = ""
    approved_by: str = ""
    ticket: str = ""
    starts: date | None = None
    expires: date | None = None
    until_value: float | None = None
    compensating: str | None = None
    renews: str | None = None

    @property
    def subjects(self) -> dict[Kind, str]:
        """Subjects that options name."""
        texts: dict[Kind, str | None] = {
            "project": self.project,
            "item": self.item,
            "department": self.department,
            "programme": self.programme,
            "person": self.person,
            "organisation": ORGANISATION_ID if self.organisation else None,
        }
        return {kind: text for kind, text in texts.items() if text}


class _Nothing:
    """A portfolio before the first run."""

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """None."""
        return []


@dataclass(frozen=True)
class _Desk:
    """What the commands share: settings, rules, waivers, today, and the latest snapshot's path."""

    settings: Settings
    rules: RuleSet
    waivers: tuple[Waiver, ...]
    today: date

    @property
    def snapshot(self) -> Path:
        return self.settings.store.folder / "snapshots" / "latest.duckdb"

    def register(self) -> tuple[Register, Sequence[Mapping[str, Any]]]:
        """Where every waiver stands, and the findings that they are held against."""
        if not self.snapshot.exists():
            nothing = _Nothing()
            return register_at(nothing, nothing, self.settings, self.rules, self.waivers, today=self.today), ()
        with closing(open_snapshot(self.snapshot)) as reader:
            found = register_at(reader, reader, self.settings, self.rules, self.waivers, today=self.today)
            return found, reader.rows(FINDINGS)


def add(config: Path, asked: Asked, file: Path | None = None, clock: Clock = system_clock) -> str:
    """Write the waiver; says where. Raises ConfigurationError for what the loader would refuse, or cannot be found."""
    desk = _open(config, clock)
    target = _target(desk.settings, config, file)
    asker = Asker(desk.rules, desk.snapshot, desk.today)
    meant = asker.meant(asked.what, asked.rules, asked.subjects)
    missing = [
        f"--{name.replace('_', '-')}"
        for name in ("reason", "requested_by", "approved_by", "ticket", "expires")
        if not getattr(asked, name)
    ]
    if missing:
        raise ConfigurationError(
            f"a waiver needs {', '.join(missing)}",
            code="waive.incomplete",
            remedy="say why, who asks, who else grants it, where it was decided and until which day",
        )
    assert asked.expires is not None  # noqa: S101 - it would be missing
    _check_texts(asked)
    starts = asked.starts or desk.today
    if asked.renews is None:
        _refuse_second(desk, meant, asker.reach(meant.subject), starts, asked.expires)
    draft = Draft(
        next_id([w.id for w in desk.waivers], desk.today.year), meant.rules, meant.written, asked.reason,
        asked.requested_by, asked.approved_by, asked.ticket, starts, asked.expires,
        None if asked.until_value is None else Decimal(str(asked.until_value)), asked.compensating, asked.renews,
        notes=(f"added by `plumbrule waive add` on {desk.today}", *meant.notes),
    )  # fmt: skip
    before = target.read_bytes() if target.exists() else b""
    _replace(desk, target, before, added(before, block(draft)))
    until = f"{draft.starts} to {draft.expires}"
    return says(
        "{target}: waiver {id} of {meant} on {said}, {until}",
        target=target,
        id=draft.id,
        meant=", ".join(meant.rules),
        said=_said(meant.subject),
        until=until,
    )


def _said(subject: Subject | None) -> str:
    """The subject in words: a key says itself what it is, a name does not."""
    if subject is None:
        return "?"
    if subject.kind == "organisation":
        return "the organisation"
    return f"{subject.kind} {subject.text}" if subject.is_other else subject.text


def _refuse_second(desk: _Desk, meant: Meant, reach: Reach, starts: date, expires: date) -> None:
    """Raises ConfigurationError where a waiver covers all of it already, on some of these days."""
    register, findings = desk.register()
    named = [f for f in findings if f["id"] == meant.finding]
    ids = {waived.waiver_id for waived in register.covered(named).values()}
    found = [one for one in register.standings if one.waiver.id in ids or _covers(one, meant, reach)]
    held = next((one for one in found if _overlaps(one, starts, expires)), None)
    if held is None:
        return
    about = f"finding {meant.finding}" if meant.finding else f"{', '.join(meant.rules)} on {_said(meant.subject)}"
    raise ConfigurationError(
        f"{about} is under waiver {held.waiver.id} already, from {held.waiver.starts} until {held.ends_on}",
        code="waive.covered",
        remedy=f"to renew that one add `--renews {held.waiver.id}`; else name another finding, or start after that day",
    )


def _covers(one: Standing, meant: Meant, reach: Reach) -> bool:
    """That waiver counts, or will, for those rules and all of that subject, whatever the value."""
    counts = one.state in ("in_force", "scheduled") and one.waiver.until_value is None
    return counts and one.rules >= set(meant.rules) and reach.size > 0 and one.reach.includes(reach)


def _overlaps(one: Standing, starts: date, expires: date) -> bool:
    begins, ends = one.waiver.starts, one.ends_on
    return begins is not None and ends is not None and begins <= expires and ends >= starts


def _check_texts(asked: Asked) -> None:
    """What cannot be written into a file at all; everything else is the loader's to refuse."""
    for key, text in vars(asked).items():
        if isinstance(text, str) and text != text.encode(errors="replace").decode():
            raise ConfigurationError(
                f"--{key.replace('_', '-')} is not UTF-8", code="usage.encoding", remedy="check the terminal's encoding"
            )
    if asked.until_value is not None and not math.isfinite(asked.until_value):
        raise ConfigurationError(
            f"--until-value is {asked.until_value}, but a finite number is needed",
            code="usage.not_finite",
            remedy="name the worst value that is accepted, or leave it out",
        )


def revoke(config: Path, waiver_id: str, clock: Clock = system_clock) -> str:
    """End it today. Raises ConfigurationError where there is none, it is over, or a tool keeps it."""
    desk = _open(config, clock)
    register, _ = desk.register()
    standing = register.get(waiver_id)
    if standing is None:
        known = [s.waiver.id for s in register.standings]
        raise ConfigurationError(
            f"there is no waiver `{waiver_id}`",
            code="waive.unknown",
            remedy=suggest(waiver_id, known) or "`plumbrule waive list` shows all",
        )
    if standing.waiver.place is None:
        raise ConfigurationError(
            f"waiver {waiver_id} is kept in a tool",
            code="waive.in_tool",
            remedy=f"reject or close the issue {standing.waiver.ticket}; the next run takes that over",
        )
    if standing.state not in ("in_force", "scheduled"):
        raise ConfigurationError(
            f"waiver {waiver_id} does not count any more: {standing.state}", code="waive.over", remedy="nothing to do"
        )
    assert standing.waiver.starts is not None  # noqa: S101 - one of a file has its days
    target = Path(standing.waiver.place.rpartition(":")[0])
    before, doc = target.read_bytes(), load(target)
    on = max(desk.today, standing.waiver.starts)
    after = revoked(before, doc, waiver_id, on)
    if after is None:
        raise ConfigurationError(
            f"waiver {waiver_id} does not stand in a block of its own",
            code="waive.by_hand",
            remedy=f"add `revoked_on = {on}` to it in {standing.waiver.place}",
        )
    _replace(desk, target, before, after)
    return says(
        "{target}: waiver {waiver_id} ends: from {on} on it does not count", target=target, waiver_id=waiver_id, on=on
    )


def listed(config: Path, form: Form = Form.TABLE, *, clock: Clock = system_clock) -> str:
    """Every waiver with where it stands."""
    desk = _open(config, clock)
    register, findings = desk.register()
    covered = register.covered(findings)
    hits = [waived.waiver_id for waived in covered.values()]
    rows = [_told(one, hits.count(one.waiver.id), desk.today) for one in register.standings]
    said = [_said(one.waiver.subject) for one in register.standings]
    prose = "\n".join(map(_line, rows, said)) or says("no waivers")
    return written(Listing(rows, columns=_COLUMNS, prose=prose), form)


def _told(one: Standing, hits: int, today: date) -> dict[str, Any]:
    w = one.waiver
    return {
        "id": w.id,
        "state": one.state,
        "why": w.problem or ("self_approved" if w.self_approved else None),
        "rules": w.said_rules,
        "subject": w.subject.text if w.subject else None,
        "subject_kind": w.subject.kind if w.subject else None,
        "starts": w.starts.isoformat() if w.starts else None,
        "expires": w.expires.isoformat() if w.expires else None,
        "ends": one.ends_on.isoformat() if one.ends_on else None,
        "days_left": (one.ends_on - today).days if one.ends_on and one.in_force else None,
        "matches": one.matches,
        "covers": hits,
        "renewals": one.renewals,
        "reason": w.reason,
        "requested_by": w.requested_by,
        "approved_by": w.approved_by,
        "ticket": w.ticket,
        "kept_in": w.place or w.item_id,
    }


def _line(row: Mapping[str, Any], subject: str) -> str:
    state = spoken(row["state"].replace("_", " ")) + (
        f" ({spoken(row['why'].replace('_', ' '))})" if row["why"] else ""
    )
    days = says("{first} to {last}", first=row["starts"] or "?", last=row["ends"] or row["expires"] or "?")
    left = says(", {days} days left", days=row["days_left"]) if row["days_left"] is not None else ""
    covers = says("covers {findings}", findings=counted(row["covers"], "open finding"))
    nothing = "" if row["matches"] else says(", names nothing that exists")
    people = says(
        "{asked} asked, {granted} granted, {ticket}",
        asked=row["requested_by"] or "?",
        granted=row["approved_by"] or "nobody",
        ticket=row["ticket"] or "no ticket",
    )
    about = says("{rules} on {subject}", rules=row["rules"] or "?", subject=subject)
    head = f"{row['id']:<12} {state:<22} {about}: {days}{left}; {covers}{nothing}"
    return f"{head}\n{'':<12} {row['reason'] or '?'} ({people})"


def _open(config: Path, clock: Clock) -> _Desk:
    """Settings, rules and waivers, without secrets of sources; a configured waiver file that does not exist yet counts
    as empty."""
    app = open_app(config, clock=clock, with_secrets=False, waivers_may_lack=True)
    return _Desk(app.settings, app.rules, tuple(app.waivers), app.today)


def _target(settings: Settings, config: Path, file: Path | None) -> Path:
    """The file to write into."""
    named = settings.rules.waivers
    if not named:
        raise ConfigurationError(
            "no waiver file is configured",
            code="waive.no_file",
            remedy=f'add `waivers = ["{_DEFAULT_FILE}"]` to [rules] in {config}',
        )
    files = [path / _DEFAULT_FILE if path.suffix != ".toml" else path for path in named]
    if file is None and len(files) == 1:
        return files[0].resolve()
    wanted = [path for path in (*files, *waiver_files(named)) if file and path.resolve() == file.resolve()]
    if not wanted:
        shown = ", ".join(str(path) for path in files)
        what = f"{file} is no configured waiver file" if file else "several waiver files are configured"
        raise ConfigurationError(what, code="waive.which_file", remedy=f"name one with --file: {shown}")
    return wanted[0].resolve()


def _replace(desk: _Desk, target: Path, before: bytes, after: bytes) -> None:
    """Put the new content in place, if all waivers together load without a mistake, and nobody wrote meanwhile."""
    problems: list[Problem] = []
    documents: list[LocatedToml] = []
    others = [path for path in waiver_files(desk.settings.rules.waivers) if path.resolve() != target and path.exists()]
    try:
        documents = [*(load(path) for path in others), parse(after, str(target))]
    except ConfigurationError as error:
        raise ConfigurationError(problems=list(error.problems)) from error
    limits: WaiverLimits = desk.settings.rules.granting
    waivers_of(documents, desk.rules, limits, problems)
    if problems:
        raise ConfigurationError(problems=sorted(set(problems)))
    if (target.read_bytes() if target.exists() else b"") != before:
        raise ConfigurationError(
            f"{target} was changed meanwhile", code="waive.changed", remedy="run the command again"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    put_whole(target, after, mode=target.stat().st_mode & 0o7777 if target.exists() else None)
