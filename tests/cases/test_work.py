from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import event

from workbench.access import SYSTEM, Actor, customer_actor
from workbench.cases import intake, pipeline, work
from workbench.cases.views import CaseRef
from workbench.errors import TelekalkError
from workbench.store.database import engine

Make = Callable[..., CaseRef]


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TelekalkError) as caught:
        call()
    return caught.value.code


def changed(draft: dict, hours: str) -> dict:
    new = deepcopy(draft)
    new["labour"] = [
        *new.get("labour", []),
        {
            "id": "x1",
            "label": "Zusatzarbeit",
            "operation": "repair",
            "rate": "body",
            "units": hours,
            "origin": "manual",
        },
    ]
    return new


def test_prefilled_case_has_suggested_lines_and_totals(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(prefill=True)
    view = work.get_case(actor_expert, ref.id)
    assert view.state == "pre_check"
    assert view.draft is not None
    assert any(line["origin"] == "suggested" for line in view.draft["labour"])
    assert Decimal(view.result["totals"]["gross"]) > 0
    assert view.result["derivation"]
    assert "document_unreadable" in {flag["code"] for flag in view.flags}
    assert view.clock["running"]
    assert 0 < view.clock["remaining_seconds"] <= 7200


def test_taking_locks_out_a_colleague_until_the_lock_expires(
    make_case: Make, actor_expert: Actor, actor_other_expert: Actor
) -> None:
    ref = make_case(prefill=True)
    view = work.take(actor_expert, ref.id)
    assert view.state == "in_calculation"
    assert view.lock["mine"]
    assert code_of(lambda: work.take(actor_other_expert, ref.id)) == "TK-CASE-423"
    assert not work.get_case(actor_other_expert, ref.id).editable
    with time_machine.travel(time.time() + 31 * 60):
        taken = work.take(actor_other_expert, ref.id)
    assert taken.lock["by"] == "Bernd Kolbe"


def test_two_experts_cannot_overwrite_each_other(
    make_case: Make, actor_expert: Actor, actor_other_expert: Actor
) -> None:
    ref = make_case(taken_by=actor_expert)
    seen = work.get_case(actor_expert, ref.id)
    work.save_draft(actor_expert, ref.id, seen.version, changed(seen.draft, "1.00"))
    with pytest.raises(TelekalkError) as caught:
        work.save_draft(actor_other_expert, ref.id, seen.version, changed(seen.draft, "2.00"))
    assert caught.value.code == "TK-CASE-409"
    assert caught.value.data["by"] == "Anna Berger"
    assert work.get_case(actor_expert, ref.id).draft["labour"][-1]["units"] in ("1.00", "1")


def test_simultaneous_saves_let_exactly_one_through(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert)
    seen = work.get_case(actor_expert, ref.id)

    def save(number: int) -> bool:
        try:
            work.save_draft(actor_expert, ref.id, seen.version, changed(seen.draft, f"{number}.00"))
        except TelekalkError as problem:
            return {"TK-CASE-409": False}[problem.code]
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(save, range(1, 7))) == 1


def test_undo_and_redo_walk_along_the_history(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert)
    first = work.get_case(actor_expert, ref.id)
    assert not first.can_undo
    one = work.save_draft(actor_expert, ref.id, first.version, changed(first.draft, "1.00"))
    two = work.save_draft(actor_expert, ref.id, one.version, changed(first.draft, "2.00"))
    assert Decimal(two.result["totals"]["net"]) > Decimal(one.result["totals"]["net"])
    back = work.undo(actor_expert, ref.id, two.version)
    assert back.draft == one.draft
    assert back.result["totals"] == one.result["totals"]
    start = work.undo(actor_expert, ref.id, back.version)
    assert start.draft == first.draft
    assert not start.can_undo
    assert start.can_redo
    assert code_of(lambda: work.undo(actor_expert, ref.id, start.version)) == "TK-CASE-006"
    again = work.redo(actor_expert, ref.id, start.version)
    assert again.draft == one.draft
    other = work.save_draft(actor_expert, ref.id, again.version, changed(first.draft, "5.00"))
    assert not other.can_redo


def test_a_draft_that_makes_no_sense_is_refused_with_its_line(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert)
    seen = work.get_case(actor_expert, ref.id)
    bad = changed(seen.draft, "1.00")
    bad["labour"][-1]["rate"] = "nobody"
    with pytest.raises(TelekalkError) as caught:
        work.save_draft(actor_expert, ref.id, seen.version, bad)
    assert caught.value.code.startswith("TK-CALC-")
    assert caught.value.data["problems"][0]["line_id"] == "x1"
    assert code_of(lambda: work.save_draft(actor_expert, ref.id, seen.version, {"nonsense": 1})).startswith("TK-CALC-")
    assert work.get_case(actor_expert, ref.id).version == seen.version


@pytest.mark.parametrize("login", ["rita", "clara", "paul", "dora", "admin"])
def test_others_may_not_edit(make_case: Make, actor_of: Callable[[str], Actor], login: str) -> None:
    ref = make_case(prefill=True)
    actor = actor_of(login)
    assert code_of(lambda: work.take(actor, ref.id)) == "TK-ACCESS-403"
    assert code_of(lambda: work.save_draft(actor, ref.id, 1, {})) == "TK-ACCESS-403"
    assert code_of(lambda: work.request_photos(actor, ref.id, ["other"], "x")) == "TK-ACCESS-403"


def test_a_customer_sees_only_the_own_case(make_case: Make) -> None:
    mine, other = make_case("S-1"), make_case("S-2")
    assert work.get_case(customer_actor(mine.id), mine.id).id == mine.id
    assert code_of(lambda: work.get_case(customer_actor(mine.id), other.id)) == "TK-ACCESS-404"
    assert code_of(lambda: work.get_case(SYSTEM, "not-an-id")) == "TK-ACCESS-404"


def test_corrected_field_keeps_the_read_value_and_reaches_the_calculation(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert, plate="B-TK 100")
    view = work.correct_field(actor_expert, ref.id, ref.version, "A", "HH-XX 1")
    field = next(item for item in view.vehicle_fields if item["code"] == "A")
    assert (field["value"], field["corrected"], field["original"]) == ("HH-XX 1", True, None)
    assert "plate_mismatch" in {flag["code"] for flag in view.flags}
    assert view.draft["header"]["plate"] == "HH-XX 1"
    view = work.correct_field(actor_expert, ref.id, view.version, "A", "b tk-100")
    assert "plate_mismatch" not in {flag["code"] for flag in view.flags}
    assert code_of(lambda: work.correct_field(actor_expert, ref.id, view.version, "nope", "1")) == "TK-CASE-007"


def test_corrected_claim_reaches_the_settlement(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert, excess=Decimal("150.00"))
    before = work.get_case(actor_expert, ref.id)
    after = work.correct_claim(actor_expert, ref.id, before.version, {"excess": "300.00", "leased_or_financed": True})
    assert Decimal(before.result["settlement"]["payout"]) - Decimal(after.result["settlement"]["payout"]) == 150
    assert "leased_or_financed" in {flag["code"] for flag in after.flags}
    assert code_of(lambda: work.correct_claim(actor_expert, ref.id, after.version, {"excess": 12.5})) == "TK-CASE-007"
    assert code_of(lambda: work.correct_claim(actor_expert, ref.id, after.version, {"state": "paid"})) == "TK-CASE-007"


def test_findings_are_decided_and_added(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert)
    view = work.get_case(actor_expert, ref.id)
    finding = view.findings[0]
    view = work.decide_finding(actor_expert, finding["id"], "edited", part="fender", severity="severe")
    assert (view.findings[0]["part"], view.findings[0]["status"]) == ("fender", "edited")
    assert view.findings[0]["original"]["part"] == "door_front"
    view = work.add_finding(
        actor_expert, ref.id, view.photos[1]["id"], category="scratch", box=[900, 700, 500, 500], part="sill"
    )
    assert view.findings[-1]["box"] == [900, 700, 60, 20]
    view = work.suggest_lines(actor_expert, ref.id, view.version)
    assert {line["part"] for line in view.draft["labour"]} >= {"sill"}
    view = work.decide_finding(actor_expert, finding["id"], "rejected")
    assert view.findings[0]["status"] == "rejected"
    for box in ([5000, 5000, 10, 10], [0, 0, 0, 0], ["a", 1, 2, 3], [1, 2, 3]):
        photo = view.photos[0]["id"]
        assert (
            code_of(lambda b=box, p=photo: work.add_finding(actor_expert, ref.id, p, category="dent", box=b))
            == "TK-CASE-007"
        )


def test_requested_photos_pause_the_clock_and_new_ones_start_it_again(
    make_case: Make, actor_expert: Actor, demo_photo: Callable[..., bytes]
) -> None:
    ref = make_case(taken_by=actor_expert)
    view = work.get_case(actor_expert, ref.id)
    edited = work.save_draft(actor_expert, ref.id, view.version, changed(view.draft, "1.00"))
    asked = work.request_photos(actor_expert, ref.id, ["registration_document"], "Bitte den Fahrzeugschein.")
    assert asked.state == "photos_incomplete"
    assert asked.clock["paused"]
    left = asked.clock["remaining_seconds"]
    later = time.time() + 3600
    with time_machine.travel(later):
        assert work.get_case(actor_expert, ref.id).clock["remaining_seconds"] == left
        customer = customer_actor(ref.id)
        intake.receive_photo(customer, ref.id, demo_photo(77), filename="schein.jpg")
        intake.complete_set(customer, ref.id)
        pipeline.start(ref.id)
        pipeline.prefill(ref.id)
        again = work.get_case(actor_expert, ref.id)
    assert again.state == "pre_check"
    assert abs(again.clock["remaining_seconds"] - left) < 20
    assert [photo["new"] for photo in again.photos] == [False, False, True]
    assert again.draft == edited.draft, "what the expert entered is not overwritten"
    assert code_of(lambda: work.request_photos(actor_expert, ref.id, ["nonsense"], "x")) == "TK-CASE-009"


def test_exclusion_needs_a_reason_and_ends_the_case(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert)
    assert code_of(lambda: work.exclude(actor_expert, ref.id, "  ")) == "TK-CASE-008"
    view = work.exclude(actor_expert, ref.id, "Totalschaden wahrscheinlich.")
    assert (view.state, view.claim["exclude_reason"]) == ("excluded", "Totalschaden wahrscheinlich.")
    assert view.timeline[0]["action"] == "excluded"
    assert code_of(lambda: work.take(actor_expert, ref.id)) == "TK-CASE-001"


def test_release_gives_the_case_back(make_case: Make, actor_expert: Actor, actor_other_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert)
    work.release(actor_expert, ref.id)
    assert work.take(actor_other_expert, ref.id).lock["mine"]


def test_an_edit_asks_the_database_little(make_case: Make, actor_expert: Actor) -> None:
    """Each statement costs a good part of the few milliseconds that an edit has; how long it takes is for the benchmark."""
    ref = make_case(taken_by=actor_expert)
    view = work.get_case(actor_expert, ref.id)
    asked: list[str] = []
    listener = lambda _c, _u, statement, *_: asked.append(statement)  # noqa: E731
    event.listen(engine(), "before_cursor_execute", listener)
    try:
        work.save_draft(actor_expert, ref.id, view.version, changed(view.draft, "3.50"))
    finally:
        event.remove(engine(), "before_cursor_execute", listener)
    assert len(asked) <= 10, asked
