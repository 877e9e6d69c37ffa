"""Codes of all mistakes in policy files."""

CODES: dict[str, str] = {
    "R300": "unknown key in a policy file",
    "R301": "a key is missing in a policy file",
    "R302": "the value is not allowed in a policy file",
    "R303": "set twice at one level for the same projects",
    "R304": "no such rule, pack or parameter",
    "R305": "the parameter's value is outside its bounds",
    "R306": "looser than the levels above give room for",
    "R307": "locked by a level above",
    "R308": "room that can never be used",
    "R309": "departments that lie in one another, or in two others",
    "R310": "no project lies in that unit, or has that key",
    "R311": "the condition of `select` could not be evaluated",
}
"""Every code with its meaning; stable."""
