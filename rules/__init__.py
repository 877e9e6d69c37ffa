"""Rules: conditions over documented views, evaluated safely, explained fully.

load_rules → evaluate → update_findings, score, health → explain_rule, explain_subject, reference.
"""

from rules.connection import Limits
from rules.evaluate import evaluate
from rules.explain import RuleExplanation, explain_rule
from rules.findings import FindingUpdate, fingerprint, update_findings, watched
from rules.health import Health, HealthReason, health
from rules.load import load_rules
from rules.reference import reference
from rules.results import Evaluation, Leaning, RuleResult, RuleRun
from rules.ruleset import Rule, RuleSet
from rules.score import Score, Scores, score
from rules.selftest import failed_self_tests, self_test
from rules.settings import Override, RuleSettings
from rules.subject import SubjectExplanation, explain_subject

__all__ = [
    "Evaluation",
    "FindingUpdate",
    "Health",
    "HealthReason",
    "Leaning",
    "Limits",
    "Override",
    "Rule",
    "RuleExplanation",
    "RuleResult",
    "RuleRun",
    "RuleSet",
    "RuleSettings",
    "Score",
    "Scores",
    "SubjectExplanation",
    "evaluate",
    "explain_rule",
    "explain_subject",
    "failed_self_tests",
    "fingerprint",
    "health",
    "load_rules",
    "reference",
    "score",
    "self_test",
    "update_findings",
    "watched",
]
