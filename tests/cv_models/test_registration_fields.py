"""What is understood of each field: formats go round, confusions are mended or left blank, never turned into a third value."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cv_models.registration import rules
from cv_models.registration.fields import FIELDS
from cv_models.registration.judged import Look
from cv_models.registration.layout import CELLS
from cv_models.registration.prose import PROSE
from cv_models.registration.understand import judge_looks
from tests.cv_models.steps_samples import cell, look, seen

QUICK = settings(max_examples=40, deadline=None)


def both(text: str, sure: float = 0.98) -> list[Look]:
    return [look("own", text, sure=sure), look("shipped", text, sure=sure)]


def test_every_cell_of_the_form_has_a_judge() -> None:
    judged = {*FIELDS, *PROSE, "A", "E", "22b"}
    assert {c.code for c in CELLS} <= judged


@pytest.mark.parametrize(
    ("code", "printed", "value"),
    [
        ("A", "KÖT - SH 173", "KÖT-SH 173"),
        ("A", "B AB 123E", "B-AB 123E"),
        ("B", "01.02.2019", "2019-02-01"),
        ("HU", "3/2027", "2027-03"),
        ("HU", "11.2027", "2027-11"),
        ("I", "31.12.2024", "2024-12-31"),
        ("2.1", "0603", "0603"),
        ("2.1", "2.1 0588", "0588"),
        ("2.1", "2.10588", "0588"),
        ("2.1", "1313 2.2", "1313"),
        ("2.2", "AAA000021", "AAA000021"),
        ("2.2", "599 0445", "5990445"),
        ("2.2", "000 00000 0", "000000000"),
        ("J", "M1", "M1"),
        ("J", "M1G", "M1G"),
        ("J", "01", "01"),
        ("4", "AF", "AF"),
        ("4", "0200", "0200"),
        ("D.1", "MERCEDES-BENZ", "MERCEDES-BENZ"),
        ("D.1", "QUERFELD", "QUERFELD"),
        ("D.3", "GOLF VARIANT", "GOLF VARIANT"),
        ("P.2/P.4", "0051/05500", "51/5500"),
        ("P.2/P.4", "110/-", "110/-"),
        ("P.2/P.4", "P.2/P.4 0085/05000", "85/5000"),
        ("P.1", "01968", "1968"),
        ("P.1", "P.1 01395", "1395"),
        ("P.1", "1395", "1395"),
        ("V.9", "715/2007*692/2008J", "715/2007*692/2008J"),
        ("V.9", "70/220*2003/76B", "70/220*2003/76B"),
        ("14", "EURO6D-TEMP", "EURO6D-TEMP"),
        ("14.1", "36W0", "36W0"),
        ("10", "0004", "0004"),
        ("T", "187", "187"),
        ("18", "04258", "4258"),
        ("20", "1466-1507", "1466-1507"),
        ("G", "001234", "1234"),
        ("7.1", "01020", "1020"),
        ("U.2", "03750", "3750"),
        ("15.1", "195/65R15 91H", "195/65R15 91H"),
        ("15.1", "225/45 R17 91W XL", "225/45R17 91W XL"),
        ("15.2", "205/65 R 16C 107/105T", "205/65R16C 107/105T"),
        ("15.1", "155R13 78S", "155R13 78S"),
        ("R", "GRÜN", "GRÜN"),
        ("11", "9", "9"),
        ("K", "e1*2007/46*0064*25", "e1*2007/46*0064*25"),
        ("K", "e13*KS07/46*0011*02", "e13*KS07/46*0011*02"),
        ("K", "G571", "G571"),
        ("16", "TP589096", "TP589096"),
        ("17", "K", "K"),
        ("S.1", "005", "5"),
        ("Q", "0,23", "0,23"),
        ("C.1.1", "Weiß-Größner", "Weiß-Größner"),
        ("C.1.1", "Holz Leasing GmbH & Co. KG", "Holz Leasing GmbH & Co. KG"),
    ],
)
def test_clear_print_is_understood(code: str, printed: str, value: str) -> None:
    got = judge_looks(code, both(printed))
    assert got.value == value
    assert got.confidence > 0.85


@pytest.mark.parametrize("code", ["P.1", "7.3", "12", "Q", "S.2", "15.3", "3", "B", "C.1.2"])
@pytest.mark.parametrize("mark", ["-", "--", "---", "_"])
def test_a_stroke_is_no_value(code: str, mark: str) -> None:
    got = judge_looks(code, both(mark))
    assert (got.value, got.reason) == (None, "dash")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("B", "00.00.2003"),
        ("B", "31.02.2020"),
        ("HU", "13/2027"),
        ("T", "999"),
        ("A", "HALLO WELT"),
        ("2.1", "06"),
        ("L", "77"),
    ],
)
def test_what_cannot_stand_there_is_left_blank_with_what_was_seen(code: str, said: str) -> None:
    got = judge_looks(code, both(said, 0.997))
    assert got.value is None
    assert got.reason in ("implausible", "uncertain")
    assert said in got.alternatives


def test_nothing_seen() -> None:
    assert judge_looks("B", []).reason == "not_seen"
    assert judge_looks("B", [Look("shipped", cell())]).reason == "not_seen"


@given(st.dates(dt.date(1986, 1, 1), dt.date(2026, 11, 1)))
@QUICK
def test_dates_go_round(day: dt.date) -> None:
    assert judge_looks("B", both(day.strftime("%d.%m.%Y"))).value == day.isoformat()


@given(st.integers(40, 400), st.integers(70, 180), st.booleans())
@QUICK
def test_power_goes_round(power: int, turns: int, padded: bool) -> None:
    speed = turns * 50
    printed = f"{power:04d}/{speed:05d}" if padded else f"{power}/{speed}"
    assert judge_looks("P.2/P.4", both(printed)).value == f"{power}/{speed}"


@given(
    st.sampled_from(sorted(rules.plate_districts())),
    st.text("ABCDEKLMXYZ", min_size=1, max_size=2),
    st.integers(1, 999),
)
@QUICK
def test_plates_go_round_or_are_doubted(district: str, letters: str, number: int) -> None:
    got = judge_looks("A", both(f"{district} {letters} {number}"))
    want = f"{district}-{letters} {number}"
    assert got.value == want or (got.value is None and want in got.alternatives)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_one_confusion_of_one_reader_is_mended_or_left_blank(data: st.DataObject) -> None:
    code, printed, value = data.draw(
        st.sampled_from(
            [
                ("B", "14.08.2016", "2016-08-14"),
                ("2.1", "8566", "8566"),
                ("P.2/P.4", "0085/05600", "85/5600"),
                ("15.1", "205/55R16 91V", "205/55R16 91V"),
                ("K", "e1*2007/46*0351*08", "e1*2007/46*0351*08"),
                ("16", "KB502386", "KB502386"),
                ("18", "04258", "4258"),
            ]
        )
    )
    place = data.draw(st.integers(0, len(printed) - 1))
    others = rules.CONFUSIONS.get(printed[place], "")
    if not others:
        return
    wrong = printed[:place] + data.draw(st.sampled_from(others)) + printed[place + 1 :]
    got = judge_looks(code, [look("own", printed), look("shipped", wrong)])
    assert got.value in (value, None)
    got = judge_looks(code, [look("own", wrong), look("shipped", printed)])
    assert got.value in (value, None)


def test_a_missing_space_of_a_plate_is_not_guessed() -> None:
    got = judge_looks("A", both("BAB 12"))
    assert got.value is None
    assert {"B-AB 12", "BA-B 12"} <= set(got.alternatives)


def test_a_district_that_has_lost_its_dots() -> None:
    assert "LO" not in rules.plate_districts()
    got = judge_looks("A", both("LO WZ 46"))
    assert got.value in (None, "LÖ-WZ 46")
    assert "LÖ-WZ 46" in (got.value, *got.alternatives)


def test_names_with_dots_seen_by_one_reader() -> None:
    got = judge_looks("C.1.1", [look("own", "KÖHLERSEN"), look("shipped", "KOHLERSEN")])
    assert got.value in ("KÖHLERSEN", None)


def test_digits_do_not_stand_in_names() -> None:
    got = judge_looks("C.1.1", [look("own", "SCHM1DT"), look("shipped", "SCHMIDT")])
    assert got.value in ("SCHMIDT", None)


def test_lines_of_a_cell_stay_apart() -> None:
    got = judge_looks(
        "C.1.3",
        [look("own", "Am Mühlbach 12a", "49135 Neuweiler"), look("shipped", "Am Mühlbach 12a", "49135 Neuweiler")],
    )
    assert got.value == "Am Mühlbach 12a\n49135 Neuweiler"
    half = judge_looks("C.1.3", both("Am Mühlbach 12a"))
    assert half.value is None
    assert "Am Mühlbach 12a" in half.alternatives
    lines = judge_looks("D.2", [look("own", "B5", "ABC123", "-"), look("shipped", "B5", "ABC123", "-")])
    assert lines.value == "B5\nABC123"


@given(st.sampled_from([*FIELDS, *PROSE, "A", "22b", "unknown"]), st.text("AZ019-/. *üß", max_size=14))
@settings(max_examples=80, deadline=None)
def test_no_text_breaks_a_judge(code: str, text: str) -> None:
    got = judge_looks(code, [look("own", text), look("shipped", seen(text, 0.4))])
    assert 0.0 <= got.confidence <= 1.0
    assert (got.value is None) == (got.confidence == 0.0)
    assert got.value is not None or got.reason


def test_a_rest_of_the_printed_code_makes_no_other_model() -> None:
    looks = [look("own", "3OCTAVIA COMBI"), look("shipped", "OCTAVIA COMBI")]
    assert judge_looks("D.3", looks).value == "OCTAVIA COMBI"
    assert judge_looks("D.3", [look("own", "307 SW"), look("shipped", "307 SW")]).value == "307 SW"


def test_random_steps_are_blank() -> None:
    rng = random.Random(5)
    for code in FIELDS:
        text = "".join(rng.choices("§#=!?", k=6)).replace("§", "?")
        assert judge_looks(code, [look("own", text)]).value is None
