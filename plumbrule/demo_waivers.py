"""Waivers of the demo that no tracker can hold: of a department, of a person and of the whole, in a file of their own.

Of each kind of trouble that such waivers get into one has it: it ends next week, is over, is of a department that is
not there, was renewed again and again.
"""

FILE = "waivers.toml"
CONFIGURED = f"""\
# What was accepted for a time, of others than projects; those of projects are issues in Jira.
[rules]
waivers = ["{FILE}"]
"""

WAIVERS = """\
# Granted by the PMO. Who adds one: `plumbrule waive add`.

[[waiver]]
id = "W-2026-011"
rule = ["BUD-11"]
subject = { department = "Manufacturing" }
reason = "The envelope was set before the second plant joined; a new one is before the board"
requested_by = "Jonas Petersen"
approved_by = "Beatrix Amsel"
ticket = "PMO-211"
starts = 2026-10-05
expires = 2026-12-01
compensating = "No new purchase without the board"

[[waiver]]
id = "W-2026-007"
rule = ["RES-07"]
subject = { person = "Rafael Oliveira" }
reason = "Runs two more projects until a successor is found"
requested_by = "Rafael Oliveira"
approved_by = "Beatrix Amsel"
ticket = "PMO-187"
starts = 2026-08-10
expires = 2026-11-06

[[waiver]]
id = "W-2026-012"
rule = ["RES-03"]
subject = { department = "Logistics" }
reason = "Plans its people by the shift"
requested_by = "Jonas Petersen"
approved_by = "Beatrix Amsel"
ticket = "PMO-215"
starts = 2026-11-02
expires = 2027-01-29

[[waiver]]
id = "W-2026-001"
rule = ["RES-06"]
subject = { organisation = true }
reason = "A second integration architect is being looked for"
requested_by = "Magnus Thorsen"
approved_by = "Beatrix Amsel"
ticket = "PMO-120"
starts = 2026-02-02
expires = 2026-04-30

[[waiver]]
id = "W-2026-004"
rule = ["RES-06"]
subject = { organisation = true }
reason = "Both candidates declined"
requested_by = "Magnus Thorsen"
approved_by = "Beatrix Amsel"
ticket = "PMO-149"
starts = 2026-05-01
expires = 2026-07-31
renews = "W-2026-001"

[[waiver]]
id = "W-2026-008"
rule = ["RES-06"]
subject = { organisation = true }
reason = "Advertised again"
requested_by = "Magnus Thorsen"
approved_by = "Beatrix Amsel"
ticket = "PMO-190"
starts = 2026-08-03
expires = 2026-10-30
renews = "W-2026-004"

[[waiver]]
id = "W-2026-013"
rule = ["RES-06"]
subject = { organisation = true }
reason = "Advertised abroad"
requested_by = "Magnus Thorsen"
approved_by = "Beatrix Amsel"
ticket = "PMO-216"
starts = 2026-11-02
expires = 2027-01-29
renews = "W-2026-008"
"""
