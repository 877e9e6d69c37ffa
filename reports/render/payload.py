"""The data of the long tables, packed into the page: columns as JSON, deflated, in 85 signs.

None of the signs opens or closes an element, and columns of like values deflate well: 50,000 findings take under a
megabyte. Base64 would take a fifteenth more.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeVar

from portfolio.model.checks import SEVERITIES
from reports.figures import Figures
from reports.inputs import DIMENSIONS
from reports.model import Project, ReasonRow, ReportModel
from reports.render.details import detail_groups
from reports.render.links import web_link
from reports.render.origins import full_origins, short_origins
from reports.render.packing import grown, packed_items, packed_messages, steps
from reports.render.places import Places
from reports.render.tables import finding_columns, project_cells, project_columns
from reports.words import Words

Thing = TypeVar("Thing")
_EPOCH = date(1970, 1, 1).toordinal()


def packed(model: ReportModel, words: Words, figures: Figures, places: Places = Places()) -> str:  # noqa: B008 - frozen
    """The deflated JSON as text: base 85 with a comma for the one sign that opens elements.

    Where projects have pages of their own, in a folder, findings and what a drill-down shows are left out.
    """
    pages = places.pages
    data: dict[str, Any] = {
        "base": places.base,
        "words": page_words(words),
        "today": _last_day(model).toordinal() - _EPOCH,
        "overLimit": model.tiles.eac.limit_ratio,
        "colours": {c: words.term("colour", c) for c in ("red", "amber", "green", "unknown")},
        "letters": {c: words.term("colour letter", c) for c in ("red", "amber", "green", "unknown")},
        "severities": [words.term("severity", s) for s in SEVERITIES],
        "dimensions": [words.term("dimension", d) for d in DIMENSIONS],
        "rules": {r.id: [r.title, r.why, r.fix] for r in model.rules},
        "single": len(model.projects) == 1,
        "projects": _listed(model, words, figures) | (_drilled(model, words, figures) if pages is None else {}),
        "findings": _findings(model, words, figures) if pages is None else None,
        "pages": None if pages is None else [pages[p.ref.key] for p in model.projects],
    }
    if places.is_live:
        data["findings"]["ids"] = [f.id for f in model.findings]
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return base64.b85encode(_deflated(text.encode())).decode().replace("<", ",")


def _last_day(model: ReportModel) -> date:
    """The day with which every burn-up ends."""
    return next((p.burn_up.ends_on[-1] for p in model.projects if p.burn_up), model.as_of.date())


def _deflated(data: bytes) -> bytes:
    """Level and strategy are fixed, so that bytes do not vary. Numbers repeat little beyond their digits: `Z_FILTERED`
    makes level 6 as small as level 7; 9 would take four times as long and save one byte in a hundred."""
    press = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_FILTERED)
    return press.compress(data) + press.flush()


def page_words(words: Words) -> dict[str, str]:
    """What the script says."""
    return {
        "shown": words("{shown} of {total}", shown="%1", total="%2"),
        "more": words("Show more"),
        "none": words("Nothing matches."),
        "why": words("Why it has its colour"),
        "calm": words("No rule complains."),
        "unjudged": words("It could not be judged: the data that the rules need is missing."),
        "notJudged": words("Rules that could not be evaluated"),
        "notKnown": words("nothing known"),
        "milestones": words("Milestones"),
        "sources": words("Sources"),
        "origins": words("Where its data comes from"),
        "findings": words("Open findings"),
        "noFindings": words("No open findings."),
        "moreFindings": words("{n} more in the list of findings", n="%1"),
        "open": words("Open in its tool"),
        "close": words("Close"),
        "reported": words("Reported"),
        "computed": words("Computed"),
        "days": words("{days} d", days="%1"),
        "observed": words("observed only"),
        "stale": words("not checked again"),
        "waived": words("under waiver {waiver} until {day}", waiver="%1", day="%2"),
        "accepted": words("under waiver"),
        "fix": words("How to mend it"),
        "fixBy": words("To mend by"),
        "overdue": words("overdue"),
        "warning": words("Warning"),
        "colon": words(": "),
        "noted": words("({note})", note="%1"),
        "milestone": words("Milestone"),
        "approved": words("Approved"),
        "forecast": words("Forecast"),
        "slip": words("Slip"),
        "missing": words("n/a"),
        "state": words("State"),
        "numbers": words("Numbers"),
        "burnUp": words("Scope and done work"),
        "scope": words("Scope"),
        "done": words("Done"),
        "planned": words("Planned to be done"),
        "frozen": words("Scope at the freeze"),
        "weekUntil": words("Week until"),
        "cost": words("Cost at completion"),
        "measure": words("Measure"),
        "amount": words("Amount"),
        "bac": words("BAC, baseline"),
        "eac": words("EAC, at completion"),
        "ac": words("AC, actual cost"),
        "budget": words("Approved budget"),
        "baseline": words("baseline"),
        "atCompletion": words("at completion"),
        "slips": words("Milestones against the baseline"),
        "approvedDay": words("approved"),
        "expectedDay": words("expected"),
        "late": words("late"),
        "score": words("Compliance score"),
        "points": words("Score"),
        "day": words("Day"),
    }


def _listed(model: ReportModel, words: Words, figures: Figures) -> dict[str, Any]:
    """What the table of projects shows."""
    columns = project_columns(words, model.own_columns)
    rows = [project_cells(p, words, figures, model.own_columns) for p in model.projects]
    return {
        "kinds": [c.kind for c in columns],
        "at": {c.id: n for n, c in enumerate(columns)},
        "names": [p.ref.name for p in model.projects],
        "text": [[row[n].text for row in rows] for n in range(len(columns))],
        "order": [[row[n].order for row in rows] if c.kind == "number" else None for n, c in enumerate(columns)],
        "closed": [n for n, p in enumerate(model.projects) if p.closed],
        "from": [[[o.state, o.text] for o in short_origins(p, words, figures)] for p in model.projects],
    }


def _drilled(model: ReportModel, words: Words, figures: Figures) -> dict[str, Any]:
    """What the drill-down of a project shows."""
    groups = [detail_groups(p, words, figures) for p in model.projects]
    return {
        "url": [web_link(p.url) for p in model.projects],
        "factNames": [[g.title, [d.name for d in g.details]] for g in groups[0]] if groups else [],
        "facts": [[[[d.value, d.hint] for d in g.details] if g.known else None for g in found] for found in groups],
        "dims": [[p.dimensions[d][0] for d in DIMENSIONS] for p in model.projects],
        "reasons": [[_reason(r) for r in p.reasons if _leans(r)] for p in model.projects],
        "unjudged": [[[r.rule_id, r.message] for r in p.reasons if not _leans(r)] for p in model.projects],
        "origins": [
            [[o.tool, o.name, o.url, o.state, o.age, o.notes] for o in full_origins(p, words, figures)]
            for p in model.projects
        ],
        "milestones": _milestones(model, words, figures),
        "currency": [p.evm.currency if p.evm else None for p in model.projects],
        "charts": [_chart_numbers(p) for p in model.projects],
    }


def _leans(reason: ReasonRow) -> bool:
    return reason.outcome in ("fail", "warn")


def _reason(reason: ReasonRow) -> list[Any]:
    """What leans; a fourth value says that it is under waiver (1) or only warns (2)."""
    marks = (1 if reason.waived else 0) + (2 if reason.outcome == "warn" else 0)
    return [reason.rule_id, _severity(reason.severity), reason.message, *([marks] if marks else [])]


def _milestones(model: ReportModel, words: Words, figures: Figures) -> dict[str, Any]:
    """Days once, as text and since 1970; of each project its milestones: title, places of both days, state."""
    told = [m for p in model.projects for m in p.milestones]
    days = sorted({day for m in told for day in (m.baseline_date, m.forecast_date) if day is not None})
    at, states = _places(days), sorted({m.state for m in told})
    state_at = _places(states)
    return {
        "days": [figures.day(day) for day in days],
        "ordinals": [day.toordinal() - _EPOCH for day in days],
        "states": [[state, words.term("milestone", state)] for state in states],
        "of": [
            [[m.title, _at(at, m.baseline_date), _at(at, m.forecast_date), state_at[m.state]] for m in p.milestones]
            for p in model.projects
        ],
    }


def _at(places: dict[date, int], day: date | None) -> int:
    return -1 if day is None else places[day]


def _chart_numbers(project: Project) -> list[Any]:
    """Scope, done and planned work by week; scores; amounts. An empty part is a chart that is not drawn."""
    burn, evm = project.burn_up, project.evm
    weeks = [burn.frozen_items, grown(burn.scope), grown(burn.done), grown(burn.planned or ())] if burn else []
    days = [p.day.toordinal() - _EPOCH for p in project.score_history]
    scores = [round(p.value * 100) for p in project.score_history]
    in_money = evm is not None and evm.basis == "cost" and evm.bac is not None and evm.eac is not None
    amounts = [evm.bac, evm.eac, evm.ac, project.budget] if evm is not None and in_money else []
    return [weeks, [steps(days), steps(scores)] if len(days) > 1 else [], [_whole(a) for a in amounts]]


def _whole(amount: Decimal | None) -> int | None:
    return None if amount is None else round(amount)


_READ = attrgetter(
    "rule_id", "severity", "message", "project_id", "item_key", "item_url", "owner", "fix_by", "overdue_days",
    "age_days", "observed_only", "verified", "evidence", "waived_by", "waived_until",
)  # fmt: skip
"""Each finding is looked at once: fifty thousand of them do not stay near the processor, columns do."""


def _findings(model: ReportModel, words: Words, figures: Figures) -> dict[str, Any]:
    columns: list[tuple[Any, ...]] = list(zip(*map(_READ, model.findings), strict=True)) or [()] * 15
    rule, severity, message, of, key, url, owner, fix_by = columns[:8]
    late, age, observed, verified, evidence, waiver, until = columns[8:]
    places = {p.ref.id: n for n, p in enumerate(model.projects)}
    project = [places.get(one, -1) for one in of]
    texts = [one or "" for one in key]
    items = packed_items(texts, project, len(places))
    bases: dict[str, int] = {}
    link = [_link(one, told or "", bases) for one, told in zip(texts, url, strict=True)]
    told = packed_messages([one or "" for one in message])
    rules, owners = sorted(set(rule)), sorted({one or "" for one in owner})
    dues = sorted({day for day in fix_by if day})
    rule_at, owner_at, due_at = _places(rules), _places(owners), _places(dues)
    weights = {name: _severity(name) for name in set(severity)}
    return {
        "kinds": [c.kind for c in finding_columns(words)],
        "rules": rules,
        "severity": [weights[one] for one in severity],
        "rule": [rule_at[one] for one in rule],
        "patterns": told.patterns,
        "numbers": told.numbers,
        "message": told.pattern,
        "project": project,
        "prefixes": items.prefixes,
        "item": items.items,
        "bases": list(bases),
        "link": link,
        "owners": owners,
        "owner": [owner_at[one or ""] for one in owner],
        "dues": [figures.day(day) for day in dues],
        "due": [due_at[day] if day else -1 for day in fix_by],
        "age": age,
        "evidence": {str(n): lines for n, lines in enumerate(evidence) if lines},
        "waived": {str(n): [one, figures.day(until[n])] for n, one in enumerate(waiver) if one},
        "flag": [
            (1 if only else 0) + (0 if sure else 2) + (4 if (days or 0) > 0 else 0)
            for only, sure, days in zip(observed, verified, late, strict=True)
        ],
    }


def _places(values: Sequence[Thing]) -> dict[Thing, int]:
    return {value: n for n, value in enumerate(values)}


def _link(key: str, told: str, bases: dict[str, int]) -> int | str | None:
    """The item's address: whole, or the number of a base to which the item's key is added.

    A base that was looked at once is not looked at again: addresses are many, their beginnings few.
    """
    base = told[: -len(key)] if key and told.endswith(key) else ""
    if base in bases and "/" in base[8:] and key.isprintable() and " " not in key:
        return bases[base]
    url = web_link(told)
    return bases.setdefault(base, len(bases)) if url and base else url


def _severity(name: str) -> int:
    return SEVERITIES.index(name) if name in SEVERITIES else len(SEVERITIES) - 1
