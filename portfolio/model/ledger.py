"""What Plumbrule itself records: runs, cursors, matches; what checks leave behind is in `portfolio.model.checks`."""

from portfolio.model.checks import CHECK_TABLES
from portfolio.model.column import (
    Table,
    boolean,
    day,
    instant,
    integer,
    json_text,
    key_text,
    octets,
    ratio,
    text,
)

JOINED_BY = ("configuration", "key", "guid", "single")
"""How a source project came to its initiative; all of them certain: what is only likely is a `match_suggestion`."""
ROLES = ("current", "history")

_MATCH: tuple[Table, ...] = (
    Table(
        "initiative",
        "What a PMO calls a project: one or more source projects matched together.",
        (
            key_text("id", "stable id, from its key"),
            key_text("key", "the PMO's key"),
            key_text("name", "its name"),
        ),
    ),
    Table(
        "initiative_project",
        "Which source project belongs to which initiative, and how we know.",
        (
            key_text("initiative_id", "the initiative"),
            key_text("project_id", "the source project"),
            text("matched_by", "what joined them", values=JOINED_BY),
            text("role", "a plan that another one took over from is history", "current", values=ROLES),
            boolean("source_is_history", "its source is declared as history: what it shows grows no newer", "no"),
        ),
        key=("initiative_id", "project_id"),
    ),
    Table(
        "match_suggestion",
        "A join that we think likely and did not make.",
        (
            key_text("kind", "projects or people"),
            key_text("left_id", "one side"),
            key_text("right_id", "the other side"),
            text("left_name", "name of the one side"),
            text("right_name", "name of the other side"),
            ratio("confidence_ratio", "0..1, by the stated method"),
            text("method", "how the confidence was found"),
            text("settings_lines", "lines for the configuration that would join them"),
        ),
        key=("kind", "left_id", "right_id"),
    ),
    Table(
        "person",
        "A human, whatever the tools call them.",
        (key_text("id", "stable id"), text("name", "name"), text("email", "e-mail", "hidden everywhere")),
    ),
    Table(
        "account_person",
        "Which login is which human, and how we know.",
        (
            key_text("account_id", "the login"),
            key_text("person_id", "the human"),
            text("matched_by", "what joined them", values=("configuration", "email", "single")),
        ),
        key=("account_id",),
    ),
    Table(
        "reference_match",
        "What a project or a person that a table names means here. Without a target it means nobody that we know of.",
        (
            key_text("id", "what rows hold in its place"),
            key_text("source", "the source of the table"),
            text("kind", "what is named", values=("project", "person")),
            text("target_id", "the initiative, or the person", "not known here, or several"),
            text("matched_by", "what told", "not matched", values=("key", "native_id", "email", "name")),
        ),
    ),
    Table(
        "doubled_row",
        "Rows of tables that are one record with another row, once it is known what they name. None of them counts.",
        (
            key_text("id", "the row"),
            key_text("source", "the source of the table"),
        ),
    ),
)

_RUNS: tuple[Table, ...] = (
    Table(
        "run",
        "One invocation.",
        (
            key_text("id", "run id"),
            instant("started_at", "started", "never null"),
            instant("ended_at", "ended", "still running, or killed"),
            text("outcome", "how it ended", "not ended", values=("complete", "partial", "failed", "interrupted")),
            instant("as_of", "the moment that the run takes for now", "never null"),
            text("version", "version of Plumbrule"),
            text("config_hash", "hash of the configuration, without secrets"),
            integer("process_id", "process"),
            text("host", "machine"),
        ),
    ),
    Table(
        "stream_run",
        "What one partition of one stream did in one run.",
        (
            key_text("run_id", "the run"),
            key_text("source", "the source"),
            key_text("stream", "the stream"),
            key_text("partition", "the part of it, for instance a project's id"),
            text("only_project", "the one project that it is about; blank where it was never read", "about several"),
            text("outcome", "how it ended", values=("complete", "failed", "interrupted")),
            integer("pages", "pages read"),
            integer("rows_read", "rows read"),
            integer("rows_changed", "rows that were new or different"),
            integer("rows_deleted", "rows marked as gone"),
            integer("rejections", "records that could not be read"),
            text("error_code", "code of the error", "no error"),
            text("error", "what went wrong", "no error"),
        ),
        key=("run_id", "source", "stream", "partition"),
    ),
    Table(
        "source_run",
        "What one source was asked in one run, and how long it made us wait.",
        (
            key_text("run_id", "the run"),
            key_text("source", "the source"),
            text("outcome", "how it ended", values=("complete", "partial", "failed")),
            integer("requests", "requests"),
            integer("throttled", "answers 429 among them"),
            integer("waited_seconds", "seconds that requests waited because the source asked for it, summed"),
            integer("received_bytes", "bytes received, unpacked"),
            json_text("traffic", "requests by endpoint, waits by reason, and what it said of its limits"),
        ),
        key=("run_id", "source"),
    ),
    Table(
        "source_state",
        "How fresh a source is.",
        (
            key_text("source", "the source"),
            text("kind", "its kind, as configured"),
            instant("complete_at", "as-of of the last complete pull", "never complete"),
            instant("data_at", "the moment that it shows, where it is a copy such as a dump", "it is alive"),
            instant("attempted_at", "as-of of the last attempt"),
            text("outcome", "how the last attempt ended", values=("complete", "partial", "failed")),
            text("error", "what went wrong", "nothing"),
            integer("requests", "requests of the last attempt"),
            integer("throttled", "answers 429 among them"),
            integer("waited_seconds", "seconds that its requests waited because it asked for it, summed"),
            json_text("traffic", "requests by endpoint, waits by reason, and what it said of its limits"),
            text("account", "who we are signed in as there"),
            day("token_expires_on", "last day of the token that we sign in with", "not told"),
        ),
        key=("source",),
    ),
    Table(
        "cursor",
        "Where a stream's partition goes on. Committed with the rows that it covers.",
        (
            key_text("source", "the source"),
            key_text("stream", "the stream"),
            key_text("partition", "the part of it"),
            key_text("position", "the connector's own text"),
            instant("moved_at", "as-of of the run that moved it"),
        ),
        key=("source", "stream", "partition"),
    ),
    Table(
        "rejection",
        "A record that could not be read. Kept, counted, never dropped silently.",
        (
            key_text("source", "the source"),
            key_text("stream", "the stream"),
            text("partition", "the part of the stream that it came with"),
            key_text("native_id", "the record, or its place in the page"),
            key_text("code", "what kind of trouble"),
            key_text("reason", "what is wrong with it, for a person"),
            text("body", "the record as received, cut at 4,000 characters"),
            instant("first_seen_at", "as-of of the run that met it first"),
        ),
        key=("source", "stream", "native_id", "code"),
    ),
    Table(
        "raw_page",
        "An answer as a source gave it, where it is configured to keep them (`keep_raw_days`). Committed with the rows "
        "that were made from it. It holds personal data, also such as is stored nowhere else.",
        (
            key_text("source", "the source"),
            key_text("stream", "the stream"),
            key_text("partition", "the part of it"),
            instant("taken_at", "as-of of the run that received it", "never null"),
            integer("number", "order in which that run received the answers of the partition, from 1", "never null"),
            key_text("endpoint", "method and path, ids taken out"),
            octets("body", "the body of the answer, compressed (gzip)"),
            instant("keep_until", "kept until a run of that as-of", "never null"),
        ),
        key=("source", "stream", "partition", "taken_at", "number"),
    ),
    Table(
        "capability",
        "What a source can fill. Drives *unknown* with reason not_provided_by_source.",
        (
            key_text("source", "the source"),
            key_text("table_name", "table"),
            key_text("column_name", "column"),
            text("state", "whether it can", values=("provided", "derived", "not_available")),
            text("note", "why not, or where from", "nothing to say"),
        ),
        key=("source", "table_name", "column_name"),
    ),
)

LEDGER_TABLES: tuple[Table, ...] = (*_MATCH, *_RUNS, *CHECK_TABLES)
