"""The staff of Meridian Works. All invented; mail addresses lie in a domain reserved for examples."""

import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from sandbox.company.records import Person

MAIL_DOMAIN = "meridian.example"

MANAGERS: tuple[tuple[str, str], ...] = (
    ("Ingrid Solberg", "IT"),
    ("Rafael Oliveira", "Manufacturing"),
    ("Hanna Bergmann", "IT"),
    ("Deepak Raman", "Sales & Service"),
    ("Chiara Lombardi", "IT"),
    ("Grzegorz Wilk", "Finance & People"),
    ("Fatima Zahra Idrissi", "Manufacturing"),
)
"""Project managers, with their department."""

SPONSORS: tuple[str, ...] = ("Helena Brandauer", "Jonas Petersen", "Magnus Thorsen", "Petra Anders")
"""Executives: they sponsor projects and decide at gates."""

WORKERS: tuple[tuple[str, str, str, int], ...] = (
    ("Amara Okafor", "Integration architect", "IT", 110),
    ("Tomasz Zieliński", "Data engineer", "IT", 98),
    ("Lena Vogt", "Business analyst", "Sales & Service", 84),
    ("Mateo García", "Developer", "IT", 78),
    ("Yuki Tanaka", "Developer", "IT", 80),
    ("Sofia Lindqvist", "UX designer", "Sales & Service", 76),
    ("Omar Haddad", "Developer", "IT", 79),
    ("Priya Nair", "Test engineer", "IT", 70),
    ("Jan Novák", "Process engineer", "Manufacturing", 82),
    ("Bao Nguyen", "Developer", "IT", 75),
    ("Émilie Laurent", "Business analyst", "Finance & People", 85),
    ("Kwame Mensah", "Controls engineer", "Manufacturing", 88),
    ("Zeynep Yıldız", "Test engineer", "IT", 69),
    ("Lukas Steiner", "Developer", "IT", 77),
    ("Marta Kowalczyk", "Trainer", "Finance & People", 62),
    ("Siobhán Byrne", "Security engineer", "IT", 96),
    ("Arjun Mehta", "Data engineer", "IT", 94),
    ("Nora Eriksen", "Process engineer", "Manufacturing", 83),
    ("Chen Jiahui", "Developer", "IT", 78),
    ("Pablo Ruiz", "Site engineer", "Manufacturing", 72),
    ("Anneke de Vries", "Business analyst", "Sales & Service", 86),
    ("Dmytro Kovalenko", "Developer", "IT", 74),
    ("Aisha Bello", "Buyer", "Finance & People", 66),
    ("Viktor Horváth", "Controls engineer", "Manufacturing", 87),
    ("Ji-woo Park", "UX designer", "Sales & Service", 75),
    ("Giulia Conti", "Developer", "IT", 79),
    ("Ibrahim Diallo", "Site engineer", "Manufacturing", 71),
    ("Eszter Nagy", "Test engineer", "IT", 68),
    ("Mikael Virtanen", "Security engineer", "IT", 95),
    ("Tova Levi", "Trainer", "Finance & People", 63),
    ("Rosa Martins", "Business analyst", "Manufacturing", 81),
    ("Felix Brandt", "Network engineer", "IT", 80),
)
"""Those who do the work: name, role, department, cost rate in EUR an hour. The first two are shared specialists."""

STRETCHED: tuple[str, str] = ("amara.okafor", "tomasz.zielinski")
"""Shared specialists on whom several projects count in the coming weeks: their load goes far over 100 %."""

SHARED_BY = {STRETCHED[0]: ("INI-02", "INI-03"), STRETCHED[1]: ("INI-03", "INI-05")}
"""Which projects share them."""

LEFT = "henrik.dahl"
"""Left the company; open work is still assigned to him."""

HIDDEN_EMAIL = frozenset({"jan.novak", "grzegorz.wilk", "petra.anders", "magnus.thorsen"})
"""People whose address the tracker hides: they can be joined with the plans by name only, if at all. The one
worker among them is kept to a project that leans anyway: no sound one shows time by somebody unknown to its plan."""

UNKNOWN_BY_MAIL = {"INI-11": ("jan.novak",)}
"""In whose team that worker is; the plans also spell his name in their own way, so nothing joins him but a person."""

PLAN_SPELLING = {"jan.novak": "Novak, Jan"}
"""Spelling in the plans where it differs from the tracker's."""


def staff() -> tuple[Person, ...]:
    """Everybody: managers, workers, executives, the PMO's officer, and two who have left."""
    return (
        *(_person(name, "Project manager", department, 92) for name, department in MANAGERS),
        *(_person(*row) for row in WORKERS),
        *(_person(name, "Executive", "Management", 160) for name in SPONSORS),
        _person("Beatrix Amsel", "PMO officer", "Finance & People", 88),
        _person("Henrik Dahl", "Developer", "IT", 76, active=False),
        _person("Carmen Ibáñez", "Business analyst", "Sales & Service", 80, active=False),
    )


def assignable(people: Iterable[Person]) -> list[str]:
    """Those whom a planner may give work anywhere: active workers of known address, without shared specialists."""
    workers = {person_id(name) for name, *_ in WORKERS}
    return [p.id for p in people if p.active and p.id in workers and p.id not in STRETCHED and not p.email_hidden]


def shared_specialists(project: str) -> list[str]:
    """The overloaded specialists whom that project shares with others."""
    return [person for person, projects in SHARED_BY.items() if project in projects]


def person_id(name: str) -> str:
    """`given.family` in plain letters."""
    return ".".join(_plain(name).lower().replace("-", "").split())


def _person(name: str, role: str, department: str, rate: int, active: bool = True) -> Person:
    own = person_id(name)
    return Person(
        id=own,
        name=name,
        email=f"{own}@{MAIL_DOMAIN}",
        role=role,
        department=department,
        rate=Decimal(rate),
        email_hidden=own in HIDDEN_EMAIL,
        active=active,
        plan_name=PLAN_SPELLING.get(own, name),
    )


def _plain(name: str) -> str:
    letters = name.replace("ı", "i").replace("ł", "l").replace("ø", "o")
    return "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
