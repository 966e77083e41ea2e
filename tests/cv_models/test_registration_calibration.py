"""From evidence to a probability: order and bounds; fitting a curve."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cv_models.registration import calibration
from cv_models.registration.evidence import Evidence
from cv_models.registration.layout import CELLS
from cv_models.training import calibration as training

EVIDENCE = st.builds(
    Evidence,
    st.just("x"),
    st.just("x"),
    st.floats(0, 1),
    st.just(()),
    st.floats(-30, 0),
    st.floats(0, 1),
    st.integers(1, 2),
    st.integers(0, 2),
    st.floats(-20, 2),
    st.floats(-30, 0),
)


@given(st.sampled_from([*(c.code for c in CELLS), "E+3", "new"]), EVIDENCE)
def test_a_probability_comes_out(code: str, found: Evidence) -> None:
    assert 0.0 <= calibration.calibrate(code, found) <= 0.999
    assert 0.0 < calibration.least(code) < 1.0
    assert len(calibration.features(found)) == len(calibration.FEATURES)


def test_a_sure_value_is_given_and_an_even_choice_never() -> None:
    sure = Evidence("0603", "0603", 0.9999, (), -0.05, 0.998, 2, 2, 0.0, -0.02)
    even = Evidence("0603", "0603", 0.5, (("0608", 0.5),), -0.05, 0.998, 2, 2, 0.0, -0.02)
    for code in [c.code for c in CELLS] + ["E+3"]:
        assert calibration.calibrate(code, sure) >= calibration.least(code)
        if code not in ("22", "22b", "Nr.", "21", "5"):
            assert calibration.calibrate(code, even) < calibration.least(code)


def test_a_dropped_character_is_not_believed() -> None:
    found = Evidence("99", "99", 0.999, (), -6.3, 0.0, 2, 2, 0.0, -6.2)
    assert calibration.calibrate("T", found) < calibration.least("T")


def test_the_fit_finds_how_often_evidence_is_right() -> None:
    rng = np.random.default_rng(11)
    cases = []
    for _ in range(1500):
        chance, weakest = float(rng.uniform(0.5, 1)), float(rng.uniform(0, 1))
        found = Evidence("x", "x", chance, (), 0.0, weakest, 2, 2)
        cases.append(training.Case("2.1", "crop", "s", found, bool(rng.random() < chance)))
    weights, offsets = training.fit(cases)
    assert weights["odds"] > 0.5
    assert set(offsets) == {"numbers"}
    rows = training.table(cases, lambda c: c.found.chance)
    assert sum(count for _, count, _, _ in rows) == len(cases)


def test_true_values_are_written_as_the_reader_writes_them() -> None:
    assert training.true_value("B", "01.02.2019") == "2019-02-01"
    assert training.true_value("A", "KÖT - SH 173") == "KÖT-SH 173"
    assert training.true_value("7.3", "-") is None
    assert training.true_value("D.2", "B5\nABC\n-") == "B5\nABC"
    assert training.true_value("E", "WVWZZZ1KZAW123456") == "WVWZZZ1KZAW123456"


def test_readings_are_kept_and_found_again(tmp_path) -> None:
    steps = np.eye(5, 130, dtype=np.float32)
    lines = [
        training.Line("a", "crop", "2.1", 0, "own", 0, "0603", steps),
        training.Line("a", "crop", "2.1", 0, "shipped", 1, "0603", steps[:3]),
    ]
    training.keep(tmp_path / "r.npz", lines)
    again = list(training.kept(tmp_path / "r.npz"))
    assert [(a.reader, a.number, a.truth, len(a.steps)) for a in again] == [
        ("own", 0, "0603", 5),
        ("shipped", 1, "0603", 3),
    ]


def test_the_field_of_a_text() -> None:
    assert training.field_of("WVWZZZ1KZAW123456") == "E"
    assert training.field_of("01.02.2019") == "B"
    assert training.field_of("195/65R15 91H") == "15.1"
    assert training.field_of("M XY 123") == "A"
    assert training.field_of("49135 Neuweiler") == "C.1.3"
    assert training.field_of("?") is None
