"""One written rule becomes one compiled rule, or a list of mistakes with their places."""

from decimal import Decimal

from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps, suggest
from portfolio.model import VIEWS, Table
from rules import pack as written
from rules import parameters
from rules.checked_messages import check_messages
from rules.checked_tests import check_self_tests
from rules.compile.scope import RATIO_NAMES, of_view
from rules.drafts import Draft
from rules.kinds import KINDS, Compiled
from rules.kinds.shape import key_of, quoted
from rules.pack import RuleEntry
from rules.ruleset import Evidence, Order, Parameter, Rule, Words

_RESERVED = {*RATIO_NAMES, "as_of", "value", "limit"}


class RuleBuilder:
    """Compiles one rule of one file and collects every mistake on the way."""

    def __init__(self, entry: RuleEntry, doc: LocatedToml, steps: Steps, pack: str) -> None:
        self.entry = entry
        self.pack = pack
        self.kind = KINDS[entry.kind]
        self.draft = Draft(entry, doc, steps)
        self.view = self.kind.view(self.draft)

    @property
    def problems(self) -> list[Problem]:
        """Every mistake found so far."""
        return self.draft.problems

    def build(self) -> Rule | None:
        """The rule, or None with `problems` filled."""
        self._shape()
        self._subject()
        declared = self._parameters()
        if self.view is None:
            return None
        compiled = self.kind.compile(self.draft, self.view)
        evidence = self._evidence(self.view)
        self.draft.columns(self.view, self.entry.requires, "requires")
        self.draft.columns(self.view, list(self.entry.unknown_reason), "unknown_reason")
        self._discriminator(self.view)
        limit = self._limit()
        rule = self._rule(self.view, compiled, evidence, limit, declared)
        check_messages(self.draft, self.view, self.kind)
        check_self_tests(self.draft)
        self._unused(declared)
        return None if self.problems else rule

    def _rule(
        self, view: Table, compiled: Compiled, evidence: Evidence, limit: str | None, declared: list[Parameter]
    ) -> Rule:
        e = self.entry
        population = of_view(VIEWS[self.draft.by.view], self.draft.names)
        project_when = self.draft.predicate("project_when", population)
        subject_when = self.draft.predicate("subject_when", population) or project_when
        applies_when = self.draft.predicate("applies_when", of_view(view, self.draft.names))
        level = e.level if e.subject == "project" else e.subject
        has_item = level == "item" and view.column("item_id") is not None
        return Rule(
            id=e.id, pack=self.pack, title=e.title.plain, level=level, subject=e.subject, kind=e.kind, view=view.name,
            severity=e.severity, mode=e.mode, family=e.family, dimension=e.dimension, message=e.message.plain,
            summary=_plain(e.summary), why=e.why.plain, fix=e.fix.plain,
            counts=compiled.counts, fails=compiled.fails, warns=compiled.warns,
            per_subject=view.key == (self.draft.by.key,), item_column="item_id" if has_item else None,
            warn_message=_plain(e.warn_message), key=e.key,
            subject_when=subject_when, applies_when=applies_when, requires=compiled.requires,
            unknown_reason=dict(e.unknown_reason), max_missing=Decimal(str(e.max_missing)),
            tolerance=compiled.tolerance, related=compiled.related, trend=compiled.trend,
            attest=compiled.attest, plugin=compiled.plugin,
            value=compiled.value, limit=limit, evidence=evidence, parameters=tuple(declared),
            frameworks=tuple(e.frameworks), owner_role=e.owner_role, grace_days=e.grace_days, min_runs=e.min_runs,
            discriminator=tuple(e.discriminator), fingerprint_version=e.fingerprint_version,
            service=e.service, aliases=tuple(e.aliases), tests=tuple(e.test), place=self._place(),
        )  # fmt: skip

    def _place(self) -> str:
        doc, steps = self.draft.doc, self.draft.steps
        span = doc.keys.get((*steps, "id"))
        return f"{doc.file}:{span.line}" if span else doc.file

    def _shape(self) -> None:
        """Keys that the kind needs are there, keys of other kinds are not."""
        e, kind = self.entry, self.kind
        for key in kind.needs:
            if getattr(e, key) is None:
                self.draft.problem((), "R201", f"a rule of kind `{e.kind}` needs `{key}`")
        foreign = frozenset().union(*(k.takes for k in KINDS.values())) - kind.takes
        for key in sorted(foreign & e.model_fields_set):
            allowed = f"`{e.kind}` takes: {', '.join(sorted(kind.takes))}"
            self.draft.problem((key,), "R204", f"`{key}` does not go with kind `{e.kind}`", allowed, at="key")

    def _subject(self) -> None:
        """Whom it judges goes with its other keys, and its rows say whose they are."""
        e, by = self.entry, self.draft.by
        written = e.model_fields_set
        if {"project_when", "subject_when"} <= written:
            what = "`project_when` and `subject_when` are two names of one condition"
            self.draft.problem(("project_when",), "R204", what, "keep one of them", at="key")
        if by.name != "project":
            self._of_others(by.name)
        view = self.view
        is_told = e.metric is not None if by.name == "project" else e.kind in ("attest", "plugin")
        if view is None or is_told:  # a measure must stand in a view with one row a subject
            return
        if key_of(view, by.key) == quoted(by.key) and not view.column(by.key):
            having = ", ".join(sorted(v.name for v in VIEWS.values() if v.column(by.key)))
            what = f"rows of view `{view.name}` do not say whose they are: it has no column `{by.key}`"
            key = "subject" if "subject" in written else "view"
            self.draft.problem((key,), "R202", what, f"views that have it: {having}")

    def _of_others(self, subject: str) -> None:
        """What goes with rules about projects alone."""
        e = self.entry
        if "project_when" in e.model_fields_set:
            what = f"`project_when` does not go with rules about a {subject}"
            self.draft.problem(("project_when",), "R204", what, "write `subject_when`", at="key")
        if e.level == "item":
            self.draft.problem(("level",), "R204", "findings about items go with rules about projects", at="key")
        if e.kind in ("attest", "plugin"):
            what = f"a rule of kind `{e.kind}` judges projects"
            self.draft.problem(("subject",), "R204", what, "remove the key", at="key")

    def _parameters(self) -> list[Parameter]:
        declared = []
        for name, entry in self.entry.params.items():
            if name in _RESERVED | self.kind.message_names():
                self.draft.problem(("params", name), "R202", f"`{name}` is a reserved name", "choose another", at="key")
            try:
                declared.append(parameters.declare(name, entry))
            except ValueError as error:
                self.draft.problem(("params", name, "default"), "R206", f"the default of `{name}` {error}")
        return declared

    def _limit(self) -> str | None:
        limit = self.entry.limit
        if limit is not None and limit not in self.draft.names:
            self.draft.problem(
                ("limit",), "R122", f"parameter `{limit}` is not declared", suggest(limit, self.draft.names)
            )
        return limit

    def _discriminator(self, view: Table) -> None:
        columns = self.entry.discriminator
        self.draft.columns(view, columns, "discriminator")
        if columns and (self.entry.level != "item" or view.column("item_id") is None):
            what = "`discriminator` goes with rules about items only: a project has one finding a rule"
            self.draft.problem(("discriminator",), "R204", what, 'set `level = "item"` on a view with items', at="key")

    def _evidence(self, view: Table) -> Evidence:
        e = self.entry.evidence
        if e is not None and self.kind.shows_own_evidence:
            what = f"a rule of kind `{self.entry.kind}` shows evidence of its own"
            self.draft.problem(("evidence",), "R204", what, "remove the key", at="key")
            return Evidence(())
        if e is None:
            named = ("key", "title", "name", "number", "item_key", *view.key)
            return Evidence(tuple(dict.fromkeys(c for c in named if view.column(c)))[:3])
        self.draft.columns(view, e.columns, "evidence")
        order = []
        for part in filter(None, (p.strip() for p in e.order_by.split(","))):
            column, _, direction = part.partition(" ")
            if direction.strip().upper() not in ("", "ASC", "DESC"):
                self.draft.problem(
                    ("evidence", "order_by"), "R202", f"`{part}` is not an order", "column, or column DESC"
                )
            self.draft.columns(view, [column], "evidence")
            order.append(Order(column, direction.strip().upper() == "DESC"))
        return Evidence(tuple(e.columns), tuple(order), e.limit)

    def _unused(self, declared: list[Parameter]) -> None:
        for parameter in declared:
            if parameter.name not in self.draft.used and parameter.name != self.entry.limit:
                what = f"parameter `{parameter.name}` is declared but never used"
                self.draft.problem(("params", parameter.name), "R208", what, "use it as $name, or remove it", at="key")


def _plain(words: written.Words | None) -> Words | None:
    return words.plain if words else None
