"""Pure rules of the registration document: check digit, plate, dates, power, type key."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cv_models.registration import rules
from cv_models.registration.samples.record import make_record, truth_values

VINS = st.text(alphabet=sorted(rules.VIN_ALPHABET), min_size=17, max_size=17)


def test_published_check_digit() -> None:
    assert rules.check_digit("A1BS31Z0430336179") == "4"


def test_letter_values_follow_ebcdic() -> None:
    assert [rules.letter_value(c) for c in "AJ"] == [1, 1]
    assert [rules.letter_value(c) for c in "BKS"] == [2, 2, 2]
    assert [rules.letter_value(c) for c in "IRZ"] == [9, 9, 9]
    assert rules.letter_value("O") == 0
    with pytest.raises(ValueError, match="not a VIN character"):
        rules.letter_value("ü")


@given(VINS)
def test_check_digit_is_one_of_eleven(vin: str) -> None:
    assert rules.check_digit(vin) in set("0123456789X")


@given(VINS, st.integers(0, 16), st.sampled_from(sorted(rules.VIN_ALPHABET)))
def test_a_single_other_value_changes_the_check_digit(vin: str, place: int, char: str) -> None:
    changed = vin[:place] + char + vin[place + 1 :]
    same_value = rules.letter_value(char) == rules.letter_value(vin[place])
    assert (rules.check_digit(changed) == rules.check_digit(vin)) == same_value


@given(VINS)
def test_cleaning_never_leaves_impossible_letters(vin: str) -> None:
    dirty = vin.replace("1", "I").replace("0", "O").lower()
    assert rules.clean_vin(dirty) == vin


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("B AB 123", "B-AB 123"),
        ("B-AB123", "B-AB 123"),
        ("KÖT - SH 173", "KÖT-SH 173"),
        ("M·XY 9E", "M-XY 9E"),
        ("HH AB 1234H", None),  # nine characters
        ("HH A 1234H", "HH-A 1234H"),
        ("QQ AB 12", None),
        ("B ÄB 12", None),
        ("B AB 0123", None),
        ("", None),
    ],
)
def test_plates(text: str, plate: str | None) -> None:
    assert rules.parse_plate(text) == plate


def test_glued_plate_with_two_splits_has_no_answer() -> None:
    assert {"B", "BA"} <= rules.plate_districts()
    assert rules.parse_plate("BAB 12") is None


@given(st.sampled_from(sorted(rules.plate_districts())), st.text("ABCXYZ", min_size=1, max_size=2), st.integers(1, 999))
def test_every_district_round_trips(district: str, letters: str, number: int) -> None:
    printed = f"{district} {letters} {number}"
    assert rules.parse_plate(printed) == f"{district}-{letters} {number}"
    assert rules.parse_plate(f"{district}-{letters} {number}") == f"{district}-{letters} {number}"


@given(st.dates(dt.date(1950, 1, 1), dt.date(2026, 12, 31)))
def test_dates_round_trip(day: dt.date) -> None:
    assert rules.parse_date(day.strftime("%d.%m.%Y")) == day.isoformat()


@pytest.mark.parametrize("text", ["31.02.2020", "00.00.2003", "1.1.20", "text", "12.13.2020", "99.99.9999"])
def test_no_dates(text: str) -> None:
    assert rules.parse_date(text) is None


def test_date_must_not_lie_ahead() -> None:
    assert rules.parse_date("01.02.2026", latest=dt.date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("0051/05500", ("51", "5500")),
        ("51/5500", ("51", "5500")),
        ("110/-", ("110", None)),
        ("0000/05500", None),
        ("51", None),
    ],
)
def test_power(text: str, pair: tuple[str, str | None] | None) -> None:
    assert rules.parse_power(text) == pair


def test_type_key_both_ages() -> None:
    assert rules.parse_type_key("AAA000021") == "AAA000021"
    assert rules.parse_type_key("599 0445") == "5990445"
    assert rules.parse_type_key("AAA00002") is None


@given(st.text(max_size=40))
def test_no_text_breaks_a_rule(text: str) -> None:
    rules.parse_plate(text)
    rules.parse_date(text)
    rules.parse_month(text)
    rules.parse_power(text)
    rules.parse_type_key(text)
    rules.parse_number(text, 0, 10)
    rules.clean_vin(text)


@given(st.integers(0, 10**6))
def test_invented_records_obey_the_rules(seed: int) -> None:
    record = make_record(random.Random(seed))
    truth = truth_values(record)
    assert record["3"] in ("-", rules.check_digit(record["E"]))
    assert rules.VIN_PATTERN.fullmatch(record["E"])
    assert truth["A"] == rules.parse_plate(record["A"])
    assert truth["B"] <= truth["I"]
