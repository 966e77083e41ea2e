"""The rules of the instant settlement: met, not met, unknown; what follows from them."""

from __future__ import annotations

from typing import Any

import pytest
from calculation_builders import repair_of, run, sheet

DENIED = dict.fromkeys(
    (
        "airbag_deployed", "structural_damage", "wheel_or_axle_hit", "fluid_loss", "not_drivable", "flood_or_fire",
        "prior_damage", "other_insurer", "assignment", "personal_injury", "police_case", "shared_fault",
    ),
    False,
) | {"owner_is_claimant": True}  # fmt: skip
VALUE = {"replacement": {"amount": "15000", "tax_kind": "none"}, "residual": {"amount": "5000"}}


def fit(net: str = "2000.00", **changes: Any) -> Any:
    data: dict[str, Any] = {
        "rates": {"body": {"hourly": "100.00"}, "mechanic": {"hourly": "100.00"}},
        "labour": [{"id": "l", "units": "2"}],
        "incidentals": repair_of(net),
        "circumstances": DENIED | changes.pop("circumstances", {}),
        "settlement": VALUE | changes.pop("settlement", {}),
    }
    return run(sheet(**(data | changes)))


def status(result: Any, code: str) -> str:
    return str(next(rule.status for rule in result.eligibility.rules if rule.code == code))


def test_a_case_with_every_rule_met_is_eligible() -> None:
    result = fit()
    assert {rule.status for rule in result.eligibility.rules} == {"met"}
    assert result.eligibility.overall == "eligible"
    assert all(rule.clears is None for rule in result.eligibility.rules)
    assert result.derivation["eligibility"].value == "eligible"


def test_nothing_stated_is_to_be_clarified_rule_by_rule() -> None:
    result = run(sheet(incidentals=repair_of("2000.00")))
    assert result.eligibility.overall == "to_be_clarified"
    unknown = [rule for rule in result.eligibility.rules if rule.status == "unknown"]
    assert {rule.code for rule in unknown} >= {"total_loss", "owner_is_claimant", "assignment", "no_hidden_damage"}
    for rule in unknown:
        assert rule.clears is not None
        assert rule.clears.de
        assert rule.clears.en
    assert result.derivation["eligibility:assignment"].value == "unknown"


@pytest.mark.parametrize(
    ("changes", "code", "overall"),
    [
        ({"net": "3400.00"}, "limit", "not_eligible"),
        ({"settlement": {"leased": True}}, "leased", "not_eligible"),
        ({"settlement": {"financed": True}}, "financed", "not_eligible"),
        ({"settlement": {"replacement": {"amount": "2000", "tax_kind": "none"}}}, "total_loss", "not_eligible"),
        ({"circumstances": {"owner_is_claimant": False}}, "owner_is_claimant", "to_be_clarified"),
        ({"circumstances": {"other_insurer": True}}, "other_insurer", "to_be_clarified"),
        ({"circumstances": {"assignment": True}}, "assignment", "to_be_clarified"),
        ({"circumstances": {"personal_injury": True}}, "personal_injury", "to_be_clarified"),
        ({"circumstances": {"police_case": True}}, "police_case", "to_be_clarified"),
        ({"circumstances": {"not_drivable": True}}, "not_drivable", "to_be_clarified"),
        ({"settlement": {"quota": "0.70"}}, "shared_fault", "to_be_clarified"),
        ({"circumstances": {"airbag_deployed": True}}, "no_hidden_damage", "to_be_clarified"),
        ({"circumstances": {"mainly_body_and_paint": False}}, "mainly_body_and_paint", "to_be_clarified"),
        (
            {"labour": [{"id": "l", "units": "2"}, {"id": "m", "rate": "mechanic", "units": "3"}]},
            "mainly_body_and_paint",
            "to_be_clarified",
        ),
    ],
)
def test_each_rule(changes: dict[str, Any], code: str, overall: str) -> None:
    result = fit(**changes)
    assert [rule.code for rule in result.eligibility.rules if rule.status == "not_met"] == [code]
    assert result.eligibility.overall == overall


def test_unknown_ownership_and_input_tax() -> None:
    result = fit(settlement={"leased": None, "financed": None, "input_tax_deduction": None})
    assert {rule.code for rule in result.eligibility.rules if rule.status == "unknown"} == {
        "leased",
        "financed",
        "input_tax",
    }


def test_upper_edge_over_the_limit_is_unknown() -> None:
    result = fit(incidentals=[{"id": "i", "amount": "2500.00", "high": "3500.00"}])
    assert status(result, "limit") == "unknown"
    assert result.eligibility.overall == "to_be_clarified"


@pytest.mark.parametrize(("price", "expected"), [("20000", "met"), ("9000", "unknown"), ("6000", "not_met")])
def test_without_a_replacement_value_the_estimate_decides(price: str, expected: str) -> None:
    """Repair gross 2,618: 26 %, 58 % and 87 % of half the list price."""
    result = fit(
        settlement={"replacement": None, "residual": None},
        vehicle={"list_price": price, "first_registration": "2021-11-23"},
        value_band={"anchors": [{"years": "5", "low": "0.5", "high": "0.6"}]},
    )
    assert status(result, "total_loss") == expected


def test_cover_is_a_rule_of_kasko_alone() -> None:
    assert all(rule.code != "peril_covered" for rule in fit().eligibility.rules)
    kasko = {"regime": "kasko", "excess": "150.00"}
    assert status(fit(settlement=kasko), "peril_covered") == "unknown"
    assert status(fit(settlement=kasko | {"cover": "partial", "peril": "hail"}), "peril_covered") == "met"
    assert status(fit(settlement=kasko | {"cover": "full"}), "peril_covered") == "met"
    assert status(fit(settlement=kasko | {"cover": "partial", "peril": "collision"}), "peril_covered") == "not_met"
