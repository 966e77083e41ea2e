"""What must hold for every calculation, tried on many."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from calculation import CalculationInput, calculate, input_from_json, input_to_json, result_to_json
from calculation.codec import to_json
from calculation.derivation import walk
from calculation.model import (
    BandAnchor,
    DeductionLine,
    DentLine,
    IncidentalLine,
    LabourLine,
    PaintLine,
    PaintMaterial,
    Parameters,
    PartLine,
    PreDamage,
    Rate,
    ReplacementValue,
    ResidualValue,
    Settlement,
    ValueBand,
    ValueLoss,
    Vehicle,
)

D = Decimal
RATES = {name: Rate(hourly=D(hourly)) for name, hourly in [("body", "131.37"), ("paint", "155.55"), ("dents", "97.01")]}


def amounts(top: int = 500_000, places: int = 2) -> st.SearchStrategy[Decimal]:
    return st.integers(0, top).map(lambda cents: D(cents).scaleb(-places))


def band(draw: Any, value: Decimal) -> dict[str, Decimal | None]:
    if draw(st.booleans()):
        return {}
    low, high = sorted([draw(amounts(200_000)), draw(amounts(200_000))])
    return {"low": low, "high": max(high, value) if draw(st.booleans()) else high}


def damages() -> st.SearchStrategy[PreDamage | None]:
    return st.none() | amounts(100).map(lambda share: PreDamage(share=share, reason="Kratzer"))


@st.composite
def inputs(draw: Any) -> CalculationInput:
    count = st.integers(0, 5)
    parts, labour, paint, incidentals = [], [], [], []
    for i in range(draw(count)):
        price = draw(amounts())
        parts.append(
            PartLine(
                id=f"p{i}",
                qty=D(draw(st.integers(0, 4))),
                unit_price=price,
                marked_up=draw(st.booleans()),
                small_parts=draw(st.booleans()),
                part_origin=draw(st.sampled_from(["original", "exchange"])),
                pre_damage=draw(damages()),
                discount_percent=D(draw(st.integers(0, 100))),
                **band(draw, price),
            )
        )
    for i in range(draw(count)):
        units = draw(amounts(2000))
        labour.append(
            LabourLine(
                id=f"l{i}",
                unit=draw(st.sampled_from(["hours", "AW", "ZE"])),
                units=units,
                surcharge_percent=D(draw(st.integers(0, 60))),
                difficulty_percent=D(draw(st.integers(0, 30))),
                active=draw(st.booleans()),
                included_in=draw(st.sampled_from([(), ("p0",), ("l0", "p1")])) if i else (),
                pre_damage=draw(damages()),
                **band(draw, units),
            )
        )
    for i in range(draw(count)):
        hours = draw(amounts(900))
        paint.append(
            PaintLine(
                id=f"k{i}",
                level=draw(st.sampled_from(["new", "surface", "preparation"])),
                substrate=draw(st.sampled_from(["metal", "plastic"])),
                hours=hours,
                material_points=D(draw(st.integers(0, 90))),
                material_value=draw(amounts(20000)),
                **({} if draw(st.booleans()) else {"low": D(0), "high": hours + 1}),
            )
        )
    dents = [
        DentLine(
            id=f"d{i}",
            press_hours=draw(amounts(400)),
            aluminium_percent=D(draw(st.sampled_from([0, 25]))),
            finish_hours=D("0.25"),
        )
        for i in range(draw(st.integers(0, 2)))
    ]
    for i in range(draw(count)):
        amount = draw(amounts(30000))
        incidentals.append(IncidentalLine(id=f"i{i}", amount=amount, **band(draw, amount)))
    deductions = [
        DeductionLine(
            id=f"a{i}",
            kind=draw(st.sampled_from(["discount", "new_for_old", "betterment", "surcharge"])),
            base=draw(st.sampled_from(["amount", "part_lines", "parts", "labour", "paint", "total"])),
            has_gain=None,
            percent=D(draw(st.integers(0, 30))),
            amount=D(0),
            taxed=draw(st.booleans()),
            reason_text="Grund",
        )
        for i in range(draw(st.integers(0, 2)))
    ]
    value = draw(st.none() | amounts(2_000_000).map(lambda v: v + 1))
    return CalculationInput(
        parameters=Parameters(
            price_date=date(2026, 11, 23),
            vat_rate=draw(st.sampled_from([D("0.19"), D("0.16"), D(0)])),
            small_parts_percent=draw(amounts(999)),
            small_parts_base=draw(st.sampled_from(["parts", "parts_with_markup", "labour"])),
            upe_markup_percent=D(draw(st.integers(-30, 30))),
            procurement_percent=D(draw(st.integers(0, 5))),
            procurement_max=draw(st.none() | amounts(5000)),
            exchange_part_tax=draw(st.booleans()),
            parts_disposal_percent=D(draw(st.integers(0, 3))),
            labour_setup_percent=D(draw(st.integers(0, 10))),
            units_per_hour={"AW": D(12), "ZE": D(100)},
            preparation_plastic_percent=D(draw(st.integers(0, 100))),
            dent_setup_hours=D("0.60"),
            paint_material=PaintMaterial(
                model=draw(st.sampled_from(["percent_of_wage", "points", "azt_index", "flat", "in_wage"])),
                percent=D(draw(st.integers(0, 60))),
                price_per_point=D("3.80"),
                constant=D("49.70"),
                amount=D("180.00"),
                disposal_percent=D(draw(st.integers(0, 5))),
            ),
        ),
        rates=RATES,
        parts=tuple(parts),
        labour=tuple(labour),
        paint=tuple(paint),
        dents=tuple(dents),
        incidentals=tuple(incidentals),
        deductions=tuple(deductions),
        settlement=Settlement(
            regime=draw(st.sampled_from(["kasko", "liability"])),
            excess=draw(amounts(100_000)),
            quota=draw(amounts(100)),
            replacement=None
            if value is None
            else ReplacementValue(
                amount=value, tax_kind=draw(st.sampled_from(["regular", "margin_contained", "margin_percent", "none"]))
            ),
            residual=None if value is None else ResidualValue(amount=draw(amounts(2_000_000))),
            value_loss=draw(st.none() | st.builds(ValueLoss, amount=amounts(100_000))),
            own_insurer_paid=draw(st.none() | amounts(1_000_000)),
            keeps_six_months=draw(st.none() | st.booleans()),
            roadworthy=draw(st.none() | st.booleans()),
            input_tax_deduction=draw(st.booleans()),
        ),
        vehicle=Vehicle(
            list_price=D(30000),
            first_registration=draw(st.dates(date(1999, 1, 1), date(2026, 11, 1))),
            mileage_km=90000,
        ),
        value_band=ValueBand(
            anchors=(BandAnchor(years=D(0), low=D(1), high=D(1)), BandAnchor(years=D(10), low=D("0.2"), high=D("0.3")))
        ),
    )


@settings(max_examples=80, deadline=None)
@given(inputs())
def test_sums_bands_and_payout(data: CalculationInput) -> None:
    result = calculate(data)
    totals = result.totals
    assert totals.net + totals.vat == totals.gross
    assert (
        totals.parts_total
        + totals.labour_total
        + totals.paint
        + totals.incidentals
        + totals.surcharges
        - totals.discounts
        == totals.net
    )
    assert result.payout >= 0
    for name in ("net_band", "gross_band", "payout_band"):
        found = getattr(result, name)
        assert found.low <= found.point <= found.high
    assert result.payout_band.point == result.payout
    for line in result.lines:
        assert line.low <= line.amount <= line.high
    for amount in (totals.net, totals.vat, totals.gross, result.payout, totals.labour, totals.paint_wage):
        assert amount.as_tuple().exponent == -2
    # a group is priced once on its summed time: within a cent per line of the sum of its lines
    for block, amount in (("labour", totals.labour), ("paint", totals.paint_wage), ("parts", totals.parts)):
        lines = [line.amount for line in result.lines if line.block == block]
        assert abs(sum(lines, D(0)) - amount) <= D("0.01") * max(1, len(lines))
    assert sum(totals.hours_by_rate.values(), D(0)) == totals.hours_total
    for line in result.lines:
        if line.included_in is not None:
            assert line.amount == line.low == line.high == 0
            assert line.quantity == 0 or line.block == "parts"


@settings(max_examples=35, deadline=None)
@given(inputs(), st.randoms(use_true_random=False))
def test_order_of_lines_has_no_influence(data: CalculationInput, rng: random.Random) -> None:
    def shuffled(lines: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(rng.sample(lines, len(lines)))

    other = replace(
        data,
        **{
            name: shuffled(getattr(data, name))
            for name in ("parts", "labour", "paint", "dents", "incidentals", "deductions")
        },
    )
    first, second = calculate(data), calculate(other)
    assert json.dumps(to_json(first.totals)) == json.dumps(to_json(second.totals))
    assert first.settlement == second.settlement
    assert first.flags == second.flags
    assert (first.net_band, first.payout_band) == (second.net_band, second.payout_band)


@settings(max_examples=40, deadline=None)
@given(inputs(), amounts(100_000), amounts(500), amounts(500))
def test_more_damage_never_costs_less(data: CalculationInput, price: Decimal, units: Decimal, hours: Decimal) -> None:
    more = replace(
        data,
        parts=(*data.parts, PartLine(id="more-p", unit_price=price)),
        labour=(*data.labour, LabourLine(id="more-l", units=units)),
        paint=(*data.paint, PaintLine(id="more-k", hours=hours)),
    )
    before, after = calculate(data, explain=False), calculate(more, explain=False)
    assert after.totals.net >= before.totals.net
    assert after.totals.gross >= before.totals.gross
    assert after.gross_band.high >= before.gross_band.high


@settings(max_examples=40, deadline=None)
@given(inputs())
def test_removing_a_parent_revives_its_child_and_never_takes_another_line(data: CalculationInput) -> None:
    before = calculate(data, explain=False)
    parents = {line.included_in for line in before.lines if line.included_in}
    without = replace(
        data,
        parts=tuple(replace(p, active=p.active and p.id not in parents) for p in data.parts),
        labour=tuple(replace(w, active=w.active and w.id not in parents) for w in data.labour),
    )
    after = calculate(without, explain=False)
    assert not [line for line in after.lines if line.included_in in parents]
    for line in after.lines:
        # what did not include, was not included and is no deduction counts as it did
        same = next((old for old in before.lines if old.id == line.id), None)
        if same is not None and line.id not in parents and same.included_in is None and line.block != "deductions":
            assert line.amount == same.amount


@settings(max_examples=30, deadline=None)
@given(inputs(), amounts(100))
def test_earlier_damage_only_ever_lowers_what_is_owed(data: CalculationInput, share: Decimal) -> None:
    damage = PreDamage(share=share, reason="Rost")
    more = replace(data, parts=tuple(replace(p, pre_damage=damage) for p in data.parts))
    none = replace(data, parts=tuple(replace(p, pre_damage=None) for p in data.parts))
    with_damage, without = calculate(more, explain=False).totals, calculate(none, explain=False).totals
    assert with_damage.net == without.net
    assert with_damage.net_allowed <= without.net_allowed


@settings(max_examples=30, deadline=None)
@given(inputs())
def test_json_and_derivation_are_complete(data: CalculationInput) -> None:
    assert input_from_json(json.loads(json.dumps(input_to_json(data)))) == data
    result = calculate(data)
    assert calculate(data, explain=False).totals == result.totals
    derivation = result.derivation
    assert {f"line:{line.id}" for line in result.lines} <= set(derivation)
    for node in derivation.values():
        assert all((node.words.de, node.words.en, node.numbers))
        for operand in node.inputs:
            assert operand.ref is None or operand.ref in derivation, (node.key, operand.ref)
    reached = {node.key for _, node in walk(derivation, "payout")}
    if result.settlement.basis == "repair":
        counting = {f"line:{line.id}" for line in result.lines if line.amount}
        assert counting <= reached
    for line in result.lines:
        assert derivation[f"line:{line.id}"].value == str(line.amount)
    for name in ("net", "vat", "gross", "parts", "labour", "paint", "incidentals", "parts_total", "labour_total"):
        assert derivation[name].value == str(getattr(result.totals, name))
    assert derivation["payout"].value == str(result.payout)
    text = json.dumps(result_to_json(result), ensure_ascii=False)
    assert json.dumps(result_to_json(calculate(data)), ensure_ascii=False) == text
