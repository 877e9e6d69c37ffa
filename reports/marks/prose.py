"""What a person reads on the issue itself: which rule, which value and limit, how to fix it, how to ask for a waiver.

Pure. In the words of the rule, in the configured language, as a neutral document; connectors render and escape it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from portfolio.document import Block, Bullets, Paragraph, Span, document_json
from reports.evidence import evidence_lines
from reports.marks.bodies import Texts, headline, shortened
from reports.marks.wanted import MarkSettings, OpenFinding, anchor, heaviest, report_link
from reports.model import ProjectRef
from reports.render.links import web_link
from reports.words import Words

_SENTENCE = 600
"""Longest text taken over from a rule or a message: twenty of them stay below Jira's 32,767 characters a comment."""
_EVIDENCE = 10
"""Rows of evidence in an issue for a finding; the report has the same rows."""
_SUMMARY = 255
"""Jira refuses longer summaries."""


def comment_document(group: Sequence[OpenFinding], settings: MarkSettings, rules: Texts) -> list[dict[str, Any]]:
    """The stable part of the comment on a flagged item: the rules, why they matter, how to mend it, how to ask."""
    words = Words(settings.language)
    told = heaviest(group)
    head = Paragraph((Span(headline(group, settings.language), strong=True), *_report(settings, told[0], words)))
    entries = tuple(_rule_line(f, rules, words) for f in told)
    blocks: list[Block] = [head, Bullets(entries)]
    if len(group) > len(told):
        blocks.append(Paragraph((Span(words("{n} more are in the report.", n=len(group) - len(told))),)))
    return document_json([*blocks, _waiver(told, settings, words), _keeper(words)])


def dated_document(group: Sequence[OpenFinding], settings: MarkSettings, today: date) -> list[dict[str, Any]]:
    """Values and limits of the day of writing. It is not rewritten when only they move; the report has today's."""
    words = Words(settings.language)
    entries = tuple(
        (Span(f"{f.rule_id}: ", strong=True), Span(shortened(f.message, _SENTENCE)))
        for f in heaviest(group)
        if f.message
    )
    if not entries:
        return []
    return document_json([Paragraph((Span(words("As of {day}:", day=today.isoformat())),)), Bullets(entries)])


def issue_summary(finding: OpenFinding, settings: MarkSettings, rules: Texts) -> str:
    """Summary of the issue that a finding becomes."""
    severity = Words(settings.language).term("severity", finding.severity)
    subject = finding.item_key or finding.project_key or finding.project_id
    named = finding.item_title or finding.project_name or ""
    subject = subject if named in ("", subject) else f"{subject} {named}"
    return shortened(f"[{severity}] {_title(finding, rules)}: {subject}", _SUMMARY)


def issue_document(
    finding: OpenFinding, settings: MarkSettings, rules: Texts, today: date | None
) -> list[dict[str, Any]]:
    """Description of the issue that a finding becomes, with the values of the day on which it does.

    Written once: afterwards the issue belongs to its owner.
    """
    words = Words(settings.language)
    text = rules.get(finding.rule_id)
    blocks: list[Block] = _what_leans(finding, words, today)
    lines = [(words("Rule"), (Span(f"{_title(finding, rules)} ({finding.rule_id})"),))]
    lines.append((words("Open since"), (Span(finding.opened_on.isoformat()),)))
    subject = _subject(finding)
    if subject:
        lines.append((words("Where"), (subject,)))
    if text:
        lines.append((words("Why it matters"), (Span(shortened(text.why, _SENTENCE)),)))
        lines.append((words("How to mend it"), (Span(shortened(text.fix, _SENTENCE)),)))
    link = report_link(settings, anchor(finding))
    if link:
        lines.append((words("Report"), (Span(words("See it in the report"), link=link),)))
    blocks.append(Bullets(tuple((Span(f"{name}: ", strong=True), *value) for name, value in lines)))
    closing = words(
        "Plumbrule closes this issue when the rule is kept, and opens it again if it is broken again. "
        "If you close it yourself, it stays closed."
    )
    return document_json([*blocks, _waiver([finding], settings, words), Paragraph((Span(closing),))])


def _what_leans(finding: OpenFinding, words: Words, today: date | None) -> list[Block]:
    """The message, and the first rows that show it: fixes speak of the items listed."""
    blocks: list[Block] = []
    if finding.message:
        when = (Span(f"{words('As of {day}:', day=today.isoformat())} "),) if today else ()
        blocks.append(Paragraph((*when, Span(shortened(finding.message, _SENTENCE), strong=True))))
    key, name = finding.project_key or finding.project_id, finding.project_name or ""
    lines = evidence_lines(finding.evidence, ProjectRef(id=finding.project_id, key=key, name=name), _EVIDENCE)
    if lines:
        blocks.append(Bullets(tuple((Span(shortened(line)),) for line in lines)))
    return blocks


def _rule_line(finding: OpenFinding, rules: Texts, words: Words) -> tuple[Span, ...]:
    text = rules.get(finding.rule_id)
    severity = words.term("severity", finding.severity)
    since = words("since {day}", day=finding.opened_on.isoformat())
    head = Span(f"{_title(finding, rules)} ({finding.rule_id}, {severity}, {since})", strong=True)
    if text is None:
        return (head,)
    mend = f"{words('How to mend it')}: {shortened(text.fix, _SENTENCE)}"
    return (head, Span(f" – {shortened(text.why, _SENTENCE)} {mend}"))


def _report(settings: MarkSettings, finding: OpenFinding, words: Words) -> tuple[Span, ...]:
    link = report_link(settings, anchor(finding))
    return (Span(" – "), Span(words("See it in the report"), link=link)) if link else ()


def _waiver(told: Sequence[OpenFinding], settings: MarkSettings, words: Words) -> Paragraph:
    """How to ask for a waiver, with what to quote."""
    subject = told[0].item_key or told[0].project_key or told[0].project_id
    quote = f"{', '.join(sorted({f.rule_id for f in told}))}, {subject}"
    spans = [Span(words("Is it meant to be so? Ask for a waiver and quote {quote}.", quote=quote))]
    link = web_link(settings.waiver_request)
    if link:
        spans += [Span(" "), Span(words("Ask here"), link=link)]
    elif settings.waiver_request:
        spans.append(Span(f" {shortened(settings.waiver_request, _SENTENCE)}"))
    return Paragraph(tuple(spans))


def _keeper(words: Words) -> Paragraph:
    return Paragraph(
        (Span(words("Plumbrule keeps this comment up to date and removes it when nothing is open any more.")),)
    )


def _title(finding: OpenFinding, rules: Texts) -> str:
    text = rules.get(finding.rule_id)
    return shortened(text.title) if text else finding.rule_id


def _subject(finding: OpenFinding) -> Span | None:
    key, named = finding.item_key or finding.project_key, finding.item_title or finding.project_name
    told = shortened(" ".join(part for part in (key, named) if part))
    return Span(told, link=web_link(finding.item_url)) if told else None
