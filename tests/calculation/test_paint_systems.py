"""Paint levels of the systems, by name and never by number alone; layers, options, spot repairs, preparation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from calculation_builders import run, sheet

from calculation import CalculationError
from calculation.paint_systems import AZT, DAT, read_level

D = Decimal
RATES = {"paint": {"hourly": "100.00"}}


def painted(*lines: dict[str, Any], **parameters: Any) -> Any:
    entries = [{"id": f"k{i}", "hours": "1.00", **line} for i, line in enumerate(lines)]
    return run(sheet(rates=RATES, paint=entries, parameters=parameters))


def codes(result: Any) -> set[str]:
    return {flag.code for flag in result.flags}


@pytest.mark.parametrize(
    ("system", "printed", "level", "substrate"),
    [
        ("azt", "I", "new", "metal"),
        ("azt", "ii", "surface", "metal"),
        ("azt", "Stufe III", "repair_lt_50", "metal"),
        ("azt", "IV", "repair_gt_50", "metal"),
        ("azt", "K1R", "new", "plastic"),
        ("azt", "K1N", "new", "plastic"),
        ("azt", "K1G", "new", "plastic"),
        ("azt", "K2", "surface", "plastic"),
        ("euro_lack", "4", "new", None),
        ("euro_lack", "new (4)", "new", None),
        ("euro_lack", "surface (1)", "surface", None),
        ("euro_lack", "2 minor", "repair_lt_50", None),
        ("euro_lack", "major", "repair_gt_50", None),
        ("manual", "DAT 4", "new", None),
        ("manual", "AZT IV", "repair_gt_50", "metal"),
        ("manual", "K1R", "new", "plastic"),
        ("manufacturer", "new (4)", "new", None),
        ("azt", "dat: 3", "repair_gt_50", None),
    ],
)
def test_a_level_is_read_by_its_system(system: Any, printed: str, level: str, substrate: str | None) -> None:
    found = read_level(system, printed)
    assert (found.level, found.substrate, found.sure) == (level, substrate, True)


def test_the_same_number_means_something_else_in_each_system() -> None:
    assert DAT["4"].level == "new"
    assert AZT["I"].level == "new"
    assert AZT["IV"].level == "repair_gt_50"
    assert {code: AZT[code].sure for code in ("K3", "K4")} == {"K3": False, "K4": False}


@pytest.mark.parametrize(
    ("system", "printed"),
    [
        ("manual", "4"),
        ("manual", "IV"),
        ("manual", "new"),
        ("manufacturer", "4"),
        ("manufacturer", "ST.1"),
        ("azt", "4"),
        ("azt", "V"),
        ("azt", "K9"),
        ("euro_lack", "5"),
        ("euro_lack", "new (1)"),
        ("euro_lack", "IV"),
        ("euro_lack", "new new"),
        ("azt", ""),
        ("azt", "I" * 500),
        ("euro_lack", "9" * 39),
        ("azt", "\u2163\u0661"),
    ],
)
def test_a_number_alone_or_an_unknown_code_is_refused(system: Any, printed: str) -> None:
    with pytest.raises(CalculationError) as caught:
        read_level(system, printed)
    assert caught.value.code == "TK-CALC-030"
    assert len(caught.value.message_de) < 400


def test_a_line_with_a_bare_number_is_refused_with_its_place() -> None:
    with pytest.raises(CalculationError) as caught:
        painted({"level": "new", "system_level": "4"})
    (problem,) = caught.value.problems
    assert (problem.code, problem.line_id, problem.field) == ("TK-CALC-030", "k0", "system_level")
    assert painted({"level": "new", "system_level": "4"}, paint_system="euro_lack").totals.net == D("100.00")


def test_a_contradicting_level_is_calculated_and_flagged() -> None:
    fits = painted({"level": "repair_gt_50", "system_level": "IV"}, paint_system="azt")
    assert "paint_level_conflict" not in codes(fits)
    for line in ({"level": "new", "system_level": "IV"}, {"level": "surface", "system_level": "K2"}):
        found = painted(line, paint_system="azt")
        flag = next(f for f in found.flags if f.code == "paint_level_conflict")
        assert flag.line_ids == ("k0",)
        assert found.totals.net == D("100.00")
    blend = painted({"level": "blend", "system_level": "II"}, paint_system="azt")
    assert "paint_level_conflict" not in codes(blend)


def test_a_level_known_by_hearsay_is_marked() -> None:
    found = painted({"level": "repair_lt_50", "substrate": "plastic", "system_level": "K3"}, paint_system="azt")
    assert "paint_level_unsure" in codes(found)


@pytest.mark.parametrize(
    ("layers", "way", "refused"),
    [
        (3, "wet_in_wet", False),
        (3, "dry_and_sand", False),
        (4, "dry_and_sand_twice", False),
        (3, "dry_and_sand_twice", True),
        (2, "wet_in_wet", True),
        (None, "wet_in_wet", True),
    ],
)
def test_layers_and_their_way(layers: int | None, way: str, refused: bool) -> None:
    line = {"layers": layers, "layer_way": way}
    if not refused:
        assert painted(line).totals.net == D("100.00")
        return
    with pytest.raises(CalculationError) as caught:
        painted(line)
    assert [p.code for p in caught.value.problems] == ["TK-CALC-031"]


def test_options_count_and_other_preparation_acts_on_four_of_them() -> None:
    options = ["colour_sample", "sample_sheet", "colour_mixing", "two_tone", "masking_glass", "scratch_resistant"]
    lines = [
        {"level": "other", "option": name, "count": 2, "hours": "0.25", "material_points": "3"} for name in options
    ]
    full = painted(*lines, paint_material={"model": "points", "price_per_point": "1.00"})
    assert full.totals.paint_hours == D("3.00")
    assert full.totals.paint_material == D("36.00")
    half = painted(*lines, other_preparation_percent="50")
    assert [half.line(f"k{i}").quantity for i in range(6)] == [D("0.25")] * 4 + [D("0.50")] * 2


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"count": 2}, "TK-CALC-031"),
        ({"option": "two_tone", "level": "surface"}, "TK-CALC-031"),
        ({"option": "window_frames", "level": "other", "count": 5}, "TK-CALC-011"),
        ({"option": "masking_glass", "level": "other", "count": 0}, "TK-CALC-011"),
        ({"level": "preparation", "preparation_included": True}, "TK-CALC-031"),
        ({"option": "gold_leaf", "level": "other"}, "TK-CALC-004"),
        ({"layers": 5}, "TK-CALC-011"),
    ],
)
def test_contradicting_options_are_refused(line: dict[str, Any], code: str) -> None:
    with pytest.raises(CalculationError) as caught:
        painted(line)
    assert code in {p.code for p in caught.value.problems}


SPOT = {"level": "spot", "part": "fender", "side": "left", "layers": 2, "spot_size_mm": "35", "fitted": True}


def test_a_proper_spot_repair_raises_nothing() -> None:
    assert "spot_unsuitable" not in codes(painted(SPOT))
    scuff = {**SPOT, "part": "bumper_front", "side": None, "spot_size_mm": "120", "scuff": True}
    assert "spot_unsuitable" not in codes(painted(scuff))


@pytest.mark.parametrize(
    "change",
    [
        {"spot_size_mm": "35.1"},
        {"spot_size_mm": None},
        {"spots": 2},
        {"layers": 3},
        {"two_tone": True},
        {"clear_coat": "powder_slurry"},
        {"fitted": False},
        {"scuff": True, "spot_size_mm": "120"},
    ],
)
def test_a_spot_repair_outside_its_bounds_is_flagged(change: dict[str, Any]) -> None:
    found = painted({**SPOT, **change})
    assert next(f for f in found.flags if f.code == "spot_unsuitable").level == "amber"
    assert found.totals.net == D("100.00")


def test_two_spots_on_one_part_are_flagged_and_on_two_parts_are_not() -> None:
    assert "spot_unsuitable" in codes(painted(SPOT, SPOT))
    assert "spot_unsuitable" not in codes(painted(SPOT, {**SPOT, "side": "right"}))


def test_preparation_counts_once_per_substrate() -> None:
    own, inside = {"level": "preparation"}, {"level": "new", "preparation_included": True}
    assert "preparation_twice" in codes(painted(own, inside))
    assert "preparation_twice" not in codes(painted(own, {**inside, "substrate": "plastic"}))


def test_disposal_is_a_share_of_the_material() -> None:
    found = painted({}, paint_material={"model": "percent_of_wage", "percent": "40", "disposal_percent": "5"})
    assert (found.totals.paint_material, found.totals.paint_disposal) == (D("40.00"), D("2.00"))
    assert found.totals.paint == D("142.00")
    with pytest.raises(CalculationError) as caught:
        painted({}, paint_material={"disposal_percent": "5.01"})
    assert caught.value.code == "TK-CALC-011"
