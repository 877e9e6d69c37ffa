"""Words of rules that settings use too: apart, so that a configuration is read without loading the parser of rules."""

from datetime import date
from typing import Literal

Severity = Literal["critical", "high", "medium", "low", "info"]
Mode = Literal["enforce", "observe", "off"]
Value = bool | int | float | str | date
"""Of a parameter."""
