"""`plumbrule match`: joins that are likely, as the latest run told them, and writing those that are meant."""

import difflib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from plumbrule.app import open_app
from plumbrule.config_edit import CannotEdit, with_joins
from plumbrule.config_file import load_settings
from plumbrule.joins import Join, clashes, joins
from plumbrule.listing import ColumnKind, Listing
from plumbrule.listing_forms import written
from plumbrule.options import DEFAULT_CONFIG, Form
from plumbrule.speech import says
from portfolio.counted import counted
from portfolio.errors import ConfigurationError, Problem
from portfolio.located_toml import suggest
from portfolio.whole_file import put_whole
from reports.spoken import printable
from sync.similarity import METHOD
from sync.suggesting import SAME_NAME

_SQL = "SELECT * FROM match_suggestion"
_SHOWN = ("id", "score", "kind", "left", "right", "reason")
_COLUMNS: dict[str, ColumnKind] = {
    "id": "text", "score": "number", "kind": "text", "left": "text", "right": "text", "reason": "text",
    "left_id": "text", "right_id": "text",
}  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """What would be written: the file, its new text, and the difference."""

    path: Path
    before: bytes
    after: bytes
    joins: tuple[Join, ...]

    @property
    def diff(self) -> str:
        """As `diff -u` shows it."""
        old, new = (text.decode("utf-8-sig").splitlines() for text in (self.before, self.after))
        return "\n".join(difflib.unified_diff(old, new, str(self.path), str(self.path), lineterm=""))

    def write(self) -> str:
        """Write it; what was done, in words. Raises ConfigurationError where the file changed since it was read."""
        if self.path.read_bytes() != self.before:
            raise ConfigurationError(
                f"{self.path} changed while it was decided; nothing was written",
                code="match.changed",
                remedy="call the command again",
            )
        put_whole(self.path, self.after, mode=self.path.stat().st_mode & 0o777)
        return says(
            "{path}: {joins} written. Next: plumbrule check{option}",
            path=self.path,
            joins=counted(len(self.joins), "join"),
            option=_option(self.path),
        )


def likely(config: Path, least: float = 0.0) -> list[Join]:
    """Joins that the latest run found likely, the likeliest first. Raises ConfigurationError before the first run."""
    with open_app(config, with_secrets=False, with_rules=False) as app, closing(app.latest()) as reader:
        found = joins(reader.rows(_SQL))
        held = [
            {one.casefold() for one in (*entry.projects, *entry.supersedes)}
            for entry in app.settings.initiatives.values()
        ] + [{one.casefold() for one in entry.same} for entry in app.settings.people]
    return [join for join in found if join.score >= least and not _is_made(join, held)]


def _is_made(join: Join, held: Sequence[set[str]]) -> bool:
    """Whether the configuration makes it since: then the next check does."""
    return any(join.references <= one for one in held)


def as_text(found: Sequence[Join], form: Form, config: Path) -> str:
    """The joins in the form that is asked for."""
    rows = [join.as_row() for join in found]
    if form is not Form.TABLE:
        return written(Listing(rows, _SHOWN, columns=_COLUMNS), form)
    shown = [{**row, "score": f"{row['score']:.0%}", "reason": _short(row["reason"])} for row in rows]
    told = Listing(shown, _SHOWN, says("no join is likely that is not made")).as_text()
    if not rows:
        return told
    return f"{printable(told)}\n\nNext: plumbrule match accept {found[0].id}{_option(config)}"


def _option(config: Path) -> str:
    return "" if config == DEFAULT_CONFIG else f" -c {config}"


def _short(reason: str) -> str:
    """For a table; JSON and CSV tell how exactly it is measured."""
    return {METHOD: says("names written alike"), SAME_NAME: says("the same name")}.get(reason, reason)


def proposed(config: Path, ids: Sequence[str], above: float | None) -> Edit:
    """What accepting these joins would write.

    Raises ConfigurationError for an id that is not known, joins that cannot both be meant, and a file that would not
    load with them.
    """
    chosen = _chosen(likely(config), ids, above)
    _refuse_clashes(chosen)
    before = config.read_bytes()
    marked = before.startswith(b"\xef\xbb\xbf")
    try:
        text = with_joins(before.decode("utf-8-sig"), str(config), [join.block for join in chosen])
    except CannotEdit as cannot:
        raise ConfigurationError(
            "the join must be written by hand",
            code="match.by_hand",
            remedy="then `plumbrule config check`",
            problems=[cannot.problem],
        ) from None
    after = (b"\xef\xbb\xbf" if marked else b"") + text.encode()
    _try(config, after)
    return Edit(config, before, after, tuple(chosen))


def accept(edit: Edit, *, yes: bool, confirm: Callable[[str], bool] | None) -> str:
    """Write it, if that is wanted. `confirm` asks; None where nobody is there. Raises ConfigurationError otherwise."""
    if not yes:
        if confirm is None:
            raise ConfigurationError(
                "not on a terminal; nothing was written",
                code="match.unconfirmed",
                remedy="add --yes to write without asking",
            )
        if not confirm(says("Write {edit} into {path}?", edit=counted(len(edit.joins), "join"), path=edit.path)):
            return "nothing was written"
    return edit.write()


def _chosen(found: Sequence[Join], ids: Sequence[str], above: float | None) -> list[Join]:
    if bool(ids) == (above is not None):
        raise ConfigurationError(
            "say which joins: by their ids, or all above a score by --above; one of the two",
            code="match.which",
            remedy="`plumbrule match suggest` tells ids and scores",
        )
    if above is not None:
        taken = [join for join in found if join.score >= above]
        if not taken:
            best = f"the likeliest has {found[0].score:.0%}" if found else "no join is likely"
            raise ConfigurationError(f"no join is so likely; {best}", code="match.none", remedy="lower --above")
        return taken
    known = {join.id: join for join in found}
    for one in ids:
        if one not in known:
            raise ConfigurationError(
                f"no likely join has the id `{one}`",
                code="match.unknown",
                remedy=suggest(one, known) or "`plumbrule match suggest` tells the ids of the latest run",
            )
    return [known[one] for one in dict.fromkeys(ids)]


def _refuse_clashes(chosen: Sequence[Join]) -> None:
    """Raises ConfigurationError for joins that claim one project for two partners, all of them at once."""
    problems = [
        Problem(
            says("match accept"), 0, 0, "match.clash",
            f"{_said(first)} and {_said(other)} claim the same project",
            help=f"accept one of the two: {first.id} or {other.id}",
        )
        for first, other in clashes(chosen)
    ]  # fmt: skip
    if problems:
        raise ConfigurationError(
            "these joins do not fit together; nothing was written",
            code="match.clash",
            remedy="name the ids that are meant",
            problems=problems,
        )


def _said(join: Join) -> str:
    return f"{join.id} ({join.left} = {join.right})"


def _try(config: Path, after: bytes) -> None:
    """Raises ConfigurationError, as the file's own, where it would not load."""
    trial = config.with_name(f".{config.name}.trial")
    try:
        put_whole(trial, after, mode=0o600)
        load_settings(trial, with_secrets=False)
    except ConfigurationError as error:
        raise ConfigurationError(
            "the configuration would not load with these joins; nothing was written",
            code="match.unfit",
            why=error.what,
            remedy="name other ids, or write the join by hand",
            problems=[replace(one, file=str(config)) for one in error.problems],
        ) from error
    finally:
        trial.unlink(missing_ok=True)
