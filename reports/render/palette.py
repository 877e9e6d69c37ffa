"""Colours of the page, in one place, so that tests can measure them.

Texts reach a contrast of 4.5 : 1 on their ground. Fills of the chart colours are staggered in luminance (red dark,
amber middle, green light), so that they differ for colour-blind readers and in grey print. Status is always
shape and word beside the colour.
"""

from collections.abc import Mapping
from types import MappingProxyType

Theme = Mapping[str, str]

LIGHT: Theme = MappingProxyType(
    {
        "page": "#f3f5f8",
        "card": "#ffffff",
        "raised": "#f7f9fb",
        "line": "#dfe4ea",
        "ink": "#17202b",
        "quiet": "#566170",
        "link": "#1d4fb8",
        "focus": "#1d4fb8",
        "brass": "#8a5a00",
        "track": "#dce2ea",
        "wide": "#c3ccd8",
        "thin": "#2d5fc4",
        "fill-red": "#b4152b",
        "fill-amber": "#d8830c",
        "fill-green": "#84d0a9",
        "fill-unknown": "#ced5de",
        "red-ink": "#8c0f22",
        "red-ground": "#fde8ea",
        "amber-ink": "#744000",
        "amber-ground": "#fdf0d6",
        "green-ink": "#0b5a3c",
        "green-ground": "#e0f4e9",
        "unknown-ink": "#46505e",
        "unknown-ground": "#eaeef3",
    }
)
DARK: Theme = MappingProxyType(
    {
        "page": "#0d1117",
        "card": "#161b22",
        "raised": "#1c232c",
        "line": "#2c3542",
        "ink": "#e8edf3",
        "quiet": "#a3afbf",
        "link": "#8fb4ff",
        "focus": "#8fb4ff",
        "brass": "#e2b45c",
        "track": "#2c3542",
        "wide": "#465262",
        "thin": "#7aa5ff",
        "fill-red": "#c8324a",
        "fill-amber": "#e59c35",
        "fill-green": "#a6e3c4",
        "fill-unknown": "#5a6676",
        "red-ink": "#ffb3bd",
        "red-ground": "#43161e",
        "amber-ink": "#ffcf87",
        "amber-ground": "#3d2a0c",
        "green-ink": "#97e0bb",
        "green-ground": "#12352a",
        "unknown-ink": "#c3ccd8",
        "unknown-ground": "#2a313c",
    }
)
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "page"),
    ("ink", "card"),
    ("ink", "raised"),
    ("quiet", "page"),
    ("quiet", "card"),
    ("quiet", "raised"),
    ("link", "card"),
    ("link", "raised"),
    ("brass", "page"),
    *((f"{colour}-ink", f"{colour}-ground") for colour in ("red", "amber", "green", "unknown")),
    *((f"{colour}-ink", "card") for colour in ("red", "amber", "green")),
)
"""Every text colour with every ground that it stands on."""


def css() -> str:
    """The themes as CSS variables: light, dark where the reader's system asks for it, and either by the button.

    Print is always light, since the dark blocks apply to screens only.
    """
    light, dark = _variables(LIGHT), _variables(DARK)
    return (
        f":root{{color-scheme:light;{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}"
    )


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _variables(theme: Theme) -> str:
    return "".join(f"--{name}:{value};" for name, value in theme.items())
