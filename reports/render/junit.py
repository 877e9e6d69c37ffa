"""Open findings as JUnit XML, for CI servers that draw trends of tests.

A suite is a family of rules (their dimension), a case a project under a rule; findings about no project are a suite of
their own, a case a department, programme or person under a rule. An enforced finding fails; what is under
waiver, only observed, or could not be evaluated is skipped, with the reason. A project of which no rule complains is a
case that passes; which rules it passed is not in the report, so none are invented. Elements and attributes as the
readers of Jenkins, GitLab and GitHub's reporters take them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reports.model import Finding, PortfolioFinding, Project, ReportModel
from reports.render.links import web_link
from reports.render.plain import legal, one_line
from reports.words import Words

LINES = 20
BUDGET = 20_000_000
_MESSAGE = 500


@dataclass(frozen=True)
class Case:
    """One case. `skipped` tells why it counts neither way; `failed` are the lines of a failure; `about` is whom it is
    about, mostly a project's key."""

    suite: str
    about: str
    name: str
    kind: str = ""
    failed: tuple[str, ...] = ()
    skipped: str = ""


def render_junit(model: ReportModel, page: str | None = None) -> bytes:
    """The XML, UTF-8. At most LINES items a case; the rest is counted."""
    words = Words(model.language)
    cases = [*_findings(model, words), *_portfolio(model, words), *_projects(model, words)]
    suites: dict[str, list[Case]] = {}
    for case in sorted(cases, key=lambda c: (c.suite, c.about, c.name)):
        suites.setdefault(case.suite, []).append(case)
    root = Element("testsuites", _counts(one_line(model.title, 150), cases))
    for name, found in suites.items():
        suite = SubElement(root, "testsuite", _counts(name, found))
        suite.set("timestamp", f"{model.as_of:%Y-%m-%dT%H:%M:%S}")
        if web_link(page):
            kept = SubElement(suite, "properties")
            SubElement(kept, "property", {"name": "report", "value": legal(page or "")})
        for case in found:
            _add(suite, case)
    indent(root)
    made: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _counts(name: str, cases: Iterable[Case]) -> dict[str, str]:
    found = list(cases)
    return {
        "name": name,
        "tests": str(len(found)),
        "failures": str(sum(bool(c.failed) for c in found)),
        "errors": "0",
        "skipped": str(sum(bool(c.skipped) for c in found)),
        "time": "0",
    }


def _add(suite: Element, case: Case) -> None:
    made = SubElement(suite, "testcase", {"classname": case.about, "name": case.name, "time": "0"})
    if case.failed:
        failure = SubElement(made, "failure", {"message": case.failed[0], "type": case.kind})
        failure.text = "\n".join(case.failed)
    elif case.skipped:
        SubElement(made, "skipped", {"message": case.skipped})


def _findings(model: ReportModel, words: Words) -> list[Case]:
    keys = {p.ref.id: one_line(p.ref.key, 80) for p in model.projects}
    rules = {r.id: r for r in model.rules}
    groups: dict[tuple[str, str], list[Finding]] = {}
    for found in model.findings:
        groups.setdefault((found.project_id, found.rule_id), []).append(found)
    cases = []
    for (project, rule), group in groups.items():
        text = rules.get(rule)
        suite = _family(text.dimension if text else None, words)
        name = one_line(f"{rule} {text.title}" if text else rule, 200)
        cases.append(_case(suite, keys.get(project) or one_line(project or "–", 80), name, group, words))
    return cases


def _portfolio(model: ReportModel, words: Words) -> list[Case]:
    groups: dict[tuple[str, str, str], list[PortfolioFinding]] = {}
    for found in model.portfolio:
        groups.setdefault((found.subject_kind, found.subject_id, found.rule_id), []).append(found)
    suite, cases = words("Portfolio findings"), []
    for (kind, _, rule), group in groups.items():
        first = group[0]
        about = one_line(f"{words.term('level', kind)} {first.own_name or ''}", 80)
        cases.append(_case(suite, about, one_line(f"{rule} {first.title}", 200), group, words))
    return cases


def _case(suite: str, about: str, name: str, group: Sequence[Finding | PortfolioFinding], words: Words) -> Case:
    """Fails for what is enforced and not accepted; else it is skipped for the reason of the first."""
    failing = [f for f in group if not f.waived_by and not f.observed_only]
    if failing:
        lines = [_line(f) for f in failing[:LINES]]
        if len(failing) > LINES:
            lines.append(words("… and {n} more, see the page", n=len(failing) - LINES))
        return Case(suite, about, name, failing[0].severity, tuple(lines))
    first = group[0]
    why = words("under waiver") if first.waived_by else words("observed only")
    return Case(suite, about, name, skipped=f"{why}{words(': ')}{_line(first)}")


def _line(finding: Finding | PortfolioFinding) -> str:
    told = one_line(finding.message or finding.rule_id, _MESSAGE)
    item = finding.item_key if isinstance(finding, Finding) else None
    return f"{one_line(item, 80)} {told}" if item else told


def _projects(model: ReportModel, words: Words) -> list[Case]:
    """What could not be evaluated, and the projects of which nothing is to be said."""
    leaning = {f.project_id for f in model.findings}
    suite = words("All projects")
    cases: list[Case] = []
    for project in model.projects:
        key = one_line(project.ref.key, 80)
        cases += _unjudged(project, key, words)
        if project.ref.id in leaning:
            continue
        if project.computed == "unknown":
            unknown = words("It could not be judged: the data that the rules need is missing.")
            cases.append(Case(suite, key, words("No rule complains."), skipped=unknown))
        else:
            cases.append(Case(suite, key, words("No rule complains.")))
    return cases


def _unjudged(project: Project, key: str, words: Words) -> list[Case]:
    """One case a rule, though it may have more to say about one project."""
    told: Mapping[str, Case] = {
        reason.rule_id: Case(
            _family(reason.dimension, words), key, reason.rule_id, skipped=one_line(reason.message, _MESSAGE)
        )
        for reason in reversed(project.reasons)
        if reason.outcome in ("unknown", "error")
    }
    return list(told.values())


def _family(dimension: str | None, words: Words) -> str:
    return words.term("dimension", dimension) if dimension else words("Other rules")
