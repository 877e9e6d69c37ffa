"""Columns of a project about how it is governed: who answers for it, what it is for, what was proposed."""

from collections.abc import Sequence

from portfolio.model.column import Column, day, hours, money, ratio, text


def governed(phases: Sequence[str], health: Sequence[str]) -> tuple[Column, ...]:
    """The columns, with the words that phase and reported health may take."""
    return (
        text("initiative_key", "key under which the PMO governs it, as held in the tool", "not held there"),
        text("programme", "programme's name", "in no programme"),
        text("department", "department's name"),
        text("phase", "where in its life the project stands", values=tuple(phases)),
        text("health_reported", "status colour typed into the tool", values=tuple(health)),
        text("method", "delivery method stated", "not stated"),
        text("goal", "strategy goal stated", "not stated"),
        text("size_class", "size by the PMO's own scale", values=("small", "medium", "large")),
        text("manager_id", "account of the project manager", "nobody named"),
        text("sponsor_id", "account of the sponsor", "nobody named"),
        text("sponsor_name", "sponsor as typed, where the tool has no account", "nobody named"),
        text("objective_metric", "what the objective is measured by", "not stated"),
        text("objective_target", "value of it that is to be reached", "not stated"),
        day("objective_due_on", "day by which it is to be reached"),
        day("requested_on", "the project was asked for on"),
        money("expected_value", "what it is worth to the organisation, as proposed"),
        money("expected_cost", "what it would cost, as proposed"),
        hours("expected_hours", "work that it would take, as proposed"),
        ratio("approval_ratio", "how likely the proposal is to be approved"),
        day("closed_on", "day on which it was closed", "not closed, or not stated"),
    )
