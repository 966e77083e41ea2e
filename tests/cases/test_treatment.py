"""What an expert would do: bigger or more severe is never cheaper, every proposal says why and on what it rests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from cv_models.damage.scale import Size
from cv_models.findings import CATEGORIES, PARTS, SEVERITIES
from pricing_tables import tables_on
from workbench.cases.suggestions import SuggestionFinding, VehicleFacts, suggest
from workbench.cases.treatment import PRESS_MM, RULES, severity_by_size, treat

D = Decimal
TABLES = tables_on(date(2026, 11, 23))


def size(length: int, doubt: str = "0.15", kind: str = "plate") -> Size:
    mm, off = D(length), D(doubt)
    return Size(mm, mm / 2, mm * mm / 2, mm * (1 - off), mm * (1 + off), kind, off)


parts = st.sampled_from(PARTS)
classes = st.sampled_from(CATEGORIES)
grades = st.none() | st.sampled_from(SEVERITIES)


@settings(max_examples=300, deadline=None)
@given(parts, classes, grades, st.none() | st.integers(1, 2000), st.booleans())
def test_every_proposal_has_a_reason_and_a_rule(
    part: str, category: str, grade: str | None, length: int | None, guessed: bool
) -> None:
    found = treat(part, category, grade, guessed=guessed, size=size(length) if length else None)
    assert found.why_de
    assert found.why_en
    assert found.rule in RULES
    assert (
        found.uncertain
        or (grade is not None and not guessed)
        or category in {"broken_glass", "broken_lamp", "missing_part"}
    )


@settings(max_examples=400, deadline=None)
@given(parts, classes, st.sampled_from(SEVERITIES), st.sampled_from(SEVERITIES), st.none() | st.integers(1, 2000))
def test_more_severe_is_never_lighter(part: str, category: str, one: str, other: str, length: int | None) -> None:
    low, high = sorted((one, other), key=SEVERITIES.index)
    measured = size(length) if length else None
    assert treat(part, category, low, size=measured).rank <= treat(part, category, high, size=measured).rank


@settings(max_examples=400, deadline=None)
@given(parts, classes, grades, st.integers(1, 2000), st.integers(1, 2000), st.booleans())
def test_bigger_is_never_lighter(
    part: str, category: str, grade: str | None, one: int, other: int, guessed: bool
) -> None:
    low, high = sorted((one, other))
    small, big = (treat(part, category, grade, guessed=guessed, size=size(length)) for length in (low, high))
    assert small.rank <= big.rank


def test_limits_are_those_of_the_tables() -> None:
    assert TABLES.dent_value("maximum_mm").value == PRESS_MM
    assert [severity_by_size("dent", D(mm)) for mm in (50, 51, 151)] == ["minor", "moderate", "severe"]
    assert severity_by_size("broken_lamp", D(5)) is None


def test_millimetres_decide_where_the_severity_is_not_known() -> None:
    assert treat("door_front", "dent", None, size=size(45)).kind == "press"
    assert treat("door_front", "dent", None, size=size(90)).kind == "repair"
    assert treat("door_front", "dent", None, size=size(300)).kind == "replace"
    assert treat("fender", "scratch", None, size=size(30)).paint_level == "spot"
    assert treat("bonnet", "scratch", None, size=size(30)).paint_level == "surface", "a spot shows on a bonnet"
    assert treat("fender", "scratch", None, size=size(120)).paint_level == "repair_lt_50"
    # A stated severity stays unless the whole interval speaks against it.
    assert treat("door_front", "dent", "minor", size=size(55)).kind == "press"
    assert treat("door_front", "dent", "minor", size=size(80)).kind == "repair"
    assert treat("door_front", "dent", "moderate", size=size(20)).kind == "repair"


def test_an_untold_kind_is_repaired_with_doubt_and_asks_for_a_closer_photo() -> None:
    for grade in (None, *SEVERITIES):
        found = treat("door_front", "panel_damage", grade)
        assert found.uncertain
        assert "Nahaufnahme anfordern" in found.why_de
        assert "closer photo" in found.why_en
    assert treat("door_front", "panel_damage", None).kind == "repair"


def test_the_reason_names_size_scale_and_rule() -> None:
    dent = SuggestionFinding(id="f", photo_id="1", category="dent", part="door_front", side="left", size=size(45))
    lines = suggest([dent], VehicleFacts(segment="compact"), TABLES)
    reason = lines.dents[0].reason
    assert reason is not None
    assert reason.de == (
        "Delle (Schwere unklar) etwa 45 mm (Maßstab: Kennzeichen, ±15 %), 1 Foto → Drücken ohne Lackieren, wenn der Lack heil ist"
        " [Tabelle Drücktechnik: bis 50 mm]"
    )
    assert "about 45 mm (scale: number plate, ±15 %)" in reason.en


def test_one_spot_per_part() -> None:
    def scratch(name: str, key: str) -> SuggestionFinding:
        return SuggestionFinding(
            id=name, photo_id="1", category="scratch", part="fender", side="left", size=size(30), damage_key=key
        )

    vehicle = VehicleFacts(segment="compact")
    one = suggest([scratch("a", "fender/left/1"), scratch("b", "fender/left/1")], vehicle, TABLES)
    assert [line.level for line in one.paint] == ["spot"]
    two = suggest([scratch("a", "fender/left/1"), scratch("b", "fender/left/2")], vehicle, TABLES)
    assert [line.level for line in two.paint] == ["surface", "preparation"]


def test_one_damage_is_priced_once() -> None:
    def seen(name: str, side: str | None, photo: str) -> SuggestionFinding:
        return SuggestionFinding(
            id=name, photo_id=photo, category="dent", part="fender", side=side, severity="moderate"
        )

    both = [seen("l", "left", "1"), seen("r", "right", "2"), seen("x", None, "3")]
    lines = suggest(both, VehicleFacts(segment="compact"), TABLES)
    assert [line.side for line in lines.labour if line.operation == "repair"] == ["left", "right"]
    assert any("Seite" in note.de for note in lines.notes)
    close = SuggestionFinding(id="c", photo_id="4", category="dent", photo_role="damage", damage_key="fender/left/1")
    keyed = [SuggestionFinding(id="l", photo_id="1", category="dent", part="fender", side="left", severity="moderate",
                               damage_key="fender/left/1"), seen("r", "right", "2"), close]  # fmt: skip
    lines = suggest(keyed, VehicleFacts(segment="compact"), TABLES)
    assert lines.labour[0].finding_ids == ("l", "c")
    assert not lines.notes
