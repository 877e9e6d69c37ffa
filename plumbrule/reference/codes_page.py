"""docs/errors.md: every error code with what is told under it, what to do, and what the command ends with."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from plumbrule.reference.cells import cell
from plumbrule.reference.told import Told, told

_ROOT = Path(__file__).parents[2]
_HEAD = """\
# Error codes

Made from code by `make docs`. Every mistake and every failure is told in one form: a code that stays the same, what
is the matter, the place (for files: line, column and caret), and the next step.

    error[config.unknown_key]: there is no setting `worklog` here
     --> plumbrule.toml:6:1
      |
    6 | worklog = false
      | ^^^^^^^
      = help: did you mean `worklogs`?

`…` stands for what is only known when it happens. The exit code is what the command ends with if nothing else went
wrong; in a run of several sources it is mostly 3 ([exit-codes.md](exit-codes.md)). Codes `R100` and up are about rules,
policies and waivers; they end with 2. A single record that cannot be read ends nothing: it is kept with the
reason, in the table `rejection` and in the page's list of data problems.

"""
_FAMILIES = {
    "config": "the configuration file",
    "confluence": "Confluence",
    "dataverse": "Planner Premium (Dataverse)",
    "demo": "the demo",
    "diff": "`plumbrule diff`",
    "dump": "what was saved of a Project Online",
    "explain": "`plumbrule explain`",
    "files": "plans in files",
    "graph": "Microsoft Graph",
    "health": "the health file",
    "jira": "Jira",
    "mpp": "Project's own files",
    "mspdi": "plans in XML",
    "pdf": "reports as PDF",
    "plan": "plan and apply",
    "policy": "policy files",
    "pwa": "Project Server",
    "remote": "any site",
    "report": "reports",
    "rules": "rules",
    "runs": "`plumbrule runs`",
    "serve": "the web page",
    "sign_in": "signing in",
    "store": "the store",
    "sync": "pulling",
    "tabular": "tables",
    "tempo": "Tempo",
    "usage": "options of a command",
    "waive": "`plumbrule waive`",
    "waiver": "waivers",
}
_OTHERS = "More codes of this kind are told by their key."


def codes_page() -> str:
    """The page as Markdown."""
    found = [entry for entry in told(_ROOT) if not entry.code.startswith("…")]
    parts = [_HEAD]
    for family, entries in groupby(found, key=lambda entry: entry.code.partition(".")[0]):
        parts.append(f"## {family}: {_FAMILIES.get(family, family)}\n\n")
        for code, same in groupby(entries, key=lambda entry: entry.code):
            parts.append(_section(code, list(same)))
    return "".join([*parts, _rule_codes()])


def anchor(code: str) -> str:
    """What a link to that code on the page ends with."""
    return code.lower().replace(".", "")


def _section(code: str, entries: Sequence[Told]) -> str:
    ends = " or ".join(str(one) for one in sorted({entry.exit_code for entry in entries} - {0}))
    lines = [f"### `{code}`", "", f"Ends with {ends}." if ends else "A note: nothing ends because of it.", ""]
    lines += dict.fromkeys(f"- {_line(entry)}" for entry in entries)
    if code.endswith("…"):
        lines.append(f"- {_OTHERS}")
    return "\n".join(lines) + "\n\n"


def _line(entry: Told) -> str:
    """What is told and, behind it, what to do."""
    said = cell(entry.what) if entry.what.strip("… ") else "told in the words of what failed"
    steps = [step for step in entry.remedy.split(" / ") if step.strip("… ;")]
    return f"{said}. *Do*: {cell('; or: '.join(dict.fromkeys(steps)))}" if steps else said


def _rule_codes() -> str:
    """Codes of rules, policies and waivers, in one table of anchors."""
    from rules.compile import CODES
    from rules.policy.faults import CODES as POLICY_CODES
    from rules.waivers import WAIVER_CODES

    parts = ["## R: rules, policies and waivers\n\n"]
    parts += [f"### `{code}`\n\n{meaning}\n\n" for code, meaning in {**CODES, **POLICY_CODES, **WAIVER_CODES}.items()]
    return "".join(parts).rstrip() + "\n"
