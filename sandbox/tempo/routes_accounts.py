"""Routes of Tempo about accounts and which projects may book on them; and the work attributes."""

from collections.abc import Iterable

from sandbox.http import Response
from sandbox.tempo.call import JIRA, Call, Json, refuse
from sandbox.tempo.records import Account, AccountLink, Named
from sandbox.tempo.routes_worklogs import ACCOUNT_ATTRIBUTE

_STATUSES = ("OPEN", "CLOSED", "ARCHIVED")


def accounts(call: Call) -> Response:
    """GET /accounts: those that are open or closed; archived ones are found by a search only."""
    call.need("accounts:view")
    return _listed(call, (one for one in call.site.accounts.values() if one.status != "ARCHIVED"))


def search(call: Call) -> Response:
    """POST /accounts/search {global, ids, keys, statuses}."""
    call.need("accounts:view")
    body = call.body()
    statuses = body.get("statuses") or _STATUSES
    if not set(statuses) <= set(_STATUSES):
        refuse(400, f"'statuses' must be among {', '.join(_STATUSES)}")
    return _listed(
        call,
        (
            one
            for one in call.site.accounts.values()
            if one.status in statuses
            and one.id in (body.get("ids") or [one.id])
            and one.key in (body.get("keys") or [one.key])
            and body.get("global") in (None, one.for_all)
        ),
    )


def by_id(call: Call) -> Response:
    """GET /accounts/{id}: by number or by key."""
    call.need("accounts:view")
    return Response.of_json(account_json(call, _account(call, "id")))


def links(call: Call) -> Response:
    """GET /accounts/{key}/links."""
    call.need("accounts:view")
    key = _account(call, "key").key
    return call.page([link_json(call, one) for one in call.site.account_links.values() if one.account == key])


def of_project(call: Call) -> Response:
    """GET /account-links/project/{id}."""
    call.need("accounts:view")
    number = call.path_number("id")
    if number not in call.site.jira.projects:
        refuse(404, f"Project with id '{number}' not found")
    return call.page([link_json(call, one) for one in call.site.account_links.values() if one.project_id == number])


def attributes(call: Call) -> Response:
    """GET /work-attributes: on this site only the account."""
    address = call.link(f"work-attributes/{ACCOUNT_ATTRIBUTE}")
    account = {"self": address, "key": ACCOUNT_ATTRIBUTE, "name": "Account", "type": "ACCOUNT", "required": False}
    return call.page([account])


def account_json(call: Call, one: Account) -> Json:
    """Write an account; what was not given is left out."""
    address = call.link(f"accounts/{one.key}")
    given = {
        "monthlyBudget": one.monthly_budget,
        "category": _named(call, "account-categories", one.category),
        "customer": _named(call, "customers", one.customer),
    }
    return {
        "self": address,
        "id": one.id,
        "key": one.key,
        "name": one.name,
        "status": one.status,
        "global": one.for_all,
        "lead": call.user(one.lead),
        "links": {"self": f"{address}/links"},
        **{name: value for name, value in given.items() if value is not None},
    }


def link_json(call: Call, one: AccountLink) -> Json:
    """Write that a project may book on an account."""
    scope = {"self": f"{JIRA}/rest/api/2/project/{one.project_id}", "id": one.project_id, "type": "PROJECT"}
    account = {"self": call.link(f"accounts/{one.account}")}
    address = call.link(f"account-links/{one.id}")
    return {"self": address, "id": one.id, "default": one.default, "scope": scope, "account": account}


def _listed(call: Call, found: Iterable[Account]) -> Response:
    return call.page([account_json(call, one) for one in sorted(found, key=lambda one: one.id)])


def _account(call: Call, name: str) -> Account:
    text = call.request.params[name]
    found = next((one for one in call.site.accounts.values() if text in (one.key, str(one.id))), None)
    if found is None:
        refuse(404, f"Account '{text}' not found")
    return found


def _named(call: Call, where: str, one: Named | None) -> Json:
    if one is None:
        return None
    kind = {} if one.type is None else {"type": {"name": one.type}}
    return {"self": call.link(f"{where}/{one.key}"), "id": one.id, "key": one.key, "name": one.name, **kind}


ROUTES = (
    ("GET", "/4/accounts", accounts),
    ("POST", "/4/accounts/search", search),
    ("GET", "/4/accounts/{id}", by_id),
    ("GET", "/4/accounts/{key}/links", links),
    ("GET", "/4/account-links/project/{id}", of_project),
    ("GET", "/4/work-attributes", attributes),
)
