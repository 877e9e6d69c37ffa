"""OData v3 as ProjectData speaks it: addresses, literals, envelopes, metadata. No I/O.

Sources: Microsoft, "ProjectData - Project OData service reference" (2016): no $expand, literals `guid'...'` and
`datetime'...'`, server-driven paging; "Best practices for querying OData feeds" (2018): JSON light.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portfolio.errors import RemoteRefusal

LONGEST_SELECT = 1500
"""Characters of a $select that are sent. IIS refuses query strings above 2,048; a longer list reads all columns."""

_AS_THEY_ARE = "$(),'=:/"


@dataclass(frozen=True)
class Answer:
    """The records of one page and the link to the next, as the server wrote it."""

    rows: Sequence[Mapping[str, Any]]
    next_link: str | None


def guid_literal(value: str) -> str:
    """A GUID in a filter."""
    return f"guid'{_quoted(value)}'"


def datetime_literal(value: str) -> str:
    """A time in a filter."""
    return f"datetime'{_quoted(value)}'"


def _quoted(value: str) -> str:
    return value.replace("'", "''")


def address(path: str, **options: str | None) -> str:
    """A path with its query options (`select`, `filter`, `orderby`, `top`, `skip`, `expand`), percent-encoded where an
    address cannot hold them as they are: blanks, and the letters of sets that are not named in English."""
    query = "&".join(f"${name}={quote(value, safe=_AS_THEY_ARE)}" for name, value in options.items() if value)
    plain = quote(path, safe="/[]()',$:@")
    return f"{plain}?{query}" if query else plain


def select_of(columns: Iterable[str]) -> str | None:
    """The $select of those columns, or None (all columns) where it would be too long to send."""
    text = ",".join(sorted(columns))
    return text if 0 < len(text) <= LONGEST_SELECT else None


def answer(body: Any, where: str) -> Answer:
    """The page in a body: JSON light (`value`) or verbose (`d.results`, `d`). Raises RemoteRefusal for other shapes."""
    if isinstance(body, Mapping):
        if isinstance(body.get("value"), list):
            return Answer(body["value"], body.get("odata.nextLink") or body.get("@odata.nextLink"))
        inner = body.get("d")
        if isinstance(inner, list):
            return Answer(inner, None)
        if isinstance(inner, Mapping) and isinstance(inner.get("results"), list):
            return Answer(inner["results"], inner.get("__next"))
    raise RemoteRefusal(
        f"Project Server answered {where} with something that is no list of records",
        code="pwa.bad_shape",
        remedy="Check that the address is a Project Web App site and that no proxy rewrites its answers.",
    )


def one(body: Any, where: str) -> Mapping[str, Any]:
    """The record in a body, JSON light or verbose (`d`). Raises RemoteRefusal for other shapes."""
    found = body.get("d", body) if isinstance(body, Mapping) else None
    if isinstance(found, Mapping):
        return found
    raise RemoteRefusal(
        f"Project Server answered {where} with something that is no record",
        code="pwa.bad_shape",
        remedy="Check that the address is a Project Web App site and that no proxy rewrites its answers.",
    )


def expanded(record: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]] | None:
    """What was expanded into a record; None where it is not there, or where there is more of it on another page."""
    held = record.get(name)
    if isinstance(held, Mapping) and not held.get("__next"):
        held = held.get("results")
    more = any(record.get(f"{name}@{sign}nextLink") for sign in ("odata.", ""))
    return held if isinstance(held, list) and not more else None


def resolved(link: str, against: str) -> str:
    """A next link as an absolute address; an absolute one is kept to the letter."""
    return link if link.startswith(("https://", "http://")) else urljoin(against, link)


@dataclass(frozen=True)
class EntitySet:
    """What $metadata tells of an entity set."""

    columns: frozenset[str]
    key: tuple[str, ...]


def entity_sets(metadata: str) -> dict[str, EntitySet]:
    """Entity sets by name, from a $metadata document (EDMX). Raises RemoteRefusal for anything else."""
    try:
        root = fromstring(metadata.lstrip("\ufeff").encode(), forbid_dtd=True)
    except (ParseError, DefusedXmlException) as problem:
        raise _no_metadata(str(problem)) from problem
    types: dict[str, EntitySet] = {}
    sets: dict[str, str] = {}
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name == "EntityType":
            types[element.get("Name", "")] = _entity_type(element)
        elif name == "EntitySet":
            sets[element.get("Name", "")] = element.get("EntityType", "").rpartition(".")[2]
    if not sets:
        raise _no_metadata("it names no entity set")
    nothing = EntitySet(frozenset(), ())
    return {entity_set: types.get(kind, nothing) for entity_set, kind in sets.items()}


def _entity_type(element: Element) -> EntitySet:
    held = frozenset(child.get("Name", "") for child in element if child.tag.endswith("}Property"))
    keys = [child for child in element if child.tag.endswith("}Key")]
    return EntitySet(held, tuple(ref.get("Name", "") for key in keys for ref in key))


def _no_metadata(why: str) -> RemoteRefusal:
    return RemoteRefusal(
        f"the $metadata of ProjectData cannot be read: {why}",
        code="pwa.bad_metadata",
        remedy="Check that the address is a Project Web App site and that no proxy rewrites its answers.",
    )
