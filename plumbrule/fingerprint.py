"""Tells configurations apart."""

import hashlib

from pydantic import BaseModel


def config_hash(settings: BaseModel) -> str:
    """A short hash of all settings; secrets are masked before hashing."""
    return hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:16]
