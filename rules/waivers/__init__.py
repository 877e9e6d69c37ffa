"""Waivers: failures that somebody with the right to do so accepted, for a time, with a reason.

A waiver is an overlay. The rule is evaluated all the same, the finding stays open and shown; it only stops counting
against anybody while the waiver lasts. Files and a tool's records give the same thing; files win.
"""

from rules.limits import WaiverLimits
from rules.waivers.faults import WAIVER_CODES
from rules.waivers.load import load_waivers
from rules.waivers.overlay import fully_waived, overlay
from rules.waivers.records import RECORDS_READ, merged, recorded
from rules.waivers.register import Register, registered
from rules.waivers.scope import Reach
from rules.waivers.standing import Standing
from rules.waivers.stored import state_rows
from rules.waivers.waiver import Subject, Waiver

__all__ = [
    "RECORDS_READ",
    "WAIVER_CODES",
    "Reach",
    "Register",
    "Standing",
    "Subject",
    "Waiver",
    "WaiverLimits",
    "fully_waived",
    "load_waivers",
    "merged",
    "overlay",
    "recorded",
    "registered",
    "state_rows",
]
