"""From findings to proposed lines: merged, explained, banded, never guessed."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculation import CalculationResult, calculate, input_from_json, input_to_json
from cv_models.findings import CATEGORIES, PARTS, SEVERITIES, SIDES
from pricing_tables import TableError, tables_on
from workbench.cases.suggestions import (
    ClaimFacts,
    SuggestedLines,
    SuggestionFinding,
    VehicleFacts,
    base_input,
    segment_of,
    suggest,
    with_lines,
)
from workbench.cases.treatment import treat

D = Decimal
DAY = date(2026, 11, 23)
TABLES = tables_on(DAY)
VEHICLE = VehicleFacts(
    make="Beispiel",
    length_mm=4300,
    height_mm=1450,
    mass_kg=1350,
    first_registration=date(2021, 3, 1),
    mileage_km=40_000,
    list_price=D("34000.00"),
)
CLAIM = ClaimFacts(
    regime="kasko", excess=D("300.00"), loss_date=date(2026, 11, 20), leased=False, financed=False, postcode="40223"
)


def finding(
    name: str, part: str | None, category: str, severity: str | None = None, side: str | None = None, photo: str = "1"
) -> SuggestionFinding:
    return SuggestionFinding(id=name, photo_id=photo, category=category, part=part, severity=severity, side=side)


def priced(lines: SuggestedLines, claim: ClaimFacts = CLAIM) -> CalculationResult:
    data = with_lines(base_input(VEHICLE, claim, TABLES, DAY), lines)
    assert input_from_json(input_to_json(data)) == data
    return calculate(data)


def test_a_cracked_bumper_is_replaced_and_painted_once_for_all_photos() -> None:
    lines = suggest(
        [
            finding("f1", "bumper_front", "crack", "severe"),
            finding("f2", "bumper_front", "crack", "moderate", photo="2"),
            finding("f3", "bumper_front", "scratch", "minor", photo="2"),
        ],
        VEHICLE,
        TABLES,
    )
    assert [p.part for p in lines.parts] == ["bumper_front"]
    assert lines.parts[0].finding_ids == ("f1", "f2", "f3")
    assert [(line.operation, line.units) for line in lines.labour] == [("replace", D("1.20"))]
    assert [(line.level, line.substrate) for line in lines.paint] == [("new", "plastic"), ("preparation", "plastic")]
    reason = lines.parts[0].reason
    assert reason is not None
    assert "2 Fotos" in reason.de
    assert "crack (severe)" in reason.en
    result = priced(lines)
    assert result.net_band.high > result.totals.net, "hidden damage behind the bumper is in the band"


def test_headlamp_brings_its_triggered_work_and_overlap_costs_nothing() -> None:
    lamp = [finding("f1", "headlamp", "broken_lamp", "severe", "left")]
    alone = suggest(lamp, VEHICLE, TABLES)
    assert {line.id for line in alone.labour} == {
        "l-headlamp-left-replace",
        "l-headlamp-left-adjust",
        "l-bumper_front-remove_install",
    }
    assert priced(alone).line("l-bumper_front-remove_install").amount > 0
    both = suggest([*lamp, finding("f2", "bumper_front", "crack", "severe")], VEHICLE, TABLES)
    removal = next(line for line in both.labour if line.id == "l-bumper_front-remove_install")
    assert removal.included_in == ("l-bumper_front-replace",)
    assert removal.added_by == ("l-headlamp-left-replace",)
    assert priced(both).line("l-bumper_front-remove_install").amount == 0


def test_two_lamps_need_the_bumper_off_once() -> None:
    lines = suggest(
        [
            finding("f1", "headlamp", "broken_lamp", None, "left"),
            finding("f2", "headlamp", "broken_lamp", None, "right"),
        ],
        VEHICLE,
        TABLES,
    )
    removal = [line for line in lines.labour if line.part == "bumper_front"]
    assert len(removal) == 1
    assert removal[0].added_by == ("l-headlamp-left-replace", "l-headlamp-right-replace")
    assert removal[0].finding_ids == ("f1", "f2")
    assert len([line for line in lines.labour if line.operation == "adjust"]) == 2


def test_a_finding_without_side_joins_the_only_damaged_side() -> None:
    lines = suggest(
        [finding("f1", "fender", "dent", "moderate", "left"), finding("f2", "fender", "scratch", "minor", photo="2")],
        VEHICLE,
        TABLES,
    )
    assert [line.id for line in lines.labour] == ["l-fender-left-repair"]
    assert lines.labour[0].finding_ids == ("f1", "f2")


def test_both_corners_of_a_bumper_are_one_bumper() -> None:
    lines = suggest(
        [
            finding("f1", "bumper_front", "crack", "severe", "left"),
            finding("f2", "bumper_front", "scratch", "minor", "right"),
        ],
        VEHICLE,
        TABLES,
    )
    assert [(line.part, line.side, line.finding_ids) for line in lines.parts] == [("bumper_front", None, ("f1", "f2"))]


@pytest.mark.parametrize(
    ("part", "category", "severity", "kind", "level"),
    [
        ("bumper_front", "scratch", "minor", "paint_only", "spot"),
        ("bumper_rear", "scratch", "moderate", "paint_only", "surface"),
        ("bumper_rear", "crack", "minor", "repair", "repair_lt_50"),
        ("bumper_rear", "deformation", "minor", "replace", "new"),
        ("fender", "scratch", "minor", "paint_only", "surface"),
        ("fender", "dent", "minor", "press", None),
        ("fender", "dent", "moderate", "repair", "repair_lt_50"),
        ("fender", "deformation", "severe", "replace", "new"),
        ("quarter_panel", "panel_damage", "severe", "repair", "repair_gt_50"),
        ("bonnet", "crack", "minor", "replace", "new"),
        ("windscreen", "broken_glass", None, "replace", None),
        ("windscreen", "scratch", "minor", "note", None),
        ("tail_lamp", "broken_lamp", None, "replace", None),
        ("mirror", "missing_part", None, "replace", None),
        ("mirror", "scratch", "minor", "replace", "new"),
        ("grille", "crack", "moderate", "replace", None),
    ],
)
def test_treatments(part: str, category: str, severity: str | None, kind: str, level: str | None) -> None:
    found = treat(part, category, severity)
    assert (found.kind, found.paint_level) == (kind, level)
    assert found.why_de
    assert found.why_en


def test_a_scratched_mirror_gets_a_new_cap() -> None:
    lines = suggest([finding("f", "mirror", "scratch", "minor", "left")], VEHICLE, TABLES)
    assert [line.part for line in lines.parts] == ["mirror_cap"]
    assert lines.parts[0].label == "Spiegelkappe links"


def test_large_damage_takes_the_higher_paint_level() -> None:
    assert treat("door_front", "dent", "moderate", D("0.2")).paint_level == "repair_lt_50"
    assert treat("door_front", "dent", "moderate", D("0.6")).paint_level == "repair_gt_50"


def test_size_on_a_photo_of_the_whole_car_stands_in_for_severity() -> None:
    def of(share: str, role: str) -> SuggestedLines:
        seen = SuggestionFinding(
            id="f", photo_id="1", category="scratch", part="bumper_rear", photo_share=D(share), photo_role=role
        )
        return suggest([seen], VEHICLE, TABLES)

    assert [line.level for line in of("0.001", "vehicle").paint] == ["spot"]
    assert [line.level for line in of("0.010", "vehicle").paint] == ["surface", "preparation"]
    assert [line.operation for line in of("0.100", "vehicle").labour] == ["repair", "remove_install"]
    assert [line.level for line in of("0.100", "damage").paint] == ["surface", "preparation"]
    assert all(line.uncertain for line in of("0.001", "vehicle").paint)


def test_small_dents_are_pressed_unless_the_paint_is_hurt() -> None:
    dents = [finding(f"d{i}", "roof", "dent", "minor") for i in range(3)]
    lines = suggest([*dents, finding("d9", "roof", "dent", "minor", photo="2")], VEHICLE, TABLES)
    assert [(line.count, line.press_hours) for line in lines.dents] == [(3, D("0.50"))]
    assert not lines.paint
    hurt = suggest([*dents, finding("s", "roof", "scratch", "minor")], VEHICLE, TABLES)
    assert not hurt.dents
    assert [line.operation for line in hurt.labour] == ["repair"]


def test_what_cannot_be_placed_is_said() -> None:
    lines = suggest([finding("f", None, "dent", "severe"), finding("g", "spoiler", "crack", "severe")], VEHICLE, TABLES)
    assert not lines.parts
    assert len(lines.notes) == 2
    assert "assumption" in {flag.code for flag in priced(lines).flags}


def test_close_ups_belong_to_the_only_damaged_part() -> None:
    close = SuggestionFinding(id="c", photo_id="2", category="scratch", photo_role="damage")
    door = finding("f1", "door_front", "scratch", "minor", "left")
    lines = suggest([door, close], VEHICLE, TABLES)
    assert lines.paint[0].finding_ids == ("f1", "c")
    assert lines.paint[0].level == "surface"
    assert not lines.notes
    two = suggest([door, close, finding("f2", "fender", "scratch", "minor", "left")], VEHICLE, TABLES)
    assert len(two.notes) == 1, "with two damaged parts a person must say where it belongs"


def test_weak_findings_count_only_when_confirmed() -> None:
    weak = SuggestionFinding(id="f", photo_id="1", category="dent", part="bonnet", severity="severe", score=D("0.10"))
    assert suggest([weak], VEHICLE, TABLES) == SuggestedLines()
    confirmed = SuggestionFinding(
        id="f", photo_id="1", category="dent", part="bonnet", severity="severe", score=D("0.10"), confirmed=True
    )
    assert suggest([confirmed], VEHICLE, TABLES).parts


def test_liability_proposes_the_transfer_as_uncertain() -> None:
    damage = [finding("f", "door_front", "dent", "moderate", "left")]
    assert not suggest(damage, VEHICLE, TABLES).incidentals
    lines = suggest(damage, VEHICLE, TABLES, regime="liability")
    assert [(line.kind, line.amount, line.low) for line in lines.incidentals] == [("transfer", D("139.50"), D("0.00"))]


def test_a_heavy_front_carries_hidden_parts_in_the_band() -> None:
    damage = [
        finding("f1", "bumper_front", "deformation", "severe"),
        finding("f2", "bonnet", "deformation", "severe"),
        finding("f3", "headlamp", "broken_lamp", None, "left"),
    ]
    lines = suggest(damage, VEHICLE, TABLES)
    hidden = next(line for line in lines.incidentals if line.id == "i-hidden-bumper_front")
    light = next(line for line in suggest(damage[:1], VEHICLE, TABLES).incidentals)
    assert hidden.amount == light.amount == 0
    assert hidden.high is not None
    assert light.high is not None
    assert hidden.high > light.high


@pytest.mark.parametrize(
    ("vehicle", "segment", "assumed"),
    [
        (VehicleFacts(length_mm=3900, height_mm=1480), "small", False),
        (VehicleFacts(length_mm=4300, height_mm=1450), "compact", False),
        (VehicleFacts(length_mm=4800, height_mm=1460), "middle", False),
        (VehicleFacts(length_mm=4500, height_mm=1680, mass_kg=1600), "suv", False),
        (VehicleFacts(length_mm=3600, height_mm=1600, mass_kg=950), "small", False),
        (VehicleFacts(mass_kg=1250), "compact", True),
        (VehicleFacts(power_kw=51), "small", True),
        (VehicleFacts(), "compact", True),
        (VehicleFacts(segment="suv"), "suv", False),
    ],
)
def test_segment_from_the_document(vehicle: VehicleFacts, segment: str, assumed: bool) -> None:
    found, assumption = segment_of(vehicle)
    assert found == segment
    assert (assumption is not None) is assumed


def test_frame_of_a_calculation_says_what_it_assumes() -> None:
    known = calculate(base_input(VEHICLE, CLAIM, TABLES, DAY))
    assert "assumption" not in {flag.code for flag in known.flags}
    unknown = base_input(VehicleFacts(), ClaimFacts(regime="kasko"), TABLES, DAY)
    texts = [text.en for text in unknown.assumptions]
    assert len(texts) == 3
    assert unknown.vehicle.list_price_assumed
    assert {"assumption", "ownership_unknown", "demonstration_tables"} <= {
        flag.code for flag in calculate(unknown).flags
    }
    liability = base_input(VEHICLE, ClaimFacts(regime="liability", quota=D("0.50"), excess=D(300)), TABLES, DAY)
    assert (liability.settlement.excess, liability.settlement.quota) == (D("0.00"), D("0.50"))
    assert liability.parameters.upe_markup_percent == D("10.00")
    assert unknown.parameters.upe_markup_percent == D("0.00")
    with pytest.raises(TableError):
        base_input(VEHICLE, CLAIM, tables_on(date(2020, 8, 1)), date(2020, 8, 1))


findings = st.lists(
    st.builds(
        SuggestionFinding,
        id=st.uuids().map(str),
        photo_id=st.sampled_from("123"),
        category=st.sampled_from(CATEGORIES),
        part=st.none() | st.sampled_from(PARTS),
        side=st.none() | st.sampled_from(SIDES),
        severity=st.none() | st.sampled_from(SEVERITIES),
        score=st.sampled_from([D("0.1"), D("0.5"), D("0.9")]),
        size_share=st.none() | st.sampled_from([D("0.05"), D("0.7")]),
    ),
    max_size=9,
    unique_by=lambda f: f.id,
)


@settings(max_examples=40, deadline=None)
@given(findings, st.sampled_from(["kasko", "liability"]), st.randoms(use_true_random=False))
def test_any_findings_give_a_sheet_that_calculates(
    found: list[SuggestionFinding], regime: str, rng: random.Random
) -> None:
    lines = suggest(found, VEHICLE, TABLES, regime=regime)  # type: ignore[arg-type]
    shuffled = suggest(rng.sample(found, len(found)), VEHICLE, TABLES, regime=regime)  # type: ignore[arg-type]
    assert lines == shuffled, "the order of the findings has no influence"
    result = priced(lines)
    known = {f.id for f in found}
    for block in (lines.parts, lines.labour, lines.paint, lines.dents, lines.incidentals):
        for line in block:
            assert line.origin == "suggested"
            assert line.reason is not None
            assert set(line.finding_ids) <= known
    for line in result.lines:
        assert line.low <= line.amount <= line.high
    assert "trigger_missing" not in {flag.code for flag in result.flags}
