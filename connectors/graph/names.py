"""Names that SharePoint and OneDrive take. Pure.

Source: Microsoft, "Restrictions and limitations in OneDrive and SharePoint" (characters, names, 400 characters a path).
"""

import re

MOST_PATH = 400
MOST_NAME = 255
_FORBIDDEN = re.compile(r'["*:<>?/\\|\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|\.lock|desktop\.ini|thumbs\.db|\.ds_store", re.IGNORECASE)


def fault_of(name: str) -> str:
    """Why a file or folder cannot be called so, in words; an empty text where it can."""
    if found := _FORBIDDEN.search(name):
        return f"SharePoint takes no {found[0]!r} in a name: {name!r}"
    if not name or name != name.strip() or name.endswith("."):
        return f"a name in SharePoint begins and ends with no space, and ends with no dot: {name!r}"
    if _RESERVED.fullmatch(name) or name.startswith("~$") or "_vti_" in name.lower():
        return f"SharePoint keeps the name {name!r} for itself"
    return f"a name in SharePoint has {MOST_NAME} characters at most" if len(name) > MOST_NAME else ""


def fault_of_path(path: str) -> str:
    """The same of a path of folders below the root of a library."""
    steps = path.split("/")
    if steps[0].lower() == "forms":
        return "SharePoint keeps the folder `forms` of a library for itself"
    return next(filter(None, map(fault_of, steps)), "")


def usable(name: str) -> str:
    """The name, or one as like it as SharePoint takes."""
    made = _FORBIDDEN.sub("_", name).replace("_vti_", "_vti-").strip().rstrip(". ")
    if made.startswith("~$") or not made or _RESERVED.fullmatch(made):
        made = f"_{made.removeprefix('~$')}"
    if len(made) > MOST_NAME:
        stem, dot, ending = made.rpartition(".")
        made = f"{stem[: MOST_NAME - len(ending) - 1]}{dot}{ending}" if dot and len(ending) < 20 else made[:MOST_NAME]
    return made
