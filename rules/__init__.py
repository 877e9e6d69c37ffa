"""Rules: conditions over documented views, evaluated safely, explained fully.

The way of a rule: `load.load_rules` → `evaluate.evaluate` → `findings.update_findings`, `score.score`, `health.health`
→ `explain.explain_rule`, `subject.explain_subject`, `reference.reference`. Names are imported from their modules:
whoever needs the settings only is spared the SQL parser.
"""
