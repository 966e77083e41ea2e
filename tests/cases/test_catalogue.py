"""The editor's choice from the tables: found by a few letters, written as one act, triggered work added and taken away again."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from calculation import calculate, input_from_json
from workbench.access import Actor
from workbench.cases import catalogue
from workbench.cases.catalogue import Choice, offers, split_side
from workbench.cases.choosing import choose
from workbench.cases.line_links import LINE_BLOCKS, remove_lines
from workbench.cases.views import CaseRef
from workbench.errors import TelekalkError

DOOR = Choice("job", "door_front", "left", "replace")


@pytest.fixture
def draft() -> dict[str, Any]:
    """The engine's example without its lines: a compact car, tables of the day."""
    made = json.loads((Path(__file__).parents[1] / "calculation" / "example.json").read_text(encoding="utf-8"))
    return {**made, **{block: [] for block in LINE_BLOCKS}}


def _line(draft: dict[str, Any], line_id: str) -> dict[str, Any]:
    return next(line for block in LINE_BLOCKS for line in draft[block] if line["id"] == line_id)


def _labels(draft: dict[str, Any], block: str) -> list[str]:
    return [line["label"] for line in draft[block]]


@pytest.mark.parametrize(
    ("typed", "label", "side"),
    [
        ("stoßfänger vorn ersetzen", "Stoßfänger vorn ersetzen", None),
        ("stos vo", "Stoßfänger vorn ersetzen", None),
        ("tür vo ers li", "Tür vorn ersetzen", "left"),
        ("tür vorn ersetzen r", "Tür vorn ersetzen", "right"),
        ("headlamp replace left", "Scheinwerfer ersetzen", "left"),
        ("verbr", "Verbringung zum Lackierer", None),
    ],
)
def test_a_few_letters_find_it(draft: dict[str, Any], typed: str, label: str, side: str | None) -> None:
    first = offers(draft, typed)[0]
    assert first.hit.label_de == label
    assert first.side == side
    assert first.side_needed == (first.hit.side_possible and side is None)
    assert first.hit.source
    assert first.hit.demonstration


@pytest.mark.parametrize(
    ("typed", "plain", "side"),
    [("tür l", "tür", "left"), ("l", "l", None), ("links", "", "left"), ("re tür", "tür", "right"), ("", "", None)],
)
def test_the_side_is_read_from_the_text(typed: str, plain: str, side: str | None) -> None:
    assert split_side(typed) == (plain, side)


def test_a_replacement_says_all_it_writes(draft: dict[str, Any]) -> None:
    first = offers(draft, "tür vorn ersetzen l")[0]
    assert [figure.kind for figure in first.figures] == ["part", "job", "paint"]
    written = choose(draft, DOOR).draft
    amounts = [written["parts"][0]["unit_price"], written["labour"][0]["units"], written["paint"][0]["hours"]]
    assert [figure.value for figure in first.figures] == [Decimal(amount) for amount in amounts]


def test_a_block_offers_its_own_kind(draft: dict[str, Any]) -> None:
    assert {offer.hit.kind for offer in offers(draft, "tür", block="paint")} == {"paint"}
    assert {offer.hit.kind for offer in offers(draft, "", block="incidentals")} == {"side_cost"}
    assert offers(draft, "tür", block="deductions") == ()
    assert offers(draft, "") == ()


def test_before_anything_is_typed_the_parts_of_the_sheet_are_near(draft: dict[str, Any]) -> None:
    near = offers(choose(draft, DOOR).draft, "")
    assert near
    assert {(offer.hit.part, offer.side) for offer in near} >= {("door_front", "left")}


def test_replacing_is_part_work_and_paint_from_the_tables(draft: dict[str, Any]) -> None:
    chosen = choose(draft, DOOR)
    after = chosen.draft
    assert chosen.label == "Tür vorn links ersetzen"
    assert set(chosen.ids) == {"p-door_front-left", "l-door_front-left-replace", "k-door_front-left"}
    for line_id, table in zip(chosen.ids, ("part_prices", "job_times", "paint_times"), strict=True):
        line = _line(after, line_id)
        assert line["origin"] == "table"
        assert line["table"] == table
        assert line["table_key"]
        assert Decimal(line["low"]) <= Decimal(line["high"])
    assert "Vorbereitung Metall" in chosen.triggered
    assert any("Hohlraum" in label for label in chosen.triggered)
    triggered = [line for line in after["labour"] if line["added_by"]]
    assert all(line["added_by"] == ["l-door_front-left-replace"] for line in triggered)
    assert calculate(input_from_json(after)).totals.net > 0


def test_alone_is_only_the_work(draft: dict[str, Any]) -> None:
    after = choose(draft, Choice("job", "door_front", "left", "replace", alone=True)).draft
    assert after["parts"] == []
    assert after["paint"] == []
    assert after["labour"]


def test_choosing_twice_adds_nothing(draft: dict[str, Any]) -> None:
    once = choose(draft, DOOR)
    twice = choose(once.draft, DOOR)
    assert twice.draft == once.draft
    assert len(twice.present) == 3


def test_a_line_that_is_off_is_switched_on(draft: dict[str, Any]) -> None:
    once = choose(draft, DOOR).draft
    _line(once, "p-door_front-left")["active"] = False
    again = choose(once, DOOR)
    assert _line(again.draft, "p-door_front-left")["active"] is True


def test_work_that_two_jobs_need_is_there_once(draft: dict[str, Any]) -> None:
    first = choose(draft, Choice("job", "headlamp", "left", "replace")).draft
    both = choose(first, Choice("job", "fender", "left", "replace")).draft
    shared = [line for line in both["labour"] if line["part"] == "bumper_front"]
    assert len(shared) == 1
    assert sorted(shared[0]["added_by"]) == ["l-fender-left-replace", "l-headlamp-left-replace"]
    gone = remove_lines(both, {"l-fender-left-replace"})
    assert "Stoßfänger vorn aus- und einbauen" not in gone.removed
    gone = remove_lines(both, {"l-headlamp-left-replace"})
    assert "Stoßfänger vorn aus- und einbauen" in gone.removed


def test_included_work_has_no_time_until_its_parent_goes(draft: dict[str, Any]) -> None:
    lamp = choose(draft, Choice("job", "headlamp", "left", "replace")).draft
    both = choose(lamp, Choice("job", "bumper_front", None, "replace")).draft
    included = next(line for line in both["labour"] if line["operation"] == "remove_install")
    assert "l-bumper_front-replace" in included["included_in"]
    assert calculate(input_from_json(both)).line(included["id"]).amount == 0
    gone = remove_lines(both, {"l-bumper_front-replace"})
    assert included["label"] in gone.revived
    assert calculate(input_from_json(both)).line(included["id"]).amount > 0


def test_a_replacement_takes_the_place_of_an_untouched_repair(draft: dict[str, Any]) -> None:
    repaired = choose(draft, Choice("job", "door_front", "left", "repair", severity="moderate")).draft
    painted = choose(repaired, Choice("paint", "door_front", "left", level="repair_lt_50")).draft
    chosen = choose(painted, DOOR)
    assert not [line for line in chosen.draft["labour"] if line["operation"] == "repair"]
    assert [line["level"] for line in chosen.draft["paint"] if line["part"] == "door_front"] == ["new"]
    assert any("instand setzen" in label for label in chosen.replaced)


def test_what_a_person_changed_stays(draft: dict[str, Any]) -> None:
    repaired = choose(draft, Choice("job", "door_front", "left", "repair", severity="moderate")).draft
    line = next(line for line in repaired["labour"] if line["operation"] == "repair")
    line["override"] = {"reason": "", "by": "Anna", "previous": "units: 1.00"}
    chosen = choose(repaired, DOOR)
    assert line["id"] in [other["id"] for other in chosen.draft["labour"]]


def test_a_changed_orphan_stays_and_is_flagged(draft: dict[str, Any]) -> None:
    after = choose(draft, DOOR).draft
    child = next(line for line in after["labour"] if line["added_by"])
    child["override"] = {"reason": "mehr Hohlräume", "by": "Anna", "previous": "units: 0.20"}
    gone = remove_lines(after, {"l-door_front-left-replace"})
    assert child["label"] in gone.orphaned
    flags = {flag.code: flag.line_ids for flag in calculate(input_from_json(after)).flags}
    assert child["id"] in flags["trigger_missing"]


def test_paint_brings_its_preparation_and_takes_it_away(draft: dict[str, Any]) -> None:
    after = choose(draft, Choice("paint", "sill", "right", level="surface")).draft
    assert "Vorbereitung Metall" in _labels(after, "paint")
    gone = remove_lines(after, {"k-sill-right"})
    assert gone.removed == ("Vorbereitung Metall",)
    assert after["paint"] == []


def test_dents_and_side_costs(draft: dict[str, Any]) -> None:
    after = choose(draft, Choice("dents", "bonnet", count=3)).draft
    assert after["dents"][0]["count"] == 3
    after = choose(after, Choice("side_cost", side_cost="transfer")).draft
    assert after["incidentals"][0]["table_key"] == ["transfer"]
    calculate(input_from_json(after))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"kind": "job", "part": "door_front", "operation": "replace"}, "TK-CASE-013"),
        ({"kind": "job", "part": "roof", "side": "left", "operation": "replace"}, "TK-CASE-012"),
        ({"kind": "job", "part": "roof", "operation": "melt"}, "TK-TABLE-002"),
        ({"kind": "part", "part": "engine"}, "TK-CASE-012"),
        ({"kind": "side_cost", "side_cost": "bribe"}, "TK-CASE-012"),
        ({"kind": "dents", "part": "roof", "count": 10**9}, "TK-CASE-012"),
        ({"kind": "<b>"}, "TK-CASE-012"),
        ({"kind": ["job"]}, "TK-CASE-012"),
        ({}, "TK-CASE-012"),
    ],
)
def test_hostile_choices(draft: dict[str, Any], raw: dict[str, Any], code: str) -> None:
    with pytest.raises(TelekalkError) as refused:
        choose(draft, Choice.read(raw))
    assert refused.value.code == code


def test_searching_wants_the_permission(
    make_case: Callable[..., CaseRef], actor_expert: Actor, actor_of: Callable[[str], Actor]
) -> None:
    ref = make_case("S-77", prefill=True, taken_by=actor_expert)
    assert catalogue.find(actor_expert, ref.id, "tür vorn")[0].hit.part == "door_front"
    with pytest.raises(TelekalkError) as refused:
        catalogue.find(actor_of("admin"), ref.id, "tür vorn")
    assert refused.value.status == 403
    with pytest.raises(TelekalkError) as missing:
        catalogue.find(actor_expert, "00000000-0000-4000-8000-000000000000", "tür")
    assert missing.value.status == 404
