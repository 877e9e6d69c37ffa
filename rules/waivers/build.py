"""One written waiver becomes a checked one, or a list of mistakes with their places."""

from decimal import Decimal

from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps, suggest
from portfolio.model import VIEWS
from portfolio.model.subjects import ORGANISATION_ID
from rules.compile import Predicate, PredicateFaults, compile_predicate, of_view
from rules.limits import WaiverLimits
from rules.names import same_person
from rules.ruleset import Rule, RuleSet
from rules.waivers.shape import SubjectEntry, WaiverEntry
from rules.waivers.waiver import OTHER_SUBJECTS, Subject, Waiver


def built(
    entry: WaiverEntry,
    doc: LocatedToml,
    steps: Steps,
    place: str,
    *,
    rules: RuleSet | None,
    limits: WaiverLimits,
    problems: list[Problem],
) -> Waiver | None:
    """The waiver, or None; every mistake joins `problems`."""
    builder = _Builder(entry, doc, steps, rules, limits)
    waiver = builder.build(place)
    problems += builder.problems
    return None if builder.problems else waiver


class _Builder:
    def __init__(
        self, entry: WaiverEntry, doc: LocatedToml, steps: Steps, rules: RuleSet | None, limits: WaiverLimits
    ) -> None:
        self.entry = entry
        self.doc = doc
        self.steps = steps
        self.rules = rules
        self.limits = limits
        self.problems: list[Problem] = []

    def build(self, place: str) -> Waiver:
        e = self.entry
        names = self._named("rule", e.rule, {r.id for r in self._known})
        packs = self._named("pack", e.pack, {r.pack for r in self._known})
        if not names and not packs:
            self._problem((), "R401", "`rule` is missing", 'name the rules: `rule = ["SCH-06"]`, or a `pack`', at="key")
        waiver = Waiver(
            e.id, names, packs, None, e.reason, e.requested_by, e.approved_by, e.ticket, e.starts, e.expires,
            until_value=self._until(names), compensating=e.compensating, renews=e.renews, revoked_on=e.revoked_on,
            place=place,
        )  # fmt: skip
        concerned = waiver.of(self.rules) if self.rules else []
        self._people(concerned)
        self._days(concerned)
        subject = self._subject(e.subject, concerned)
        return Waiver(**{**vars(waiver), "subject": subject})

    @property
    def _known(self) -> list[Rule]:
        return list(self.rules.known) if self.rules else []

    def _problem(self, key: Steps, code: str, what: str, hint: str = "", at: str = "value") -> None:
        said = f"{what} (waiver {self.entry.id})"
        self.problems.append(self.doc.problem((*self.steps, *key), code, said, help=hint, at=at))

    def _named(self, key: str, written: list[str] | str, known: set[str]) -> tuple[str, ...]:
        names = [written] if isinstance(written, str) else written
        for number, name in enumerate(names):
            if self.rules is not None and name not in known:
                step: Steps = (key,) if isinstance(written, str) else (key, number)
                hint = suggest(name.upper() if key == "rule" else name, known) or f"docs/rules.md lists the {key}s"
                self._problem(step, "R407", f"there is no {key} `{name}`", hint)
        return tuple(names)

    def _people(self, concerned: list[Rule]) -> None:
        e = self.entry
        refused = self.limits.refused(e.approved_by, (rule.severity for rule in concerned))
        if refused is not None:
            rule = next(r for r in concerned if r.severity == refused)
            names = ", ".join(getattr(self.limits.approvers, refused))
            what = f"`{e.approved_by}` may not grant a waiver of {rule.id} ({refused})"
            self._problem(("approved_by",), "R410", what, f"[rules.waiver_limits.approvers] names who may: {names}")
        if same_person(e.requested_by, e.approved_by):
            self._problem(
                ("approved_by",), "R404", f"`{e.approved_by}` asks for it and grants it", "somebody else must"
            )

    def _days(self, concerned: list[Rule]) -> None:
        e = self.entry
        if e.expires < e.starts:
            self._problem(("expires",), "R406", f"it ends on {e.expires}, before it starts on {e.starts}")
            return
        if e.revoked_on is not None and e.revoked_on < e.starts:
            self._problem(("revoked_on",), "R406", f"it is revoked on {e.revoked_on}, before it starts on {e.starts}")
        allowed = self.limits.least(rule.severity for rule in concerned)
        length = (e.expires - e.starts).days + 1
        if allowed is not None and length > allowed:
            strictest = next(r for r in concerned if self.limits.least([r.severity]) == allowed)
            what = f"it lasts {length} days; {allowed} are allowed for {strictest.id} ({strictest.severity})"
            self._problem(
                ("expires",), "R405", what, "ask for less, and renew it; [rules.waiver_limits] sets the limits"
            )

    def _subject(self, entry: SubjectEntry, concerned: list[Rule]) -> Subject | None:
        given = {k: v for k in ("project", "item", *OTHER_SUBJECTS, "select") if (v := getattr(entry, k)) is not None}
        if len(given) != 1:
            what = f"the subject names {' and '.join(given) or 'nothing'}"
            self._problem(
                ("subject",),
                "R408",
                what,
                "give exactly one of project, item, programme, department, person, organisation, select",
            )
            return None
        if entry.select is None:
            if "view" in entry.model_fields_set:
                self._problem(("subject", "view"), "R409", "`view` goes with `select`", at="key")
            kind, text = next(iter(given.items()))
            named = Subject(kind, ORGANISATION_ID if text is True else text)
            if named.is_other:
                self._about(kind, concerned)
            return named
        if not self._is_view(entry.view, concerned):
            return None
        predicate = self._predicate(entry.select, entry.view)
        return Subject("select", entry.select, entry.view, predicate)

    def _about(self, kind: str, concerned: list[Rule]) -> None:
        """Some rule of the waiver judges such subjects."""
        if concerned and not any(rule.subject == kind for rule in concerned):
            judged = sorted({rule.subject for rule in concerned})
            what = f"no rule of this waiver judges a {kind}"
            self._problem(("subject", kind), "R409", what, f"they judge: {', '.join(judged)}", at="key")

    def _is_view(self, view: str, concerned: list[Rule]) -> bool:
        allowed = {"projects", *(rule.view for rule in concerned)}
        if view not in VIEWS:
            self._problem(("subject", "view"), "R407", f"there is no view `{view}`", suggest(view, VIEWS))
        elif self.rules is not None and view not in allowed:
            what = f"the rules of this waiver do not look at `{view}`"
            self._problem(("subject", "view"), "R409", what, f"one of: {', '.join(sorted(allowed))}")
        else:
            return True
        return False

    def _predicate(self, text: str, view: str) -> Predicate | None:
        try:
            return compile_predicate(text, of_view(VIEWS[view], {}))
        except PredicateFaults as error:
            at = (*self.steps, "subject", "select")
            self.problems += [
                self.doc.problem_inside(
                    at, f.offset, f.width, f.code, f"{f.what} (waiver {self.entry.id}, select)", help=f.help
                )
                for f in error.faults
            ]
            return None

    def _until(self, names: tuple[str, ...]) -> Decimal | None:
        e = self.entry.until_value
        if e is None:
            return None
        given = {k: v for k in ("value", "ratio", "count") if (v := getattr(e, k)) is not None}
        if len(given) != 1:
            self._problem(("until_value",), "R409", "`until_value` needs exactly one of value, ratio, count")
            return None
        key, bound = next(iter(given.items()))
        rules = [r for r in self._known if r.id in names]
        if key == "ratio" and rules and not any(_rated(r) for r in rules):
            what = "no rule of this waiver measures a ratio"
            self._problem(("until_value", key), "R409", what, "write `value = ...`", at="key")
        return Decimal(str(bound))


def _rated(rule: Rule) -> bool:
    return rule.kind == "ratio" or rule.bound(rule.tolerance.max_ratio) > 0 or (rule.value or "").endswith("ratio")
