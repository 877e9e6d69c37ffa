"""Records of Dataverse as rows: projects, accounts, time entries. Pure; plans are in `plan_rows`."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan
from connectors import proposed
from connectors.dataverse.settings import DataverseFields
from connectors.dataverse.values import Values
from connectors.microsoft_values import BadValue
from portfolio.model.work import HEALTH, PHASES

Row = dict[str, Any]

_MINUTES_PER_HOUR = Decimal(60)

_RESOURCE_KINDS = {1: "generic", 2: "human", 3: "human", 4: "material", 5: "generic", 6: "generic", 7: "material"}
"""`resourcetype`: generic, contact, user, equipment, account, crew, facility; 8, a pool, is generic as well."""

ENTRY_STATES = {192350000: "open", 192350001: "rejected", 192350002: "approved", 192350003: "submitted"}
"""`msdyn_entrystatus`: draft, returned, approved, submitted. Source: Microsoft, samples of msdyn_timeentry."""
_RECALL_REQUESTED = 192350004
"""Asked back by who booked it, not given back yet: it counts as approved until then."""

_SHADES = {"yellow": "amber"}
"""What Microsoft calls a colour that the model has another word for."""


@dataclass(frozen=True)
class Environment:
    """What turns a record into a row besides the record.

    `own`: the admin's columns as the Web API gives them, by logical name. `currencies`: ISO codes by currency id.
    `account_of_user`: the account of a user's id.
    """

    source: str
    url: str
    zone: ZoneInfo
    fields: DataverseFields
    currency: str | None = None
    own: Mapping[str, str] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    programmes: Mapping[str, str] = field(default_factory=dict)
    account_of_user: Callable[[str | None], str | None] = lambda user: None

    def id_of(self, kind: str, native_id: str | None) -> str | None:
        """A reference to a row; None for none."""
        return plan.row_id(self.source, kind, native_id) if native_id else None

    def values(self, record: Mapping[str, Any]) -> Values:
        """A record's values."""
        return Values(record, self.zone)


def project_row(record: Mapping[str, Any], here: Environment) -> tuple[Row, list[str]]:
    """A `project` row of an msdyn_project record, and what is wrong with its governance words.

    A word that is not allowed leaves its column unknown: it must not take the whole project away.
    """
    values = here.values(record)
    native = values.key("msdyn_projectid")
    words, problems = _governance_words(values, here)
    amounts, more_problems = _as_proposed(values, here)
    row = {
        "id": plan.row_id(here.source, "project", native),
        "source": here.source,
        "native_id": native,
        "name": values.text("msdyn_subject") or "(no name)",
        "kind": "plan",
        "url": f"{here.url}/main.aspx?pagetype=entityrecord&etn=msdyn_project&id={native}",
        "archived": not values.active(),
        "initiative_key": _own(values, here, "initiative_key"),
        "programme": _own(values, here, "programme") if here.fields.programme else _programme(values, here),
        "department": _own(values, here, "department"),
        **words,
        "method": _own(values, here, "method"),
        "goal": _own(values, here, "goal"),
        "sponsor_name": _own(values, here, "sponsor_name"),
        **amounts,
        "manager_id": here.account_of_user(values.guid("_msdyn_projectmanager_value")),
        "start_date": values.day("msdyn_scheduledstart", "msdyn_tzascheduledstart"),
        "finish_date": values.day("msdyn_finish", "msdyn_tzafinish"),
        "complete_ratio": values.ratio("msdyn_progress"),
        "planned_hours": values.hours("msdyn_effort"),
        "actual_hours": values.hours("msdyn_effortcompleted"),
        "remaining_hours": values.hours("msdyn_effortremaining"),
        "currency": here.currencies.get(values.guid("_transactioncurrencyid_value") or "") or here.currency,
        "time_zone": here.zone.key,
        "created_at": values.instant("createdon"),
        "updated_at": values.instant("modifiedon"),
        "custom_fields": _more(values, here),
    }
    return row, [*problems, *more_problems]


def _programme(values: Values, here: Environment) -> str | None:
    program = values.guid("_msdyn_program_value")
    return (here.programmes.get(program) or values.label("_msdyn_program_value")) if program else None


def _own(values: Values, here: Environment, name: str) -> str | None:
    """What the admin's column for that governance column holds, as people see it."""
    column = here.own.get(getattr(here.fields, name))
    return values.label(column) if column else None


def _as_proposed(values: Values, here: Environment) -> tuple[Row, list[str]]:
    """The objective, days and amounts of the proposal: values as they are kept, not as a locale shows them."""
    names = {name: getattr(here.fields, name) for name in proposed.COLUMNS}
    found = {name: values.text(here.own[column]) for name, column in names.items() if column in here.own}
    for name in _IN_WORDS & found.keys():
        found[name] = values.label(here.own[names[name]])
    return proposed.proposed(found, names)


_IN_WORDS = {"objective_metric", "objective_target"}
"""Texts, or choices, which count by their labels."""


def _governance_words(values: Values, here: Environment) -> tuple[Row, list[str]]:
    allowed = {"phase": PHASES, "health_reported": HEALTH, "size_class": ("small", "medium", "large")}
    ours = {**_SHADES, **{word.casefold(): ours.casefold() for word, ours in here.fields.words.items()}}
    words: Row = {}
    problems: list[str] = []
    for name, choices in allowed.items():
        said = _own(values, here, name)
        meant = ours.get(said.casefold(), said.casefold()) if said else None
        words[name] = meant if meant in choices else None
        if meant is not None and meant not in choices:
            problems.append(str(BadValue(getattr(here.fields, name), said, f"one of {', '.join(choices)}")))
    return words, problems


def _more(values: Values, here: Environment) -> str | None:
    columns = {name: here.own[name] for name in here.fields.more if name in here.own}
    return as_json({name: values.label(column) for name, column in columns.items()})


def as_json(found: Mapping[str, str | None]) -> str | None:
    """The texts that are there, as JSON; None for none."""
    filled = {name: text for name, text in found.items() if text is not None}
    return json.dumps(filled, ensure_ascii=False, sort_keys=True) if filled else None


def resource_row(record: Mapping[str, Any], here: Environment) -> Row:
    """An `account` row of a bookableresource record."""
    values = here.values(record)
    kind = values.whole("resourcetype")
    return {
        **_account(here, values.key("bookableresourceid"), values.text("name"), values.text("msdyn_primaryemail")),
        "kind": None if kind is None else _RESOURCE_KINDS.get(kind, "generic"),
        "active": values.active(),
    }


def placeholder_row(record: Mapping[str, Any], here: Environment) -> Row:
    """An `account` row of a member of a project's team that nobody fills yet."""
    values = here.values(record)
    return {
        **_account(here, values.key("msdyn_projectteamid"), values.text("msdyn_name"), None),
        "kind": "generic",
        "active": True,
    }


def user_row(user: str, record: Mapping[str, Any], here: Environment) -> Row:
    """An `account` row of a user who manages a project and is no bookable resource; an empty record is a hidden one."""
    values = here.values(record)
    disabled = values.flag("isdisabled")
    return {
        **_account(here, user, values.text("fullname"), values.text("internalemailaddress")),
        "kind": "human",
        "active": None if disabled is None else not disabled,
    }


def _account(here: Environment, native: str, name: str | None, email: str | None) -> Row:
    return {
        "id": plan.row_id(here.source, "account", native),
        "source": here.source,
        "native_id": native,
        "name": name,
        "email": email.lower() if email else None,
    }


def entry_row(record: Mapping[str, Any], here: Environment) -> Row | None:
    """A `time_entry` row of an msdyn_timeentry record; None for one that belongs to no plan, or is put away.

    `msdyn_duration` is minutes.
    """
    values = here.values(record)
    native = values.key("msdyn_timeentryid")
    project = values.guid("_msdyn_project_value")
    if project is None or not values.active():
        return None
    minutes, spent_on = values.number("msdyn_duration"), _booked_day(values)
    if minutes is None:
        raise BadValue("msdyn_duration", None, "minutes")
    if spent_on is None:
        raise BadValue("msdyn_date", record.get("msdyn_date"), "a day")
    return {
        "id": plan.row_id(here.source, "time", native),
        "source": here.source,
        "project_id": plan.row_id(here.source, "project", project),
        "work_item_id": here.id_of("item", values.guid("_msdyn_projecttask_value")),
        "account_id": here.id_of("account", values.guid("_msdyn_bookableresource_value")),
        "spent_on": spent_on,
        "hours": plan.hours(minutes / _MINUTES_PER_HOUR),
        "state": _state(values),
        "created_at": values.instant("createdon"),
        "updated_at": values.instant("modifiedon"),
    }


def _booked_day(values: Values) -> date | None:
    """The day in `msdyn_date`: as written, for it is kept as noon UTC (Microsoft, samples of msdyn_timeentry). One that
    is midnight in the source's zone was written by the clock of a person there."""
    moment = values.moment("msdyn_date")
    if moment is None:
        return None
    written = moment.astimezone(UTC)
    midnight = (moment.hour, moment.minute) == (0, 0) and written.hour != _NOON
    return moment.date() if midnight else written.date()


_NOON = 12


def _state(values: Values) -> str | None:
    code = values.whole("msdyn_entrystatus")
    if code is None:
        return None
    if code == _RECALL_REQUESTED:
        return "approved"
    if code not in ENTRY_STATES:
        raise BadValue("msdyn_entrystatus", values.label("msdyn_entrystatus"), "a status of Microsoft's own")
    return ENTRY_STATES[code]
