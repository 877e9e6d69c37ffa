"""A small Tempo over a small Jira site, and a client that speaks as Tempo's documents say."""

from datetime import UTC, date, datetime
from decimal import Decimal

import requests

from sandbox.jira.site import JiraSite
from sandbox.tempo import Booked, TempoSite

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
"""A Wednesday."""
MONDAY = date(2026, 3, 9)
TOKEN = "sandbox-tempo-token"


class World:
    """ALPHA with two issues, BETA with one; Ada in Berlin and Bo in Auckland; worklogs by the name of who and where."""

    def __init__(self):
        self.jira = JiraSite(now=NOW)
        self.ada = self.jira.add_user("Ada Meier", email="ada@meridian.example")
        self.bo = self.jira.add_user("Bo Nkemelu", email="bo@meridian.example", time_zone="Pacific/Auckland")
        for key in ("ALPHA", "BETA"):
            self.jira.add_project(key, key.title(), lead=self.ada)
        self.form = self.jira.add_issue("ALPHA", "Story", "Form", created=NOW, reporter=self.ada)
        self.sums = self.jira.add_issue("ALPHA", "Story", "Sums", created=NOW, reporter=self.ada)
        self.move = self.jira.add_issue("BETA", "Task", "Move", created=NOW, reporter=self.ada)
        self.tempo = tempo = TempoSite(self.jira)
        tempo.add_customer("BAY", "Bay Ltd")
        tempo.add_category("DEV", "Development", "CAPITALIZED")
        tempo.add_account(
            "ALPHA-CAPEX", "Alpha: capital", lead=self.ada, monthly_budget=120, customer="BAY", category="DEV"
        )
        tempo.add_account("INTERNAL", "Internal", lead=self.bo, for_all=True)
        tempo.link_account("ALPHA-CAPEX", "ALPHA", default=True)
        self.ada_form = tempo.add_worklog(
            self.form,
            author=self.ada,
            day=MONDAY,
            hours=Decimal("1.5"),
            booked=Booked(Decimal(1), "ALPHA-CAPEX", "Fields"),
        )
        self.jira.wait(days=1)
        self.bo_form = tempo.add_worklog(self.form, author=self.bo, day=MONDAY, hours=2)
        self.bo_move = tempo.add_worklog(self.move, author=self.bo, day=date(2026, 3, 2), hours=8)

    def issue_id(self, key):
        return self.jira.need_issue(key).id

    def project_id(self, key):
        return self.jira.need_project(key).id


class Tempo:
    """Calls below /tempo; gives (status, document)."""

    def __init__(self, url):
        self.url = f"{url}/tempo"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {TOKEN}"

    def get(self, path, **query):
        return self._read(self.session.get(self.url + path, params=query))

    def post(self, path, json=None, **query):
        return self._read(self.session.post(self.url + path, json=json, params=query))

    def follow(self, path, **query):
        """All results over all pages, by `metadata.next`."""
        address, results = requests.Request("GET", self.url + path, params=query).prepare().url, []
        while address:
            document = self.session.get(address).json()
            results += document["results"]
            address = document["metadata"].get("next")
        return results

    def ids(self, path="/4/worklogs", **query):
        status, document = self.get(path, **query)
        assert status == 200, document
        return [one["tempoWorklogId"] for one in document["results"]]

    @staticmethod
    def _read(answer):
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return answer.status_code, answer.json() if is_json else answer.text
