"""Formats and printable text."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from workbench.documents import formats
from workbench.documents.derivation import shown
from workbench.documents.regions import Region, draw_regions
from workbench.documents.text import printable


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        ("2478.13", "2.478,13\xa0€", "€2,478.13"),
        ("-542.06", "−542,06\xa0€", "−€542.06"),
        ("0", "0,00\xa0€", "€0.00"),
        (Decimal("1234567.8"), "1.234.567,80\xa0€", "€1,234,567.80"),
    ],
)
def test_money(value, german, english):
    assert formats.money(value) == german
    assert formats.money(value, "en") == english


@pytest.mark.parametrize("value", [1.5, True, None, "NaN", "1e999999999x", "zwölf", ""])
def test_only_exact_numbers_are_formatted(value):
    with pytest.raises(ValueError, match="exact"):
        formats.money(value)


def test_quantities_and_days():
    assert formats.plain("2.00") == "2"
    assert formats.plain("0.380") == "0,38"
    assert formats.percent("19") == "19\xa0%"
    assert formats.day(date(2026, 3, 1)) == "1. März 2026"
    assert formats.short_day("2026-03-01T10:00:00") == "01.03.2026"
    assert formats.day("2026-03-01", "en") == "1 March 2026"


def test_derivation_values():
    assert shown("0.19", "share", "de") == "19\xa0%"
    assert shown("1.20", "h", "de") == "1,20\xa0Std."
    assert shown("484.00", "EUR", "en") == "€484.00"
    assert shown("within", "", "de") == "eingehalten"


@given(st.text(max_size=400))
def test_printable_text_is_one_short_line_without_controls(text):
    made = printable(text, limit=80)
    assert len(made.replace("\u200b", "")) <= 80
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in made)
    assert printable(made, limit=200).replace("\u200b", "") == made.replace("\u200b", "").strip()


def test_printable_keeps_what_germans_write():
    text = "Jürgen Groß-Çelik, Škoda – „Straße“ 5 € ½"
    assert printable(text) == text


def test_regions_are_scaled_to_the_copy_and_leave_the_photo_alone():
    photo = Image.new("RGB", (1000, 800), "white")
    drawn = draw_regions(photo, [Region(1, "x", (1000, 800, 1000, 800))], size=(4000, 3200), width=500)
    assert drawn.size == (500, 400)
    assert drawn.getpixel((125 + 60, 100)) != (255, 255, 255)  # on the upper edge of the region
    assert drawn.getpixel((400, 350)) == (255, 255, 255)
    assert photo.getextrema() == ((255, 255), (255, 255), (255, 255))


def test_a_region_outside_the_photo_does_no_harm():
    photo = Image.new("RGB", (100, 80), "white")
    draw_regions(photo, [Region(7, "x", (-50, -50, 5000, 5000), ((0.0, 0.0), (1e6, 5.0), (3.0, -1e6)))])
