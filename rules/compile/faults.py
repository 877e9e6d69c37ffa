"""What can be wrong with a predicate, where in its text, and the codes of all rule mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass

CODES: dict[str, str] = {
    "R100": "the predicate is not a valid expression",
    "R101": "a predicate is exactly one expression",
    "R102": "the predicate is empty or too long",
    "R103": "the predicate is nested too deeply",
    "R104": "comments are not allowed inside a predicate",
    "R105": "the predicate holds a character that cannot be seen",
    "R110": "the function is not on the list of allowed functions",
    "R111": "the construct is not allowed in a predicate",
    "R112": "the function takes other arguments",
    "R120": "the view has no such column",
    "R121": "names are written in plain ASCII letters",
    "R122": "the parameter is not declared",
    "R130": "the column never holds that value",
    "R131": "the two sides are of different types",
    "R132": "the predicate is not true or false",
    "R133": "a comparison with NULL is never true",
    "R134": "the literal is not a usable date or number",
    "R200": "unknown key",
    "R201": "a key is missing",
    "R202": "the value is not allowed",
    "R203": "the id exists already",
    "R204": "the key does not go with this kind of rule",
    "R205": "the message uses a word that is not available",
    "R206": "the parameter's value is outside its bounds",
    "R207": "no such rule, pack or parameter",
    "R208": "the parameter is declared but never used",
    "R220": "the condition of a trend is not one of its forms",
    "R221": "no installed package has that plugin",
    "R222": "the plugin cannot be used",
    "R223": "a pack or the views are of another version than is asked for",
    "R224": "the pack builds on one that is not used",
    "R230": "a built-in rule has no self-test of an outcome that it can have",
    "R231": "a built-in rule has no self-test at its limit and just beyond it",
    "R232": "a built-in ratio rule has no self-test in which nothing is left to count",
    "R233": "a self-test finds something other than it expects",
}
"""Every code with its meaning; stable."""


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake, `offset` characters into the predicate's text."""

    offset: int
    width: int
    code: str
    what: str
    help: str = ""


class PredicateFaults(Exception):
    """All mistakes of one predicate."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f.what for f in faults))
        self.faults = tuple(sorted(faults))
