"""Currencies as an admin names them."""

import re
from typing import Annotated

from pydantic import AfterValidator


def _code(name: str) -> str:
    if not re.fullmatch("[A-Z]{3}", name):
        raise ValueError(f"`{name}` is not an ISO 4217 code such as EUR or CNY")
    return name


CurrencyCode = Annotated[str, AfterValidator(_code)]
"""The ISO 4217 code of a currency."""
