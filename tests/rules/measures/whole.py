"""A small portfolio that fills every column of every documented view."""

from datetime import date, datetime

from tests.measured import Portfolio
from tests.rules.measures.whole_dependencies import told_dependencies
from tests.rules.measures.whole_forecast import told_ahead

PLAN, TRACKER = "plans:project:1", "jira:project:1"
TAKEN = datetime(2026, 9, 1, 12)


def told_whole(told: Portfolio) -> None:
    """One initiative with a plan and a tracker, and a second one that it depends on."""
    told.person("Ada", "jira:account:ada", "plans:account:ada", rate_per_hour=80, currency="EUR", max_units_ratio=1)
    _projects(told)
    _plan_items(told)
    _tracker_items(told)
    _records(told)
    _tables(told)
    _governed(told)
    _subjects(told)
    _checks(told)
    _ahead(told)
    told_dependencies(told)
    told_ahead(told)
    told.add("run", "run:1", started_at=TAKEN, as_of=datetime(2026, 11, 23, 6), outcome="complete")
    for source, data_at in (("jira", None), ("plans", TAKEN)):
        told.add("source_state", source=source, kind="k", complete_at=datetime(2026, 11, 22, 5), data_at=data_at,
                 outcome="complete")  # fmt: skip


def _projects(told: Portfolio) -> None:
    told.initiative("A", TRACKER)
    told.add("initiative_project", initiative_id="A", project_id=PLAN, role="current", matched_by="key")
    told.initiative("B", "jira:project:2")
    told.plan(
        PLAN,
        start_date=date(2026, 9, 7),
        finish_date=date(2026, 12, 18),
        actual_finish_date=date(2026, 12, 18),
        planned_hours=100,
        planned_cost=8000,
        actual_cost=4000,
    )
    told.tracker(
        TRACKER,
        key="A",
        url="https://tracker.example/A",
        programme="P",
        department="D",
        phase="execute",
        method="scrum",
        goal="G",
        size_class="large",
        manager_id="jira:account:ada",
        sponsor_name="Grace",
        currency="EUR",
    )
    told.tracker("jira:project:2")


def _plan_items(told: Portfolio) -> None:
    dates = {"start_date": date(2026, 9, 7), "due_date": date(2026, 12, 18)}
    for number in (1, 2):
        task = told.item(
            f"plans:item:{number}",
            PLAN,
            parent_id="plans:item:0",
            duration_hours=80,
            total_slack_hours=16,
            estimate_hours=50,
            spent_hours=25,
            complete_ratio=0.4,
            planned_cost=4000,
            actual_cost=2000,
            constraint_type="must_start_on",
            is_summary=False,
            is_milestone=number == 2,
            is_critical=True,
            is_active=True,
            status_category="in_progress",
            actual_start_date=date(2026, 9, 7),
            **dates,
        )
        told.baselined(
            task,
            PLAN,
            start_date=date(2026, 9, 7),
            finish_date=date(2026, 11, 20),
            work_hours=40,
            cost=3000,
            duration_hours=80,
            taken_at=TAKEN,
        )
    told.item("plans:item:0", PLAN, kind="summary", is_summary=True)
    told.add(
        "work_item_link",
        "plans:link:1",
        project_id=PLAN,
        from_id="plans:item:1",
        to_id="plans:item:2",
        kind="depends",
        dependency_type="FS",
        lag_hours=8,
    )
    told.add(
        "assignment",
        "plans:assignment:1",
        project_id=PLAN,
        work_item_id="plans:item:1",
        account_id="plans:account:ada",
        planned_hours=100,
        actual_hours=40,
        remaining_hours=60,
        start_date=date(2026, 9, 7),
        finish_date=date(2026, 12, 18),
    )


def _tracker_items(told: Portfolio) -> None:
    dates = {"start_at": TAKEN, "end_at": datetime(2026, 11, 20, 12), "complete_at": datetime(2026, 11, 21, 12)}
    told.add("sprint", "jira:sprint:1", name="Sprint 1", state="active", board="4", goal="Ship it", **dates)
    for number in range(8):
        item = told.item(
            f"jira:item:{number}",
            "jira:project:2" if number == 7 else TRACKER,
            key=f"A-{number}",
            url="https://tracker.example/A",
            type="Story",
            kind="story",
            status="Done",
            status_category="done",
            priority="High",
            assignee_id="jira:account:ada",
            creator_id="jira:account:ada",
            labels=["own"],
            components=["Ledger"],
            affected_versions=["0.9"],
            fix_versions=["1.0", "1.1"],
            security_level="Internal",
            estimate_hours=8,
            remaining_hours=0,
            aggregate_estimate_hours=12,
            aggregate_remaining_hours=1,
            aggregate_spent_hours=9,
            points=3,
            sprint_id="jira:sprint:1",
            is_blocked=False,
            created_at=datetime(2026, 8, 1 + number),
            resolved_at=datetime(2026, 10, 20 + number),
            actual_finish_date=date(2026, 10, 20 + number),
        )
        for month in (9, 10):
            told.add(
                "field_change",
                f"jira:change:{number}{month}",
                work_item_id=item,
                project_id=TRACKER,
                field="status",
                field_class="status",
                changed_at=datetime(2026, month, 10),
            )
    told.add(
        "work_item_link",
        "jira:link:1",
        project_id=TRACKER,
        from_id="jira:item:7",
        to_id="plans:item:1",
        kind="blocks",
    )
    told.add(
        "time_entry",
        "jira:time:1",
        project_id=TRACKER,
        work_item_id="jira:item:1",
        account_id="jira:account:ada",
        spent_on=date(2026, 10, 1),
        hours=8,
        billable_hours=6,
        billing_account="ACC",
        state="approved",
    )


def _records(told: Portfolio) -> None:
    told.add("billing_account", "jira:billing:1", key="ACC", name="Capital", state="open", category="CAPEX",
             customer="Harbour", monthly_budget_hours=80)  # fmt: skip
    item = told.item("jira:item:90", TRACKER, key="A-90", kind="risk")
    held = {"project_id": TRACKER, "work_item_id": item}
    day = date(2026, 9, 2)
    told.add(
        "gate",
        "jira:gate:1",
        name="G1",
        sequence=1,
        state="passed",
        planned_on=day,
        decided_on=day,
        decided_by="Grace",
        **held,
    )
    told.add("status_report", "jira:report:1", reported_on=day, health="green", comment="fine", **held)
    told.add(
        "risk",
        "jira:risk:1",
        title="R",
        kind="threat",
        state="open",
        owner_id="jira:account:ada",
        probability_ratio="0.25",
        impact_cost=1000,
        response="watch",
        due_date=day,
        reviewed_on=day,
        cause="supplier",
        **held,
    )
    told.add(
        "project_issue",
        "plans:project_issue:1",
        title="I",
        state="open",
        owner_id="jira:account:ada",
        priority="High",
        response="ask",
        raised_on=day,
        due_date=day,
        cause="supplier",
        **held,
    )
    change = {"title": "C", "raised_on": day, "effort_hours": 8, "cost": 100, **held}
    told.add("change_request", "jira:cr:1", state="approved", decided_on=date(2026, 9, 9), **change)
    told.add("change_request", "jira:cr:2", state="raised", **change)
    told.add(
        "artefact",
        "jira:artefact:1",
        title="Charter",
        kind="charter",
        state="approved",
        approved_by="Grace",
        approved_on=day,
        location="https://files.example/1",
        **held,
    )
    told.add(
        "stakeholder",
        "jira:stakeholder:1",
        name="S",
        role="user",
        interest="speed",
        influence="high",
        reviewed_on=day,
        origin="stakeholders.csv",
        **held,
    )
    told.add("lesson", "jira:lesson:1", title="L", cause="supplier", has_action=True, **held)
    told.add(
        "invoice",
        "jira:invoice:1",
        number="1",
        supplier="Z",
        category="work",
        origin="invoices.csv",
        amount=10,
        issued_on=day,
        due_on=day,
        state="paid",
        has_budget_line=True,
        **held,
    )
    told.add(
        "cost", "jira:cost:1", number="V1", category="work", supplier="Z", origin="c", amount=10, spent_on=day, **held
    )
    told.add(
        "budget_line",
        "plans:budget:1",
        project_id=PLAN,
        number="L1",
        category="work",
        origin="budget.csv",
        currency="EUR",
        amount=9000,
        period_start=day,
        approved_by="Grace",
        approved_on=day,
    )


def _tables(told: Portfolio) -> None:
    """What people keep in tables of their own."""
    day = date(2026, 9, 2)
    told.add("source_state", source="finance", kind="tabular", complete_at=TAKEN, outcome="complete")
    told.add("reference_match", "finance:project:a", source="finance", kind="project", target_id="A")
    told.add("reference_match", "finance:account:ada", source="finance", kind="person", target_id="person:Ada")
    ada = {"account_id": "finance:account:ada", "origin": "people.csv"}
    told.add("rate", "finance:rate:1", kind="cost", rate_per_hour=90, currency="EUR", **ada)
    told.add("approved_resource", "finance:approved_resource:1", role="architect", **ada)
    told.add("capacity_week", "finance:capacity_week:1", week_start=date(2026, 11, 23), available_hours=20, **ada)
    told.add("training_record", "finance:training_record:1", course="Safety", completed_on=day, expires_on=day,
             mandatory=True, **ada)  # fmt: skip
    told.add("project_snapshot", project_id="A", taken_on=day, measure="cpi", value=0.9)
    told.add("attestation", "finance:attestation:1", project_id="finance:project:a", topic="qualified", attested_on=day,
             attested_by="Grace", role="pmo_lead", valid_until=day, url="https://files.example/2", note="seen",
             origin="attestations.csv")  # fmt: skip
    told.add("supplier", "finance:supplier:1", name="Z", origin="suppliers.csv")
    for key, kind, parent in (("O", "organisation", None), ("D", "department", "Top"), ("P", "programme", "D")):
        told.add("org_unit", f"finance:org_unit:{key}", key=key, name=key, kind=kind, parent_key=parent,
                 owner_id="finance:account:ada", pmo_level="controlling", origin="org.csv")  # fmt: skip
    measured = {"planned_amount": 100, "realised_amount": 80, "measured_on": day}
    for number, amounts in ((1, measured), (2, {"planned_amount": 100})):
        told.add("benefit", f"jira:benefit:{number}", project_id=TRACKER, work_item_id="jira:item:90", name="Faster",
                 owner_id="jira:account:ada", unit="h", currency="EUR", due_on=day, origin="b", **amounts)  # fmt: skip


def _governed(told: Portfolio) -> None:
    """What the views of governance show: a proposal, a closed project with late charges, an objective, reviews."""
    day = date(2026, 9, 2)
    held = {"project_id": TRACKER, "work_item_id": "jira:item:90"}
    amounts = {"expected_value": 900, "expected_cost": 400, "expected_hours": 80, "approval_ratio": "0.5"}
    told.add("proposal", "jira:proposal:1", title="P", state="waiting", requested_by="Grace", requested_on=day,
             currency="EUR", origin="p.csv", **held, **amounts)  # fmt: skip
    told.add("proposal", "jira:proposal:2", title="Q", state="approved", decided_on=day, **held)
    told.add("artefact", "jira:artefact:2", title="R", kind="supplier_review", state="approved", approved_on=day,
             version="1", link_alive=True, supplier="z", origin="docs.csv", **held)  # fmt: skip
    told.add("artefact", "jira:artefact:3", title="S", kind="resource_plan", state="draft", **held)
    told.add("gate", "finance:gate:1", name="G", sequence=1, state="passed", decided_on=day, decided_by="Grace",
             project_id="finance:project:a", origin="gates.csv", work_item_id="jira:item:90")  # fmt: skip
    told.connection.execute("UPDATE work_item SET acceptance = 'signed' WHERE id = 'jira:item:1'")
    told.initiative("C", "jira:project:3")
    told.tracker("jira:project:3", key="C", phase="closed", closed_on=day, objective_metric="calls",
                 objective_target="40 a day", objective_due_on=day)  # fmt: skip
    item = told.item("jira:item:80", "jira:project:3", key="C-1", status_category="done", resolved_at=TAKEN)
    told.add("time_entry", "jira:time:2", project_id="jira:project:3", work_item_id=item, hours=2,
             account_id="jira:account:ada", spent_on=date(2026, 9, 4))  # fmt: skip
    told.add("cost", "jira:cost:2", project_id="jira:project:3", amount=10, currency="EUR", spent_on=day)


def _ahead(told: Portfolio) -> None:
    """What is still to come: a task of the plan, and a story below an epic."""
    told.item("plans:item:80", PLAN, title="Hand over", duration_hours=40, status_category="todo", is_summary=False,
              constraint_type="start_no_earlier_than", constraint_date=date(2026, 12, 7))  # fmt: skip
    for number, above in ((81, None), (82, "jira:item:81")):
        told.item(f"jira:item:{number}", TRACKER, key=f"A-{number}", url=f"https://tracker.example/{number}",
                  parent_id=above, kind="story", status_category="todo", start_date=date(2026, 12, 1),
                  due_date=date(2026, 12, number - 70))  # fmt: skip


def _subjects(told: Portfolio) -> None:
    """What tables say of departments, people and skills, and what an earlier check kept of a department."""
    ada = {"account_id": "finance:account:ada", "origin": "staff.csv"}
    told.add("envelope", "finance:envelope:1", unit_key="D", amount=9000, currency="EUR")
    told.add("org_unit", "finance:org_unit:Top", key="Top", name="Top", kind="department", parent_key="O",
             owner_id="finance:account:ada")  # fmt: skip
    told.add("staff_member", "finance:staff_member:1", unit_key="D", **ada)
    told.add("skill", "finance:skill:1", skill="Testing", level="senior", **ada)
    told.add("skill_demand", "finance:skill_demand:1", project_id="finance:project:a", skill="Testing",
             month_start=date(2026, 12, 1), hours=40, probability_ratio=0.5)  # fmt: skip
    told.add("subject_snapshot", subject_kind="department", subject_id="d", taken_on=date(2026, 9, 2),
             measure="departments.load_90_ratio", value=0.5)  # fmt: skip


def _checks(told: Portfolio) -> None:
    """What an earlier check left: an open finding under waiver, one that is over, and the waiver."""
    days = {"first_seen_on": date(2026, 11, 1), "opened_on": date(2026, 11, 2), "last_seen_on": date(2026, 11, 20)}
    common = {"rule_id": "HYG-02", "project_id": "A", "severity": "medium", "mode": "enforce", "message": "leans"}
    told.add(
        "finding", "f1", **common, **days, state="open", subject_kind="item", subject_id="jira:item:1", value=2.0,
        threshold=1.0, last_verified_on=date(2026, 11, 20), times_seen=3, times_reopened=0, verified=True,
        waived_by="W-1", waived_until=date(2026, 12, 1), waived_days=4, fix_by=date(2026, 12, 18), owner="Ada",
    )  # fmt: skip
    told.add(
        "finding", "f2", **common, **days, state="resolved", subject_kind="project", subject_id="A",
        resolved_on=date(2026, 11, 21),
    )  # fmt: skip
    told.add(
        "waiver_state", waiver_id="W-1", project_id="A", subject_kind="project", subject_id="A", item_id="jira:item:1",
        place="waivers.toml:1",
        rules="HYG-02", subject="A", reason="R", requested_by="Ada", approved_by="Grace", ticket="PMO-1",
        compensating="C", starts_on=date(2026, 11, 1), expires_on=date(2026, 12, 1), ends_on=date(2026, 12, 1),
        state="in_force", length_days=31, allowed_days=180, self_approved=False, renewals=0, renewed=False, matches=1,
        covered_findings=1, open_findings=1, first_checked_on=date(2026, 11, 1),
    )  # fmt: skip
    told.add("waiver_state", waiver_id="W-2", project_id="A", subject_kind="project", subject_id="A",
             state="invalid", problem="no_rule", first_checked_on=date(2026, 11, 1))  # fmt: skip
