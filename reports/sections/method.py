"""How the numbers are computed, in words: the formulas are those of the measures, told for a reader."""

from reports.material import Material
from reports.model import MethodEntry


def method(material: Material) -> tuple[MethodEntry, ...]:
    """One entry per number that the page shows."""
    words, limits, figures = material.words, material.limits, material.figures
    entries = (
        (
            words("Computed status"),
            words(
                "Red: an enforced rule of critical or high severity fails in the dimension. Amber: one of medium "
                "severity fails or warns. Green: rules were evaluated and nothing leans. "
                "n/a: the data that the rules need is missing; n/a never counts as green."
            ),
        ),
        (
            words("Waivers"),
            words(
                "A finding under waiver is a broken rule that somebody accepted until a day, for a reason. It stays in "
                "every list, colours its dimension amber at most and never leaves it green, and counts in the score as "
                "broken; the score without waived findings leaves it out."
            ),
        ),
        (
            words("Reported better than computed"),
            words("The colour of the latest status report is better than the computed one."),
        ),
        (
            words("EAC, estimate at completion"),
            words(
                "BAC / CPI, with CPI = EV / AC. BAC is the cost of the approved baseline, EV the part of it earned by "
                "progress, AC the actual cost. Only projects where both are known are added, and only within one "
                "currency."
            ),
        ),
        (
            words("Schedule"),
            words(
                "Calendar days from the approved to the forecast finish; late beyond {days} days, and where the "
                "forecast finish has passed while the project is not finished.",
                days=limits.late_days,
            ),
        ),
        (
            words("Scope growth"),
            words(
                "Scope now against scope on the day of the freeze (day of the baseline, else of the approval), in "
                "hours or items; the tile shows the median. Grown means beyond {limit}.",
                limit=figures.percent(limits.scope_growth_ratio),
            ),
        ),
        (
            words("Compliance score"),
            words(
                "Weighted share of rules that hold, 0 to 100; weights by severity. Coverage is the share of "
                "applicable rules that could be evaluated; below {least} no score is shown.",
                least=figures.percent(limits.least_coverage_ratio),
            ),
        ),
        (
            words("PMO levels"),
            words(
                "Mean of the scores of the projects in the organisation, the department or the programme. Worst tenth: "
                "mean of the tenth of them that score lowest. A project with an open critical failure gets C at best."
            ),
        ),
        (
            words("Overload"),
            words("Hours planned over all projects divided by hours available, per person and week."),
        ),
        (
            words("Risk exposure"),
            words("Probability times cost of the impact, open threats only."),
        ),
        (
            words("Open projects"),
            words("Tiles, attention and decisions count projects that are not closed; the list shows all."),
        ),
    )
    return tuple(MethodEntry(term=term, text=text) for term, text in entries)
