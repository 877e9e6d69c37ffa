"""`plumbrule explain`: a finding, a rule, a project, an item, an error or the exit codes, in plain words."""

import re
from dataclasses import replace
from pathlib import Path

from plumbrule.app import open_app
from plumbrule.speech import spoken
from plumbrule.verdicts import in_language, waived_findings
from plumbrule.waiving import Overlay
from portfolio.errors import ConfigurationError, ExitCode, PlumbruleError
from rules.explain import explain_rule
from rules.frame import Accepted, explain_finding, find_finding
from rules.load import load_rules
from rules.subject import explain_subject

EXIT_CODES: dict[int, str] = {
    ExitCode.DONE: "done; no finding at or above --fail-on",
    ExitCode.FINDINGS: "done; findings at or above --fail-on",
    ExitCode.CONFIGURATION: "usage or configuration mistake; nothing was run",
    ExitCode.PARTIAL: "partial: a source, a project or a write failed, or a value of a policy was not taken; "
    "the rest is done and recorded",
    ExitCode.SIGN_IN: "sign-in needed, refused, or a permission is missing, and no other source could be read (else 3)",
    ExitCode.REMOTE: "the other side is unavailable or throttles us, and no other source could be read (else 3); "
    "safe to run again",
    ExitCode.STORE: "store locked, corrupt, or of another version",
    ExitCode.PLAN_REFUSED: "plan refused: something moved since it was made, or it is larger than allowed",
    10: "`plan --detailed-exitcode`: there are changes",
    ExitCode.INTERNAL: "a bug; a crash file without data is left",
    ExitCode.INTERRUPTED: "interrupted; what was committed is kept",
    ExitCode.TERMINATED: "terminated; what was committed is kept",
}


_ERROR = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*|R\d{3}")
"""How codes of errors are written; no rule, key or finding is."""


def explain(what: str, config: Path, language: str) -> str:
    """The explanation as text. Raises ConfigurationError for a word that is nothing that we know."""
    what = what.encode(errors="replace").decode()  # bytes of a shell that are no UTF-8 name nothing
    if what == "exit-codes":
        return "\n".join(f"{int(code):>3}  {spoken(meaning)}" for code, meaning in EXIT_CODES.items())
    if _ERROR.fullmatch(what):
        from plumbrule.reference.codes_page import explained

        if (lines := explained(what)) is not None:
            return "\n".join(line.replace("*Do*", "Do").replace("\\|", "|") for line in lines)
    if not config.exists() and (built_in := in_language(load_rules(), language)).get(what) is not None:
        return "\n".join(explain_rule(built_in, what).lines())
    with open_app(config, with_secrets=False) as app:
        rules = in_language(app.rules, language)
        if rules.get(what) is not None:
            return "\n".join(explain_rule(rules, what).lines())
        try:
            reader = app.latest()
        except PlumbruleError as error:
            raise ConfigurationError(
                f"`{what}` is no rule, and no finding, project or item is known yet",
                code="usage.unknown_subject",
                remedy="`plumbrule run` reads projects and items; docs/rules.md lists the rules",
            ) from error
        try:
            finding = find_finding(reader, what)
            accepted = accepted_of(app.overlay(reader))
            if finding:
                return "\n".join(explain_finding(rules, reader, finding, accepted.get(finding["id"])).lines())
            return "\n".join(replace(explain_subject(rules, reader, what), accepted=accepted).lines())
        finally:
            reader.close()


def accepted_of(overlay: Overlay) -> dict[str, Accepted]:
    """What an explanation says of waivers, by finding id."""
    return {
        finding: Accepted(w.waiver_id, w.until, w.reason, w.requested_by, w.approved_by)
        for finding, w in waived_findings(overlay).items()
    }
