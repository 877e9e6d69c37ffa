"""The invented portfolio as pages in a folder, for browsers: each language as one file and as a folder of pages."""

from pathlib import Path

from fixture_portfolio import MemoryReader, inputs
from portfolio_rows import rows

from reports.build import build
from reports.inputs import LANGUAGES
from reports.render import render_html
from reports.render.html_split import render_html_split


def write_pages(folder: Path) -> None:
    """`<language>.html`, and `<language>/index.html` with `<language>/projects/<key>.html`."""
    for language in LANGUAGES:
        model = build(MemoryReader(rows()), **inputs() | {"language": language})
        (folder / f"{language}.html").write_bytes(render_html(model))
        for path, content in render_html_split(model).items():
            place = folder / language / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
