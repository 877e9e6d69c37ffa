CREATE TABLE account (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, native_id VARCHAR NOT NULL, "name" VARCHAR, email VARCHAR,
    kind VARCHAR, active BOOLEAN, department VARCHAR, rate_per_hour DECIMAL(18,4), currency VARCHAR,
    max_units_ratio DECIMAL(12,6), deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE account_person (
    account_id VARCHAR NOT NULL, person_id VARCHAR NOT NULL, matched_by VARCHAR
);
CREATE TABLE artefact (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, work_item_id VARCHAR,
    title VARCHAR NOT NULL, kind VARCHAR, state VARCHAR, approved_by VARCHAR, approved_on DATE, "location" VARCHAR,
    deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE "assignment" (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, work_item_id VARCHAR NOT NULL,
    account_id VARCHAR, units_ratio DECIMAL(12,6), start_date DATE, finish_date DATE, planned_hours DECIMAL(14,2),
    actual_hours DECIMAL(14,2), remaining_hours DECIMAL(14,2), planned_cost DECIMAL(18,4), actual_cost DECIMAL(18,4),
    deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE baseline (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, owner_kind VARCHAR, owner_id VARCHAR NOT NULL,
    project_id VARCHAR NOT NULL, number BIGINT, taken_at TIMESTAMP, start_date DATE, finish_date DATE,
    work_hours DECIMAL(14,2), duration_hours DECIMAL(14,2), "cost" DECIMAL(18,4), deleted_at TIMESTAMP,
    deleted_reason VARCHAR
);
CREATE TABLE budget_line (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, category VARCHAR,
    amount DECIMAL(18,4), currency VARCHAR, period_start DATE, approved_by VARCHAR, approved_on DATE,
    deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE capability (
    "source" VARCHAR NOT NULL, table_name VARCHAR NOT NULL, column_name VARCHAR NOT NULL, state VARCHAR, note VARCHAR
);
CREATE TABLE change_request (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, work_item_id VARCHAR,
    title VARCHAR NOT NULL, state VARCHAR, raised_on DATE, decided_on DATE, effort_hours DECIMAL(14,2),
    "cost" DECIMAL(18,4), currency VARCHAR, deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE "cost" (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, work_item_id VARCHAR,
    category VARCHAR, amount DECIMAL(18,4), currency VARCHAR, spent_on DATE, deleted_at TIMESTAMP,
    deleted_reason VARCHAR
);
CREATE TABLE "cursor" (
    "source" VARCHAR NOT NULL, stream VARCHAR NOT NULL, "partition" VARCHAR NOT NULL, "position" VARCHAR NOT NULL,
    moved_at TIMESTAMP
);
CREATE TABLE field_change (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, work_item_id VARCHAR NOT NULL, project_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL, field_class VARCHAR, from_value VARCHAR, to_value VARCHAR, changed_at TIMESTAMP,
    account_id VARCHAR, deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE finding (
    id VARCHAR NOT NULL, rule_id VARCHAR NOT NULL, project_id VARCHAR NOT NULL, subject_kind VARCHAR,
    subject_id VARCHAR NOT NULL, state VARCHAR, severity VARCHAR, "mode" VARCHAR, message VARCHAR, "value" DOUBLE,
    threshold DOUBLE, opened_on DATE, last_seen_on DATE, resolved_on DATE, times_reopened BIGINT, verified BOOLEAN,
    evidence VARCHAR
);
CREATE TABLE finding_event (
    finding_id VARCHAR NOT NULL, "event" VARCHAR NOT NULL, happened_on DATE, how VARCHAR
);
CREATE TABLE gate (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, work_item_id VARCHAR,
    "name" VARCHAR NOT NULL, "sequence" BIGINT, state VARCHAR, planned_on DATE, decided_on DATE, decided_by VARCHAR,
    deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE initiative (
    id VARCHAR NOT NULL, "key" VARCHAR NOT NULL, "name" VARCHAR NOT NULL
);
CREATE TABLE initiative_project (
    initiative_id VARCHAR NOT NULL, project_id VARCHAR NOT NULL, matched_by VARCHAR
);
CREATE TABLE invoice (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, work_item_id VARCHAR, number VARCHAR,
    supplier VARCHAR, amount DECIMAL(18,4), currency VARCHAR, issued_on DATE, due_on DATE, state VARCHAR,
    has_budget_line BOOLEAN, deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE lesson (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, work_item_id VARCHAR,
    title VARCHAR NOT NULL, cause VARCHAR, has_action BOOLEAN, deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE match_suggestion (
    kind VARCHAR NOT NULL, left_id VARCHAR NOT NULL, right_id VARCHAR NOT NULL, left_name VARCHAR, right_name VARCHAR,
    confidence_ratio DECIMAL(12,6), "method" VARCHAR
);
CREATE TABLE person (
    id VARCHAR NOT NULL, "name" VARCHAR, email VARCHAR
);
CREATE TABLE plumbrule_meta (
    schema_version INTEGER NOT NULL
);
CREATE TABLE project (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, native_id VARCHAR NOT NULL, "key" VARCHAR,
    "name" VARCHAR NOT NULL, kind VARCHAR, category VARCHAR, url VARCHAR, archived BOOLEAN, initiative_key VARCHAR,
    programme VARCHAR, department VARCHAR, phase VARCHAR, health_reported VARCHAR, "method" VARCHAR, goal VARCHAR,
    size_class VARCHAR, manager_id VARCHAR, sponsor_id VARCHAR, sponsor_name VARCHAR, start_date DATE,
    finish_date DATE, actual_start_date DATE, actual_finish_date DATE, status_date DATE, complete_ratio DECIMAL(12,6),
    planned_hours DECIMAL(14,2), actual_hours DECIMAL(14,2), remaining_hours DECIMAL(14,2),
    planned_cost DECIMAL(18,4), actual_cost DECIMAL(18,4), remaining_cost DECIMAL(18,4), budget_cost DECIMAL(18,4),
    currency VARCHAR, vendor_pv DECIMAL(18,4), vendor_ev DECIMAL(18,4), vendor_ac DECIMAL(18,4),
    vendor_eac DECIMAL(18,4), vendor_ev_stale BOOLEAN, created_at TIMESTAMP, updated_at TIMESTAMP,
    published_at TIMESTAMP, custom_fields VARCHAR, deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE project_snapshot (
    project_id VARCHAR NOT NULL, taken_on DATE, measure VARCHAR NOT NULL, "value" DOUBLE
);
CREATE TABLE "publication" (
    channel VARCHAR NOT NULL, "source" VARCHAR NOT NULL, target_kind VARCHAR NOT NULL, "target" VARCHAR NOT NULL,
    "name" VARCHAR NOT NULL, content_hash VARCHAR NOT NULL, remote_id VARCHAR, state VARCHAR, written_at TIMESTAMP
);
CREATE TABLE rejection (
    "source" VARCHAR NOT NULL, stream VARCHAR NOT NULL, "partition" VARCHAR, native_id VARCHAR NOT NULL,
    code VARCHAR NOT NULL, reason VARCHAR NOT NULL, body VARCHAR, first_seen_at TIMESTAMP
);
CREATE TABLE risk (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, work_item_id VARCHAR,
    title VARCHAR NOT NULL, kind VARCHAR, state VARCHAR, owner_id VARCHAR, probability_ratio DECIMAL(12,6),
    impact_cost DECIMAL(18,4), currency VARCHAR, response VARCHAR, due_date DATE, reviewed_on DATE, cause VARCHAR,
    deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE rule_result (
    rule_id VARCHAR NOT NULL, project_id VARCHAR NOT NULL, outcome VARCHAR, reason VARCHAR, missing VARCHAR,
    severity VARCHAR, "mode" VARCHAR, "value" DOUBLE, threshold DOUBLE, numerator BIGINT, denominator BIGINT,
    excluded BIGINT, message VARCHAR, parameters VARCHAR, evidence VARCHAR
);
CREATE TABLE run (
    id VARCHAR NOT NULL, started_at TIMESTAMP, ended_at TIMESTAMP, outcome VARCHAR, as_of TIMESTAMP,
    "version" VARCHAR, config_hash VARCHAR, process_id BIGINT, host VARCHAR
);
CREATE TABLE source_state (
    "source" VARCHAR NOT NULL, kind VARCHAR, complete_at TIMESTAMP, attempted_at TIMESTAMP, outcome VARCHAR,
    "error" VARCHAR, requests BIGINT, throttled BIGINT, account VARCHAR
);
CREATE TABLE stakeholder (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, work_item_id VARCHAR,
    "name" VARCHAR NOT NULL, "role" VARCHAR, interest VARCHAR, influence VARCHAR, reviewed_on DATE,
    deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE status_report (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, work_item_id VARCHAR,
    reported_on DATE, health VARCHAR, "comment" VARCHAR, account_id VARCHAR, deleted_at TIMESTAMP,
    deleted_reason VARCHAR
);
CREATE TABLE stream_run (
    run_id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, stream VARCHAR NOT NULL, "partition" VARCHAR NOT NULL,
    outcome VARCHAR, pages BIGINT, rows_read BIGINT, rows_changed BIGINT, rows_deleted BIGINT, rejections BIGINT,
    error_code VARCHAR, "error" VARCHAR
);
CREATE TABLE time_entry (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, work_item_id VARCHAR,
    account_id VARCHAR, spent_on DATE, "hours" DECIMAL(14,2), billable_hours DECIMAL(14,2), state VARCHAR,
    created_at TIMESTAMP, updated_at TIMESTAMP, deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE "version" (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR NOT NULL, "name" VARCHAR NOT NULL,
    released BOOLEAN, archived BOOLEAN, start_date DATE, release_date DATE, deleted_at TIMESTAMP,
    deleted_reason VARCHAR
);
CREATE TABLE work_item (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, native_id VARCHAR NOT NULL, "key" VARCHAR, url VARCHAR,
    project_id VARCHAR NOT NULL, parent_id VARCHAR, "sequence" BIGINT, outline_level BIGINT, wbs VARCHAR,
    title VARCHAR NOT NULL, "type" VARCHAR, kind VARCHAR, status VARCHAR, status_category VARCHAR, priority VARCHAR,
    resolution VARCHAR, assignee_id VARCHAR, reporter_id VARCHAR, labels VARCHAR[], version_id VARCHAR,
    start_date DATE, due_date DATE, start_at TIMESTAMP, finish_at TIMESTAMP, actual_start_date DATE,
    actual_finish_date DATE, deadline_date DATE, constraint_type VARCHAR, constraint_date DATE, created_at TIMESTAMP,
    updated_at TIMESTAMP, status_changed_at TIMESTAMP, resolved_at TIMESTAMP, estimate_hours DECIMAL(14,2),
    remaining_hours DECIMAL(14,2), spent_hours DECIMAL(14,2), points DECIMAL(12,2), duration_hours DECIMAL(14,2),
    complete_ratio DECIMAL(12,6), physical_complete_ratio DECIMAL(12,6), planned_cost DECIMAL(18,4),
    actual_cost DECIMAL(18,4), fixed_cost DECIMAL(18,4), total_slack_hours DECIMAL(14,2), is_summary BOOLEAN,
    is_milestone BOOLEAN, is_critical BOOLEAN, is_active BOOLEAN, is_manual BOOLEAN, is_blocked BOOLEAN,
    custom_fields VARCHAR, deleted_at TIMESTAMP, deleted_reason VARCHAR
);
CREATE TABLE work_item_link (
    id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, project_id VARCHAR, from_id VARCHAR NOT NULL,
    to_id VARCHAR NOT NULL, kind VARCHAR, "type" VARCHAR, dependency_type VARCHAR, lag_hours DECIMAL(14,2),
    deleted_at TIMESTAMP, deleted_reason VARCHAR
);
