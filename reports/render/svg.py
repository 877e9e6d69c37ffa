"""Small charts as inline SVG.

Each carries width, height and literal fills, so that it stays itself where styles are blocked; classes let the page
recolour it for the dark theme. Labels are HTML beside it, never text inside, but for short keys on the map.
What tells apart is never colour alone: dashes, shapes, rings and dots say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

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


@dataclass(frozen=True)
class Line:
    """A curve: its values, its colour, and the dashes that tell it apart without colour."""

    values: Sequence[float]
    colour: str
    dashes: str = ""
    thick: float = 2


def lines(series: Sequence[Line], label: str, about: str, width: int = 460, height: int = 130) -> Markup:
    """Curves over the same steps from nought up, the last one filled below; `about` tells in words what they show."""
    most = max((max(one.values) for one in series), default=0) or 1
    count = max(len(one.values) for one in series)
    step = (width - 8) / max(1, count - 1)

    def point(n: int, value: float) -> str:
        return f"{4 + n * step:.1f} {height - 2 - value / most * (height - 10):.1f}"

    parts = [_rect(0, height - 2, width, 1, "track")]
    for one in series:
        path = "M" + "L".join(point(n, value) for n, value in enumerate(one.values))
        if one is series[-1]:
            area = f"{path}L{4 + (len(one.values) - 1) * step:.1f} {height - 2}L4 {height - 2}Z"
            parts.append(f'<path d="{area}" class="f-{one.colour}" fill="{LIGHT[one.colour]}" fill-opacity=".16"/>')
        dashes = f' stroke-dasharray="{one.dashes}"' if one.dashes else ""
        parts.append(
            f'<path d="{path}" fill="none" class="s-{one.colour}" stroke="{LIGHT[one.colour]}" '
            f'stroke-width="{one.thick:g}"{dashes} stroke-linejoin="round" {_UNSCALED}/>'
        )
    return _svg("".join(parts), label, width, height, stretch=True, about=about)


@dataclass(frozen=True)
class Mark:
    """A project on the map. Coordinates and size are fractions 0..1; the shape says the status."""

    x: float
    y: float
    size: float
    colour: Colour
    name: str


def marks(found: Sequence[Mark], label: str, about: str, width: int = 460, height: int = 240) -> Markup:
    """Marks over a quartered ground, large ones first; names stand beside those that have room."""
    parts = [_rect(0, 0, width, height, "raised")]
    for n in (0.25, 0.5, 0.75):
        parts += [_rect(n * width, 0, 1, height, "track"), _rect(0, n * height, width, 1, "track")]
    placed = [(m, _inside(m.x, width), height - _inside(m.y, height), 7 + 8 * m.size**0.5) for m in found]
    parts += [_mark(m, x, y, r) for m, x, y, r in sorted(placed, key=lambda p: -p[3])]
    taken = [(x - r, y - r, x + r, y + r) for _, x, y, r in placed]
    for m, x, y, r in placed:
        wide = 6.2 * len(m.name) + 4
        left = x + r + 3 if x + r + 3 + wide < width else x - r - 3 - wide
        box = (left, y - 7, left + wide, y + 7)
        if left < 0 or any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        parts.append(
            Markup('<text x="{}" y="{}" font-size="10" class="f-ink" fill="{}">{}</text>').format(
                f"{left:.1f}", f"{y + 3.5:.1f}", LIGHT["ink"], m.name
            )
        )
    return _svg("".join(parts), label, width, height, about=about)


def _inside(part: float, length: int) -> float:
    return 16 + max(0.0, min(1.0, part)) * (length - 32)


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _mark(m: Mark, x: float, y: float, r: float) -> str:
    paint = f'class="f-fill-{m.colour} s-card" fill="{LIGHT["fill-" + m.colour]}" stroke="{LIGHT["card"]}"'
    if m.colour == "red":
        shape = f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r:.1f}" height="{2 * r:.1f}" rx="1" {paint}>'
        end = "</rect>"
    elif m.colour == "amber":
        shape = f'<path d="M{x:.1f} {y - r * 1.15:.1f}l{r * 1.1:.1f} {r * 2:.1f}h{-r * 2.2:.1f}Z" {paint}>'
        end = "</path>"
    else:
        dashes = ' stroke-dasharray="3 2"' if m.colour == "unknown" else ""
        shape, end = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {paint}{dashes}>', "</circle>"
    return f"{shape}{Markup('<title>{}</title>').format(m.name)}{end}"


def spans(found: Sequence[tuple[float, float | None, bool]], label: str, about: str, width: int = 300) -> Markup:
    """A row each: a ring at what was approved and a dot at what is expected, as fractions 0..1, joined by a line.

    The third value says that it is late: the line is then thick and red. Rows are as high as lines of text (22).
    """
    parts = []
    for n, (approved, expected, late) in enumerate(found):
        y, x = 11 + 22 * n, 6 + approved * (width - 12)
        parts.append(_rect(0, y + 10.5, width, 1, "track"))
        if expected is not None:
            to, colour = 6 + expected * (width - 12), "fill-red" if late else "thin"
            parts += [_stroke(f"M{x:.1f} {y}L{to:.1f} {y}", colour, 3 if late else 1.5), _dot(to, y, 9, colour)]
        parts += [_dot(x, y, 10, "ink"), _dot(x, y, 7, "card")]
    return _svg("".join(parts), label, width, 22 * len(found), stretch=True, about=about)


_UNSCALED = 'vector-effect="non-scaling-stroke"'
"""Keeps lines as thick, and dots as round, as they are where the drawing is stretched."""


def _stroke(path: str, colour: str, thick: float) -> str:
    return (
        f'<path d="{path}" class="s-{colour}" stroke="{LIGHT[colour]}" stroke-width="{thick:g}" '
        f'stroke-linecap="round" {_UNSCALED}/>'
    )


def _dot(x: float, y: float, wide: float, colour: str) -> str:
    """A line without length and with round ends."""
    return _stroke(f"M{x:.1f} {y}h0", colour, wide)


def plumb_line() -> Markup:
    """The mark of the product: a plumb line on its board."""
    return Markup(f'<svg class="mark" width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">{_MARK}</svg>')  # noqa: S704 - fixed text


def icon() -> Markup:
    """The same as an address that needs no request, for the browser's tab."""
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28">{_MARK}</svg>'
    return Markup("data:image/svg+xml,") + Markup(quote(drawn, safe=" =:/"))  # noqa: S704 - fixed text, quoted


_MARK = (
    f'<rect x="1" y="1" width="26" height="26" rx="6" class="f-ink" fill="{LIGHT["ink"]}"/>'
    '<path d="M14 5v11" stroke="#e2b45c" stroke-width="1.6" stroke-linecap="round"/>'
    '<path d="M10.6 16h6.8L14 24z" fill="#e2b45c"/>'
)


def _part(value: float, most: float, width: int) -> float:
    return 0.0 if most <= 0 else max(0.0, min(1.0, value / most)) * width


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    place = f'x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}"'
    return f'<rect {place} class="f-{colour}" fill="{LIGHT[colour]}"/>'


def _svg(body: str, label: str, width: int, height: int, *, stretch: bool = False, about: str = "") -> Markup:
    """Wraps shapes; `label` and `about` are data and are escaped, `body` is made of numbers and our own words, or was
    escaped before."""
    ratio = ' preserveAspectRatio="none"' if stretch else ""
    start = Markup('<svg role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}"{}>').format(
        label,
        width,
        height,
        width,
        height,
        Markup(ratio),  # noqa: S704 - fixed text
    )
    told = Markup("<title>{}</title><desc>{}</desc>").format(label, about) if about else Markup("")
    return start + told + Markup(body) + Markup("</svg>")  # noqa: S704 - numbers and fixed words
