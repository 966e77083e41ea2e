"""The gate's logic alone: nothing that gets worse helps, each fault is named, and the order of figures does not matter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.cases.learning.gate import FALSE_FINDS, OVERALL, Difference, Evidence, GateReport, Limits, judge

CLASSES = ("dent", "scratch", "broken_lamp")
FIGURES = (*OVERALL, *(f"class/{name}/ap50" for name in CLASSES), FALSE_FINDS)
NOT_ASKED = ("threshold_false", "milliseconds", "class/dent/recall")


def same(figure: str, value: float = 0.5) -> Difference:
    return Difference(figure, value, value, 0.0, -0.01, 0.01, 1.0, "same")


def evidence(**changes: object) -> Evidence:
    sound = Evidence(
        differences=tuple(same(figure) for figure in (*FIGURES, *NOT_ASKED)),
        photos=300,
        labels=500,
        undamaged=40,
        refused_photos=0,
        active_ms=200.0,
        candidate_ms=220.0,
        active_mib=300.0,
        candidate_mib=320.0,
        candidate_bytes=8_000_000,
        oversize_reason="",
        files_sound=True,
        shadow_photos=0,
    )
    return replace(sound, **changes)  # type: ignore[arg-type]


def with_verdict(figure: str, verdict: str, **values: float | None) -> Evidence:
    made = [
        replace(item, verdict=verdict, **values) if item.figure == figure else item for item in evidence().differences
    ]
    return evidence(differences=tuple(made))


def failed(seen: Evidence, limits: Limits | None = None) -> list[str]:
    return [check.name for check in judge(seen, limits).reasons]


def test_a_model_that_is_the_same_passes() -> None:
    verdict = judge(evidence())
    assert verdict.passed
    assert all(check.detail_de and check.detail_en for check in verdict.checks)


@pytest.mark.parametrize("figure", FIGURES)
def test_worse_in_one_figure_is_that_one_reason(figure: str) -> None:
    assert failed(with_verdict(figure, "worse", candidate=0.3)) == [figure]
    assert failed(with_verdict(figure, "better", candidate=0.7)) == []


@pytest.mark.parametrize("figure", NOT_ASKED)
def test_figures_that_are_not_asked_for_decide_nothing(figure: str) -> None:
    assert failed(with_verdict(figure, "worse", candidate=9.9)) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"photos": 19}, "photos"),
        ({"photos": 0}, "photos"),
        ({"labels": 0}, "photos"),
        ({"refused_photos": 1}, "refused_photos"),
        ({"candidate_ms": 251.0}, "time"),
        ({"candidate_ms": None}, "time"),
        ({"active_ms": None}, "time"),
        ({"candidate_mib": 1025.0}, "memory"),
        ({"candidate_mib": None}, "memory"),
        ({"candidate_bytes": 20_000_001}, "size"),
        ({"files_sound": False}, "files"),
    ],
)
def test_each_bound_is_a_reason_of_its_own(changes: dict[str, object], reason: str) -> None:
    assert failed(evidence(**changes)) == [reason]


def test_bounds_can_be_set_and_a_noted_size_is_let_through() -> None:
    assert failed(evidence(candidate_ms=300.0), Limits(most_slower=1.5)) == []
    assert failed(evidence(candidate_bytes=30_000_000, oversize_reason="Versuch")) == []
    assert failed(evidence(shadow_photos=99), Limits(least_shadow_photos=100)) == ["shadow"]
    assert failed(evidence(shadow_photos=100), Limits(least_shadow_photos=100)) == []


def test_false_finds_are_asked_about_where_there_are_undamaged_photos() -> None:
    without = tuple(item for item in evidence().differences if item.figure != FALSE_FINDS)
    assert failed(evidence(differences=without)) == [FALSE_FINDS]
    assert failed(evidence(differences=without, undamaged=0)) == []
    # Too few for a test: no more false finds than the active model, or it is refused.
    assert failed(with_verdict(FALSE_FINDS, "unknown", active=0.2, candidate=0.4)) == [FALSE_FINDS]
    assert failed(with_verdict(FALSE_FINDS, "unknown", active=0.2, candidate=0.2)) == []


def test_a_class_that_the_candidate_no_longer_has_is_worse() -> None:
    assert failed(with_verdict("class/dent/ap50", "unknown", candidate=None)) == ["class/dent/ap50"]
    assert failed(with_verdict("class/dent/ap50", "unknown", active=None, candidate=None)) == []


def test_no_figures_prove_nothing() -> None:
    assert failed(evidence(differences=())) == ["photos", FALSE_FINDS]


verdicts = st.sampled_from(["better", "worse", "same", "unknown"])
number = st.one_of(st.none(), st.floats(0, 1))
differences = st.lists(
    st.builds(
        Difference, st.sampled_from((*FIGURES, *NOT_ASKED)), number, number, number, number, number, number, verdicts
    ),
    max_size=14,
    unique_by=lambda item: item.figure,
).map(tuple)
evidences = st.builds(
    Evidence,
    differences=differences,
    photos=st.integers(0, 60),
    labels=st.integers(0, 5),
    undamaged=st.integers(0, 3),
    refused_photos=st.integers(0, 2),
    active_ms=st.one_of(st.none(), st.floats(1, 500)),
    candidate_ms=st.one_of(st.none(), st.floats(1, 500)),
    active_mib=st.one_of(st.none(), st.floats(1, 2000)),
    candidate_mib=st.one_of(st.none(), st.floats(1, 2000)),
    candidate_bytes=st.integers(1, 40_000_000),
    oversize_reason=st.sampled_from(["", "Versuch"]),
    files_sound=st.booleans(),
    shadow_photos=st.integers(0, 50),
)


@settings(deadline=None)
@given(evidences, st.randoms())
def test_the_order_of_the_figures_does_not_matter(seen: Evidence, random: object) -> None:
    mixed = list(seen.differences)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert judge(replace(seen, differences=tuple(mixed))) == judge(seen)


@settings(deadline=None)
@given(evidences, st.data())
def test_nothing_that_gets_worse_helps(seen: Evidence, data: st.DataObject) -> None:
    before = set(failed(seen))
    worsened = [
        replace(seen, refused_photos=seen.refused_photos + 1),
        replace(seen, files_sound=False),
        replace(seen, candidate_bytes=seen.candidate_bytes + 1_000_000),
        replace(seen, shadow_photos=max(0, seen.shadow_photos - 1)),
        replace(seen, photos=max(0, seen.photos - 1)),
    ]
    if seen.candidate_ms is not None:
        worsened.append(replace(seen, candidate_ms=seen.candidate_ms * 1.5))
    if seen.candidate_mib is not None:
        worsened.append(replace(seen, candidate_mib=seen.candidate_mib * 1.5))
    if seen.differences:
        place = data.draw(st.integers(0, len(seen.differences) - 1))
        changed = list(seen.differences)
        changed[place] = replace(changed[place], verdict="worse")
        worsened.append(replace(seen, differences=tuple(changed)))
    for worse in worsened:
        assert before <= set(failed(worse))


@settings(deadline=None)
@given(evidences)
def test_passing_means_that_every_check_was_passed_and_the_report_says_so(seen: Evidence) -> None:
    verdict = judge(seen)
    assert verdict.passed == (not verdict.reasons)
    if verdict.passed:
        assert not any(item.worse and item.figure in FIGURES[:-1] for item in seen.differences)
        assert seen.files_sound
        assert seen.photos >= Limits().least_photos
    told = GateReport("damage", "1", "2", "a", "b", verdict, seen).to_json()
    assert told["passed"] == verdict.passed
    assert told["reasons"] == [check.name for check in verdict.reasons]
