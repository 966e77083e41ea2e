"""The VIN: whatever is seen, the answer is the true one or none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cv_models.registration import rules, vin, words
from cv_models.registration.judged import Look
from tests.cv_models.steps_samples import look

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
PLAIN = settings(max_examples=20, deadline=None)


@st.composite
def vins(draw: st.DrawFn) -> str:
    world = draw(st.sampled_from(sorted(words.WORLD_CODES)))
    middle = draw(st.one_of(st.just("ZZZ"), st.text(LETTERS.replace("Z", ""), min_size=3, max_size=3)))
    rest = draw(st.text(LETTERS, min_size=5, max_size=5))
    return world + middle + rest + f"{draw(st.integers(0, 10**6 - 1)):06d}"


def both(text: str, sure: float = 0.985) -> list[Look]:
    return [look("own", text, sure=sure), look("shipped", text, sure=sure)]


@given(vins())
@PLAIN
def test_a_clear_vin_with_its_digit_is_read(true: str) -> None:
    got = vin.judge_vin_looks(both(true), both(rules.check_digit(true)))
    assert got.value == true
    assert got.confidence > 0.95
    assert got.reason is None


@given(vins(), st.data())
@PLAIN
def test_one_confusion_in_both_readers_is_mended_or_left_blank(true: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(3, 16))
    options = list(rules.CONFUSIONS.get(true[place], ""))
    if not options:
        return
    other = data.draw(st.sampled_from(options))
    if rules.letter_value(other) == rules.letter_value(true[place]):
        return  # the check digit cannot tell these two
    said = true[:place] + other + true[place + 1 :]
    got = vin.judge_vin_looks(both(said), both(rules.check_digit(true)))
    assert got.value in (true, None)
    assert got.value is not None or got.reason


@given(vins(), st.data())
@PLAIN
def test_one_reader_that_errs_is_overruled_by_the_check_digit(true: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(3, 16))
    other = data.draw(st.sampled_from([c for c in LETTERS if rules.letter_value(c) != rules.letter_value(true[place])]))
    said = true[:place] + other + true[place + 1 :]
    got = vin.judge_vin_looks([look("own", said), look("shipped", true)], both(rules.check_digit(true)))
    assert got.value in (true, None)


@given(vins(), st.sampled_from("0123456789X"))
@PLAIN
def test_a_digit_that_does_not_fit_leaves_it_blank(true: str, digit: str) -> None:
    if digit == rules.check_digit(true):
        return
    got = vin.judge_vin_looks(both(true, 0.999), both(digit, 0.999))
    assert got.value is None
    assert got.reason in ("check_digit", "uncertain")
    assert true in got.alternatives


@given(vins(), st.data())
@PLAIN
def test_without_the_digit_two_readers_must_say_the_same(true: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(3, 16))
    options = [c for c in rules.CONFUSIONS.get(true[place], "") if c in LETTERS]
    if not options:
        return
    said = true[:place] + data.draw(st.sampled_from(options)) + true[place + 1 :]
    got = vin.judge_vin_looks([look("own", true), look("shipped", said)], [])
    assert got.value is None
    assert {true, said} & set(got.alternatives)


def test_letters_that_no_vin_has() -> None:
    got = vin.judge_vin_looks(both("WVWZZZIKZAW00O123"), both(rules.check_digit("WVWZZZ1KZAW000123")))
    assert got.value == "WVWZZZ1KZAW000123"


@pytest.mark.parametrize("said", ["E WVWZZZ1KZAW000123", "WVWZZZ1KZAW000123 3", "WVW ZZZ1KZ AW000123"])
def test_printed_codes_and_spaces_are_left_out(said: str) -> None:
    got = vin.judge_vin_looks(both(said), both(rules.check_digit("WVWZZZ1KZAW000123")))
    assert got.value == "WVWZZZ1KZAW000123"


def test_the_number_of_an_old_vehicle_needs_its_digit() -> None:
    old = "1152384176"
    assert vin.judge_vin_looks(both(old), both(rules.check_digit(old))).value == old
    assert vin.judge_vin_looks(both(old), []).value is None


def test_nothing_and_strokes() -> None:
    assert vin.judge_vin_looks([], []).reason == "not_seen"
    assert vin.judge_vin_looks(both("---"), []).reason == "dash"


def test_the_american_digit() -> None:
    assert vin.us_digit("1M8GDM9AXKP042788") == "X"  # the example of 49 CFR 565
    assert vin.usual("1M8GDM9AXKP042788") > vin.usual("1M8GDM9A1KP042788")


def test_make_and_world_code() -> None:
    assert vin.usual("WVWZZZ1KZAW000123", "VOLKSWAGEN") > vin.usual("WVWZZZ1KZAW000123", "AUDI")
    assert vin.usual("WVWZZZ1KZAW000123", "QUERFELD") == vin.usual("WVWZZZ1KZAW000123")


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -./", max_size=24), st.text("0123456789X-A", max_size=3))
@PLAIN
def test_no_text_breaks_it(text: str, digit: str) -> None:
    got = vin.judge_vin_looks([look("own", text), look("shipped", text[::-1])], [look("own", digit)])
    assert (got.value is None) == (got.confidence == 0.0)
