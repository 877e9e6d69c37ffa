"""What a Project Online site answers since it was retired on 2026-09-30, and what an admin is told then. Pure.

How its addresses answer is not laid down: a missing or removed endpoint, a redirect to a plain SharePoint page, a page
instead of data, or a refusal that says so were all announced by somebody. Each is the same one mistake of the
configuration; none is repeated, and none counts as an empty portfolio.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from portfolio.errors import ConfigurationError, PlumbruleError, RemoteRefusal, SignInError

_GONE = frozenset({"remote.not_found", "remote.removed", "remote.redirected", "sign_in.page"})
_MAYBE_GONE = frozenset({"sign_in.refused", "sign_in.permission", "remote.refused", "pwa.no_project_data"})
_SAYS_SO = re.compile(
    r"retire|end of (life|support|service)|no longer (available|supported)|discontinued|decommission", re.IGNORECASE
)


@contextmanager
def told(*, online: bool) -> Iterator[None]:
    """Turns such an answer of a Project Online site into a ConfigurationError; of a Project Server, into nothing."""
    try:
        yield
    except (RemoteRefusal, SignInError) as refused:
        if online and (refused.code in _GONE or (refused.code in _MAYBE_GONE and _SAYS_SO.search(refused.what))):
            raise retired(refused) from refused
        if online and refused.code in ("sign_in.refused", "sign_in.permission"):
            raise SignInError(
                refused.what,
                code=refused.code,
                remedy=f"{refused.remedy} Project Online was retired on 2026-09-30: the site may be closed for good.",
            ) from refused
        raise


def retired(cause: PlumbruleError) -> ConfigurationError:
    """What to tell an admin whose source is a Project Online site that does not answer any more."""
    return ConfigurationError(
        "Project Online was retired on 2026-09-30; use an export, Project Server SE or Dataverse",
        code="pwa.online_retired",
        remedy='Save the plans as XML and read them with kind = "mspdi", or give the address of a Project Server and '
        'set flavour = "server_se".',
        why=cause.what,
    )
