"""Kind `attest`: has somebody confirmed it, and does the confirmation still hold?

For what no tool can compute. An attestation of the topic holds on the run's day when it was given by then, in the role
that is asked for, and neither its own last day nor `valid_for_days` is past. Of several the one that lasts longest
counts.
"""
# ruff: noqa: S608 - every part is our own text, or a name declared in portfolio.model

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from portfolio.model import Table
from rules.kinds.shape import Compiled, Measured, Rows, RuleKind
from rules.ruleset import Attest, Rule

if TYPE_CHECKING:
    from rules.drafts import Draft
    from rules.lineage import Capabilities
    from rules.verdict import Tally

VIEW = "attestations"
_LONGEST = 100_000
"""Days that a calendar can be counted on by."""
_FOREVER = "DATE '9999-12-31'"


class AttestKind(RuleKind):
    """One row of view `attestations` of that topic must hold for each project that the rule applies to."""

    name = "attest"
    asks = "has somebody confirmed it, and does that still hold?"
    takes = frozenset({"topic", "valid_for_days", "by_role", "warn_days"})
    needs = ("topic",)
    asks_day = True
    shows_own_evidence = True
    may_be_open = True
    warned_by = "`warn_days`"
    doubtful = ("role",)

    def compile(self, draft: "Draft", view: Table) -> Compiled:
        """Topic, role and days."""
        e = draft.entry
        if view.key != ("project_id",):
            draft.problem(("view",), "R202", f"view `{view.name}` has not one row a project", "use view `projects`")
        for key in ("valid_for_days", "warn_days"):
            if (days := getattr(e, key)) is not None:
                draft.number_or_parameter(days, (key,), whole=True)
        for key in ("topic", "by_role"):
            _text(draft, key, getattr(e, key))
        attest = Attest(e.topic or "", e.by_role, e.valid_for_days, e.warn_days)
        return Compiled(requires=tuple(e.requires), attest=attest)

    def rows(self, rule: Rule) -> Rows:
        """The view's rows with the day until which the best attestation holds, and whether one may hold."""
        attest = _of(rule)
        lasting = "a.attested_on + CAST($valid_for_ AS INTEGER)" if attest.valid_for_days is not None else "NULL"
        fits = "lower(trim(a.role)) = $role_" if attest.by_role is not None else "TRUE"
        return Rows(
            "confirmed",
            f"""given AS (
  SELECT a.*, coalesce(least(a.valid_until, {lasting}), a.valid_until, {lasting}) AS expires_on, {fits} AS _fits
  FROM {VIEW} a WHERE lower(trim(a.topic)) = $topic_ AND a.attested_on <= $as_of
),
best AS (
  SELECT project_id, max(coalesce(expires_on, {_FOREVER})) FILTER (_fits) AS _until,
    bool_or(_fits IS NULL AND coalesce(expires_on, {_FOREVER}) >= $as_of) AS _unclear,
    list({{'attested_on': attested_on, 'attested_by': attested_by, 'role': role, 'expires_on': expires_on,
      'url': url, 'fits': _fits}}
      ORDER BY coalesce(_fits, FALSE) DESC, coalesce(expires_on, {_FOREVER}) DESC, attested_on DESC, attestation_id)
      AS _given
  FROM given GROUP BY project_id
),
confirmed AS (
  SELECT v.*, b.* EXCLUDE (project_id),
    CASE WHEN _until < {_FOREVER} THEN date_diff('day', $as_of, _until) END AS _days_left
  FROM {rule.view} v LEFT JOIN best b USING (project_id)
),
""",
        )

    def leans(self, rule: Rule) -> str:
        """None holds; null where one holds if its role, which is not stated, is the one asked for."""
        return "CASE WHEN _until >= $as_of THEN FALSE WHEN _unclear THEN NULL ELSE TRUE END"

    def warns(self, rule: Rule) -> str:
        """It holds, but not for long."""
        return "coalesce(_days_left <= $warn_, FALSE)" if _of(rule).warn_days is not None else "FALSE"

    def value(self, rule: Rule) -> str:
        """Days until it expires; negative where it has; nothing where there is none, or it never does."""
        return "_days_left"

    def extras(self, rule: Rule) -> Sequence[str]:
        """The attestations."""
        return ("_given", "_days_left")

    def binds(self, rule: Rule) -> Mapping[str, Any]:
        """What is asked for."""
        attest = _of(rule)
        texts = {"topic_": _said(rule, attest.topic), "role_": _said(rule, attest.by_role)}
        days = {"valid_for_": attest.valid_for_days, "warn_": attest.warn_days}
        bound: dict[str, Any] = {name: text.strip().lower() for name, text in texts.items() if text is not None}
        return bound | {n: min(int(rule.bound(v)), _LONGEST) for n, v in days.items() if v is not None}

    def needed_views(self, rule: Rule) -> Sequence[str]:
        """Where attestations are."""
        return (rule.view, VIEW)

    def reads(self, rule: Rule) -> Sequence[tuple[str, str]]:
        """What is looked at of an attestation."""
        return [(VIEW, name) for name in ("topic", "attested_on", "role", "valid_until")]

    def absent(self, rule: Rule, capabilities: "Capabilities", sources: Sequence[str]) -> tuple[str, ...]:
        """Attestations, where no source can hold them."""
        return (VIEW,) if capabilities.cannot_hold_rows(VIEW, sources) else ()

    def measure(self, rule: Rule, tally: "Tally", outcome: str) -> Measured:
        """Days left, held against none, or against those that warn."""
        warn = _of(rule).warn_days
        return tally.value, rule.bound(warn) if outcome == "warn" and warn is not None else Decimal(0)

    def may_warn(self, draft: "Draft") -> bool:
        """Where it says how early."""
        return draft.entry.warn_days is not None

    def can_warn(self, rule: Rule) -> bool:
        """Where it says how early."""
        return _of(rule).warn_days is not None

    def message_names(self) -> frozenset[str]:
        """What an attestation can be told with."""
        return frozenset({"topic", "attested_on", "attested_by", "role", "expires_on", "days_left"})

    def words(self, rule: Rule, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """The attestation that counts, or counted last; the role is the one that is asked for."""
        attest = _of(rule)
        given = next((g for g in row["_given"] or () if g["fits"]), None) or {}
        told = {name: given.get(name) for name in ("attested_on", "attested_by", "expires_on")}
        role = _said(rule, attest.by_role)
        asked = {"topic": _said(rule, attest.topic), "role": role and role.replace("_", " ")}
        return {**told, **asked, "days_left": row["_days_left"]}

    def evidence(self, rule: Rule, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The attestations of the topic, those that count first."""
        given = [g for row in rows for g in row["_given"] or ()]
        return [{k: v for k, v in g.items() if k != "fits"} for g in given[: rule.evidence.limit]]

    def lines(self, rule: Rule) -> Sequence[str]:
        """What must be confirmed, by whom, for how long."""
        attest = _of(rule)
        role = f" in role {attest.by_role}" if attest.by_role else ""
        days = f", for {attest.valid_for_days} days" if attest.valid_for_days is not None else ""
        lines = [f"attested {attest.topic}{role}{days}"]
        return (
            [*lines, f"warns    {attest.warn_days} days before it expires"] if attest.warn_days is not None else lines
        )


def _of(rule: Rule) -> Attest:
    assert rule.attest is not None  # noqa: S101 - compiled so
    return rule.attest


def _said(rule: Rule, text: str | None) -> str | None:
    if text is None or not text.startswith("$"):
        return text
    found = rule.parameter(text.removeprefix("$"))
    assert found is not None  # noqa: S101 - checked when it was loaded
    return str(found.value)


def _text(draft: "Draft", key: str, text: str | None) -> None:
    """Words, or `$name` of a parameter that is a text."""
    if text is None or not text.startswith("$"):
        return
    name = text.removeprefix("$")
    if name not in draft.names:
        draft.problem((key,), "R122", f"`{text}` is not a declared parameter", "declare it under [rule.params]")
    elif draft.entry.params[name].type != "text":
        draft.problem((key,), "R131", f"parameter `{text}` is not a text")
    draft.used.add(name)
