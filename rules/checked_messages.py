"""Message templates of a rule use words that are there."""

from typing import Any

from portfolio.located_toml import suggest
from portfolio.model import Table
from rules.compile.scope import RATIO_NAMES
from rules.drafts import Draft
from rules.kinds import RuleKind
from rules.pack import Words
from rules.wording import placeholders


def check_messages(draft: Draft, view: Table, kind: RuleKind) -> None:
    """Every template of the rule; mistakes are noted in the draft."""
    entry = draft.entry
    counted = {*RATIO_NAMES, "value", "limit", *draft.names, *kind.message_names()}
    by_row = view.key == (draft.by.key,) or entry.level == "item"
    told = counted | (set(view.names) if by_row else set())
    _template(draft, "message", entry.message, told)
    if entry.warn_message:
        _template(draft, "warn_message", entry.warn_message, told)
        if not kind.may_warn(draft):
            draft.problem(("warn_message",), "R204", f"`warn_message` does not go without {kind.warned_by}", at="key")
    if entry.summary:
        _template(draft, "summary", entry.summary, counted)


def _template(draft: Draft, key: str, words: Words, allowed: set[str]) -> None:
    written: Any = draft.doc.data
    for step in (*draft.steps, key):
        written = written[step]
    for language, template in (("en", words.en), ("zh-Hans", words.zh_hans)):
        place = (key, language) if isinstance(written, dict) else (key,)
        try:
            found = placeholders(template or "")
        except ValueError as error:
            draft.problem(place, "R205", f"the message cannot be filled: {error}")
            continue
        for name, _ in found:
            draft.used.add(name)
            if name not in allowed:
                hint = suggest(name, allowed) or f"available: {', '.join(sorted(allowed))}"
                draft.problem(place, "R205", f"the message uses `{{{name}}}`, which is not available", hint)
