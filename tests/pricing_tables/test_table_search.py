"""The choice of parts and work: found by German and English words, codes, parts of words and with typing errors; fast."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing_tables import TableError, tables_on
from pricing_tables.catalogue import Hit, entries, search
from pricing_tables.search import distance, fold, likeness
from pricing_tables.store import DATA
from pricing_tables.vocabulary import PAINT_LEVELS, PARTS, REPAIRABLE, SEGMENTS, SIDE_COST_KINDS, substrate

TABLES = tables_on(date(2026, 11, 23), DATA)


def first(text: str, **conditions: object) -> Hit:
    return next(
        hit for hit in search(TABLES, text, "compact") if all(getattr(hit, k) == v for k, v in conditions.items())
    )


@pytest.mark.parametrize(
    ("text", "kind", "part", "operation"),
    [
        ("Stoßfänger vorn", "part", "bumper_front", None),
        ("stosfänger vorn", "part", "bumper_front", None),
        ("Stoßstange vorne", "part", "bumper_front", None),
        ("STOSSFAENGER HINTEN", "part", "bumper_rear", None),
        ("bumper_front", "part", "bumper_front", None),
        ("front bumper", "part", "bumper_front", None),
        ("kotflügl links", "part", "fender", None),
        ("haube", "part", "bonnet", None),
        ("motorhaube ersetzen", "job", "bonnet", "replace"),
        ("E motorhaube", "job", "bonnet", "replace"),
        ("motorhaube a+e", "job", "bonnet", "remove_install"),
        ("tür vorn instandsetzen mittel", "job", "door_front", "repair"),
        ("frontkamera kalibrieren", "job", "windscreen", "calibrate"),
        ("achsvermessung", "job", "wheel", "check"),
        ("fehlerspeicher", "job", "parking_sensor", "check"),
        ("hohlraum schweller", "job", "sill", "auxiliary"),
        ("dach lackieren neuteil", "paint", "roof", "paint"),
        ("beilackierung kotflügel", "paint", "fender", "paint"),
        ("delle dach", "dents", "roof", "dents"),
        ("PDC", "part", "parking_sensor", None),
        ("windshield", "part", "windscreen", None),
    ],
)
def test_what_people_type_is_found(text: str, kind: str, part: str, operation: str | None) -> None:
    hits = search(TABLES, text, "compact", limit=60)
    assert any((h.kind, h.part, h.operation) == (kind, part, operation) for h in hits), [h.label_de for h in hits]
    assert hits[0].part == part


def test_side_costs_and_empty_and_nonsense() -> None:
    assert first("verbringung").side_cost == "transfer"
    assert first("transfer").unit == "EUR"
    assert search(TABLES, "", "compact") == ()
    assert search(TABLES, "   ", "compact") == ()
    assert search(TABLES, "xyzzy", "compact") == ()
    assert search(TABLES, "motorhaube xyzzy", "compact") == ()
    assert len(search(TABLES, "stoßfänger", "compact", limit=3)) == 3
    assert search(TABLES, "stoßfänger", "compact", limit=0) == ()


def test_sides_keep_to_parts_that_have_them() -> None:
    assert all(hit.side_possible for hit in search(TABLES, "rechts", "compact", limit=200))
    assert {hit.part for hit in search(TABLES, "links", "compact", limit=500)} >= {"fender", "door_front", "headlamp"}


def test_a_hit_carries_what_a_line_needs() -> None:
    hit = first("tür vorn instand setzen", severity="moderate")
    found = TABLES.job_time("door_front", "repair", "compact", "moderate")
    assert (hit.value, hit.low, hit.high, hit.key, hit.rate) == (found.value, found.low, found.high, found.key, "body")
    assert (hit.table, hit.version, hit.demonstration, hit.side_possible) == (
        "job_times",
        found.table.version,
        True,
        True,
    )
    assert (hit.label_de, hit.label_en) == ("Tür vorn instand setzen, mittel", "front door: repair, moderate")
    assert hit.source


def test_everything_of_the_tables_can_be_chosen() -> None:
    for segment in SEGMENTS:
        hits = entries(TABLES, segment)
        assert {h.part for h in hits if h.kind == "part"} == set(PARTS)
        assert {(h.part, h.severity) for h in hits if h.operation == "repair"} == {
            (p, s) for p, all_ in REPAIRABLE.items() for s in all_
        }
        painted = {p for p in PARTS if substrate(p) != "none"}
        assert {(h.part, h.level) for h in hits if h.kind == "paint"} == {
            (p, level) for p in painted for level in PAINT_LEVELS
        }
        assert {h.side_cost for h in hits if h.kind == "side_cost"} == set(SIDE_COST_KINDS)
        assert all(isinstance(h.value, Decimal) and h.value > 0 for h in hits)
        assert len({(h.kind, h.part, h.key, h.operation) for h in hits}) == len(hits)


def test_every_entry_is_found_by_its_own_label() -> None:
    for hit in entries(TABLES, "compact"):
        for label in (hit.label_de, hit.label_en):
            assert hit in search(TABLES, label, "compact", limit=100), label


def test_an_unknown_segment_has_a_code() -> None:
    with pytest.raises(TableError) as caught:
        search(TABLES, "haube", "lorry")
    assert caught.value.code == "TK-TABLE-002"


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    for hit in search(TABLES, text, "compact", limit=5):
        assert hit.label_de


def test_distance_counts_typing_errors() -> None:
    assert distance("haube", "huabe", 2) == 1
    assert distance("haube", "hauben", 2) == 1
    assert distance("haube", "lack", 1) == 2
    assert likeness("tuer", "tuer") == 100
    assert likeness("ab", "xab") == 0
    assert fold("Stoßfänger") == "stossfaenger"
