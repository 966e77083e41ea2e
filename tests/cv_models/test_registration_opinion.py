"""Weighing two readers of the same cell."""

from __future__ import annotations

import pytest

from cv_models.registration.opinion import weigh
from cv_models.registration.understand import Judged


def test_agreement_raises_the_confidence() -> None:
    got = weigh(Judged("0603", 0.8), [Judged("0603", 0.9)])
    assert got.value == "0603"
    assert got.confidence == pytest.approx(0.98)


def test_a_sure_reader_outweighs_an_unsure_one_but_the_confidence_sinks() -> None:
    got = weigh(Judged("0663", 0.5), [Judged("0603", 0.97)])
    assert got.value == "0603"
    assert 0.9 < got.confidence < 0.97
    assert got.alternatives == ("0663",)


def test_two_sure_readers_that_contradict_leave_the_field_blank() -> None:
    got = weigh(Judged("0663", 0.95), [Judged("0603", 0.96)])
    assert got.value is None
    assert got.reason == "uncertain"
    assert set(got.alternatives) == {"0603", "0663"}


def test_one_reader_alone_keeps_its_confidence() -> None:
    assert weigh(Judged(None, 0.0, ("O603",), "implausible"), [Judged("0603", 0.9)]).confidence == pytest.approx(0.9)
    assert weigh(Judged("0603", 0.9), [Judged(None, 0.0, (), "uncertain")]).value == "0603"


def test_nothing_stays_nothing_with_its_reason() -> None:
    got = weigh(Judged(None, 0.0, ("06O3",), "implausible"), [Judged(None, 0.0, ("0G03",), "uncertain")])
    assert (got.value, got.reason, got.alternatives) == (None, "implausible", ("06O3", "0G03"))
