"""Closing an issue of ours and opening it again, without a comment: by a transition, else by a label."""

from typing import Any

from connectors.jira.flags.attempts import Postponed
from connectors.jira.flags.edits import Edit, Editor
from connectors.jira.flags.finder import RESOLVED, Found
from connectors.jira.flags.labels import label_edit
from connectors.jira.flags.site import Site
from portfolio.errors import RemoteRefusal
from portfolio.ports import Change, Mark

_OPEN = ("new", "indeterminate")
_REFUSED = frozenset({"remote.refused"})


class Statuses:
    """Moves issues between open and done."""

    def __init__(self, site: Site, editor: Editor) -> None:
        self._site = site
        self._editor = editor

    def close(self, issue: Found) -> None:
        """To a status of the category done; where the workflow has none from here, a label says so."""
        if not issue.done and not self._moved(issue, ("done",)):
            self._labelled(issue, label_edit("add_label", self._resolved))

    def reopen(self, issue: Found) -> None:
        """Out of done. Raises RemoteRefusal where the workflow does not lead out of it."""
        if issue.resolved:
            self._labelled(issue, label_edit("remove_label", self._resolved))
        if issue.done and not self._moved(issue, _OPEN):
            raise RemoteRefusal(
                f"{issue.key} is done and its workflow leads nowhere else; open it by hand", code="remote.refused"
            )

    @property
    def _resolved(self) -> str:
        return f"{self._site.label_prefix}{RESOLVED}"

    def _moved(self, issue: Found, categories: tuple[str, ...]) -> bool:
        """Whether a transition led to one of these categories; those that ask for no field are tried first."""
        path = self._site.issue(issue.id, "/transitions")
        offered = self._site.http.get_json(path, {"expand": "transitions.fields"}).get("transitions") or ()
        for category in categories:
            fitting = [t for t in offered if _category(t) == category]
            for transition in sorted(fitting, key=lambda t: len(_asked(t))):
                try:
                    self._site.http.post_json(path, {"transition": {"id": str(transition["id"])}})
                except RemoteRefusal as error:
                    if error.code not in _REFUSED:
                        raise
                else:
                    return True
        return False

    def _labelled(self, issue: Found, edit: Edit) -> None:
        mark = Mark("label", "", "item", issue.id, edit.values[0], None, issue.key)
        for receipt in self._editor.apply(edit, [Change("update", mark, "")]):
            if isinstance(receipt, Postponed) and receipt.why is not None:
                raise receipt.why
            if receipt.error:
                raise RemoteRefusal(f"{issue.key}: {receipt.error}", code="remote.refused")


def _category(transition: dict[str, Any]) -> str:
    return str((((transition.get("to") or {}).get("statusCategory")) or {}).get("key", ""))


def _asked(transition: dict[str, Any]) -> list[str]:
    """Fields that the transition's screen insists on."""
    fields = transition.get("fields") or {}
    return [name for name, field in fields.items() if field.get("required") and not field.get("hasDefaultValue")]
