"""Jira's JSON to rows of the model. Pure: no network, no clock; what cannot be read is said, not dropped."""
