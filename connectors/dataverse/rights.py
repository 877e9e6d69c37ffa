"""What an account may do, as Dataverse tells it.

Source: Microsoft, "Security roles and privileges" for developers: RetrieveUserSetOfPrivilegesByNames, which counts
roles of teams too; names are `prv`, the verb and the table's schema name. A name that there is not counts as not held.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from connectors import microsoft_plan as plan
from connectors.dataverse.client import Dataverse
from portfolio.errors import RemoteRefusal, SignInError

WHOLE_ORGANISATION = "Global"
KEPT_BACK = frozenset({"remote.not_found", "remote.refused", "remote.removed", "sign_in.permission"})
"""How an environment answers what it does not tell this account; anything else is a failure."""


def depths(dataverse: Dataverse, names: Iterable[str]) -> dict[str, str]:
    """How far those rights reach (Basic, Local, Deep, Global), by their names; those that are not held are left out."""
    wanted = {name.lower(): name for name in names}
    me = plan.guid(str(dataverse.one("WhoAmI").get("UserId")))
    asked = json.dumps(sorted(wanted.values()), separators=(",", ":"))
    function = "Microsoft.Dynamics.CRM.RetrieveUserSetOfPrivilegesByNames(PrivilegeNames=@p1)"
    found = optional(dataverse, f"systemusers({me})/{function}?@p1={asked}").get("RolePrivileges")
    return {
        wanted[name]: str(right.get("Depth"))
        for right in (found if isinstance(found, list) else [])
        if isinstance(right, Mapping) and (name := str(right.get("PrivilegeName")).lower()) in wanted
    }


def optional(dataverse: Dataverse, path: str) -> Mapping[str, Any]:
    """An answer that the run can do without; empty where it is kept back."""
    try:
        return dataverse.one(path)
    except (RemoteRefusal, SignInError) as refused:
        if refused.code not in KEPT_BACK:
            raise
        return {}
