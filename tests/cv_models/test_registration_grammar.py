"""Grammars as automata, the search over steps that follows them, and the probability of a text."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cv_models.registration import decode
from cv_models.registration.fields import FIELDS
from cv_models.registration.grammar import Grammar, grammar
from cv_models.registration.ocr import ALPHABET
from tests.cv_models.steps_samples import seen

PATTERNS = (r"\d{4}", r"[A-Z]{1,3}-?\d+", r"(AB|C)*D?", r"a?b{2,3}", r"\d{1,2}/20\d{2}", r"x(y|z[0-9])+")


@pytest.mark.parametrize("pattern", PATTERNS)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_grammar_is_its_regular_expression(pattern: str, data: st.DataObject) -> None:
    text = data.draw(st.one_of(st.text("ABCDab0129-/xyz", max_size=8), st.from_regex(pattern, fullmatch=True)))
    assert Grammar(pattern).matches(text) == bool(re.fullmatch(pattern, text, re.ASCII))


@pytest.mark.parametrize("pattern", ["(ab", "*a", "a{", "a)"])
def test_what_is_no_pattern_is_said(pattern: str) -> None:
    with pytest.raises(ValueError):
        Grammar(pattern)


def test_every_pattern_of_a_field_is_understood_as_a_regular_expression_too() -> None:
    for field in FIELDS.values():
        assert field.rule.step(0, "§") == -1
        assert field.value("§§§") is None


def test_the_search_finds_what_is_said_and_its_probability() -> None:
    steps = decode.mixed(seen("0603"))
    (first, *rest) = decode.search(steps, grammar(r"\d{4}"))
    assert first.text == "0603"
    assert first.log == pytest.approx(float(decode.text_logs(steps, ["0603"])[0]), abs=0.02)
    assert all(found.log < first.log for found in rest)


@pytest.mark.parametrize(
    ("said", "pattern", "true"),
    [
        ("O6O3", r"\d{4}", "0603"),
        ("51I5500", r"\d{2}/\d{4}", "51/5500"),
        ("5115500", r"\d{2}/\d{4}", "51/5500"),
        ("EUROGD", r"EURO\d[A-Z]", "EURO6D"),
        ("O1.O2.2O19", r"\d{2}\.\d{2}\.\d{4}", "01.02.2019"),
        ("GOLF", r"BMW|AUDI", None),
    ],
)
def test_known_confusions_are_undone_where_the_grammar_leaves_no_choice(
    said: str, pattern: str, true: str | None
) -> None:
    found = decode.search(decode.mixed(seen(said)), grammar(pattern))
    assert (found[0].text if found else None) == true


@given(st.lists(st.text("AB01", min_size=1, max_size=6), min_size=1, max_size=4, unique=True))
@settings(deadline=None)
def test_probabilities_of_texts_agree_with_adding_up_all_paths(texts: list[str]) -> None:
    rng = np.random.default_rng(3)
    steps = rng.uniform(0, 1, (5, len(ALPHABET) + 1)).astype(np.float32)
    steps /= steps.sum(1, keepdims=True)
    letters = [ALPHABET.index(c) for c in "AB01"]
    want = dict.fromkeys(texts, 0.0)
    for path in np.ndindex(*(5,) * 5):
        said = [letters[i] if i < 4 else -1 for i in path]
        text = "".join(ALPHABET[s] for i, s in enumerate(said) if s >= 0 and (i == 0 or said[i - 1] != s))
        if text in want:
            want[text] += float(np.prod([steps[t, s] for t, s in enumerate(said)]))
    for text, log in zip(texts, decode.text_logs(steps, texts), strict=True):
        if want[text] > 0:
            assert log == pytest.approx(np.log(want[text]), abs=1e-3)
        else:
            assert log < -15


def test_an_unknown_character_is_impossible() -> None:
    assert decode.text_logs(decode.mixed(seen("A")), ["漢"])[0] == -np.inf
    assert decode.text_logs(decode.mixed(seen("A")), []).size == 0
