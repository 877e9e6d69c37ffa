"""What permissions of an app mean for us, in words. Pure.

Sources: Microsoft Graph permissions reference; "Limiting application permissions to specific Exchange Online mailboxes"
and "Role Based Access Control for Applications in Exchange Online"; "Overview of Selected permissions in OneDrive and
SharePoint" (they are joined with broader ones by or, so a broader one makes the choice void).
"""

from collections.abc import Iterator

from connectors.graph.connection import Grants
from portfolio.ports import Observation

_LIMIT = (
    "Limit it to {mailbox}: grant `Application Mail.Send` to the app by RBAC for Applications in Exchange Online and "
    "take Mail.Send out of the app registration, or set an application access policy; neither can be seen from here."
)
_WRITE_ALL = ("Files.ReadWrite.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All")
_ALL = (*_WRITE_ALL, "Files.Read.All", "Sites.Read.All")
_SELECTED = ("Sites.Selected", "Lists.SelectedOperations.Selected", "Files.SelectedOperations.Selected")
_OF_PERSON = ("Files.ReadWrite", *_WRITE_ALL, *_SELECTED)


def mail_permissions(grants: Grants, mailbox: str) -> Iterator[Observation]:
    """What may be sent, and from where."""
    held = _held(grants)
    if grants.of_app is None:
        yield _unseen("Mail.Send")
    elif "Mail.Send" not in grants.names:
        told = f"the token does not name Mail.Send ({held}); Exchange may grant it all the same (RBAC for Applications)"
        yield Observation("permissions", "note", told, "If sending is refused: grant it, best for this mailbox alone.")
    elif grants.of_app:
        told = f"{held}: as an application permission Mail.Send sends from every mailbox, unless it is limited"
        yield Observation("permissions", "warning", told, _LIMIT.format(mailbox=mailbox))
    else:
        yield Observation("permissions", "ok", f"held for a person: {held}")
    if grants.of_app is not None and "Mail.ReadWrite" not in grants.names:
        told = "without Mail.ReadWrite a mail of more than 3 MB is refused, since it goes out as a draft"
        yield Observation("permissions", "note", told, "Grant it for this mailbox, or keep reports small.")


def drive_permissions(grants: Grants) -> Iterator[Observation]:
    """Whether the library may be written to, and what else could be."""
    held, broad = _held(grants), [name for name in _ALL if name in grants.names]
    chosen = [name for name in _SELECTED if name in grants.names]
    if grants.of_app is None:
        yield _unseen("Sites.Selected")
    elif not grants.of_app:
        enough = any(name in grants.names for name in _OF_PERSON)
        remedy = "" if enough else "Grant the delegated permission Files.ReadWrite.All or Sites.Selected."
        yield Observation("permissions", "ok" if enough else "failed", f"held for a person: {held}", remedy)
    elif broad and chosen:
        told = f"{', '.join(broad)} beside {', '.join(chosen)} opens every site: the choice of sites is void"
        yield Observation("permissions", "warning", told, f"Take {', '.join(broad)} out of the app registration.")
    elif broad:
        told = f"{', '.join(broad)} opens every site of the tenant"
        yield Observation("permissions", "warning", told, "Take Sites.Selected instead, with `write` on this one site.")
    elif chosen:
        yield Observation("permissions", "ok", f"{', '.join(chosen)}: only sites that were granted to the app")
    else:
        remedy = "Grant Sites.Selected to the app, and `write` on this one site (POST /sites/{id}/permissions)."
        yield Observation("permissions", "failed", f"nothing that opens a library ({held})", remedy)


def _held(grants: Grants) -> str:
    return ", ".join(sorted(grants.names)) or "none"


def _unseen(wanted: str) -> Observation:
    return Observation("permissions", "note", f"the token does not tell its permissions; {wanted} is needed")
