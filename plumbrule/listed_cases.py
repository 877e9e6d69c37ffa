"""Findings and problems of a command as SARIF 2.1.0 and as JUnit XML. Pure.

The mapping is that of the reports of the same names (reports/render/sarif.py and junit.py), less what only a report
knows: the same finding has the same fingerprint in both, so that a platform takes them for one.
"""

import json
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from plumbrule import __version__
from plumbrule.listing import Case, Listing
from reports.render.plain import legal, legal_texts, one_line
from reports.render.sarif import FINGERPRINT, RESULTS, SCHEMA

_TEXT = 2_000
_KINDS = {"pass": "pass", "unknown": "open"}
"""SARIF's kinds of results that are no failures; these have no level (3.27.10)."""


def cases(listing: Listing) -> list[Case]:
    """The rows as cases, as they stand."""
    return [listing.case(row) for row in listing.rows] if listing.case is not None else []


def as_sarif(listing: Listing) -> str:
    """One run; a platform takes 25,000 results at most, and a notification says how many are left out."""
    found = cases(listing)
    told: dict[str, dict[str, Any]] = {}
    for one in found:
        told.setdefault(one.rule, _rule(one))
    places = {rule: n for n, rule in enumerate(told)}
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if (more := len(found) - RESULTS) > 0:
        left = {"level": "warning", "message": {"text": f"{more} results are left out"}}
        invocation["toolExecutionNotifications"] = [left]
    run = {
        "tool": {"driver": {"name": "Plumbrule", "version": __version__, "rules": list(told.values())}},
        "automationDetails": {"id": f"plumbrule/{listing.name}"},
        "invocations": [invocation],
        "results": [_result(one, places[one.rule]) for one in found[:RESULTS]],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(legal_texts(log), ensure_ascii=False, indent=1)


def _rule(case: Case) -> dict[str, Any]:
    node: dict[str, Any] = {"id": case.rule}
    if case.title:
        node["shortDescription"] = {"text": one_line(case.title, _TEXT)}
    return node


def _result(case: Case, index: int) -> dict[str, Any]:
    text = " ".join(part for part in (case.message or case.rule, case.fix) if part)
    node: dict[str, Any] = {
        "ruleId": case.rule,
        "ruleIndex": index,
        "message": {"text": one_line(text, _TEXT)},
        "level": "none" if case.level in _KINDS else case.level,
    }
    if case.level in _KINDS:
        node["kind"] = _KINDS[case.level]
    if place := _place(case):
        node["locations"] = [place]
    if case.identity:
        node["partialFingerprints"] = {FINGERPRINT: case.identity}
    if case.accepted:
        accepted = one_line(case.accepted, _TEXT)
        node["suppressions"] = [{"kind": "external", "status": "accepted", "justification": accepted}]
    return node


def _place(case: Case) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if case.about:
        name = {"name": one_line(case.about, 200)}
        made["logicalLocations"] = [name | ({"kind": case.kind} if case.kind else {})]
    if case.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": case.file.replace("\\", "/")}}
        if case.line:
            place["region"] = {"startLine": case.line, "startColumn": max(1, case.column)}
        made["physicalLocation"] = place
    return made


def as_junit(listing: Listing) -> str:
    """One suite; a case is whom a rule is about. What fails and is accepted, and what is unknown, is skipped."""
    found = cases(listing)
    counts = _counts(found, listing.name)
    root = Element("testsuites", counts)
    suite = SubElement(root, "testsuite", counts)
    for case in found:
        _add(suite, case)
    indent(root)
    made: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return made.decode()


def _counts(found: Sequence[Case], name: str) -> dict[str, str]:
    return {
        "name": legal(name),
        "tests": str(len(found)),
        "failures": str(sum(_fails(case) for case in found)),
        "errors": "0",
        "skipped": str(sum(_skipped(case) for case in found)),
        "time": "0",
    }


def _fails(case: Case) -> bool:
    return case.level in ("error", "warning") and not case.accepted


def _skipped(case: Case) -> bool:
    return case.level == "unknown" or bool(case.accepted)


def _add(suite: Element, case: Case) -> None:
    name = one_line(" ".join(part for part in (case.rule, case.title) if part), 200)
    place = f"{case.file}:{case.line}" if case.line else case.file
    made = SubElement(suite, "testcase", {"classname": one_line(case.about or place, 200), "name": name, "time": "0"})
    told = one_line(case.message or case.rule, _TEXT)
    if _fails(case):
        failure = SubElement(made, "failure", {"message": told, "type": case.level})
        failure.text = "\n".join(line for line in (told, one_line(case.fix, _TEXT), legal(place)) if line)
    elif _skipped(case):
        SubElement(made, "skipped", {"message": one_line(case.accepted or told, _TEXT)})
