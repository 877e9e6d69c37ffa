"""Small charts as inline SVG.

Each carries width, height and literal fills, so that it stays itself where styles are blocked; classes let the page
recolour it for the dark theme. Labels are HTML beside it, never text inside.
"""

from collections.abc import Sequence

from markupsafe import Markup

from reports.inputs import COLOURS, Colour
from reports.render.palette import LIGHT


def stacked_bar(counts: Sequence[tuple[Colour, int]], label: str, width: int = 240, height: int = 12) -> Markup:
    """Parts of a whole, side by side, worst first, with a hairline between them."""
    total = sum(n for _, n in counts)
    parts, x = [], 0.0
    for colour in COLOURS:
        n = dict(counts).get(colour, 0)
        if not n or not total:
            continue
        wide = width * n / total
        parts.append(_rect(x, 0, max(wide - 1, 1), height, f"fill-{colour}"))
        x += wide
    return _svg("".join(parts) or _rect(0, 0, width, height, "track"), label, width, height, stretch=True)


def bullet(wide: float, thin: float, most: float, label: str, *, over: bool, width: int = 240) -> Markup:
    """A thin bar (what is expected) on a wide one (what was approved); `over` colours the thin one red."""
    height = 16
    return _svg(
        _rect(0, 0, _part(wide, most, width), height, "wide")
        + _rect(0, 5, _part(thin, most, width), 6, "fill-red" if over else "thin"),
        label,
        width,
        height,
        stretch=True,
    )


def bar(value: float, most: float, label: str, width: int = 200, height: int = 10) -> Markup:
    """One bar on its track."""
    return _svg(
        _rect(0, 0, width, height, "track") + _rect(0, 0, _part(value, most, width), height, "thin"),
        label,
        width,
        height,
        stretch=True,
    )


def sparkline(values: Sequence[float], label: str, width: int = 200, height: int = 30) -> Markup:
    """A line over its own range, with a dot on the last value."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = (width - 8) / max(1, len(values) - 1)
    points = [(4 + n * step, height - 5 - (v - low) / span * (height - 10)) for n, v in enumerate(values)]
    path = " ".join(f"{'M' if n == 0 else 'L'}{x:.1f} {y:.1f}" for n, (x, y) in enumerate(points))
    line = (
        f'<path d="{path}" fill="none" class="s-thin" stroke="{LIGHT["thin"]}" stroke-width="2" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
    )
    x, y = points[-1]
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" class="f-thin" fill="{LIGHT["thin"]}"/>'
    return _svg(line + dot, label, width, height)


def plumb_line() -> Markup:
    """The mark of the product: a plumb line on its board."""
    body = (
        f'<rect x="1" y="1" width="26" height="26" rx="6" class="f-ink" fill="{LIGHT["ink"]}"/>'
        '<path d="M14 5v11" stroke="#e2b45c" stroke-width="1.6" stroke-linecap="round"/>'
        '<path d="M10.6 16h6.8L14 24z" fill="#e2b45c"/>'
    )
    return Markup(f'<svg class="mark" width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">{body}</svg>')  # noqa: S704 - fixed text


def _part(value: float, most: float, width: int) -> float:
    return 0.0 if most <= 0 else max(0.0, min(1.0, value / most)) * width


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    place = f'x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}"'
    return f'<rect {place} class="f-{colour}" fill="{LIGHT[colour]}"/>'


def _svg(body: str, label: str, width: int, height: int, *, stretch: bool = False) -> Markup:
    """Wraps shapes; `label` is data and is escaped, `body` is made of numbers and our own words only."""
    ratio = ' preserveAspectRatio="none"' if stretch else ""
    start = Markup('<svg role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}"{}>').format(
        label,
        width,
        height,
        width,
        height,
        Markup(ratio),  # noqa: S704 - fixed text
    )
    return start + Markup(body) + Markup("</svg>")  # noqa: S704 - numbers and fixed words
