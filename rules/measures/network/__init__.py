"""The network of a plan: what can begin when, what drives the finish, and how much room each task has.

The critical path method as a planning tool carries it out: working calendars, the four kinds of dependencies with leads
and lags, constraints, deadlines, recorded progress, dependencies of summary tasks. `worktime` turns moments into
working time and back, `calendars` reads calendars, `activity` holds a network, `ordering` finds an order and circles,
`assemble` builds networks from rows, `passes` computes early and late dates, `floats` what follows from them, `assess`
puts a plan's results together, and `step` is the way in and out in columns.

Moments are whole minutes since the beginning of 1970 by the wall clock of the plan; amounts of time are whole minutes.
"""
