"""Filling a pretend Tempo: accounts and their links, teams, workload and holiday schemes. People are Jira accounts."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from sandbox.jira.shapes import seconds_of
from sandbox.jira.site import JiraSite
from sandbox.jira.store import UnknownName
from sandbox.tempo.records import (
    Account,
    AccountLink,
    AccountStatus,
    Approval,
    Deletion,
    Holiday,
    HolidayScheme,
    Membership,
    Named,
    Team,
    WorkloadScheme,
    Worklog,
)

DEFAULT_WEEK = (8, 8, 8, 8, 8, 0, 0)
"""Hours a day, Monday first, of the scheme that everybody has who has no other."""


class Filling:
    """The tables of a Tempo over one Jira site, whose lock and present moment they share."""

    def __init__(self, jira: JiraSite) -> None:
        self.jira, self.lock = jira, jira.lock
        self.worklogs: dict[int, Worklog] = {}
        self.deletions: list[Deletion] = []
        self.accounts: dict[str, Account] = {}
        self.account_links: dict[int, AccountLink] = {}
        self.customers: dict[str, Named] = {}
        self.categories: dict[str, Named] = {}
        self.teams: dict[int, Team] = {}
        self.approvals: dict[tuple[str, date], Approval] = {}
        self.workloads: list[WorkloadScheme] = []
        self.holidays: list[HolidayScheme] = []
        self._last_ids: dict[str, int] = {}
        self.add_workload_scheme("Default workload scheme", DEFAULT_WEEK, default=True)
        self.add_holiday_scheme("Default holiday scheme", default=True)

    def next_id(self, kind: str, first: int = 1) -> int:
        """Count the ids of a kind up from `first`: the same calls in the same order give the same ids."""
        self._last_ids[kind] = self._last_ids.get(kind, first - 1) + 1
        return self._last_ids[kind]

    def add_customer(self, key: str, name: str) -> Named:
        """Add a customer that accounts can belong to."""
        self.customers[key] = Named(self.next_id("customer"), key, name)
        return self.customers[key]

    def add_category(self, key: str, name: str, type: str | None = None) -> Named:
        """Add a category of accounts; `type` is BILLABLE, CAPITALIZED, INTERNAL or OPERATIONAL."""
        self.categories[key] = Named(self.next_id("category"), key, name, type)
        return self.categories[key]

    def add_account(
        self,
        key: str,
        name: str,
        *,
        lead: str,
        status: AccountStatus = "OPEN",
        for_all: bool = False,
        monthly_budget: int | None = None,
        customer: str | None = None,
        category: str | None = None,
    ) -> Account:
        """Add an account; customer and category by their keys, the budget in hours a month."""
        self.need_person(lead)
        with self.lock:
            account = Account(
                self.next_id("account"),
                key,
                name,
                lead,
                status,
                for_all,
                monthly_budget,
                self._named(self.customers, "customer", customer),
                self._named(self.categories, "category", category),
            )
            self.accounts[key] = account
        return account

    def link_account(self, account: str, project: str, *, default: bool = False) -> AccountLink:
        """Let the work of a Jira project be booked on an account."""
        with self.lock:
            number = self.next_id("account link")
            link = AccountLink(number, self.need_account(account).key, self.jira.need_project(project).id, default)
            self.account_links[link.id] = link
        return link

    def add_team(self, name: str, members: Collection[str] = (), *, lead: str | None = None, summary: str = "") -> Team:
        """Add a team of Jira accounts."""
        for person in (*members, *([lead] if lead else [])):
            self.need_person(person)
        with self.lock:
            joined = [Membership(self.next_id("membership"), person) for person in members]
            team = Team(self.next_id("team"), name, summary, lead, joined)
            self.teams[team.id] = team
        return team

    def add_workload_scheme(
        self, name: str, hours: Sequence[int | Decimal], members: Collection[str] = (), *, default: bool = False
    ) -> WorkloadScheme:
        """Add a scheme of seven days' hours, Monday first."""
        days = tuple(seconds_of(Decimal(one)) or 0 for one in hours)
        scheme = WorkloadScheme(self.next_id("workload scheme"), name, days, default, set(members))
        self.workloads.append(scheme)
        return scheme

    def add_holiday_scheme(self, name: str, members: Collection[str] = (), *, default: bool = False) -> HolidayScheme:
        """Add a scheme without holidays."""
        scheme = HolidayScheme(self.next_id("holiday scheme"), name, default, [], set(members))
        self.holidays.append(scheme)
        return scheme

    def add_holiday(self, scheme: HolidayScheme, name: str, day: date, hours: int | Decimal = 8) -> Holiday:
        """Add a holiday to a scheme; fewer hours leave a part of the day to work."""
        holiday = Holiday(self.next_id("holiday"), name, day, seconds_of(Decimal(hours)) or 0)
        scheme.holidays.append(holiday)
        return holiday

    def need_account(self, key: str) -> Account:
        """Find an account or raise `UnknownName`."""
        if key not in self.accounts:
            raise UnknownName("Tempo account", key, self.accounts)
        return self.accounts[key]

    def need_person(self, account_id: str) -> None:
        """Check that Jira knows a person, or raise `UnknownName`."""
        if account_id not in self.jira.users:
            raise UnknownName("account", account_id, self.jira.users)

    def _named(self, table: dict[str, Named], what: str, key: str | None) -> Named | None:
        if key is not None and key not in table:
            raise UnknownName(what, key, table)
        return None if key is None else table[key]
