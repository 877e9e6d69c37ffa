"""What there is to know of an environment before a run: who we are, what is there, what is kept back."""

from collections.abc import Iterator, Mapping

from connectors import microsoft_plan as plan
from connectors.dataverse.client import Dataverse
from connectors.dataverse.keys import SAMPLE, like_keys
from connectors.dataverse.lookups import Lookups
from connectors.dataverse.presence import Presence
from connectors.dataverse.rights import WHOLE_ORGANISATION, depths, optional
from connectors.dataverse.settings import DataverseSource
from connectors.dataverse.tables import FOLLOWED, LOOKED_AT, PROJECTS, Table, mapped
from connectors.examining import looked
from portfolio.located_toml import suggest
from portfolio.ports import Observation

_DEPTHS = {"Basic": "own records only", "Local": "records of its business unit", "Deep": "its business unit and below"}


def who(dataverse: Dataverse, way: str) -> tuple[str, str]:
    """The account, with the `way` in which it signed in, and the organisation. Raises what signing in raises."""
    me = dataverse.one("WhoAmI")
    user = optional(dataverse, f"systemusers({plan.guid(str(me.get('UserId')))})?$select=fullname,applicationid")
    name = str(user.get("fullname") or me.get("UserId"))
    account = f"{name} (application user), {way}" if user.get("applicationid") else f"{name}, {way}"
    found = optional(
        dataverse,
        "RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'",
    ).get("Detail")
    detail = found if isinstance(found, Mapping) else {}
    organisation = str(detail.get("FriendlyName") or f"organisation {me.get('OrganizationId')}")
    version = f", version {detail['OrganizationVersion']}" if detail.get("OrganizationVersion") else ""
    return account, f"{organisation}{version}"


def environment(
    dataverse: Dataverse, presence: Presence, lookups: Lookups, settings: DataverseSource, way: str
) -> Iterator[Observation]:
    """Everything that can be looked at without writing."""
    yield from looked("sign-in", lambda: _sign_in(dataverse, settings, way))
    yield from looked("projects", lambda: _projects(lookups))
    yield from looked("tables", lambda: _tables(presence))
    yield from looked("changes", lambda: _changes(presence))
    yield from looked("rights", lambda: _rights(dataverse, presence))
    yield from looked("columns", lambda: _columns(dataverse, presence, settings))
    yield from looked("initiatives", lambda: _keys(dataverse, settings))


def _sign_in(dataverse: Dataverse, settings: DataverseSource, way: str) -> Iterator[Observation]:
    account, organisation = who(dataverse, way)
    yield Observation("sign-in", "ok", f"{account} at {settings.url}, {organisation}")


def _projects(lookups: Lookups) -> Iterator[Observation]:
    count = len(lookups.projects)
    remedy = "" if count else "Give the account a security role that reads msdyn_project in the whole organisation."
    yield Observation("projects", "ok" if count else "failed", f"{count} visible, all are read", remedy)


def _tables(presence: Presence) -> Iterator[Observation]:
    there = [table.entity_set for table in LOOKED_AT if presence.has(table)]
    yield Observation("tables", "ok", f"{len(there)} of {len(LOOKED_AT)}: {', '.join(there)}")
    for table in LOOKED_AT:
        if why := presence.of(table).why_not:
            yield Observation("tables", "note", f"{table.entity_set} is not read: {why}")


def _changes(presence: Presence) -> Iterator[Observation]:
    for table in FOLLOWED:
        if not presence.has(table):
            continue
        if presence.tracks(table):
            yield Observation("changes", "ok", f"{table.entity_set}: changes and deletions are told")
            continue
        found = f"{table.entity_set}: found by time of modification and the list of all keys"
        remedy = "Switch on Track changes for the table, to read less at every run."
        yield Observation("changes", "note", found, remedy)


def _rights(dataverse: Dataverse, presence: Presence) -> Iterator[Observation]:
    """How far the account's right to read reaches; what it may not see is missing without a word."""
    tables = [table for table in LOOKED_AT if presence.has(table)]
    reach = _depths(dataverse, tables)
    narrow = {table.entity_set: reach[table.name] for table in tables if table.name in reach}
    narrow = {name: depth for name, depth in narrow.items() if depth != WHOLE_ORGANISATION}
    if not reach:
        yield Observation("rights", "note", "the environment does not tell how far the account's rights reach")
    elif not narrow:
        yield Observation("rights", "ok", f"reads {len(reach)} tables in the whole organisation")
    for name, depth in narrow.items():
        found = f"{name}: {_DEPTHS.get(depth, depth)} can be read; others are missing without a word"
        yield Observation(
            "rights", "warning", found, "Give the account a role that reads it in the whole organisation."
        )


def _depths(dataverse: Dataverse, tables: list[Table]) -> dict[str, str]:
    """How far the right to read each table reaches, by the table's name, where it is told."""
    names = {f"prvRead{table.name}": table.name for table in tables}
    return {names[name]: depth for name, depth in depths(dataverse, names).items()}


def _columns(dataverse: Dataverse, presence: Presence, settings: DataverseSource) -> Iterator[Observation]:
    """The admin's own columns: there, or what may be meant."""
    wanted, own = mapped(settings.fields), presence.of(PROJECTS).own
    if found := sorted(set(wanted) & set(own)):
        yield Observation("columns", "ok", f"of your own, found: {', '.join(found)}")
    lost = sorted(set(wanted) - set(own))
    known = logical(dataverse.column_names(PROJECTS.entity_set)) if lost else []
    for name in lost:
        hint = suggest(name, known)
        remedy = f"{hint[:1].upper()}{hint[1:]}" if hint else "Correct its logical name under `fields`."
        yield Observation("columns", "failed", f"the table msdyn_project has no column {name}", remedy)
    for table in LOOKED_AT:
        missing = sorted(set(table.columns) - presence.of(table).columns) if presence.has(table) else []
        if missing:
            yield Observation("columns", "note", f"{table.entity_set} has no {', '.join(missing)} here")


def _keys(dataverse: Dataverse, settings: DataverseSource) -> Iterator[Observation]:
    """A key of the PMO's that stands on the records and that nobody has told us of."""
    if settings.fields.initiative_key:
        return
    written = (settings.write.state_column, settings.write.score_column) if settings.write else ()
    found = like_keys(dataverse.some(PROJECTS.entity_set, SAMPLE), {*mapped(settings.fields), *written})
    for name, values in found.items():
        told = f"{name} holds what looks like a key ({', '.join(values[:3])}), and `fields.initiative_key` is not set"
        remedy = f'Set initiative_key = "{name}" under `fields`, so that plans are joined with trackers by it.'
        yield Observation("initiatives", "note", told, remedy)


def logical(names: frozenset[str]) -> list[str]:
    """Columns by the names that an admin knows: a lookup without what the Web API puts around it."""
    return sorted(name.removeprefix("_").removesuffix("_value") if name.startswith("_") else name for name in names)
