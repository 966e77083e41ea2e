"""Annex 1 prints the disputed items, the reference workshop and the ways of the settlement as the engine decided them."""

import copy
import json
from pathlib import Path

import pytest

from calculation import calculate, input_from_json, result_to_json
from workbench.documents.settlement_tables import settlement_tables

EXAMPLE = json.loads((Path(__file__).parents[1] / "calculation" / "example.json").read_text(encoding="utf-8"))
WORKSHOP = {
    "name": "Karosserie Beispiel <b>&", "address": "Musterweg 1", "distance_km": "8", "rates": {"body": "95.00", "paint": "110.00",
    "mechanic": "95.00", "electric": "95.00", "dents": "90.00"}, "equivalence": "Meisterbetrieb, Eurogarant",
}  # fmt: skip


def result(**settlement):
    data = copy.deepcopy(EXAMPLE)
    data["settlement"] = {
        "regime": "liability", "leased": False, "financed": False,
        "replacement": {"amount": "5000", "stated_by": "SV"}, "residual": {"amount": "1500", "stated_by": "SV"}, **settlement,
    }  # fmt: skip
    return result_to_json(calculate(input_from_json(data)))


def titles(made, language="de"):
    return [table["title"] for table in settlement_tables(made, language)]


def test_items_carry_amount_status_and_ruling():
    (items, *_) = settlement_tables(result(), "de")
    row = next(row for row in items["rows"] if row[1].startswith("UPE-Aufschlag"))
    assert (row[2], row[3]) == ("138,30", "ersatzfähig, wenn üblich")
    assert "BGH VI ZR 65/18" in row[4]
    assert not any("Sozialabgaben" in row[1] for row in items["rows"])


def test_the_way_that_applies_is_marked_once():
    made = result()
    stages = settlement_tables(made, "de")[-1]
    marked = [row for row in stages["rows"] if row[0]]
    assert len(stages["rows"]) == 4
    assert [row[2] for row in marked] == ["2.802,96"]
    assert marked[0][1].split("\n")[0].endswith("trifft hier zu")


@pytest.mark.parametrize("language", ["de", "en"])
def test_kasko_without_values_needs_no_tables(language):
    made = result(regime="kasko", replacement=None, residual=None)
    assert len(titles(made, language)) <= 1


def test_an_older_result_prints_without_them():
    made = result()
    for name in ("payable_items", "stage_table"):
        del made[name]
    del made["settlement"]["reference"]
    assert settlement_tables(made, "de") == []
