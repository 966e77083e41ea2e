"""Numbers of foreign files: exact, in both notations, or refused."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing_tables.importers.numbers import from_cell, read, style_of
from pricing_tables.wording import number

D = Decimal
amounts = st.decimals(min_value=D("-999999.99"), max_value=D("999999.99"), places=2)


@given(amounts)
def test_what_people_write_is_read_exactly_in_either_notation(value: Decimal) -> None:
    for english in (False, True):
        for text in (
            number(value, english),
            f"{number(value, english)} €",
            f"EUR {number(value, english)}",
            f"\u00a0{number(value, english)}\u202f",
        ):
            reading = read(text)
            assert reading is not None
            found = reading.value("en" if english else "de")
            assert found == value
            assert isinstance(found, Decimal)


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_none_and_never_an_error(text: str) -> None:
    reading = read(text)
    if reading is not None:
        for value in (reading.de, reading.en):
            assert value is None or (isinstance(value, Decimal) and value.is_finite())
        assert reading.ambiguous == (reading.certain is None)


@given(st.integers(1, 999), st.integers(0, 999))
def test_a_single_group_of_three_is_ambiguous(head: int, tail: int) -> None:
    for mark in ".,":
        reading = read(f"{head}{mark}{tail:03d}")
        assert reading is not None
        assert reading.ambiguous
        assert {reading.de, reading.en} == {D(head * 1000 + tail), D(f"{head}.{tail:03d}")}
        assert reading.value(None) is None


@given(st.floats(min_value=0.01, max_value=99999, allow_nan=False), st.integers(0, 4))
def test_a_spreadsheet_cell_is_what_it_shows(value: float, places: int) -> None:
    shown = "0" if places == 0 else f"0.{'0' * places}"
    found, _ = from_cell(value, shown)
    assert isinstance(found, Decimal)
    assert found == D(format(value, ".15g")).quantize(D(1).scaleb(-places), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("12,5", "12.5"), ("12.5", "12.5"), ("0,123", "0.123"), ("1.234.567", "1234567"),
        ("1 234,50", "1234.50"), ("1'234.50", "1234.50"), ("169,75 EUR/h", "169.75"), ("120 € / Std.", "120"), ("2 %", "2"),
        ("−5,00", "-5.00"), ("5,00-", "-5.00"), ("1,20 h", "1.20"), ("1234.567", "1234.567"),
    ],
)  # fmt: skip
def test_certain_readings(text: str, value: str) -> None:
    reading = read(text)
    assert reading is not None
    assert reading.certain == D(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1.2.3",
        "12,50 13,50",
        "=1+1",
        "1e5",
        "NaN",
        "Infinity",
        "١٢",
        "1,23,456",
        "12.345,6.7",
        "0x10",
        "1_000",
        "9" * 50,
    ],
)
def test_no_numbers(text: str) -> None:
    assert read(text) is None


def test_the_other_numbers_of_a_column_decide() -> None:
    assert style_of(["1.234", "12,50", "x"]) == "de"
    assert style_of(["1,234", "12.50"]) == "en"
    assert style_of(["1.234", "7"]) is None
    assert style_of(["12,50", "12.50"]) is None


@pytest.mark.parametrize(
    ("stored", "form", "value", "rounded"),
    [
        (169.75, "General", "169.75", False), (169.75000000000003, "General", "169.75", False), (0.1 + 0.2, "General", "0.3", False),
        (169.7478991, '#,##0.00 "€"', "169.75", True), (0.1, "0%", "10", False), (0.025, "0.0%", "2.5", False), (100.0, "General", "100", False),
        (7, "0.00", "7.00", False), (12.5, '_-* #,##0.00 "€"_-;-', "12.50", False),
    ],
)  # fmt: skip
def test_cells_of_a_spreadsheet(stored: float, form: str, value: str, rounded: bool) -> None:
    assert from_cell(stored, form) == (D(value), rounded)
