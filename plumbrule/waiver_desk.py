"""What `plumbrule waive` does. A file is replaced in one step, and only by one that loads without a mistake."""

import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from plumbrule.app import Clock, open_app, system_clock
from plumbrule.settings import Settings
from plumbrule.waiving import FINDINGS, register_at
from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import LocatedToml, load, parse, suggest
from portfolio.ports import Reader
from rules.ruleset import RuleSet
from rules.waivers import Register, Standing, WaiverLimits
from rules.waivers.load import waiver_files, waivers_of
from rules.waivers.scope import Reacher
from rules.waivers.waiver import Subject, Waiver
from rules.waivers.written import Draft, added, block, next_id, revoked
from sync import open_snapshot

_FINDING = re.compile(r"[0-9a-f]{8,20}")
_RULE = re.compile(r"[A-Za-z][A-Za-z0-9]{1,11}-[0-9]{2,4}")
_DEFAULT_FILE = "waivers.toml"


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; empty where it says nothing."""

    what: str = ""
    rules: tuple[str, ...] = ()
    project: str | None = None
    item: str | None = None
    reason: str = ""
    requested_by: str = ""
    approved_by: str = ""
    ticket: str = ""
    starts: date | None = None
    expires: date | None = None
    until_value: float | None = None
    compensating: str | None = None
    renews: str | None = None


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
    rules, subject, note = _meant(desk, asked)
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
    draft = Draft(
        next_id([w.id for w in desk.waivers], desk.today.year), rules, subject, asked.reason, asked.requested_by,
        asked.approved_by, asked.ticket, asked.starts or desk.today, asked.expires,
        None if asked.until_value is None else Decimal(str(asked.until_value)), asked.compensating, asked.renews,
        notes=(f"added by `plumbrule waive add` on {desk.today}", *note),
    )  # fmt: skip
    before = target.read_bytes() if target.exists() else b""
    _replace(desk, target, before, added(before, block(draft)))
    until = f"{draft.starts} to {draft.expires}"
    return f"{target}: waiver {draft.id} of {', '.join(rules)} on {next(iter(subject.values()))}, {until}"


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
    return f"{target}: waiver {waiver_id} ends: from {on} on it does not count"


def listed(config: Path, *, as_json: bool = False, clock: Clock = system_clock) -> str:
    """Every waiver with where it stands."""
    desk = _open(config, clock)
    register, findings = desk.register()
    covered = register.covered(findings)
    hits = [waived.waiver_id for waived in covered.values()]
    rows = [_told(one, hits.count(one.waiver.id), desk.today) for one in register.standings]
    if as_json:
        return json.dumps(rows, ensure_ascii=False, indent=2)
    if not rows:
        return "no waivers"
    return "\n".join(_line(row) for row in rows)


def _told(one: Standing, hits: int, today: date) -> dict[str, Any]:
    w = one.waiver
    return {
        "id": w.id,
        "state": one.state,
        "why": w.problem or ("self_approved" if w.self_approved else None),
        "rules": w.said_rules,
        "subject": w.subject.text if w.subject else None,
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


def _line(row: Mapping[str, Any]) -> str:
    state = row["state"].replace("_", " ") + (f" ({row['why'].replace('_', ' ')})" if row["why"] else "")
    days = f"{row['starts'] or '?'} to {row['ends'] or row['expires'] or '?'}"
    left = f", {row['days_left']} days left" if row["days_left"] is not None else ""
    covers = f"covers {row['covers']} open finding{'' if row['covers'] == 1 else 's'}"
    nothing = "" if row["matches"] else ", names nothing that exists"
    people = (
        f"{row['requested_by'] or '?'} asked, {row['approved_by'] or 'nobody'} granted, {row['ticket'] or 'no ticket'}"
    )
    head = (
        f"{row['id']:<12} {state:<22} {row['rules'] or '?'} on {row['subject'] or '?'}: {days}{left}; {covers}{nothing}"
    )
    return f"{head}\n{'':<12} {row['reason'] or '?'} ({people})"


def _open(config: Path, clock: Clock) -> _Desk:
    """Settings, rules and waivers; a configured waiver file that does not exist yet counts as empty."""
    app = open_app(config, clock=clock, waivers_may_lack=True)
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


def _meant(desk: _Desk, asked: Asked) -> tuple[tuple[str, ...], dict[str, str], tuple[str, ...]]:
    """Rules, subject, and what to note of the finding."""
    words = asked.what.replace(",", " ").split()
    if len(words) == 1 and _FINDING.fullmatch(words[0]):
        return _of_finding(desk, words[0])
    rules = [word.upper() for word in words if _RULE.fullmatch(word) and desk.rules.get(word.upper())]
    rest = [word for word in words if word.upper() not in rules]
    rules += asked.rules
    subjects = {k: v for k, v in (("project", asked.project), ("item", asked.item)) if v}
    if len(rest) == 1 and not subjects:
        subjects = {_kind_of(desk, rest[0]): rest[0]}
    elif rest:
        unknown = next((word for word in rest if _RULE.fullmatch(word)), " ".join(rest))
        hint = suggest(unknown.upper(), [r.id for r in desk.rules.rules])
        raise ConfigurationError(
            f"`{asked.what}` is not a rule and a subject",
            code="waive.unclear",
            remedy=hint or "write them as a report quotes them: `SCH-06, PAY-12`",
        )
    if not rules or len(subjects) != 1:
        raise ConfigurationError(
            "it takes at least one rule, and one subject",
            code="waive.unclear",
            remedy="name a finding by its id, or `SCH-06, PAY-12`, or --rule with --project or --item",
        )
    return tuple(dict.fromkeys(rules)), subjects, ()


def _of_finding(desk: _Desk, name: str) -> tuple[tuple[str, ...], dict[str, str], tuple[str, ...]]:
    if not desk.snapshot.exists():
        raise ConfigurationError(
            "no finding is known yet", code="usage.nothing_checked", remedy="`plumbrule run` first"
        )
    with closing(open_snapshot(desk.snapshot)) as reader:
        rows = [f for f in reader.rows(FINDINGS) if f["id"].startswith(name)]
        if len(rows) != 1:
            raise ConfigurationError(
                f"{'no finding' if not rows else 'more than one finding'} has the id `{name}`",
                code="waive.unknown_finding",
                remedy="the JSON report and the labels in Jira hold the ids of findings",
            )
        [found] = rows
        subject = found["subject_id"]
        if found["subject_kind"] == "project":
            keys = reader.rows("SELECT key FROM projects WHERE project_id = $id", {"id": subject})
            subjects = {"project": keys[0]["key"] if keys else subject}
        else:
            subjects = {"item": _key_of(reader, subject) or subject}
    return (found["rule_id"],), subjects, (f"finding {found['id']}: {found['message']}",)


def _key_of(reader: Reader, item_id: str) -> str | None:
    rows = reader.rows("SELECT key FROM work_items WHERE item_id = $id AND key IS NOT NULL", {"id": item_id})
    return str(rows[0]["key"]) if rows else None


def _kind_of(desk: _Desk, word: str) -> str:
    """Whether that is the key of a project or of an item."""
    if not desk.snapshot.exists():
        raise ConfigurationError(
            "no project or item is known yet", code="usage.nothing_checked", remedy="say --project or --item"
        )
    with closing(open_snapshot(desk.snapshot)) as reader:
        for kind in ("project", "item"):
            probe = Waiver("?", (), (), Subject(kind, word), None, None, None, None, None, None)
            if Reacher(reader, desk.today, [probe]).reach(probe.subject).size:
                return kind
    raise ConfigurationError(
        f"there is no project or item `{word}`, or several",
        code="waive.unknown_subject",
        remedy="name it by its key, as the report shows it; of several, with its source before it: jira:PAY-12",
    )


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
    fresh = target.with_name(f".{target.name}.new")
    try:
        with fresh.open("wb") as out:
            out.write(after)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            fresh.chmod(target.stat().st_mode & 0o7777)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
