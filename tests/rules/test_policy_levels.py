"""The score of each PMO level."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from policies import RULES, Rows, header, read

from rules.policy.levels import LevelScore, level_scores
from rules.ruleset import RuleSet
from rules.score import Score, Scores

DAY = date(2026, 6, 30)


class Portfolio(Rows):
    """Projects with budgets, and an org tree."""

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        if "unit_kind = 'organisation'" in sql:
            return [dict(u) for u in self.units if u["unit_kind"] == "organisation"][:1]
        if "budget_cost" in sql:
            return [{"budget_cost": None, "currency": "EUR", **p} for p in self.projects]
        return super().rows(sql, parameters)


def unit(project: str, depth: int, key: str, kind: str = "department", **more: Any) -> dict[str, Any]:
    stated_as = "department" if kind == "organisation" else kind
    basic = {"owner_name": None, "pmo_level": None, "unit_name": key.title(), "unit_kind": kind, "stated_as": stated_as}
    return {"project_id": project, "depth": depth, "unit_key": key, "stated": key, **basic, **more}


def scored(**values: str | None) -> Scores:
    projects = {
        p: Score(None if v is None else Decimal(v), Decimal("0.9"), "A", capped=v is not None and v.endswith("5"))
        for p, v in values.items()
    }
    return Scores(projects, Score(None, None, ""))


def levels(
    projects: Sequence[Mapping[str, Any]],
    scores: Scores,
    units: Sequence[Mapping[str, Any]] = (),
    files: Mapping[str, str] | None = None,
    basis: Any = "equal",
) -> dict[str, LevelScore]:
    policy, problems = read(files or {})
    assert problems == ()
    found = level_scores(RuleSet(RULES, policy=policy), Portfolio(projects, units), scores, DAY, basis)
    return {x.unit: x for x in found}


def test_departments_without_an_org_tree_come_from_what_projects_state() -> None:
    projects = [
        {"project_id": "P", "department": "Research", "programme": "Apollo"},
        {"project_id": "Q", "department": "Sales"},
        {"project_id": "R"},
    ]
    found = levels(projects, scored(P="0.6", Q="0.9", R="0.3"))
    assert list(found) == ["", "research", "sales", "apollo"]
    assert [(x.level, x.score, x.projects) for x in found.values()] == [
        ("organisation", Decimal("0.6"), 3),
        ("department", Decimal("0.6"), 1),
        ("department", Decimal("0.9"), 1),
        ("programme", Decimal("0.6"), 1),
    ]


def test_a_department_counts_the_projects_of_those_below_it() -> None:
    units = [
        unit("P", 0, "lab"), unit("P", 1, "rnd", owner_name="Li Wei", pmo_level="directive"),
        unit("P", 2, "acme", "organisation", owner_name="Ines"), unit("Q", 0, "rnd", owner_name="Li Wei",
        pmo_level="directive"), unit("Q", 1, "acme", "organisation", owner_name="Ines"),
    ]  # fmt: skip
    found = levels([{"project_id": "P"}, {"project_id": "Q"}], scored(P="0.5", Q="1"), units)
    assert list(found) == ["", "rnd", "lab"]
    assert (found[""].name, found[""].owner) == ("Acme", "Ines")
    assert (found["rnd"].projects, found["rnd"].score, found["rnd"].owner) == (2, Decimal("0.75"), "Li Wei")
    assert (found["lab"].parent, found["lab"].depth, found["lab"].pmo_level) == ("rnd", 1, "directive")


def test_policy_names_owner_and_kind_of_pmo_before_the_tree_does() -> None:
    files = {
        "o": header("organisation", owner='"Ines"', pmo_level='"supportive"'),
        "d": header("department", "research", owner='"dr.lee"'),
        "later": header("department", "sales", owner='"nobody yet"', effective_from="2027-01-01"),
    }
    projects = [{"project_id": "P", "department": "Research"}, {"project_id": "Q", "department": "Sales"}]
    found = levels(projects, scored(P="1", Q="1"), files=files)
    assert [(x.owner, x.pmo_level) for x in found.values()] == [
        ("Ines", "supportive"),
        ("dr.lee", "supportive"),
        (None, "supportive"),
    ]


def test_the_worst_tenth_and_the_capped_stand_beside_the_mean() -> None:
    many = {f"P{n:02}": f"0.{n:02}" for n in range(50, 71)}  # 21 projects: a tenth is three of them
    found = levels([{"project_id": p} for p in many], scored(**many))[""]
    assert found.worst_tenth == Decimal("0.51")
    assert found.capped == 2  # 0.55 and 0.65: those whose score ends in 5
    assert found.score == Decimal("0.6")


def test_weighed_by_budget_large_projects_count_more_and_those_without_one_are_left_out() -> None:
    projects = [
        {"project_id": "P", "budget_cost": Decimal(300)},
        {"project_id": "Q", "budget_cost": Decimal(100)},
        {"project_id": "R"},
    ]
    found = levels(projects, scored(P="1", Q="0.6", R="0"), basis="budget")[""]
    assert (found.score, found.basis, found.unweighed) == (Decimal("0.9"), "budget", 1)
    assert found.worst_tenth == 0  # nobody is hidden by having no budget


def test_budgets_of_different_currencies_weigh_nothing() -> None:
    projects = [
        {"project_id": "P", "budget_cost": Decimal(300)},
        {"project_id": "Q", "budget_cost": Decimal(1), "currency": "CNY"},
    ]
    found = levels(projects, scored(P="1", Q="0.5"), basis="budget")[""]
    assert (found.score, found.basis) == (Decimal("0.75"), "equal")


def test_too_little_evaluated_is_no_grade() -> None:
    thin = Scores({"P": Score(Decimal(1), Decimal("0.59"), "insufficient data")}, Score(None, None, ""))
    assert levels([{"project_id": "P"}], thin)[""].grade == "insufficient data"
    assert levels([{"project_id": "P"}], scored(P=None))[""].worst_tenth is None


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("PQRSTUV"), st.decimals("0", "1", places=2), min_size=1))
def test_the_mean_lies_between_the_worst_tenth_and_the_best(values: dict[str, Decimal]) -> None:
    found = levels([{"project_id": p} for p in values], scored(**{p: str(v) for p, v in values.items()}))[""]
    assert found.worst_tenth is not None
    assert found.score is not None
    assert found.worst_tenth <= found.score + Decimal("1e-20")
    assert found.score <= max(values.values()) + Decimal("1e-20")
