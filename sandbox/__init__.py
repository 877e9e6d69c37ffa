"""A pretend company over loopback HTTP, by the vendors' own API shapes: for the demo, tests, benchmarks and trials.

`python -m sandbox` serves Jira and Project Web App; `sandbox.serve.Sandbox` does so inside a process, and
`sandbox.jira.serving.serve_jira` serves one Jira site alone; `sandbox.jira` lists what it knows.
"""
