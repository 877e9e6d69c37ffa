"""What an organisation has left of its Project Online site: a folder with one file per entity set, JSON light.

Each file is what following the feed's next links to the end would have given: `odata.metadata` and all of `value`, with
decimals as text and times without zone. Sets without rows have a file too. There is none of task links, for the feed
has no such set.
"""

from pathlib import Path

import orjson

from sandbox.pwa.literals import as_json
from sandbox.pwa.query import Names, sort_key
from sandbox.pwa.schema import EntitySet, Language
from sandbox.pwa.site import PwaSite

ORIGIN = "https://meridian.sharepoint.com/sites/pwa"


def write_dump(site: PwaSite, folder: Path, language: Language = "en") -> list[Path]:
    """Write every set into `folder`, which is made; the files, in order of the sets. Same site, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for entity_set in site.schema.values():
        path = folder / f"{entity_set.named(language)}.json"
        path.write_bytes(orjson.dumps(_document(site, entity_set, language), option=orjson.OPT_INDENT_2))
        written.append(path)
    return written


def _document(site: PwaSite, entity_set: EntitySet, language: Language) -> dict[str, object]:
    names = Names(entity_set, language, site.of_fields)
    rows = site.rows(entity_set.name)
    for column in reversed(entity_set.key):
        rows.sort(key=sort_key(column))
    shown = [{names.of(c): as_json(row[c.name]) for c in site.served(entity_set)} for row in rows]
    return {
        "odata.metadata": f"{ORIGIN}/_api/ProjectData/$metadata#{entity_set.named(language)}",
        "value": shown,
    }
