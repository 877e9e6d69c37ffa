"""What a waiver that somebody asks for is about: rules and a subject, as typed, or those of a finding."""

import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plumbrule.waiving import FINDINGS
from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest
from portfolio.model.subjects import ORGANISATION_ID, SUBJECTS
from portfolio.ports import Reader
from rules.ruleset import RuleSet
from rules.waivers import Reach, Subject, Waiver
from rules.waivers.scope import Reacher
from rules.waivers.waiver import OTHER_SUBJECTS, Kind
from sync import open_snapshot

_FINDING = re.compile(r"[0-9a-f]{8,20}")
_RULE = re.compile(r"[A-Za-z][A-Za-z0-9]{1,11}-[0-9]{2,4}")


@dataclass(frozen=True)
class Meant:
    """Rules and subject of a waiver, and the finding that names them, with what to note of it, if one does."""

    rules: tuple[str, ...]
    subject: Subject
    finding: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def written(self) -> dict[str, str | bool]:
        """The subject as it stands in a file."""
        whole = self.subject.kind == "organisation"
        return {self.subject.kind: True if whole else self.subject.text}


@dataclass(frozen=True)
class Asker:
    """Finds what is meant in the latest snapshot, where there is one."""

    rules: RuleSet
    snapshot: Path
    today: date

    def meant(self, what: str, rules: Iterable[str], given: Mapping[Kind, str]) -> Meant:
        """`what` is a finding's id, or a rule and a subject as a report quotes them; `rules` and `given` are options.

        Raises ConfigurationError where that names no rule and one subject, or a department, programme or person that
        there is not.
        """
        words = what.replace(",", " ").split()
        if len(words) == 1 and _FINDING.fullmatch(words[0]):
            return self._of_finding(words[0])
        named = [word.upper() for word in words if _RULE.fullmatch(word) and self.rules.get(word.upper())]
        rest = [word for word in words if word.upper() not in named]
        named += rules
        subjects = [Subject(kind, text) for kind, text in given.items()]
        if rest and not subjects:
            subjects = [self._called(what, rest, named)]
        elif rest:
            raise self._unclear(what, rest)
        if not named or len(subjects) != 1:
            raise ConfigurationError(
                "it takes at least one rule, and one subject",
                code="waive.unclear",
                remedy="name a finding by its id, or `SCH-06, PAY-12`, or --rule with --project, --item, --department, "
                "--programme, --person or --organisation",
            )
        self._require(subjects[0])
        return Meant(tuple(dict.fromkeys(named)), subjects[0])

    def reach(self, subject: Subject) -> Reach:
        """What it is in the latest snapshot; nothing before the first."""
        if not self.snapshot.exists():
            return Reach()
        with closing(open_snapshot(self.snapshot)) as reader:
            return self._reach(reader, subject)

    def _reach(self, reader: Reader, subject: Subject) -> Reach:
        probe = Waiver("?", (), (), subject, None, None, None, None, None, None)
        return Reacher(reader, self.today, [probe]).reach(subject)

    def _called(self, what: str, rest: list[str], rules: Iterable[str]) -> Subject:
        """The subject that those words name: of the kinds that the rules judge; a project or an item is one word."""
        kinds = self._judged(rules)
        if len(rest) > 1 and not kinds & set(OTHER_SUBJECTS):
            raise self._unclear(what, rest)
        if not self.snapshot.exists():
            raise ConfigurationError(
                "no project or item is known yet",
                code="usage.nothing_checked",
                remedy="say --project, --item, --department, --programme, --person or --organisation",
            )
        tried: list[Kind] = [kind for kind in OTHER_SUBJECTS if kind in kinds]
        tried += ["project", "item"] if len(rest) == 1 else []
        with closing(open_snapshot(self.snapshot)) as reader:
            for kind in tried:
                subject = Subject(kind, " ".join(rest))
                if self._reach(reader, subject).size:
                    return subject
        sorts = ", ".join(kind for kind in tried if kind in OTHER_SUBJECTS)
        raise ConfigurationError(
            f"there is no {f'{sorts}, ' if sorts else ''}project or item `{' '.join(rest)}`, or several",
            code="waive.unknown_subject",
            remedy="name it by its key, as the report shows it; of several, with its source before it: jira:PAY-12",
        )

    def _judged(self, rules: Iterable[str]) -> set[str]:
        return {rule.subject for name in rules if (rule := self.rules.get(name)) is not None}

    def _require(self, subject: Subject) -> None:
        """A unit or a person is one that there is, unless nothing is known yet."""
        if not subject.is_other or not self.snapshot.exists():
            return
        by = SUBJECTS[subject.kind]
        with closing(open_snapshot(self.snapshot)) as reader:
            if self._reach(reader, subject).size:
                return
            rows = reader.rows(f"SELECT {by.key} AS id, name FROM {by.view} ORDER BY 1")  # noqa: S608 - declared names
        names = [row["name"] or row["id"] for row in rows]
        several = [row["id"] for row in rows if (row["name"] or "").casefold() == subject.text.casefold()]
        what = f"{len(several)} are called" if several else f"there is no {subject.kind}"
        hint = f"name one by its id: {', '.join(several)}" if several else suggest(subject.text, names)
        raise ConfigurationError(
            f"{what} `{subject.text}`",
            code="waive.unknown_subject",
            remedy=hint or f"view `{by.view}` lists all, as far as the latest run saw them",
        )

    def _unclear(self, what: str, rest: list[str]) -> ConfigurationError:
        unknown = next((word for word in rest if _RULE.fullmatch(word)), " ".join(rest))
        hint = suggest(unknown.upper(), [r.id for r in self.rules.rules])
        return ConfigurationError(
            f"`{what}` is not a rule and a subject",
            code="waive.unclear",
            remedy=hint or "write them as a report quotes them: `SCH-06, PAY-12`",
        )

    def _of_finding(self, name: str) -> Meant:
        if not self.snapshot.exists():
            raise ConfigurationError(
                "no finding is known yet", code="usage.nothing_checked", remedy="`plumbrule run` first"
            )
        with closing(open_snapshot(self.snapshot)) as reader:
            rows = [f for f in reader.rows(FINDINGS) if f["id"].startswith(name)]
            if len(rows) != 1:
                raise ConfigurationError(
                    f"{'no finding' if not rows else 'more than one finding'} has the id `{name}`",
                    code="waive.unknown_finding",
                    remedy="the JSON report and the labels in Jira hold the ids of findings",
                )
            [found] = rows
            subject = self._subject_of(reader, found["subject_kind"], found["subject_id"])
        return Meant((found["rule_id"],), subject, found["id"], (f"finding {found['id']}: {found['message']}",))

    def _subject_of(self, reader: Reader, kind: Kind, subject_id: str) -> Subject:
        """As people call it, where that is no other's name."""
        if kind == "organisation":
            return Subject(kind, ORGANISATION_ID)
        rows = reader.rows(_name_sql(kind), {"id": subject_id})
        called = Subject(kind, str(rows[0]["name"])) if rows else None
        same = Subject(kind, subject_id)
        if called is None or (called.is_other and self._reach(reader, called) != self._reach(reader, same)):
            return same
        return called


def _name_sql(kind: Kind) -> str:
    if kind == "item":
        return "SELECT key AS name FROM work_items WHERE item_id = $id AND key IS NOT NULL"
    by = SUBJECTS[kind]
    column = "key" if kind == "project" else "name"
    return f"SELECT {column} AS name FROM {by.view} WHERE {by.key} = $id AND {column} IS NOT NULL"  # noqa: S608 - declared names
