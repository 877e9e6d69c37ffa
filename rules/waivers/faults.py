"""What can be wrong with a waiver in a file, by code; a mistake in a condition has the code of that fault."""

WAIVER_CODES: dict[str, str] = {
    "R400": "unknown key",
    "R401": "a key is missing: a waiver needs a rule, a subject, a reason, two people, a ticket and two days",
    "R402": "the value is not allowed",
    "R403": "the id exists already",
    "R404": "who asks for a waiver may not grant it",
    "R405": "the waiver lasts longer than the severity of its rules allows",
    "R406": "the waiver ends before it starts",
    "R407": "no such rule, pack or waiver",
    "R408": "the subject must be exactly one of a project, an item, or a condition",
    "R409": "the condition or limit does not fit the rules of the waiver",
    "R410": "whoever grants it may not do so for rules of that severity",
}
"""Every code with its meaning; stable."""
