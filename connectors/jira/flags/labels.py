"""Labels for people who search by them: one edit a label and direction, never a label that is not ours."""

from collections.abc import Iterator, Sequence

from connectors.jira.flags.edits import Edit, Editor
from portfolio.ports import Change, Receipt


class Labels:
    """Adds and removes labels."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor

    def apply(self, changes: Sequence[Change]) -> Iterator[Receipt]:
        """One receipt a change. Raises HostSilent after an edit without an answer."""
        groups: dict[Edit, list[Change]] = {}
        for change in changes:
            kind = "remove_label" if change.action == "remove" else "add_label"
            groups.setdefault(label_edit(kind, change.mark.name), []).append(change)
        for edit, group in sorted(groups.items(), key=lambda found: found[0]):
            yield from self._editor.apply(edit, group)


def label_edit(kind: str, label: str) -> Edit:
    """Adding (`add_label`) or removing a label."""
    return Edit("labels", "add_label" if kind == "add_label" else "remove_label", (label,))
