"""Where two models disagree, and who was right."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.cases.learning.shadow_matching import TYPES, disagreements, who_was_right


def region(box: tuple[int, int, int, int] = (100, 100, 200, 100), **words: Any) -> dict[str, Any]:
    plain = {"category": "dent", "part": "door_front", "side": "left", "severity": "minor", "score": "0.8"}
    return {**plain, "box": list(box), **words}


def kinds(active: list[dict[str, Any]], candidate: list[dict[str, Any]]) -> list[str]:
    return [item["type"] for item in disagreements(active, candidate)]


def test_models_that_say_the_same_do_not_disagree() -> None:
    assert kinds([region()], [region((104, 98, 196, 104))]) == []
    assert kinds([], []) == []


def test_each_way_to_disagree_is_named() -> None:
    assert kinds([region()], []) == ["only_active"]
    assert kinds([], [region()]) == ["only_candidate"]
    assert kinds([region()], [region((900, 100, 200, 100))]) == ["only_active", "only_candidate"]
    assert kinds([region()], [region(category="scratch")]) == ["other_class"]
    assert kinds([region()], [region(side="right")]) == ["other_part"]
    assert kinds([region()], [region(severity=None)]) == ["other_severity"]
    assert kinds([region()], [region((150, 100, 200, 130))]) == ["box_moved"]
    assert kinds([region()], [region((150, 100, 200, 130), category="crack")]) == ["other_class", "box_moved"]


def test_the_pair_that_overlaps_most_is_taken() -> None:
    near, far = region((100, 100, 200, 100)), region((160, 100, 200, 100))
    found = disagreements([near, far], [region((165, 100, 200, 100))])
    assert [(item["type"], item["active"]["box"][0]) for item in found] == [("only_active", 100)]


boxes = st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(2, 300), st.integers(2, 300))
regions = st.lists(st.builds(region, boxes, category=st.sampled_from(["dent", "scratch"])), max_size=6)


@settings(deadline=None)
@given(regions, regions)
def test_every_region_is_accounted_for_once(active: list[dict[str, Any]], candidate: list[dict[str, Any]]) -> None:
    there, back = disagreements(active, candidate), disagreements(candidate, active)
    count = {kind: sum(item["type"] == kind for item in there) for kind in TYPES}
    assert len(active) - count["only_active"] == len(candidate) - count["only_candidate"], "pairs are one to one"
    assert count["only_active"] <= len(active)
    mirrored = {kind: sum(item["type"] == kind for item in back) for kind in TYPES}
    assert (mirrored["only_active"], mirrored["only_candidate"]) == (count["only_candidate"], count["only_active"])
    assert disagreements(active, active) == []


def final(status: str, origin: str = "model", **words: Any) -> dict[str, Any]:
    return {**region(**words), "finding": "f", "status": status, "origin": origin}


def entry(kind: str, active: dict[str, Any] | None, candidate: dict[str, Any] | None) -> dict[str, Any]:
    return {"type": kind, "active": {**active, "finding": "f"} if active else None, "candidate": candidate}


@pytest.mark.parametrize(
    ("item", "finals", "closed", "right"),
    [
        (entry("only_active", region(), None), [final("proposed")], True, None),
        (entry("only_active", region(), None), [final("confirmed")], False, "active"),
        (entry("only_active", region(), None), [final("edited", category="crack")], False, "active"),
        (entry("only_active", region(), None), [final("rejected")], False, "candidate"),
        (entry("only_active", region(), None), [], True, None),
        (entry("only_candidate", None, region()), [], False, None),
        (entry("only_candidate", None, region()), [], True, "active"),
        (entry("only_candidate", None, region()), [final("confirmed", "manual")], False, "candidate"),
        (entry("only_candidate", None, region()), [final("rejected", "manual")], True, "active"),
        (entry("other_class", region(), region(category="crack")), [final("confirmed")], False, "active"),
        (
            entry("other_class", region(), region(category="crack")),
            [final("edited", category="crack")],
            False,
            "candidate",
        ),
        (
            entry("other_class", region(), region(category="crack")),
            [final("edited", category="scratch")],
            False,
            "neither",
        ),
        (entry("other_class", region(), region(category="crack")), [final("rejected")], False, "neither"),
        (entry("other_part", region(), region(side="right")), [final("edited", side="right")], False, "candidate"),
        (entry("other_severity", region(), region(severity="severe")), [final("confirmed")], False, "active"),
        (
            entry("box_moved", region(), region((150, 100, 200, 130))),
            [final("edited", box=(148, 100, 200, 128))],
            False,
            "candidate",
        ),
        (entry("box_moved", region(), region((150, 100, 200, 130))), [final("confirmed")], False, "active"),
        ({"type": "failed", "code": "TK-PIPE-001"}, [], True, None),
    ],
)
def test_experts_decide_who_was_right(
    item: dict[str, Any], finals: list[dict[str, Any]], closed: bool, right: str | None
) -> None:
    assert who_was_right(item, finals, closed=closed) == right
