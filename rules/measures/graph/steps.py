"""The steps of the measures that these searches are: what they read, and the tables that they make."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from portfolio.model.column import Column, Table, integer, key_text, text
from portfolio.ports import Computed
from rules.measures.graph.circles import Edge, circles, named
from rules.measures.graph.contagion import reached

if TYPE_CHECKING:
    import pyarrow as pa

_LINK_CIRCLES = Table(
    "_link_circles",
    "Dependencies that are part of a circle of items, of projects, or of both.",
    (
        key_text("link_id", "the link"),
        text("item_circle", "items that wait for each other in a circle", "in none"),
        text("project_circle", "projects that wait for each other in a circle", "in none"),
    ),
    key=("link_id",),
)
_CONTAGION = Table(
    "_contagion",
    "Projects that are an end of an open dependency on another project: the nearest red one that they wait for.",
    (
        key_text("project_id", "the initiative"),
        text("origin_id", "the nearest red project upwards; the project itself where it is red", "none"),
        integer("steps", "dependencies from there to here", "none"),
        text("way", "the projects from there to here", "none"),
        integer("onward_projects", "projects that wait for this one, directly or through others"),
    ),
    key=("project_id",),
)

_OPEN = """
    link_id, from_item_id, to_item_id, from_project_id, to_project_id, from_label, to_label,
    from_project_key, to_project_key
FROM _links
WHERE from_status_category IS DISTINCT FROM 'done' AND to_status_category IS DISTINCT FROM 'done'
"""


def link_circles(links: "pa.Table") -> "pa.Table":
    """`_link_circles` of open links: what lies in a circle of items, and which projects wait for each other."""
    import pyarrow.compute as pc

    apart = pc.not_equal(links["from_project_id"], links["to_project_id"])
    of_items, items = _circles(links, "item_id", "label")
    of_projects, projects = _circles(links.filter(apart), "project_id", "project_key")
    rows = {row["link_id"]: row for row in (*of_items, *of_projects)}
    made = [
        {
            "link_id": link,
            "item_circle": items.get((row["from_item_id"], row["to_item_id"])),
            "project_circle": projects.get((row["from_project_id"], row["to_project_id"])),
        }
        for link, row in rows.items()
    ]
    return _table([row for row in made if row["item_circle"] or row["project_circle"]], _LINK_CIRCLES)


def _circles(links: "pa.Table", ends: str, label: str) -> tuple[Sequence[Mapping[str, Any]], Mapping[Edge, str]]:
    """Links that may lie in a circle of such ends, and the names of circles by their edges."""
    import pyarrow as pa

    from rules.measures.graph.peeling import may_lie_in_circles  # numpy is imported where a step runs, not at start

    both = pa.chunked_array([*links[f"from_{ends}"].chunks, *links[f"to_{ends}"].chunks], pa.string())
    numbered = both.combine_chunks().dictionary_encode()
    numbers = numbered.indices.to_numpy(zero_copy_only=False).astype("int64")
    left = may_lie_in_circles(numbers[: len(links)], numbers[len(links) :], len(numbered.dictionary))
    rows = links.filter(pa.array(left)).to_pylist()
    labels = {row[f"{end}_{ends}"]: row[f"{end}_{label}"] for row in rows for end in ("from", "to")}
    found = circles((row[f"from_{ends}"], row[f"to_{ends}"]) for row in rows)
    return rows, {edge: named(members, labels) for edge, members in found.items()}


def contagion(links: "pa.Table", red: "pa.Table") -> "pa.Table":
    """`_contagion` of open dependencies between projects, and of the projects that are red."""
    rows = links.to_pylist()
    keys = {r[f"{end}_project_id"]: r[f"{end}_project_key"] for r in rows for end in ("from", "to")}
    edges = {(r["from_project_id"], r["to_project_id"]) for r in rows}
    found = reached(edges, {r["project_id"] for r in red.to_pylist()})
    made = [
        {
            "project_id": project,
            "origin_id": told.way[0] if told.way else None,
            "steps": told.steps,
            "way": " → ".join(keys[node] for node in told.way) or None,
            "onward_projects": told.onward,
        }
        for project, told in found.items()
    ]
    return _table(made, _CONTAGION)


def _table(rows: list[dict[str, Any]], declared: Table) -> "pa.Table":
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=pa.schema([(c.name, _type(c)) for c in declared]))


def _type(column: Column) -> "pa.DataType":
    import pyarrow as pa

    return pa.int64() if column.kind == "integer" else pa.string()


GRAPH_STEPS: Mapping[str, Computed] = {
    "_link_circles": Computed(
        _LINK_CIRCLES,
        {"links": f"SELECT {_OPEN} AND from_project_id IS NOT NULL AND to_project_id IS NOT NULL"},
        link_circles,
    ),
    "_contagion": Computed(
        _CONTAGION,
        {
            "links": f"SELECT {_OPEN} AND from_project_id <> to_project_id",
            "red": "SELECT project_id FROM _red_projects WHERE is_red",
        },
        contagion,
    ),
}
"""Name of the step -> what makes it; registered in `rules.measures.computed`."""
