"""Editing beyond the cells: values of tables changed and restored, bands, earlier damage, parameters deep inside the draft."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from calculation import calculate, input_from_json
from workbench.desk import draft_edit, overrides
from workbench.desk.components import fields, sheet
from workbench.desk.draft_edit import EditError
from workbench.desk.engine_fields import field_of, has_field, required_of
from workbench.desk.line_fields import LINE_FIELDS, fields_of, schema


@pytest.fixture
def draft() -> dict[str, Any]:
    path = Path(__file__).parents[1] / "calculation" / "example.json"
    made: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    made["parts"][0] |= {"origin": "table", "override": None}
    return made


def _row(draft: dict[str, Any], line_id: str) -> dict[str, Any]:
    return next(row for row in sheet.rows(draft, None) if row["id"] == line_id)


def test_a_changed_table_value_remembers_what_stood_there(draft: dict[str, Any]) -> None:
    before = draft["parts"][0]["unit_price"]
    draft_edit.set_cell(draft, "p1", "price", "500,00", by="Anna")
    draft_edit.set_cell(draft, "p1", "price", "510,00", by="Anna")
    draft_edit.set_cell(draft, "p1", "quantity", "2", by="Anna")
    line = draft["parts"][0]
    assert overrides.previous_values("parts", line) == {"unit_price": before, "qty": "1"}
    row = _row(draft, "p1")
    assert row["marks"] == ["quantity", "price"]
    assert row["reason"] == ""
    assert [name for name, _ in row["previous"]] == ["Einzelpreis", "Menge"]


def test_back_to_the_table_value(draft: dict[str, Any]) -> None:
    before = json.dumps(draft["parts"][0], sort_keys=True)
    draft_edit.set_cell(draft, "p1", "price", "500,00", by="Anna")
    draft_edit.set_reason(draft, "p1", "Angebot")
    draft_edit.revert_line(draft, "p1")
    assert json.dumps(draft["parts"][0], sort_keys=True) == before
    with pytest.raises(EditError):
        draft_edit.revert_line(draft, "p1")


def test_typing_the_old_value_takes_the_mark_away(draft: dict[str, Any]) -> None:
    draft_edit.set_cell(draft, "p1", "price", "500,00", by="Anna")
    draft_edit.set_cell(draft, "p1", "price", "484", by="Anna")
    assert draft["parts"][0]["override"] is None


def test_a_line_of_ones_own_has_no_mark(draft: dict[str, Any]) -> None:
    draft_edit.add_line(draft, "parts", "m1", {"label": "Zierleiste"})
    draft_edit.set_cell(draft, "m1", "price", "12,00", by="Anna")
    assert draft["parts"][-1].get("override") is None
    assert draft["parts"][-1]["label"] == "Zierleiste"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("484.00", {"unit_price": "484.00"}),
        ("unit_price: 484.00; qty: 1", {"unit_price": "484.00", "qty": "1"}),
        ("", {}),
    ],
)
def test_previous_values_are_read_in_both_forms(text: str, expected: dict[str, str]) -> None:
    assert overrides.previous_values("parts", {"override": {"previous": text}}) == expected


def test_the_band_of_a_line(draft: dict[str, Any]) -> None:
    draft_edit.set_line_field(draft, "p1", "low", "400")
    draft_edit.set_line_field(draft, "p1", "high", "600,50")
    assert (draft["parts"][0]["low"], draft["parts"][0]["high"]) == ("400", "600.50")
    with pytest.raises(EditError):
        draft_edit.set_line_field(draft, "p1", "low", "700")
    with pytest.raises(EditError):
        draft_edit.set_line_field(draft, "p1", "low", "viel")
    draft_edit.set_line_field(draft, "p1", "low", "")
    assert draft["parts"][0]["low"] is None
    calculate(input_from_json(draft))


def test_earlier_damage_with_its_reason_and_photo(draft: dict[str, Any]) -> None:
    with pytest.raises(EditError, match="Vorschaden"):
        draft_edit.set_line_field(draft, "p1", "pre_damage.reason", "Kratzer von früher")
    draft_edit.set_line_field(draft, "p1", "pre_damage.share", "30")
    draft_edit.set_line_field(draft, "p1", "pre_damage.reason", "Kratzer von früher")
    draft_edit.set_line_field(draft, "p1", "pre_damage.finding_id", "f1")
    assert draft["parts"][0]["pre_damage"] == {"share": "0.3", "reason": "Kratzer von früher", "finding_id": "f1"}
    calculate(input_from_json(draft))
    draft_edit.set_line_field(draft, "p1", "pre_damage.share", "")
    assert draft["parts"][0]["pre_damage"] is None


def test_a_deduction_refers_to_a_line_and_a_photo(draft: dict[str, Any]) -> None:
    draft_edit.set_line_field(draft, "a1", "line_id", "p1")
    draft_edit.set_line_field(draft, "a1", "finding", "f7")
    draft_edit.set_line_field(draft, "a1", "taxed", "false")
    line = draft["deductions"][0]
    assert (line["base"], line["line_id"], line["finding_ids"], line["taxed"]) == ("line", "p1", ["f7"], False)
    with pytest.raises(EditError):
        draft_edit.set_line_field(draft, "a1", "line_id", "gone")
    draft_edit.delete_line(draft, "p1")
    assert draft["deductions"][0]["line_id"] is None


@pytest.mark.parametrize(
    "name", ["id", "origin", "table", "unit_price", "__class__", "pre_damage", "pre_damage.gold", ""]
)
def test_other_fields_of_a_line_are_closed(draft: dict[str, Any], name: str) -> None:
    with pytest.raises(EditError):
        draft_edit.set_line_field(draft, "p1", name, "1")


def test_the_engine_knows_every_field_of_the_strip() -> None:
    for block, names in LINE_FIELDS.items():
        assert fields_of(block) == names
    assert schema()["parts"][0]["unit"] == "€"


def test_nested_parameters_live_and_go_with_what_they_need(draft: dict[str, Any]) -> None:
    draft["settlement"] |= {"replacement": None, "reference_workshop": None}
    with pytest.raises(EditError, match="Wiederbeschaffungswert"):
        draft_edit.set_parameter(draft, "replacement_tax", "none", by="Anna")
    draft_edit.set_parameter(draft, "replacement", "9.500,00", by="Anna")
    draft_edit.set_parameter(draft, "replacement_tax", "none", by="Anna")
    assert draft["settlement"]["replacement"] == {"amount": "9500.00", "tax_kind": "none", "stated_by": "Anna"}
    draft_edit.set_parameter(draft, "replacement", "", by="Anna")
    assert draft["settlement"]["replacement"] is None
    draft_edit.set_parameter(draft, "ws_body", "", by="Anna")
    assert draft["settlement"]["reference_workshop"] is None
    draft_edit.set_parameter(draft, "ws_name", "Karosserie Nord", by="Anna")
    draft_edit.set_parameter(draft, "ws_body", "95", by="Anna")
    assert draft["settlement"]["reference_workshop"] == {
        "name": "Karosserie Nord",
        "rates": {"body": "95"},
        "decided_by": "Anna",
    }
    draft_edit.set_parameter(draft, "ws_body", "", by="Anna")
    assert draft["settlement"]["reference_workshop"]["rates"] == {}
    calculate(input_from_json(draft))


def test_every_parameter_takes_its_own_value_back(draft: dict[str, Any]) -> None:
    values = fields.parameter_values(draft)
    assert len(values) > 80
    for name, value in values.items():
        changed = draft_edit.copy_of(draft)
        try:
            draft_edit.set_parameter(changed, name, value, by="Anna")
        except EditError:
            # Only what belongs to an object that is not there yet may be refused.
            assert value in ("", "unknown") or "." in name or name in _NEEDS_ANOTHER, name
            continue
        calculate(input_from_json(changed))


_NEEDS_ANOTHER = {"value_loss_basis", "value_loss_method", "clause_base", "ws_kind", "residual_offer"}


def test_fields_are_described_by_the_engine() -> None:
    assert field_of(("parameters", "vat_rate")).kind == "share"
    assert field_of(("settlement", "keeps_six_months")).optional
    assert field_of(("settlement", "replacement", "amount")).optional
    assert not field_of(("parameters", "price_date")).optional
    assert "azt_index" in field_of(("parameters", "paint_material", "model")).choices
    assert required_of(("settlement", "replacement")) == ("amount",)
    assert not has_field(("settlement", "gold"))


def test_the_parameter_tab_shows_what_counts(draft: dict[str, Any]) -> None:
    claim = {"excess": "300", "quota_percent": "100"}
    shown = json.dumps(
        [part.to_plotly_json() for part in fields.parameters(draft, claim, editable=True)], default=_plain
    )
    assert "material_model" in shown
    assert ("excess_partial" in shown) == (draft["settlement"]["regime"] == "kasko")
    assert "material_index" not in shown
    draft["parameters"]["paint_material"]["model"] = "azt_index"
    shown = json.dumps(
        [part.to_plotly_json() for part in fields.parameters(draft, claim, editable=True)], default=_plain
    )
    assert "material_index" in shown


def _plain(component: Any) -> Any:
    return component.to_plotly_json()


def test_included_work_is_said_on_the_sheet(draft: dict[str, Any]) -> None:
    from calculation import result_to_json

    result = result_to_json(calculate(input_from_json(draft)), explain=True)
    rows = {row["id"]: row for row in sheet.rows(draft, result)}
    included = [row for row in rows.values() if row.get("included")]
    assert included
    assert all(row["included"].startswith("enthalten in „") for row in included)
    assert all(row["amount"] == "0,00" for row in included)
