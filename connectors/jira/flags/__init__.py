"""Flags as people meet them in Jira: properties, labels, remote links, fields, finding issues, comments."""
