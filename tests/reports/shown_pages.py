"""The invented portfolio as pages in a folder, for browsers: each language as one file, with tiles of its own, and as a
folder of pages."""

from decimal import Decimal
from pathlib import Path

from fixture_portfolio import MemoryReader, inputs
from portfolio_rows import rows

from reports.build import build
from reports.inputs import LANGUAGES
from reports.model import OwnTile, OwnValue
from reports.render import render_html
from reports.render.html_split import render_html_split

OWN = tuple(
    OwnTile(title=title, unit="number", value=OwnValue(value=Decimal(n * n * 1_234)), note=note)
    for n, (title, note) in enumerate(
        (
            ("Invoices that wait", "for work that is accepted"),
            ("Hours of suppliers", None),
            ("Open change requests", "oldest 41 days"),
            ("Days since the last steering committee", None),
            ("Booked in the last week", "in all departments"),
            ("Trainings overdue", None),
        ),
        start=1,
    )
)
"""As many as paper has room for."""


def write_pages(folder: Path) -> None:
    """`<language>.html`, `own-<language>.html`, and `<language>/index.html` with `<language>/projects/<key>.html`."""
    for language in LANGUAGES:
        model = build(MemoryReader(rows()), **inputs() | {"language": language})
        (folder / f"{language}.html").write_bytes(render_html(model))
        own = build(MemoryReader(rows()), **inputs() | {"language": language, "own_tiles": OWN})
        (folder / f"own-{language}.html").write_bytes(render_html(own))
        for path, content in render_html_split(model).items():
            place = folder / language / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
