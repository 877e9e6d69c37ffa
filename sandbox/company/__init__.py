"""The pretend company: people, projects, plans, issues and hours, made from a seed, leaning where they are told to."""

from sandbox.company.build import TODAY, build, part
from sandbox.company.leanings import CONFIGURED_MATCHES, PROFILES, SIMILAR_PAIR
from sandbox.company.records import Company

__all__ = ["CONFIGURED_MATCHES", "PROFILES", "SIMILAR_PAIR", "TODAY", "Company", "build", "part"]
