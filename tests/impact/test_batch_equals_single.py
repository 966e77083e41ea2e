"""The many and the one give the same to the cent, on calculations of every kind, at the old and at the new version."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from impact_builders import DAY, base_tables, bent, dearer, proposed, stored, table_set

from calculation import CalculationInput
from calculation.model import (
    BandAnchor,
    DeductionLine,
    DentLine,
    IncidentalLine,
    LabourLine,
    Override,
    PaintLine,
    PaintMaterial,
    Parameters,
    PartLine,
    Policy,
    Rate,
    ReplacementValue,
    ResidualValue,
    Settlement,
    ValueBand,
    ValueLoss,
    Vehicle,
)
from workbench.impact.batch import Batch
from workbench.impact.outcome import FIGURES, Outcome
from workbench.impact.single import parse

D = Decimal
OLD = base_tables()
NEW = dearer(OLD)


def check(inputs: list[CalculationInput], new: Any = NEW, day: Any = None) -> Outcome:
    """Price a portfolio both ways and compare every figure."""
    portfolio = [stored(data) for data in inputs]
    batch = Batch(new, list(table_set(OLD).values()), day=day)
    outcome = batch.run(portfolio)
    assert outcome.names == [item.name for item in portfolio]
    for index, item in enumerate(portfolio):
        one = batch.single.price(item.raw)
        where = f"calculation {index}, {'single' if index in outcome.singles else 'columns'}"
        assert sorted(outcome.problems.get(index, [])) == sorted(one.problems), where
        if one.old is not None:
            assert named(outcome.old[:, index]) == named(one.old), f"old, {where}"
        if one.new is not None:
            assert named(outcome.new[:, index]) == named(one.new), f"new, {where}"
    return outcome


def named(values: Any) -> dict[str, int]:
    return dict(zip(FIGURES, (int(v) for v in values), strict=True))


def amounts(top: int = 500_000) -> st.SearchStrategy[Decimal]:
    return st.integers(0, top).map(lambda cents: D(cents).scaleb(-2))


PERCENT = st.sampled_from([D(0), D(0), D("2.5"), D(10), D(25), D("33.33"), D(100)])
SIGNED = st.sampled_from([D(0), D(0), D(10), D("12.5"), D(-5), D(60)])


@st.composite
def band(draw: Any, top: int) -> dict[str, Decimal | None]:
    low, high = draw(st.none() | amounts(top)), draw(st.none() | amounts(top))
    if low is not None and high is not None and low > high:
        low, high = high, low
    return {"low": low, "high": high}


@st.composite
def common(draw: Any, prefix: str, number: int, block: str) -> dict[str, Any]:
    others = st.sampled_from([f"{p}{i}" for p in "plkdi" for i in range(4)])
    table, key = draw(st.sampled_from(ROWS[block]))
    return {
        "id": f"{prefix}{number}",
        "part": draw(st.sampled_from([None, "bonnet", "fender"])),
        "active": draw(st.integers(0, 5)) > 0,
        "included_in": tuple(draw(st.lists(others, max_size=2))) if draw(st.integers(0, 3)) == 0 else (),
        "origin": draw(st.sampled_from(["suggested", "table", "manual"])),
        "table": table,
        "table_key": key,
        "override": draw(st.sampled_from([None, None, None, Override(reason="gesehen")])),
        "uncertain": draw(st.booleans()),
    }


def _rows(name: str, keys: tuple[str, ...], where: Any = lambda row: True) -> list[tuple[str, tuple[str, ...]]]:
    found = [row for row in OLD.table(name).rows if where(row)]
    return [(name, tuple(str(row[k]) for k in keys)) for row in found[:3]]


ROWS: dict[str, list[tuple[str | None, tuple[str, ...]]]] = {
    "parts": [
        (None, ()),
        *_rows("part_prices", ("part", "segment")) * 5,
        ("part_prices", ()),
        ("part_prices", ("gone", "suv")),
    ],
    "labour": [
        (None, ()),
        *_rows("job_times", ("part", "operation", "segment", "severity")),
        *_rows("job_times", ("part", "operation", "segment", "severity"), lambda row: row["severity"] == "moderate"),
        ("side_costs", ("transfer",)),
    ],
    "paint": [(None, ()), *_rows("paint_times", ("part", "level", "size_class"))],
    "dents": [(None, ()), ("dents", ())],
    "incidentals": [(None, ()), *_rows("side_costs", ("kind",)), ("part_prices", ())],
}


@st.composite
def inputs(draw: Any) -> CalculationInput:
    """Calculations of every kind, wide and odd."""
    count = st.integers(0, 4)
    rates = {
        "body": Rate(hourly=D("131.37")),
        "body_2": Rate(hourly=D("144.44")),
        "electric": Rate(hourly=draw(amounts(30_000)) + 10, table="hourly_rates", table_key=("DE", "electric")),
        "paint": Rate(hourly=D("184.87"), table="hourly_rates", table_key=("DE", "paint")),
        "dents": Rate(hourly=D("97.01")),
    }
    if draw(st.integers(0, 40)) == 0:
        rates["body"] = Rate(hourly=D("131.37"), table="hourly_rates", table_key=("nowhere", "body"))
    rate = st.sampled_from(["body", "electric", "paint", "body"])
    parts, labour, dents, side, deductions = [], [], [], [], []
    for i in range(draw(count)):
        row = draw(common("p", i, "parts"))
        price, edges = draw(amounts()), draw(band(200_000))
        if row["table_key"] in {("bumper_front", "small"), ("bumper_front", "compact")} and draw(st.booleans()):
            found = OLD.part_price(row["table_key"][0], None, row["table_key"][1])
            price, edges = found.value, {"low": D(0) if row["uncertain"] else found.low, "high": found.high}
        parts.append(
            PartLine(
                **row,
                qty=draw(st.sampled_from([D(1), D(1), D(2), D("0.5"), D(0), D("3.33")])),
                unit_price=price,
                discount_percent=draw(PERCENT),
                marked_up=draw(st.booleans()),
                small_parts=draw(st.booleans()),
                **edges,
            )
        )
    for i in range(draw(count)):
        flat = draw(st.sampled_from([None, None, None, D("88.85")]))
        labour.append(
            LabourLine(
                **draw(common("l", i, "labour")),
                rate=draw(rate),
                level=draw(st.sampled_from([None, None, 1, 2])),
                unit=draw(st.sampled_from(["hours", "hours", "AW", "ZE"])),
                units=D(0) if flat is not None else draw(amounts(3000)),
                units_per_hour=draw(st.sampled_from([None, None, D(7), D(12)])),
                surcharge_percent=draw(SIGNED),
                flat_amount=flat,
                **draw(band(3000)),
            )
        )
    paint = [
        PaintLine(
            **draw(common("k", i, "paint")),
            level=draw(st.sampled_from(["new", "surface", "spot", "preparation", "preparation"])),
            substrate=draw(st.sampled_from(["metal", "plastic"])),
            hours=draw(amounts(900)),
            rate=draw(st.sampled_from(["paint", "paint", "body"])),
            surcharge_percent=draw(SIGNED),
            material_points=D(draw(st.integers(0, 90))),
            material_value=draw(amounts(20_000)),
            **draw(band(900)),
        )
        for i in range(draw(count))
    ]
    for i in range(draw(st.integers(0, 2))):
        row = draw(common("d", i, "dents"))
        number = draw(st.integers(0, 12))
        hours = OLD.dent_hours(number) if draw(st.booleans()) else draw(amounts(400))
        edges = draw(band(500))
        if draw(st.booleans()):
            edges = {"low": hours, "high": hours * 2}
        dents.append(
            DentLine(
                **row,
                count=number,
                press_hours=hours,
                aluminium_percent=draw(st.sampled_from([D(0), D(25)])),
                glue_percent=draw(PERCENT),
                reach_percent=draw(PERCENT),
                finish_hours=draw(st.sampled_from([D(0), D("0.25"), D("0.33")])),
                panels=draw(st.integers(0, 3)),
                rate=draw(st.sampled_from(["dents", "dents", "dents", "body"])),
                **edges,
            )
        )
    for i in range(draw(count)):
        timed = draw(st.integers(0, 3)) == 0
        side.append(
            IncidentalLine(
                **draw(common("i", i, "incidentals")),
                amount=None if timed else draw(amounts(30_000)),
                rate=draw(rate) if timed else None,
                unit=draw(st.sampled_from(["hours", "AW"])),
                units=draw(amounts(500)),
                **draw(band(30_000)),
            )
        )
    known = [line.id for line in (*parts, *labour, *paint, *dents, *side)]
    for i in range(draw(st.integers(0, 3))):
        base = draw(st.sampled_from(["amount", "parts", "labour", "paint", "paint_material", "total", "line"]))
        if base == "line" and not known:
            base = "total"
        deductions.append(
            DeductionLine(
                id=f"a{i}",
                kind=draw(
                    st.sampled_from(["discount", "surcharge", "new_for_old", "betterment", "prior_damage", "manual"])
                ),
                base=base,
                percent=draw(PERCENT),
                amount=draw(amounts(20_000)),
                line_id=draw(st.sampled_from(known)) if base == "line" else None,
                taxed=draw(st.booleans()),
                active=draw(st.booleans()),
                reason_text=draw(st.sampled_from(["Grund"] * 20 + [""])),
            )
        )
    value = draw(st.none() | amounts(1_000_000))
    residual = draw(st.none() | amounts(600_000))
    return CalculationInput(
        parameters=Parameters(
            price_date=DAY,
            vat_rate=draw(st.sampled_from([D("0.19"), D("0.16"), D(0)])),
            small_parts_percent=draw(st.sampled_from([D("2.00"), D("2.5"), D(0), D("9.99")])),
            small_parts_base=draw(st.sampled_from(["parts", "parts_with_markup", "labour", "amount"])),
            small_parts_amount=D("12.34"),
            upe_markup_percent=draw(st.sampled_from([D(0), D("10.00"), D("-12.5"), D("17.35")])),
            procurement_amount=draw(st.sampled_from([D(0), D("9.99")])),
            parts_disposal_percent=draw(PERCENT),
            units_per_hour={"AW": draw(st.sampled_from([D(10), D(12)])), "ZE": D(100)},
            preparation_metal_percent=draw(PERCENT),
            preparation_plastic_percent=draw(PERCENT),
            dent_setup_hours=draw(st.sampled_from([D("0.60"), D(0), D("0.55")])),
            paint_material=PaintMaterial(
                model=draw(st.sampled_from(["percent_of_wage", "points", "azt_index", "flat", "in_wage"])),
                percent=draw(st.sampled_from([D(25), D("41.5")])),
                price_per_point=D("3.80"),
                constant=D("49.70"),
                amount=draw(st.sampled_from([D("180.00"), D("230.00")])),
                index=draw(st.sampled_from([D("117.5"), D(100)])),
                table=draw(st.sampled_from([None, "paint_material", "paint_material", "workshop_rates"])),
            ),
        ),
        rates=rates,
        parts=tuple(parts),
        labour=tuple(labour),
        paint=tuple(paint),
        dents=tuple(dents),
        incidentals=tuple(side),
        deductions=tuple(deductions),
        settlement=Settlement(
            regime=draw(st.sampled_from(["kasko", "liability"])),
            excess=draw(st.sampled_from([D(0), D("300.00"), D("99999.99")])),
            quota=draw(st.sampled_from([D(1), D("0.5"), D("0.3333"), D(0)])),
            replacement=None
            if value is None
            else ReplacementValue(
                amount=value, tax_kind=draw(st.sampled_from(["regular", "margin_contained", "margin_percent", "none"]))
            ),
            residual=None if residual is None else ResidualValue(amount=residual),
            value_loss=draw(
                st.none() | st.builds(ValueLoss, amount=amounts(100_000), basis=st.sampled_from(["net", "gross"]))
            ),
            lump_sum=draw(st.sampled_from([D(0), D("25.00")])),
            keeps_six_months=draw(st.none() | st.booleans()),
            roadworthy=draw(st.none() | st.booleans()),
            input_tax_deduction=draw(st.booleans()),
        ),
        policy=Policy(limit_basis=draw(st.sampled_from(["repair_gross", "repair_net", "payout"]))),
        vehicle=Vehicle(
            segment="compact",
            list_price=draw(st.sampled_from([None, D(30000), D("28500.00")])),
            list_price_assumed=draw(st.booleans()),
            first_registration=draw(st.none() | st.dates(DAY.replace(year=2004), DAY)),
            mileage_km=draw(st.sampled_from([None, 90_000, 240_000])),
        ),
        value_band=draw(st.sampled_from([None, OLD.value_band(), OWN_BAND])),
        table_references=draw(st.sampled_from([OLD.references, OLD.references, ()])),
    )


OWN_BAND = ValueBand(
    anchors=(BandAnchor(years=D(0), low=D(1), high=D(1)), BandAnchor(years=D(10), low=D("0.2"), high=D("0.3")))
)


# a whole portfolio is not worth minutes of shrinking: the message names the calculation and the figure
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    report_multiple_bugs=False,
)
@given(st.lists(inputs(), min_size=4, max_size=8))
def test_generated(portfolio: list[CalculationInput]) -> None:
    check(portfolio)


def test_proposed_calculations_stay_in_the_columns() -> None:
    rng = random.Random(7)
    outcome = check([proposed(rng, OLD, rng.randint(1, 9)) for _ in range(120)])
    # the first that brings a value band is looked at by the engine, the others are not
    assert len(outcome.singles) <= 1
    assert not outcome.problems
    assert (outcome.figure("old", "gross") != outcome.figure("new", "gross")).sum() > 100


def test_another_day() -> None:
    rng = random.Random(8)
    check([proposed(rng, OLD, 4) for _ in range(20)], day=DAY.replace(year=2028))


def test_the_same_version_changes_nothing() -> None:
    rng = random.Random(9)
    outcome = check([proposed(rng, OLD, 5) for _ in range(20)], new=OLD)
    assert (outcome.old == outcome.new).all()
    assert not outcome.tally.tables
    assert outcome.tally.renewed == 0


def test_effects_of_the_tables_add_up() -> None:
    rng = random.Random(10)
    outcome = check([proposed(rng, OLD, 6) for _ in range(60)])
    for place, figure in enumerate(("net", "gross", "payout")):
        change = int((outcome.figure("new", figure) - outcome.figure("old", figure)).sum())
        assert sum(effect[place] for effect in outcome.tally.tables.values()) == change


def test_a_row_that_is_gone_is_named() -> None:
    rng = random.Random(11)
    portfolio = [proposed(rng, OLD, 6) for _ in range(40)]
    fewer = bent(OLD, lambda name, row: None if name == "part_prices" and row["part"] == "bonnet" else row)
    outcome = check(portfolio, new=fewer)
    with_bonnet = {i for i, data in enumerate(portfolio) if any(p.part == "bonnet" for p in data.parts)}
    assert with_bonnet
    assert set(outcome.problems) == with_bonnet
    assert all("bonnet" in told[0][1] for told in outcome.problems.values())


@pytest.mark.parametrize(
    "name", ["hourly_rates", "job_times", "paint_times", "markups", "dents", "paint_material", "side_costs"]
)
def test_a_table_that_is_gone_is_named(name: str) -> None:
    rng = random.Random(12)
    fewer = type(OLD)(OLD.day, {n: t for n, t in table_set(NEW).items() if n != name})
    outcome = check([proposed(rng, OLD, 6) for _ in range(15)], new=fewer)
    assert outcome.problems


def test_hostile_documents_do_not_disturb_their_neighbours() -> None:
    rng = random.Random(13)
    good = [stored(proposed(rng, OLD, 4)) for _ in range(8)]
    broken = [
        b"", b"[]", b"null", b"{", b'{"parts": 3}', b'{"parameters": null}', b"\xff\xfe",
        good[0].raw.replace(b'"qty": "1"', b'"qty": 1e400'),
        good[1].raw.replace(b'"active": true', b'"active": 1'),
        good[2].raw.replace(b'"table_key": [', b'"table_key": [[], '),
        good[3].raw.replace(b'"unit_price"', b'"unit_prize"'),
        good[4].raw.replace(b'"label": "', b'"label": "\\u0000'),
        good[5].raw.replace(b'"included_in": []', b'"included_in": {}'),
        good[6].raw.replace(b'"price_date": "2026', b'"price_date": "9026'),
        good[7].raw.replace(b'"hourly": "', b'"hourly": "-'),
    ]  # fmt: skip
    mixed = [good[0]]
    for item, raw in zip(good * 2, broken, strict=False):
        mixed += [item._replace(name="broken", raw=raw), item]
    outcome = Batch(NEW, list(table_set(OLD).values())).run(mixed)
    alone = Batch(NEW, list(table_set(OLD).values())).run([item for item in mixed if item.name != "broken"])
    at = [i for i, item in enumerate(mixed) if item.name != "broken"]
    assert (outcome.old[:, at] == alone.old).all()
    assert (outcome.new[:, at] == alone.new).all()
    told = {i for i, item in enumerate(mixed) if item.name == "broken" and item.raw not in {g.raw for g in good}}
    assert told == set(outcome.problems)


def test_left_out_keys_take_their_default() -> None:
    rng = random.Random(14)
    data = proposed(rng, OLD, 5)
    document = parse(stored(data).raw)
    for block in ("parts", "labour", "paint", "incidentals"):
        for line in document[block]:
            for key in ("finding_id", "finding_ids", "note", "active", "uncertain", "included_in", "code"):
                if line.get(key) in ("", [], None, True, False) and not (key == "uncertain" and line[key]):
                    line.pop(key, None)
    del document["circumstances"]
    import json

    raw = json.dumps(document).encode()
    item = stored(data)
    batch = Batch(NEW, list(table_set(OLD).values()))
    batch.run([item])
    outcome = batch.run([item, item._replace(raw=raw)])
    one = batch.single.price(raw)
    assert not outcome.singles
    assert named(outcome.new[:, 1]) == named(one.new)


def test_more_than_two_decimals_go_to_the_single_engine() -> None:
    rng = random.Random(15)
    data = proposed(rng, OLD, 5)
    odd = replace(
        data, parts=tuple(replace(p, override=Override(reason="x"), unit_price=D("10.005")) for p in data.parts)
    )
    outcome = check([data, data, odd])
    assert 2 in outcome.singles


def test_what_the_columns_do_not_know_goes_to_the_single_engine() -> None:
    rng = random.Random(16)
    plain = next(d for d in (proposed(rng, OLD, 8) for _ in range(50)) if d.parts and d.labour and d.paint)
    first = plain.labour[0]
    odd = [
        replace(plain, labour=(replace(first, difficulty_percent=D(20)), *plain.labour[1:])),
        replace(plain, parameters=replace(plain.parameters, labour_setup_percent=D(5))),
        replace(plain, settlement=replace(plain.settlement, already_paid=D("100.00"))),
        replace(
            plain,
            parameters=replace(plain.parameters, paint_material=PaintMaterial(percent=D(25), disposal_percent=D(3))),
        ),
        replace(
            plain,
            rates={**plain.rates, "odd": Rate(hourly=D("100.01"))},
            labour=(
                LabourLine(id="x1", rate="odd", unit="AW", units=D(1), units_per_hour=D(12)),
                LabourLine(id="x2", rate="odd", unit="AW", units=D(1), units_per_hour=D(7)),
            ),
        ),
        replace(
            plain, labour=(replace(first, units=D("99999"), override=Override(reason="x"), low=None, high=None),) * 1
        ),
    ]
    outcome = check([plain, plain, *odd])
    assert outcome.singles >= set(range(2, 2 + len(odd) - 1))
    assert not outcome.singles & {1}


def test_limits_of_the_input_do_not_overflow() -> None:
    rng = random.Random(17)
    plain = proposed(rng, OLD, 4)
    huge = [PartLine(id=f"h{i}", qty=D(10000), unit_price=D("10000000.00")) for i in range(300)]
    long_work = [LabourLine(id=f"w{i}", units=D(100000), surcharge_percent=D("999.99")) for i in range(200)]
    rates = {"body": Rate(hourly=D("999.99")), "paint": Rate(hourly=D("999.99"))}
    paint = [
        PaintLine(id=f"k{i}", hours=D(1000), material_points=D(100000), material_value=D("10000000.00"))
        for i in range(150)
    ]
    top = [
        replace(plain, parts=tuple(huge), labour=(), paint=(), incidentals=(), rates=rates),
        replace(plain, parts=(), labour=tuple(long_work), paint=(), incidentals=(), rates=rates),
        *(
            replace(
                plain,
                parts=(),
                labour=(),
                paint=tuple(paint),
                incidentals=(),
                rates=rates,
                parameters=replace(
                    plain.parameters,
                    paint_material=PaintMaterial(
                        model=model, price_per_point=D("10000000.00"), index=D(999), percent=D(999)
                    ),
                ),
            )
            for model in ("percent_of_wage", "points", "azt_index")
        ),
        replace(plain, parts=tuple(huge[:1]), parameters=replace(plain.parameters, upe_markup_percent=D("999.99"))),
    ]
    check([plain, *top])
