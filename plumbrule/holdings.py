"""How much the store holds, for the summary of a command."""

from datetime import UTC, datetime

from portfolio.ports import Reader

_TIME_ENTRIES = """
SELECT count(*) AS n FROM time_entry t
LEFT JOIN capability c ON c.source = t.source
    AND c.table_name = 'time_entry' AND c.column_name = 'hours' AND c.state = 'not_available'
WHERE t.deleted_at IS NULL AND c.source IS NULL
"""


def held(store: Reader, *, matched: bool = True) -> dict[str, int]:
    """Counts by what they are of. What a pull brings is not matched yet: its projects are those of the tools."""
    parts = {
        "projects": "SELECT count(*) AS n FROM initiative",
        "items": "SELECT count(*) AS n FROM work_item WHERE deleted_at IS NULL",
        "time entries": _TIME_ENTRIES,
        "people": "SELECT count(*) AS n FROM person",
    }
    if not matched:
        del parts["people"]
        parts["projects"] = "SELECT count(*) AS n FROM project WHERE deleted_at IS NULL"
    counted = {name: int(store.rows(sql)[0]["n"]) for name, sql in parts.items()}
    rejected = int(store.rows("SELECT count(*) AS n FROM rejection")[0]["n"])
    return {**counted, "unreadable records": rejected} if rejected else counted


def complete_at(store: Reader) -> dict[str, datetime | None]:
    """When each source was last read completely, UTC; of a copy, the moment that it shows. None: never."""
    sql = "SELECT source, least(complete_at, coalesce(data_at, complete_at)) AS at FROM source_state ORDER BY source"
    return {row["source"]: row["at"].replace(tzinfo=UTC) if row["at"] else None for row in store.rows(sql)}
