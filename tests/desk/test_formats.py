"""Numbers as typed and as shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from workbench.desk import formats
from workbench.desk.formats import NumberError, parse_number


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("499,99", "499.99"),
        ("1.234", "1234"),
        ("1.234,50", "1234.50"),
        (" 12 ", "12"),
        ("0,5", "0.5"),
        (",5", "0.5"),
        ("-3,20", "-3.20"),
        ("\u22123,20", "-3.20"),
        ("12,50 €", "12.50"),
        ("2 %", "2"),
        ("1,2 h", "1.2"),
        ("1000000", "1000000"),
    ],
)
def test_german_numbers(typed: str, value: str) -> None:
    assert parse_number(typed) == Decimal(value)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "abc", "12.5", "1,2,3", "1.23,4", "12,345", "NaN", "Infinity", "1e5", "0x10", "--1", "1 000", "٣", "1.2.3",
     "12,-", "=1+1", "9" * 40, None, [], {}, "1\x00"],
)  # fmt: skip
def test_what_is_no_german_number_is_refused(typed: object) -> None:
    with pytest.raises(NumberError) as refused:
        parse_number(typed)
    assert str(refused.value)


def test_limits_are_named() -> None:
    with pytest.raises(NumberError, match="9,99"):
        parse_number("12", maximum=Decimal("9.99"))
    with pytest.raises(NumberError, match="0"):
        parse_number("-1", minimum=Decimal(0))
    with pytest.raises(NumberError, match="0"):
        parse_number("1,5", places=0)


def test_english_numbers(server: Flask) -> None:
    with server.test_request_context(headers={"Cookie": "tk_lang=en"}):
        assert parse_number("1,234.50") == Decimal("1234.50")
        assert formats.money("1234.5") == "1,234.50\u00a0€"
        assert formats.day("2026-11-23") == "23/11/2026"
        with pytest.raises(NumberError):
            parse_number("1.234,50")


@given(st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2))
def test_what_is_shown_can_be_typed_again(value: Decimal) -> None:
    assert parse_number(formats.number(value)) == value


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        value = parse_number(text)
    except NumberError:
        return
    assert value.is_finite()


def test_shown_exactly_and_never_from_a_float() -> None:
    assert formats.money(Decimal("4296.23")) == "4.296,23\u00a0€"
    assert formats.money(Decimal(-50)) == "\u221250,00\u00a0€"
    assert formats.money(None) == "–"
    assert formats.plain(Decimal("2.500")) == "2,5"
    with pytest.raises(TypeError):
        formats.number(1.5)


def test_durations_and_days() -> None:
    assert formats.duration(7199) == "1:59 h"
    assert formats.duration(-600) == "\u221210 min"
    assert formats.day("2026-11-23") == "23.11.2026"
    assert formats.moment("2026-11-23T17:00:00+00:00") == "23.11.2026 18:00"
