"""docs/errors.md: every error code with what is told under it, what to do, and what the command ends with."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from plumbrule.reference.cells import cell
from plumbrule.reference.told import Told, told

_ROOT = Path(__file__).parents[2]
_HEAD = """\
# Error codes

Made from code by `make docs`; `plumbrule explain config.unknown_key` says the same of one. Every mistake and every
failure is told in one form: a code that stays the same, what is the matter, the place (for files: line, column and
caret), and the next step. The last line, once for all that is told, names the command that explains the codes.

    error[config.unknown_key]: there is no setting `worklog` here
     --> plumbrule.toml:6:1
      |
    6 | worklog = false
      | ^^^^^^^
      = help: did you mean `worklogs`?
      = more: `plumbrule explain config.unknown_key`

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
    parts = [_HEAD]
    for family, entries in groupby(_entries(), key=lambda entry: entry.code.partition(".")[0]):
        parts.append(f"## {family}: {_FAMILIES.get(family, family)}\n\n")
        for code, same in groupby(entries, key=lambda entry: entry.code):
            parts.append("\n".join([f"### `{code}`", "", *_said(list(same))]) + "\n\n")
    parts.append("## R: rules, policies and waivers\n\n")
    parts += [f"### `{code}`\n\n{meaning}\n\n" for code, meaning in _of_rules().items()]
    return "".join(parts).rstrip() + "\n"


def explained(code: str) -> list[str] | None:
    """The same of one code, for the command line; None for what is no code. Takes most of a second."""
    if (meaning := _of_rules().get(code)) is not None:
        return [f"{code}: {meaning}", "", "Ends with 2."]
    exact = [entry for entry in _entries() if entry.code == code]
    return [f"{code}: {_FAMILIES.get(code.partition('.')[0], '')}", "", *_said(exact)] if exact else None


def _entries() -> Sequence[Told]:
    return [entry for entry in told(_ROOT) if not entry.code.startswith("…")]


def _of_rules() -> Mapping[str, str]:
    """Codes of rules, policies and waivers."""
    from rules.compile import CODES
    from rules.policy.faults import CODES as POLICY_CODES
    from rules.waivers import WAIVER_CODES

    return {**CODES, **POLICY_CODES, **WAIVER_CODES}


def _said(entries: Sequence[Told]) -> list[str]:
    """What a command ends with, then what is told and what to do, one line each."""
    ends = " or ".join(str(one) for one in sorted({entry.exit_code for entry in entries} - {0}))
    lines = [f"Ends with {ends}." if ends else "A note: nothing ends because of it.", ""]
    lines += dict.fromkeys(f"- {_line(entry)}" for entry in entries)
    return [*lines, f"- {_OTHERS}"] if entries[0].code.endswith("…") else lines


def _line(entry: Told) -> str:
    """What is told and, behind it, what to do."""
    said = cell(entry.what) if entry.what.strip("… ") else "told in the words of what failed"
    steps = [step.rstrip(".") for step in entry.remedy.split(" / ") if step.strip("… ;")]
    stop = "" if said.endswith(("…", ".")) else "."
    return f"{said}{stop} *Do*: {cell('; or: '.join(dict.fromkeys(steps)))}." if steps else said
