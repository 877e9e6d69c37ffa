"""What the demo has beside Jira and Project Server: Planner Premium, a dump of Project Online, tables, audiences."""

MOVED = """\
# Field Service Renewal moved: its plan was in a Project Online, of which a dump is left, and is in Planner Premium now.
[sources.planner]
kind = "dataverse"
url = "{url}"
timezone = "Europe/Berlin"
requests_per_second = 100.0
auth = {{ type = "bearer", token = "file:dataverse-token" }}

[sources.planner.fields]
initiative_key = "pb_initiativekey"

[sources.online]
kind = "odata_dump"
path = "dump"
timezone = "Europe/Berlin"
currency = "EUR"
history = true
"""

TABLES = """\
# What the PMO keeps in tables: budgets, costs, suppliers and benefits; rates, people, training, weeks and the org tree.
[sources.finance]
kind = "tabular"

[[sources.finance.tables]]
into = "budget_line"
path = "tables/budget.xlsx"
columns = { project = "Project no.", number = "Line", amount = "Approved (EUR)", approved_by = "Approved by" }
constants = { currency = "EUR" }

[[sources.finance.tables]]
into = "cost"
path = "tables/costs.csv"
encoding = "cp1252"
decimal = ","
thousands = "."
date_format = "DD.MM.YYYY"
constants = { currency = "EUR" }
values = { category = { Reise = "Travel", Lizenzen = "Licences", Arbeit = "Work" } }

[sources.finance.tables.columns]
project = "Projekt"
number = "Belegnr."
category = "Kategorie"
supplier = "Lieferant"
amount = "Betrag"
spent_on = "Belegdatum"

[[sources.finance.tables]]
into = "supplier"
path = "tables/suppliers.csv"

[[sources.finance.tables]]
into = "benefit"
path = "tables/benefits.csv"

[sources.staff]
kind = "tabular"

[[sources.staff.tables]]
into = "rate"
path = "tables/rates.xlsx"

[[sources.staff.tables]]
into = "approved_resource"
path = "tables/approved.csv"

[[sources.staff.tables]]
into = "training_record"
path = "tables/training.xlsx"

[[sources.staff.tables]]
into = "attestation"
path = "tables/attestations.xlsx"
columns = { topic = "Statement", attested_on = "Date", attested_by = "Confirmed by", url = "Proof", note = "Remark" }
values = { topic = { "PM qualified" = "project_manager_qualified" }, role = { "PMO lead" = "pmo_lead" } }

[[sources.staff.tables]]
into = "capacity_week"
path = "tables/capacity.csv"
unpivot = { into = "week_start", value = "available_hours" }

[[sources.staff.tables]]
into = "org_unit"
path = "tables/organisation.csv"

[[sources.staff.tables]]
into = "staff_member"
path = "tables/staff.csv"

[[sources.staff.tables]]
into = "skill"
path = "tables/skills.csv"

[[sources.staff.tables]]
into = "skill_demand"
path = "tables/demand.csv"

[[sources.staff.tables]]
into = "envelope"
path = "tables/envelopes.csv"
"""

AUDIENCES = """\
# The IT department gets a report of its own: by mail from the PMO's mailbox, and in the library of the PMO's site.
[receivers.it-mail]
kind = "graph_mail"
mailbox = "pmo@meridian.example"
to = ["it-leads@meridian.example"]
url = "{url}"
auth = {{ type = "bearer", token = "file:graph-token" }}

[receivers.pmo-library]
kind = "sharepoint"
site = "https://meridian.sharepoint.com/sites/pmo"
folder = "Reports"
url = "{url}"
auth = {{ type = "bearer", token = "file:graph-token" }}

[[reports]]
name = "it"
title = "IT projects"
formats = ["html"]
send = ["it-mail", "pmo-library"]
scope = {{ department = "IT" }}
"""
