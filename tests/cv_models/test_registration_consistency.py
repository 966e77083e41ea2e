"""What fields say of each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cv_models.registration.consistency import settle, shifted_rows
from cv_models.registration.layout import CELLS
from cv_models.registration.reading import REASONS, FieldReading

GOOD = {
    "A": "KÖT-SH 173", "B": "2016-08-14", "I": "2019-05-02", "6": "2015-11-30", "HU": "2027-08", "2.1": "0603", "E": "WVWZZZ1KZAW123456",
    "D.1": "VOLKSWAGEN", "D.3": "GOLF", "2": "VOLKSWAGEN,VW", "R": "GRÜN", "11": "6", "P.3": "DIESEL", "10": "0002", "P.1": "1968", "P.2": "110",
    "T": "216", "18": "4258", "19": "1799", "20": "1452", "G": "1354", "F.1": "1880", "F.2": "1880", "7.1": "1020", "7.2": "910", "8.1": "1020",
    "8.2": "910", "O.1": "1600", "O.2": "710", "15.1": "205/55R16 91V", "15.2": "205/55R16 91V", "14": "EURO 6", "14.1": "36W0",
}  # fmt: skip
TODAY = dt.date(2026, 11, 24)


def given_fields(confidence: float = 0.95, **changed: str) -> dict[str, FieldReading]:
    values = GOOD | {code.replace("_", "."): value for code, value in changed.items()}
    return {code: FieldReading(value, confidence, None) for code, value in values.items()}


def test_a_document_in_order_is_believed_more_and_not_changed() -> None:
    before = given_fields()
    after = settle(before, TODAY)
    assert {c: f.value for c, f in after.items()} == GOOD
    assert all(after[c].confidence >= before[c].confidence for c in GOOD)
    for code in ("R", "11", "F.1", "D.1", "2.1", "7.1", "10"):
        assert after[code].confidence > 0.96


def test_it_is_pure() -> None:
    before = given_fields(F_2="9880")
    kept = dict(before)
    settle(before, TODAY)
    assert before == kept


@pytest.mark.parametrize(
    ("weak", "value", "reason"),
    [
        ("B", "2020-08-14", "contradiction"),
        ("I", "2036-05-02", "contradiction"),
        ("F.2", "9880", "contradiction"),
        ("8.1", "1920", "contradiction"),
        ("G", "1954", "contradiction"),
        ("O.2", "7100", "contradiction"),
        ("P.2", "1100", "contradiction"),
        ("11", "3", "contradiction"),
        ("10", "0001", "contradiction"),
        ("7.1", "020", "contradiction"),
    ],
)
def test_the_weaker_of_two_that_contradict_is_left_blank(weak: str, value: str, reason: str) -> None:
    fields = given_fields(0.98)
    fields[weak] = replace(fields[weak], value=value, confidence=0.9)
    got = settle(fields, TODAY)[weak]
    assert (got.value, got.reason) == (None, reason)
    assert value in got.alternatives


def test_an_alternative_that_fits_is_taken() -> None:
    fields = given_fields(0.97)
    fields["11"] = FieldReading("8", 0.9, None, ("6", "0"))
    fields["F.2"] = FieldReading("1890", 0.9, None, ("1880",))
    got = settle(fields, TODAY)
    assert (got["11"].value, got["11"].reason) == ("6", "repaired")
    assert (got["F.2"].value, got["F.2"].confidence) == ("1880", 0.8)


def test_a_blank_word_is_filled_by_its_code_only_from_what_was_seen() -> None:
    fields = given_fields(0.97)
    fields["R"] = FieldReading(None, 0.0, None, ("GRUN", "GRÜN", "GRAU"), "uncertain")
    fields["10"] = FieldReading(None, 0.0, None, ("0003", "0002"), "uncertain")
    got = settle(fields, TODAY)
    assert got["R"].value == "GRÜN"
    assert got["10"].value == "0002"
    fields["R"] = FieldReading(None, 0.0, None, ("ROT",), "uncertain")
    assert settle(fields, TODAY)["R"].value is None


def test_an_unknown_maker_stays_possible() -> None:
    fields = given_fields(0.97, D_1="QUERFELD", E="XQQZZZ1KZAW123456")
    fields["2.1"] = FieldReading("4711", 0.97, None)
    got = settle(fields, TODAY)
    assert (got["D.1"].value, got["2.1"].value, got["E"].value) == ("QUERFELD", "4711", "XQQZZZ1KZAW123456")


def test_another_makers_number_lowers_the_belief() -> None:
    fields = given_fields(0.97)
    fields["2.1"] = FieldReading("0588", 0.92, None)
    got = settle(fields, TODAY)["2.1"]
    assert (got.value, got.reason) == (None, "contradiction")
    fields["2.1"] = FieldReading("0588", 0.995, None)
    got = settle(fields, TODAY)["2.1"]
    assert got.value == "0588"
    assert got.confidence < 0.95


@pytest.mark.parametrize(
    ("make", "seen", "name"),
    [
        ("BMW", "1181", "118I"),
        ("HYUNDAI", "130 KOMBI", "I30 KOMBI"),
        ("VOLKSWAGEN", "1D.3", "ID.3"),
        ("FIAT", "1181", "1181"),
    ],
)
def test_trade_names_of_known_makers(make: str, seen: str, name: str) -> None:
    got = settle({"D.1": FieldReading(make, 0.99, None), "D.3": FieldReading(seen, 0.97, None)})["D.3"]
    assert got.value == name


def test_a_panel_full_of_strange_values_is_left_blank() -> None:
    fields = given_fields()
    for code in ("G", "18", "15.1", "T", "7.1", "7.2", "F.1", "F.2"):
        fields[code] = FieldReading(None, 0.0, None, ("?",), "implausible")
    got = settle(fields, TODAY)
    assert all(got[c].value is None for c in ("O.1", "P.2", "R", "19"))
    assert got["B"].value == GOOD["B"]


@given(st.dictionaries(st.sampled_from([*GOOD, "K", "S.1", "22"]), st.text("0123456789AZ-/. ", max_size=10)))
@settings(deadline=None)
def test_no_value_breaks_it(values: dict[str, str]) -> None:
    fields = {
        c: FieldReading(v or None, 0.9 if v else 0.0, None, (), None if v else "not_seen") for c, v in values.items()
    }
    got = settle(fields, TODAY)
    assert set(got) == set(fields)
    for reading in got.values():
        assert reading.reason is None or reading.reason in REASONS
        assert (reading.value is None) == (reading.confidence == 0.0)


PRINTED = {
    "L": "2", "9": "1", "P.2/P.4": "0110/03500", "T": "216", "18": "04258", "19": "1799", "20": "1452", "G": "001354", "12": "-", "13": "0075",
    "Q": "-", "V.7": "115", "F.1": "001880", "F.2": "001880", "7.1": "01020", "7.2": "00910", "15.1": "205/55R16 91V", "15.2": "205/55R16 91V",
    "R": "GRÜN", "11": "6", "K": "e1*2007/46*0623*14", "6": "30.11.2015", "17": "K", "16": "KB502386",
}  # fmt: skip


def test_a_panel_in_its_place_is_not_shifted() -> None:
    assert shifted_rows(PRINTED, "right") == 0
    assert shifted_rows({}, "left") == 0


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_panel_a_row_off_is_told(shift: int) -> None:
    right = [c for c in CELLS if c.panel == "right" and c.lines == 1]
    dealt: dict[str, str] = {}
    for cell in right:
        # What is printed in this cell was dealt to the one `shift` rows above.
        at = cell.y_mid - 4.07 * shift
        for other in right:
            if abs(other.y_mid - at) < 1.5 and other.label_x <= cell.x0 + 1 <= other.x1 and cell.code in PRINTED:
                dealt[other.code] = PRINTED[cell.code]
    assert shifted_rows(dealt, "right") == shift
