"""Characters that a reader cannot see or would take for others: refused where they stand, and told by name."""

import unicodedata

from rules.compile.faults import Fault

_SPACE = " \t\n\r"
_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028\u2029"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u3164\ufeff\uffa0"
)
"""Default-ignorable marks and directions of writing (Unicode's DerivedCoreProperties, Bidi_Control), of no use in texts
that are compared. Joiners of scripts and emoji (U+200C, U+200D) are left: words are spelt with them."""
_LOOK_LIKE = str.maketrans(
    {
        **dict(zip("авекмнорстухіјѕԁԛԝһ", "abekmhopctyxijsdqwh", strict=True)),
        **dict(zip("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS", strict=True)),
        **dict(zip("αορνικτυχ", "aopviktux", strict=True)),
        **dict(zip("‐‑‒–—−", "------", strict=True)),
        **dict(zip("‘’‚‛′“”„″", "'''''''''", strict=True)),
        "≥": ">=", "≤": "<=", "≠": "<>", "×": "*", "÷": "/", "ı": "i",
    }
)  # fmt: skip
"""Letters of other scripts with the shape of a Latin one, and signs that word processors put in a plain one's place."""


def unseen(text: str) -> list[Fault]:
    """Faults for characters that no editor shows, anywhere in the predicate, its quoted texts too."""
    return [_unseen(at, character) for at, character in enumerate(text) if hidden(character)]


def look_alike(word: str, at: int) -> Fault:
    """The fault of a word outside quotes that is not plain ASCII."""
    odd = next(c for c in word if not c.isascii())
    plain = unicodedata.normalize("NFKC", word).translate(_LOOK_LIKE)
    meant = f"write `{plain}` in plain ASCII" if plain.isascii() else "write names in plain ASCII letters"
    return Fault(at, len(word), "R121", f"`{word}` holds the character {named(odd)}", meant)


def odd_space(gap: str, at: int) -> Fault | None:
    """The fault of white space that looks like a blank and is another character."""
    place = next((n for n, c in enumerate(gap) if c.isspace() and c not in _SPACE), None)
    if place is None:
        return None
    what = f"the character {named(gap[place])} stands where a blank is meant"
    return Fault(at + place, 1, "R121", what, "write a plain blank")


def named(character: str) -> str:
    """The character's name, or its number where it has none."""
    return unicodedata.name(character, f"U+{ord(character):04X}")


def hidden(character: str) -> bool:
    """No editor shows it, or it turns the direction of what follows."""
    return character in _INVISIBLE or (
        character not in _SPACE and unicodedata.category(character) in ("Cc", "Cs", "Cn", "Co")
    )


def _unseen(at: int, character: str) -> Fault:
    return Fault(at, 1, "R105", f"the predicate holds {named(character)}, which cannot be seen", "remove it")
