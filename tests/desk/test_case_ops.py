"""What the browser's queue of edits does on the real use cases: saving, refusing, settling stale versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from workbench.access import Actor
from workbench.cases import work
from workbench.cases.views import CaseRef, CaseView
from workbench.desk import case_ops
from workbench.desk.components import sheet


@pytest.fixture
def case(make_case: Callable[..., CaseRef], actor_expert: Actor) -> CaseView:
    ref = make_case("S-5", prefill=True, taken_by=actor_expert)
    return work.get_case(actor_expert, ref.id)


def _apply(actor: Actor, case: CaseView, *acts: dict[str, Any]) -> case_ops.Outcome:
    return case_ops.apply(actor, case.id, case.version, case.draft, acts)


def _add_part(actor: Actor, case: CaseView, row: str = "m1") -> CaseView:
    add = {"act": "add", "block": "parts", "row": row}
    price = {"act": "cell", "row": row, "column": "price", "value": "100,00"}
    outcome = _apply(actor, case, add, price)
    assert outcome.problem is None
    assert outcome.view is not None
    return outcome.view


def test_a_batch_is_one_save(case: CaseView, actor_expert: Actor) -> None:
    view = _add_part(actor_expert, case)
    assert view.version == case.version + 1
    assert view.result is not None
    amounts = {line["id"]: line["amount"] for line in view.result["lines"]}
    assert amounts["m1"] == "100.00"


def test_undo_and_redo(case: CaseView, actor_expert: Actor) -> None:
    view = _add_part(actor_expert, case)
    back = _apply(actor_expert, view, {"act": "undo"}).view
    assert back is not None
    assert back.draft is not None
    assert "m1" not in [line["id"] for line in back.draft["parts"]]
    again = _apply(actor_expert, back, {"act": "redo"}).view
    assert again is not None
    assert again.draft == view.draft


def test_nonsense_is_kept_beside_what_is_good(case: CaseView, actor_expert: Actor) -> None:
    view = _add_part(actor_expert, case)
    outcome = _apply(
        actor_expert,
        view,
        {"act": "cell", "row": "m1", "column": "price", "value": "viel"},
        {"act": "cell", "row": "m1", "column": "label", "value": "Zierleiste"},
    )
    assert outcome.errors == {"m1": {"price": {"typed": "viel", "message": outcome.errors["m1"]["price"]["message"]}}}
    assert outcome.view is not None
    rows = {row["id"]: row for row in sheet.rows(outcome.view.draft, outcome.view.result, outcome.errors)}
    assert rows["m1"]["label"] == "Zierleiste"
    assert rows["m1"]["price"] == "viel"
    assert rows["m1"]["amount"] == "100,00"


def test_stale_version_of_ones_own_is_settled(case: CaseView, actor_expert: Actor) -> None:
    first = _add_part(actor_expert, case, "m1")
    second = _apply(actor_expert, case, {"act": "add", "block": "parts", "row": "m2"})
    assert second.problem is None
    assert second.view is not None
    assert second.view.draft is not None
    assert {"m1", "m2"} <= {line["id"] for line in second.view.draft["parts"]}
    assert second.view.version > first.version


def test_an_edit_sent_twice_counts_once(case: CaseView, actor_expert: Actor) -> None:
    _add_part(actor_expert, case)
    view = _add_part(actor_expert, case)
    assert view.draft is not None
    assert [line["id"] for line in view.draft["parts"]].count("m1") == 1


def test_an_undo_sent_twice_undoes_once(case: CaseView, actor_expert: Actor) -> None:
    one = _add_part(actor_expert, case, "m1")
    two = _add_part(actor_expert, one, "m2")
    _apply(actor_expert, two, {"act": "undo"})
    again = _apply(actor_expert, two, {"act": "undo"}).view
    assert again is not None
    assert again.draft is not None
    assert "m1" in [line["id"] for line in again.draft["parts"]]


def test_a_colleague_cannot_overwrite(case: CaseView, actor_expert: Actor, actor_other_expert: Actor) -> None:
    outcome = _apply(actor_other_expert, case, {"act": "add", "block": "parts", "row": "m9"})
    assert outcome.problem is not None
    assert outcome.view is None
    kept = work.get_case(actor_expert, case.id)
    assert kept.draft == case.draft


def test_a_change_by_a_colleague_is_a_conflict(case: CaseView, actor_expert: Actor, actor_other_expert: Actor) -> None:
    work.release(actor_expert, case.id)
    seen = work.take(actor_other_expert, case.id)
    mine = _add_part(actor_other_expert, seen)
    work.release(actor_other_expert, case.id)
    outcome = _apply(actor_expert, case, {"act": "add", "block": "parts", "row": "m2"})
    assert outcome.conflict
    assert outcome.problem is not None
    assert outcome.problem.code == "TK-CASE-409"
    assert outcome.problem.data["by"] == actor_other_expert.name
    kept = work.get_case(actor_expert, case.id)
    assert kept.draft == mine.draft


def test_fields_claim_and_regions(case: CaseView, actor_expert: Actor) -> None:
    acts = (
        {"act": "field", "name": "B", "value": "14.03.2019"},
        {"act": "claim", "name": "leased_or_financed", "value": "false"},
        {"act": "finding", "finding": case.findings[0]["id"], "decision": "confirmed"},
        {
            "act": "region",
            "photo": case.photos[0]["id"],
            "box": [10.4, 20, 100, 80],
            "category": "scratch",
            "part": "sill",
        },
        {"act": "param", "name": "upe", "value": "12,5"},
    )
    outcome = _apply(actor_expert, case, *acts)
    assert outcome.problem is None, outcome.problem
    view = outcome.view
    assert view is not None
    assert {field["code"]: field["value"] for field in view.vehicle_fields}["B"] == "2019-03-14"
    assert view.claim["leased_or_financed"] is False
    assert view.findings[0]["status"] == "confirmed"
    assert [finding["box"] for finding in view.findings if finding["origin"] != "model"][-1] == [10, 20, 100, 80]
    assert view.draft is not None
    assert view.draft["parameters"]["upe_markup_percent"] == "12.5"


PICK = {"act": "pick", "choice": {"kind": "job", "part": "door_front", "operation": "replace", "side": "left"}}


def test_a_choice_is_one_act_that_says_what_it_added(case: CaseView, actor_expert: Actor) -> None:
    outcome = _apply(actor_expert, case, PICK)
    assert outcome.problem is None
    view = outcome.view
    assert view is not None
    assert view.version == case.version + 1
    assert outcome.added[0] == "p-door_front-left"
    assert outcome.messages[0].startswith("2 Arbeiten ergänzt: Tür vorn links Hohlraum konservieren")
    assert outcome.changed
    again = _apply(actor_expert, view, PICK)
    assert not again.changed
    assert "Steht schon da" in again.messages[0]
    back = _apply(actor_expert, view, {"act": "undo"}).view
    assert back is not None
    assert back.draft == case.draft


def test_deleting_says_what_went_with_it(case: CaseView, actor_expert: Actor) -> None:
    view = _apply(actor_expert, case, PICK).view
    assert view is not None
    outcome = _apply(actor_expert, view, {"act": "delete", "row": "l-door_front-left-replace"})
    assert outcome.messages[0].startswith("Mit entfernt: ")
    assert outcome.view is not None
    assert not [line for line in outcome.view.draft["labour"] if "door_front" in str(line["added_by"])]


def test_a_changed_value_its_reason_and_the_way_back(case: CaseView, actor_expert: Actor) -> None:
    row = "p-door_front-left"
    acts = (
        PICK,
        {"act": "cell", "row": row, "column": "price", "value": "700,00"},
        {"act": "reason", "row": row, "value": "Angebot"},
    )
    view = _apply(actor_expert, case, *acts).view
    assert view is not None
    line = next(line for line in view.draft["parts"] if line["id"] == row)
    assert line["override"]["reason"] == "Angebot"
    assert next(made for made in view.result["lines"] if made["id"] == row)["marked"]
    reverted = _apply(actor_expert, view, {"act": "revert", "row": row}).view
    assert reverted is not None
    line = next(line for line in reverted.draft["parts"] if line["id"] == row)
    assert line["override"] is None
    assert line["unit_price"] != "700.00"


def test_a_wrong_band_is_said_at_its_field(case: CaseView, actor_expert: Actor) -> None:
    view = _apply(actor_expert, case, PICK).view
    assert view is not None
    acts = ({"act": "line", "row": "p-door_front-left", "name": "low", "value": "99999"},)
    outcome = _apply(actor_expert, view, *acts)
    assert outcome.inputs["line:p-door_front-left:low"]
    assert outcome.problem is None
    fine = _apply(actor_expert, view, {"act": "line", "row": "p-door_front-left", "name": "low", "value": "1"})
    assert fine.inputs == {"line:p-door_front-left:low": ""}


@pytest.mark.parametrize(
    "act",
    [
        {"act": "pick"},
        {"act": "pick", "choice": {"kind": "job", "part": "door_front", "operation": "replace"}},
        {"act": "pick", "choice": {"kind": "part", "part": "../../etc"}},
        {"act": "revert", "row": "gone"},
        {"act": "loss", "method": "crystal_ball"},
        {"act": "drop table"},
        {"act": None},
        {},
        {"act": "add", "block": "header", "row": "x"},
        {"act": "toggle", "row": "gone"},
        {"act": "finding", "finding": "x", "decision": "confirmed"},
        {"act": "region", "photo": "x", "box": None},
        {"act": "role", "photo": "x", "role": "king"},
    ],
)
def test_hostile_acts_change_nothing(case: CaseView, actor_expert: Actor, act: dict[str, Any]) -> None:
    outcome = _apply(actor_expert, case, act)
    assert outcome.problem is not None
    assert work.get_case(actor_expert, case.id).draft == case.draft
