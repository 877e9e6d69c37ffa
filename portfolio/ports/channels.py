"""Every way to leave something in another tool."""

from collections.abc import Mapping
from typing import Literal

MarkKind = Literal["property", "remote_link", "label", "comment"]
"""Channels that need nothing but to be switched on."""
Channel = Literal[MarkKind, "field", "finding_issue", "page", "message"]
"""Every way to leave something in another tool."""
CHANNEL_NAMES: Mapping[Channel, str] = {
    "property": "properties",
    "remote_link": "remote links",
    "label": "labels",
    "field": "fields",
    "finding_issue": "issues for findings",
    "comment": "comments",
    "page": "pages",
    "message": "messages",
}
"""What marks of each channel are called, for people."""
