from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select

from workbench.access import SYSTEM, customer_actor
from workbench.cases import intake, pipeline, work
from workbench.cases.looking import Looker, looker
from workbench.cases.views import CaseRef
from workbench.demo import loader
from workbench.store.database import session_scope
from workbench.store.models import Step

Make = Callable[..., CaseRef]


class Stumbling(Looker):
    """The real models, of which one breaks on one photo: what a hostile or odd photo can do."""

    def __init__(self, real: Looker, broken: str) -> None:
        self.__dict__ = real.__dict__
        self.broken = broken

    def quality(self, sha256: str, width: int, height: int) -> Any:
        if sha256 == self.broken:
            raise ValueError("boom")
        return super().quality(sha256, width, height)

    def damage(self, sha256: str, width: int, height: int, view: str | None) -> Any:
        if sha256 == self.broken:
            raise RuntimeError("boom")
        return super().damage(sha256, width, height, view)


def test_a_whole_demonstration_set_goes_through(database: str) -> None:
    name = next(iter(loader.sets()), None)
    assert name is not None
    assert loader.load_set(name)
    assert not loader.load_set(name), "loading is done once"
    from workbench.cases.folders import find_case

    ref = find_case(loader.claim_of(loader.sets()[name]).claim_number)
    assert ref is not None
    assert ref.demo
    pipeline.run(ref.id)
    view = work.get_case(SYSTEM, ref.id)
    assert view.progress["done"] == view.progress["total"]
    assert view.progress["failed"] == 0
    assert all(photo["quality"] and photo["role"] for photo in view.photos)
    assert view.draft is not None
    assert view.result is not None
    for finding in view.findings:
        photo = next(item for item in view.photos if item["id"] == finding["photo_id"])
        x, y, width, height = finding["box"]
        assert 0 <= x < x + width <= photo["width"]
        assert 0 <= y < y + height <= photo["height"]
    loader.advance(ref.id)
    assert work.get_case(SYSTEM, ref.id).state == "offered"
    loader.advance(ref.id)
    assert len(work.get_case(SYSTEM, ref.id).offers) == 1


def test_a_photo_on_which_a_model_breaks_does_not_take_the_set_down(make_case: Make) -> None:
    ref = make_case(photos=3, complete=True)
    photos = work.get_case(SYSTEM, ref.id).photos
    pipeline.start(ref.id)
    eyes = Stumbling(looker(), photos[1]["sha"])
    for photo in photos:
        pipeline.check_quality(photo["id"], eyes)
        pipeline.classify_role(photo["id"], eyes)
        pipeline.detect_damage(photo["id"], eyes)
    pipeline.read_document(ref.id, eyes)
    pipeline.prefill(ref.id)
    view = work.get_case(SYSTEM, ref.id)
    assert view.state == "pre_check"
    assert view.draft is not None
    assert 1 <= view.progress["failed"] <= 2
    assert view.photos[1]["quality"] == {"problems": [], "failed": "TK-PIPE-001"}


def test_steps_that_are_done_are_not_done_again(make_case: Make) -> None:
    ref = make_case(photos=2, complete=True)
    pipeline.run(ref.id)
    first = work.get_case(SYSTEM, ref.id)
    pipeline.run(ref.id)
    second = work.get_case(SYSTEM, ref.id)
    assert dataclasses.replace(first, clock={}) == dataclasses.replace(second, clock={})
    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(Step)) == 3 * 2 + 2


def test_a_set_without_a_document_arrives_and_says_so(make_case: Make) -> None:
    ref = make_case(photos=2, complete=True)
    pipeline.run(ref.id)
    view = work.get_case(SYSTEM, ref.id)
    assert "document_unreadable" in {flag["code"] for flag in view.flags}
    assert {field["code"] for field in view.vehicle_fields} >= {"A", "E", "D.1"}


def test_several_readings_complete_each_other() -> None:
    from workbench.cases.assess import best_fields

    def reading(**fields: tuple[str | None, float]) -> Any:
        made = {name: SimpleNamespace(value=value, confidence=sure) for name, (value, sure) in fields.items()}
        return SimpleNamespace(fields=made, model="m")

    one, two = SimpleNamespace(id="1"), SimpleNamespace(id="2")
    best = best_fields(
        [(one, reading(A=("B-X 1", 0.5), E=(None, 0.9))), (two, reading(A=("B-X 2", 0.8), E=("W", 0.1)))]
    )
    assert (best["A"][1].value, best["E"][1].value) == ("B-X 2", "W")


def test_new_photos_are_looked_at_and_old_ones_are_not(
    make_case: Make, demo_photo: Callable, actor_expert: Any
) -> None:
    ref = make_case(photos=2, complete=True)
    pipeline.run(ref.id)
    work.take(actor_expert, ref.id)
    work.request_photos(actor_expert, ref.id, ["other"], "Bitte noch eins.")
    customer = customer_actor(ref.id)
    intake.receive_photo(customer, ref.id, demo_photo(50), filename="neu.jpg")
    intake.complete_set(customer, ref.id)
    pipeline.run(ref.id)
    with session_scope() as session:
        count = dict(session.execute(select(Step.name, func.count()).group_by(Step.name)).all())
    assert (count["quality"], count["damage"], count["prefill"]) == (3, 3, 2)
    view = work.get_case(SYSTEM, ref.id)
    assert (view.state, view.progress["done"], view.progress["total"]) == ("pre_check", 11, 11)


def test_models_say_what_they_are() -> None:
    versions = looker().versions
    assert set(versions) == {"quality", "role", "damage", "document"}
    assert all(versions.values())
