"""From the text of a predicate to a checked, rewritten SQL condition.

The compiler, and sqlglot with it, is loaded when something is compiled: who only has compiled conditions, as the
evaluating child and a parent whose packs did not change, starts in half the time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rules.compile.faults import CODES, Fault, PredicateFaults
from rules.compile.scope import Name, Scope, Type, of_ratio, of_view
from rules.predicate import Limit, Predicate

if TYPE_CHECKING:
    from rules.compile.dialects import ENGINES, Engine
    from rules.compile.functions import FUNCTIONS
    from rules.compile.listing import FunctionEntry, function_entries, function_lines

_LATER = {
    "ENGINES": "dialects",
    "Engine": "dialects",
    "FUNCTIONS": "functions",
    "FunctionEntry": "listing",
    "function_entries": "listing",
    "function_lines": "listing",
}
"""Names that are loaded when they are asked for, and the modules that have them."""


def compile_predicate(text: str, scope: Scope, engine: "Engine" = "duckdb") -> Predicate:
    """Check a predicate against the names it may use, and write it for an engine.

    Raises PredicateFaults with every mistake and its offset.
    """
    from rules.compile.compiler import compiled

    return compiled(text, scope, engine)


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__} has no {name}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


__all__ = [
    "CODES",
    "ENGINES",
    "FUNCTIONS",
    "Engine",
    "Fault",
    "FunctionEntry",
    "Limit",
    "Name",
    "Predicate",
    "PredicateFaults",
    "Scope",
    "Type",
    "compile_predicate",
    "function_entries",
    "function_lines",
    "of_ratio",
    "of_view",
]
