"""A client of the pretend Project Web App that signs in, and the ids of its small site."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

PLAN = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
SIGN_IN = "Basic " + base64.b64encode(b"pmo:sandbox-password").decode()


def task_id(number: int, project: str = PLAN) -> str:
    return f"{project[0]}{number:07}-0000-4000-8000-000000000000"


@dataclass
class Answer:
    status: int
    headers: Any
    text: str

    @property
    def document(self) -> Any:
        return json.loads(self.text)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.document["value"]

    @property
    def message(self) -> str:
        return self.document["odata.error"]["message"]["value"]


@dataclass
class Client:
    url: str

    def get(self, path: str, *, accept: str = "application/json", sign_in: str = SIGN_IN, **options: str) -> Answer:
        """`options` are query options without their dollar sign."""
        query = urllib.parse.urlencode({f"${k}": v for k, v in options.items()}, quote_via=urllib.parse.quote, safe="$")
        address = path if path.startswith("http") else self.url + urllib.parse.quote(path, safe="/$()'")
        request = urllib.request.Request(f"{address}?{query}" if query else address)
        request.add_header("Accept", accept)
        request.add_header("Authorization", sign_in)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read().decode())

    def set(self, name: str, **options: str) -> Answer:
        """One page of an entity set under English names."""
        return self.get(f"/pwa/_api/ProjectData/[en-us]/{name}", **options)

    def pages(self, name: str, **options: str) -> list[list[dict[str, Any]]]:
        """All pages of a set, following next links."""
        answer = self.set(name, **options)
        pages = [answer.rows]
        while link := answer.document.get("odata.nextLink"):
            answer = self.get(link)
            pages.append(answer.rows)
        return pages
