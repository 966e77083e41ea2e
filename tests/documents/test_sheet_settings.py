"""Annex 1 prints everything that is in the total: set-up in percent, disposal of paint, earlier damage, old parts."""

import json
from decimal import Decimal
from pathlib import Path

from calculation import calculate, input_from_json, input_to_json, result_to_json
from workbench.documents.sheet import Sheet

EXAMPLE = json.loads((Path(__file__).parents[1] / "calculation" / "example.json").read_text(encoding="utf-8"))


def amount(text):
    return Decimal(text.replace(".", "").replace(",", "."))


def printed():
    damage = {"share": "0.25", "reason": "alter Kratzer", "photo": "Foto 3"}
    parts = [{**EXAMPLE["parts"][0], "pre_damage": damage, "part_origin": "exchange"}, *EXAMPLE["parts"][1:]]
    material = {**EXAMPLE["parameters"]["paint_material"], "disposal_percent": "5"}
    parameters = {
        **EXAMPLE["parameters"],
        "labour_setup_percent": "10",
        "exchange_part_tax": True,
        "paint_material": material,
    }
    first, *others = EXAMPLE["paint"]
    paint = [
        first,
        *({**line, "preparation_included": True, "substrate": "metal", "system_level": "DAT 4"} for line in others),
        {"id": "o", "level": "other", "option": "colour_sample", "count": 2, "hours": "0.25"},
    ]
    draft = input_from_json({**EXAMPLE, "parts": parts, "paint": paint, "parameters": parameters})
    return Sheet(input_to_json(draft), result_to_json(calculate(draft)), "de").model()


def test_every_block_adds_up_to_its_printed_total():
    blocks = {block["title"]: block for block in printed()["blocks"]}
    for block in blocks.values():
        heavy = [row for row in block["totals"] if row[2]]
        others = [row for row in block["totals"] if not row[2]]
        if not heavy:
            continue
        own = others if any(row[0] == "Lackierlohn" for row in others) else [*block["rows"], *others]
        added = sum(amount(row[-1] if isinstance(row[-1], str) else row[1]) for row in own)
        assert abs(added - amount(heavy[0][1])) < Decimal("0.05"), block["title"]


def test_earlier_damage_stands_among_the_deductions_with_its_reason():
    model = printed()
    text = json.dumps(model, ensure_ascii=False)
    assert "alter Kratzer, Foto 3" in text
    assert "Altteile zu Austauschteilen" in text
    assert "Rüstzeit in Prozent" in text
    assert "Entsorgung Lack" in text
    assert "umfasst Vorbereitung" in text
    assert "Neuteil (DAT 4)" in text
    assert "2 × Farbmuster" in text
