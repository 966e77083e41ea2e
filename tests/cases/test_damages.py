"""The same damage on several photos is one damage: on drawn sets, on the truth of the demonstration photos, and in the database."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import workbench.demo
from cv_models.findings import CATEGORIES, PARTS, SEVERITIES, SIDES, Box
from workbench.access import Actor
from workbench.cases import damages, work
from workbench.cases.damages import Damage, Sighting, match, side_of
from workbench.cases.views import CaseRef
from workbench.store.database import session_scope
from workbench.store.models import Case, Finding, Photo

DEMO = Path(workbench.demo.__file__).parent


def seen(
    name: str,
    photo: int,
    category: str = "scratch",
    part: str | None = "door_front",
    side: str | None = "left",
    box: tuple[float, float, float, float] = (100, 100, 50, 40),
    **more: object,
) -> Sighting:
    return Sighting(
        id=name, photo_id=f"p{photo}", order=photo, category=category, part=part, side=side, box=Box(*box), **more  # type: ignore[arg-type]
    )  # fmt: skip


def groups(found: tuple[Damage, ...]) -> list[set[str]]:
    return [set(damage.finding_ids) for damage in found]


def test_one_scratch_on_three_photos_is_one_damage() -> None:
    found = match([seen("a", 1), seen("b", 2, box=(10, 10, 300, 200)), seen("c", 3, side=None)])
    assert [(d.key, d.finding_ids, d.photo_ids) for d in found] == [
        ("door_front/left/1", ("a", "b", "c"), ("p1", "p2", "p3"))
    ]


def test_left_is_never_right_and_a_bumper_has_no_side() -> None:
    assert len(match([seen("a", 1), seen("b", 2, side="right")])) == 2
    assert len(match([seen("a", 1), seen("b", 2, side="right"), seen("c", 3, side=None)])) == 3
    assert len(match([seen("a", 1, part="bumper_rear"), seen("b", 2, part="bumper_rear", side="right")])) == 1


def test_two_scratches_of_one_door_stay_two_and_keep_their_order() -> None:
    far = [seen("a1", 1, box=(100, 100, 50, 40)), seen("a2", 1, box=(400, 100, 50, 40))]
    near = [seen("b1", 2, box=(0, 100, 200, 90)), seen("b2", 2, box=(900, 100, 200, 90))]
    assert groups(match([*far, *near])) == [{"a1", "b1"}, {"a2", "b2"}]
    one = [seen("b", 2, box=(300, 300, 500, 400))]
    assert groups(match([*far, *one], {frozenset(("b", "a2"))})) == [{"a1"}, {"a2", "b"}]
    touching = [seen("a1", 1), seen("a2", 1, box=(152, 100, 50, 40))]
    assert groups(match(touching)) == [{"a1", "a2"}]


def test_kinds_are_apart_but_an_untold_kind_joins() -> None:
    both = [seen("s", 1), seen("d", 1, "dent")]
    assert len(match(both)) == 2
    assert groups(match([seen("s", 1), seen("p", 2, "panel_damage")])) == [{"s", "p"}]
    assert match([seen("s", 1), seen("p", 2, "panel_damage")])[0].category == "scratch"
    assert groups(match([seen("d", 1, "dent"), seen("f", 2, "deformation")])) == [{"d", "f"}]


def test_a_close_up_joins_where_there_is_one_way_to_read_it() -> None:
    door, fender = seen("a", 1), seen("f", 1, part="fender", box=(600, 100, 50, 40))
    close = seen("c", 2, part=None, side=None, close_up=True)
    assert groups(match([door, close])) == [{"a", "c"}]
    assert groups(match([door, fender, close])) == [{"a"}, {"f"}, {"c"}]
    assert groups(match([door, fender, close], {frozenset(("c", "f"))})) == [{"a"}, {"c", "f"}]
    dent = seen("d", 2, "dent", part=None, side=None, close_up=True)
    assert groups(match([door, seen("f", 1, "dent", part="fender"), dent])) == [{"a"}, {"d", "f"}]
    heavy = seen("c", 2, part=None, side=None, close_up=True, severity="severe")
    assert len(match([seen("a", 1, severity="minor"), heavy])) == 2
    right = seen("c", 2, part=None, side="right", close_up=True)
    assert len(match([door, right])) == 2


def test_the_photo_before_tells_what_a_close_up_shows() -> None:
    wide = [seen("a", 0), seen("f", 0, part="fender", box=(600, 100, 50, 40))]
    nearer = seen("f2", 1, part="fender", close_up=True)
    close = seen("c", 2, part=None, side=None, close_up=True)
    assert groups(match([*wide, nearer, close])) == [{"a"}, {"c", "f", "f2"}]


sightings = st.lists(
    st.builds(
        Sighting,
        id=st.uuids().map(str),
        photo_id=st.sampled_from("123"),
        order=st.just(0),
        category=st.sampled_from(CATEGORIES),
        part=st.none() | st.sampled_from(PARTS),
        side=st.none() | st.sampled_from(SIDES),
        severity=st.none() | st.sampled_from(SEVERITIES),
        close_up=st.booleans(),
        box=st.builds(
            Box,
            x=st.integers(0, 900).map(float),
            y=st.integers(0, 900).map(float),
            width=st.integers(2, 400).map(float),
            height=st.integers(2, 400).map(float),
        ),
    ),
    max_size=12,
    unique_by=lambda s: s.id,
)


@settings(max_examples=60, deadline=None)
@given(sightings, st.randoms(use_true_random=False))
def test_every_finding_is_in_one_damage_and_order_does_not_matter(found: list[Sighting], rng: random.Random) -> None:
    pairs = {frozenset((a.id, b.id)) for a, b in itertools.combinations(found, 2) if rng.random() < 0.2}
    made = match(found, pairs)
    assert sorted(i for damage in made for i in damage.finding_ids) == sorted(s.id for s in found)
    assert len({damage.key for damage in made}) == len(made)
    assert all(len(damage.key) <= 40 for damage in made)
    assert match(rng.sample(found, len(found)), pairs) == made
    by_id = {s.id: s for s in found}
    for damage in made:
        members = [by_id[i] for i in damage.finding_ids]
        assert len({s.part for s in members if s.part is not None}) <= 1
        sides = {side_of(s.part or damage.part, s.side) for s in members} - {None}
        assert len(sides) <= 1, "left is never merged with right"


def test_the_truth_of_the_demonstration_photos() -> None:
    """With part and side known, no pair of sightings of one damage is missed, and only touching damages of one part are joined."""
    right = missed = wrong = 0
    for name in json.loads((DEMO / "sets.json").read_text()):
        truth = json.loads((DEMO / "photos" / name / "truth.json").read_text())
        classes = {c["id"]: c["name"] for c in truth["categories"]}
        real: dict[str, tuple[object, ...]] = {}
        found = []
        for a in truth["annotations"]:
            if a["area"] < 900:
                continue
            box = tuple(float(v) for v in a["bbox"])
            found.append(
                seen(str(a["id"]), a["image_id"], classes[a["category_id"]], a["part"], a["side"], box)  # type: ignore[arg-type]
            )
            real[str(a["id"])] = (a["damage_id"], a["part"], a["side"])
        keys = {i: damage.key for damage in match(found) for i in damage.finding_ids}
        for a, b in itertools.combinations(found, 2):
            if a.photo_id != b.photo_id:
                same, joined = real[a.id] == real[b.id], keys[a.id] == keys[b.id]
                right, missed, wrong = right + (same and joined), missed + (same > joined), wrong + (joined > same)
    assert (right, missed) == (118, 0)
    assert wrong <= 18


def _rows(case_id: str) -> dict[str, Finding]:
    with session_scope() as session:
        return {row.id: row for row in session.scalars(select(Finding).where(Finding.case_id == case_id))}


def test_keys_are_stored_shown_and_made_anew_after_a_correction(
    make_case: Callable[..., CaseRef], actor_expert: Actor
) -> None:
    ref = make_case(taken_by=actor_expert, leased_or_financed=False)
    view = work.get_case(actor_expert, ref.id)
    assert [f["damage_key"] for f in view.findings] == ["door_front/left/1"]
    with session_scope() as session:
        photo = session.scalars(select(Photo).where(Photo.case_id == ref.id).order_by(Photo.position)).all()[1]
        photo.role = "damage"
        session.add(
            Finding(
                case_id=ref.id, photo_id=photo.id, category="dent", score="0.8", box=[50, 50, 90, 90], model="test-1"
            )
        )
        session.flush()
        case = session.get_one(Case, ref.id)
        assert len(damages.rekey(session, case)) == 1
    first = next(row for row in _rows(ref.id).values() if row.part)
    assert {row.damage_key for row in _rows(ref.id).values()} == {"door_front/left/1"}
    with session_scope() as session:
        row = session.get_one(Finding, first.id)
        row.part, row.side, row.status = "fender", "right", "edited"
        made = damages.rekey(session, session.get_one(Case, ref.id))
        assert [damage.key for damage in made] == ["fender/right/1"]
    with session_scope() as session:
        session.get_one(Finding, first.id).status = "rejected"
        made = damages.rekey(session, session.get_one(Case, ref.id))
        assert [damage.key for damage in made] == ["?/-/1"]
    assert _rows(ref.id)[first.id].damage_key is None
