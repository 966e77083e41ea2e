"""What must hold for every settlement, tried on many: bounds, order of payouts, derivation of every value."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calculation import calculate, input_from_json, input_to_json
from calculation.codec import to_json
from calculation.derivation import walk
from calculation.model import (
    CalculationInput,
    Circumstances,
    DisputedItem,
    IncidentalLine,
    ItemKind,
    LabourLine,
    Parameters,
    PartLine,
    Peril,
    ProposedCut,
    Rate,
    ReferenceWorkshop,
    RepairDone,
    ReplacementBought,
    ReplacementValue,
    ResidualValue,
    Settlement,
    SettlementItem,
    TaxKind,
    ValueLoss,
    ValueLossBasis,
    Vehicle,
    WorkshopClause,
)
from calculation.result import CalculationResult
from calculation.settlement_terms import terms_of

D = Decimal
MAYBE = st.none() | st.booleans()
KINDS = st.sampled_from(get_args(TaxKind))


def money(top: int = 2_000_000) -> st.SearchStrategy[Decimal]:
    return st.integers(0, top).map(lambda cents: D(cents).scaleb(-2))


WORKSHOPS = st.builds(
    ReferenceWorkshop,
    name=st.just("Werkstatt"),
    kind=st.sampled_from(["workshop", "workshop", "regional_mean"]),
    distance_km=st.none() | st.integers(0, 40).map(D),
    rates=st.just({"body": D("100.00")}) | st.just({}),
    transfer_amount=st.none() | money(20_000),
    repair_net=st.none() | money(1_000_000),
    equivalence_evidence=st.sampled_from(["", "Zertifikat"]),
    special_insurer_price=MAYBE,
)
CUTS = st.lists(
    st.builds(
        ProposedCut,
        item=st.sampled_from(get_args(DisputedItem)),
        amount=money(50_000),
        accepted=MAYBE,
        reason=st.sampled_from(["", "Grund"]),
    ),
    max_size=3,
).map(tuple)
ITEMS = st.lists(
    st.builds(
        SettlementItem,
        id=st.uuids().map(str),
        amount=money(100_000),
        kind=st.sampled_from(get_args(ItemKind)),
        incurred=st.booleans(),
        congruent=MAYBE,
    ),
    max_size=3,
).map(tuple)
DONE = st.builds(
    RepairDone,
    extent=st.sampled_from(["partial", "complete"]),
    invoice_gross=money(),
    professional=MAYBE,
    as_in_report=MAYBE,
    used_parts=st.booleans(),
)
BOUGHT = st.builds(ReplacementBought, price_gross=money(3_000_000), tax_kind=KINDS)


@st.composite
def cases(draw: Any, mode: str | None = None, regime: str | None = None) -> CalculationInput:
    mode = mode or draw(st.sampled_from(["fictive", "fictive", "concrete"]))
    proof = draw(st.sampled_from(["done", "bought"])) if mode == "concrete" else None
    value = draw(st.none() | money().filter(bool))
    return CalculationInput(
        parameters=Parameters(
            price_date=date(2026, 11, 23),
            vat_rate=draw(st.sampled_from([D("0.19"), D(0)])),
            upe_markup_percent=D(draw(st.sampled_from([0, 10]))),
            small_parts_percent=D(2),
        ),
        rates={"body": Rate(hourly=D("150.00"))},
        parts=(PartLine(id="p", unit_price=draw(money(500_000))),),
        labour=(LabourLine(id="l", units=draw(money(2000)), low=D(0) if draw(st.booleans()) else None),),
        incidentals=(
            IncidentalLine(id="t", kind="transfer", amount=draw(money(30_000))),
            IncidentalLine(id="i", amount=draw(money(800_000)), high=D(10000) if draw(st.booleans()) else None),
        ),
        settlement=Settlement(
            regime=regime or draw(st.sampled_from(["kasko", "liability"])),
            mode=mode,
            cover=draw(st.sampled_from([None, "partial", "full"])),
            peril=draw(st.none() | st.sampled_from(get_args(Peril))),
            excess=draw(money(100_000)),
            excess_partial_cover=draw(st.none() | money(30_000)),
            excess_already_taken=draw(st.just(D(0)) | money(30_000)),
            workshop_clause=draw(
                st.none()
                | st.builds(
                    WorkshopClause, percent=st.integers(0, 100).map(D), base=st.sampled_from(["repair", "compensation"])
                )
            ),
            quota=draw(money(100)),
            loss_date=draw(st.none() | st.just(date(2026, 11, 20))),
            already_paid=draw(st.none() | money(500_000)),
            replacement=None if value is None else ReplacementValue(amount=value, tax_kind=draw(KINDS)),
            residual=None
            if value is None and draw(st.booleans())
            else ResidualValue(
                amount=draw(money()), sold_for=draw(st.none() | money()), insurer_offer=draw(st.none() | money())
            ),
            value_loss=draw(
                st.none() | st.builds(ValueLoss, amount=money(100_000), basis=st.sampled_from(["net", "gross"]))
            ),
            value_loss_basis=draw(
                st.none()
                | st.builds(
                    ValueLossBasis,
                    new_price=money(5_000_000),
                    sale_value=money(3_000_000),
                    age_months=st.integers(0, 150),
                    mfm_extent=st.just(D("0.4")),
                )
            ),
            lump_sum=draw(st.sampled_from([D(0), D("25.00")])),
            other_items=draw(ITEMS),
            reference_workshop=draw(st.none() | WORKSHOPS),
            proposed_cuts=draw(CUTS),
            repair_done=draw(DONE) if proof == "done" else draw(st.none() | DONE) if mode == "fictive" else None,
            replacement_bought=draw(BOUGHT) if proof == "bought" else None,
            keeps_six_months=draw(MAYBE),
            roadworthy=draw(MAYBE),
            input_tax_deduction=draw(MAYBE),
            own_insurer_paid=draw(st.none() | money(1_000_000)),
        ),
        circumstances=draw(st.builds(Circumstances, not_drivable=MAYBE, shared_fault=MAYBE, assignment=MAYBE)),
        vehicle=Vehicle(first_registration=draw(st.none() | st.dates(date(2010, 1, 1), date(2026, 11, 1)))),
    )


def settled(data: CalculationInput, **changes: Any) -> Any:
    other = replace(data, settlement=replace(data.settlement, **changes))
    return calculate(other, explain=False).settlement


def bound(data: CalculationInput, result: CalculationResult) -> Decimal | None:
    """Most that can be paid for the car itself, where a cap is known."""
    terms = terms_of(data)
    found = result.settlement
    if found.regime == "kasko":
        if found.basis in {"invoice", "invoice_capped"} or terms.effort_net is None:
            return None if terms.tested is None else max(terms.tested, terms.net or D(0))
        return max(terms.effort_gross or D(0), terms.effort_net)
    if found.stage in {3, 4} and found.basis == "total_loss":
        return terms.effort_net
    return None


@settings(max_examples=60, deadline=None)
@given(cases())
def test_payout_is_never_negative_and_never_above_the_cap(data: CalculationInput) -> None:
    result = calculate(data)
    found = result.settlement
    assert found.payout >= 0
    assert found.open_amount >= 0
    assert found.payout <= found.claim
    for amount in (found.payout, found.claim, found.repair_allowed, found.open_amount, found.cuts_allowed):
        assert amount == round(amount, 2)
    cap = bound(data, result)
    if cap is not None:
        extras = found.lump_sum + found.other_items
        assert found.claim - extras <= cap
    assert result.payout_band.low <= found.payout <= result.payout_band.high
    assert 0 <= found.cuts_allowed <= sum((c.amount for c in data.settlement.proposed_cuts), D(0))
    assert input_from_json(input_to_json(data)) == data
    assert calculate(data, explain=False).settlement == found


@settings(max_examples=25, deadline=None)
@given(cases(regime="kasko"), money(50_000))
def test_more_excess_never_pays_more(data: CalculationInput, more: Decimal) -> None:
    assert settled(data, excess=data.settlement.excess + more).payout <= settled(data).payout


@settings(max_examples=25, deadline=None)
@given(cases(regime="liability"), money(100))
def test_more_quota_never_pays_less(data: CalculationInput, quota: Decimal) -> None:
    low, high = sorted([quota, data.settlement.quota])
    assert settled(data, quota=low).payout <= settled(data, quota=high).payout


@settings(max_examples=25, deadline=None)
@given(cases(mode="fictive"))
def test_reference_and_cuts_never_raise_a_claim(data: CalculationInput) -> None:
    plain = settled(data, reference_workshop=None, proposed_cuts=())
    assert settled(data).payout <= plain.payout
    blocked = replace(data.settlement, proposed_cuts=())
    if data.settlement.reference_workshop is not None:
        result = calculate(replace(data, settlement=blocked), explain=False).settlement
        assert result.reference is not None
        assert result.reference.difference >= 0
        if result.reference.status != "applied":
            assert result.payout == plain.payout


@settings(max_examples=25, deadline=None)
@given(cases(mode="fictive", regime="liability"))
def test_an_invoice_of_the_report_never_pays_less_than_the_fictive_claim(data: CalculationInput) -> None:
    plain = {"reference_workshop": None, "proposed_cuts": (), "repair_done": None}
    sheet = calculate(data, explain=False).totals
    done = RepairDone(extent="complete", invoice_gross=sheet.gross, professional=True, as_in_report=True)
    fictive = settled(data, **plain)
    assume(fictive.stage is not None)
    changes = plain | {"mode": "concrete", "repair_done": done, "keeps_six_months": True, "roadworthy": True}
    concrete = settled(data, **changes)
    kept = settled(data, **(plain | {"keeps_six_months": True, "roadworthy": True}))
    assert concrete.stage == kept.stage
    assert concrete.payout >= kept.payout


@settings(max_examples=25, deadline=None)
@given(cases())
def test_every_settlement_value_has_its_node(data: CalculationInput) -> None:
    result = calculate(data)
    found, nodes = result.settlement, result.derivation
    for name in ("repair_allowed", "claim", "payout"):
        assert nodes[name].value == str(getattr(found, name))
    for name in (
        "residual_used",
        "replacement_without_tax",
        "replacement_effort_without_tax",
        "replacement_effort_gross",
        "ratio_percent",
        "limit_130",
        "stage",
        "payout_if_kept",
        "payout_if_sold",
    ):
        value = getattr(found, name)
        assert (name in nodes) == (value is not None), name
        assert value is None or nodes[name].value == str(value)
    for name in ("value_loss", "lump_sum", "other_items", "workshop_clause", "open_amount"):
        value = getattr(found, name)
        if name in nodes:
            assert nodes[name].value == str(value)
        elif name != "open_amount":
            assert not value, name
    assert ("excess" if found.regime == "kasko" else "quota") in nodes
    if found.privilege is not None:
        for field in fields(found.privilege):
            assert nodes[f"privilege.{field.name}"].value == str(getattr(found.privilege, field.name))
    if found.reference is not None:
        assert nodes["reference.status"].value == found.reference.status
        if found.reference.workshop_net is not None:
            assert nodes["reference.workshop_net"].value == str(found.reference.workshop_net)
            assert nodes["reference.difference"].value == str(found.reference.difference)
    for loss in result.value_losses:
        assert nodes[f"value_loss:{loss.method}"].value == ("-" if loss.amount is None else str(loss.amount))
    for row in result.stage_table:
        assert nodes[f"way:{row.way}"].value == str(row.fictive)
    for rule in result.eligibility.rules:
        assert nodes[f"eligibility:{rule.code}"].value == rule.status
    assert nodes["eligibility"].value == result.eligibility.overall
    for node in nodes.values():
        assert node.words.de
        assert node.words.en
        assert node.numbers
        for operand in node.inputs:
            assert operand.ref is None or operand.ref in nodes, (node.key, operand.ref)
            assert operand.ref != node.key
    assert {n.key for _, n in walk(nodes, "payout")} >= {"payout", "claim"}
    assert to_json(result.stage_table) is not None


@settings(max_examples=30, deadline=None)
@given(cases())
def test_sums_of_the_derivation_add_up(data: CalculationInput) -> None:
    """The terms of the claim's and the repair's nodes add up to their value."""
    nodes = calculate(data).derivation
    claim = nodes["claim"]
    assert sum((D(operand.value) for operand in claim.inputs), D(0)) == D(claim.value)
